/// One reference: the object it is stored in and its place in the graph's rows.
public struct ReferencePlace: Hashable, Sendable, BitwiseCopyable {
  /// The object that holds the reference; the virtual root for a reference of a GC root.
  public let source: ObjectID
  /// The index in `graph.rows.targets`; for a reference of the virtual root also the index in `graph.roots`.
  public let index: UInt32

  @inlinable public init(source: ObjectID, index: Int) {
    self.source = source
    self.index = UInt32(index)
  }
}

extension ReferenceGraph {
  /// What the reference refers to.
  public func target(of place: ReferencePlace) -> ObjectID { ObjectID(rows.targets[place.index]) }

  /// The references of `id`, in field order.
  public func references(of id: ObjectID) -> [ReferencePlace] {
    rows.range(of: id).map { ReferencePlace(source: id, index: $0) }
  }

  /// The first reference from `source` to `target`, if there is one.
  public func firstReference(from source: ObjectID, to target: ObjectID) -> ReferencePlace? {
    for k in rows.range(of: source) where rows.targets[k] == target.rawValue {
      return ReferencePlace(source: source, index: k)
    }
    return nil
  }
}
