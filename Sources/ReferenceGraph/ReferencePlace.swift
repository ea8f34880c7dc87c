/// One reference: the object it is stored in and its place in the graph's rows.
public struct ReferencePlace: Hashable, Sendable, BitwiseCopyable {
  /// The object that holds the reference; the virtual root for a reference of a GC root.
  public let source: ObjectID
  /// The index in `graph.rows.targets`; for a reference of the virtual root the index in `graph.roots`, which is the
  /// same for roots that the dump records.
  public let index: UInt32

  /// The reference at `index` of the graph's rows, which must be in the row of `source`.
  @inlinable public init(source: ObjectID, index: Int) {
    self.source = source
    self.index = UInt32(index)
  }
}

extension ReferenceGraph {
  /// What the reference refers to.
  public func target(of place: ReferencePlace) -> ObjectID {
    place.source == .root ? roots[Int(place.index)].target : ObjectID(rows.targets[place.index])
  }

  /// The references of `id`, in field order.
  public func references(of id: ObjectID) -> [ReferencePlace] {
    rows.range(of: id).map { ReferencePlace(source: id, index: $0) }
  }

  /// The targets of the references that an object has in some of its fields, by field.
  ///
  /// References stand in the order of their fields: of an object with very many the range is found by bisection.
  public func targets(of id: ObjectID, fields range: Range<Int>) -> [Int: ObjectID] {
    var row = rows.range(of: id)
    guard fields.count > 0 else { return [:] }
    if row.count > 4096 {
      let start = row.bisection(where: { Int(fields[$0]) >= range.lowerBound })
      row = start..<(start..<row.upperBound).bisection(where: { Int(fields[$0]) >= range.upperBound })
    }
    var result: [Int: ObjectID] = [:]
    for k in row where range.contains(Int(fields[k])) { result[Int(fields[k])] = ObjectID(rows.targets[k]) }
    return result
  }

  /// The first reference from `source` to `target`, if there is one.
  public func firstReference(from source: ObjectID, to target: ObjectID) -> ReferencePlace? {
    for k in rows.range(of: source) where rows.targets[k] == target.rawValue {
      return ReferencePlace(source: source, index: k)
    }
    return nil
  }
}
