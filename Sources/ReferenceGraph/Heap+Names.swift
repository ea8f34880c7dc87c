extension ReferenceGraph {
  /// The name of a root by its index; what it is and where, if it has none.
  public func nameOfRoot(_ index: Int) -> String {
    let root = roots[index]
    let name = rootNames[root.name]
    if !name.isEmpty { return name }
    return root.address == 0 ? root.kind.name : "\(root.kind.name) 0x\(String(root.address, radix: 16))"
  }
}

extension Heap {
  /// The name of the field, element or word that a reference is stored in, or of the root that refers; empty where
  /// the dump knows none.
  public func fieldName(of place: ReferencePlace) -> String {
    if place.source == .root { return graph.nameOfRoot(Int(place.index)) }
    guard graph.fields.count > 0 else { return "" }
    let field = graph.fields[place.index]
    if namesEntries, let name = details.entryName(field, of: place.source) { return name }
    return details.fieldName(field, of: place.source)
  }

  /// Whether a reference leads to a part of a collection that is left out of paths.
  public func isInside(_ place: ReferencePlace) -> Bool {
    guard namesEntries, place.source != .root, graph.fields.count > 0 else { return false }
    return details.isInside(graph.fields[place.index], of: place.source, leadingTo: graph.target(of: place))
  }

  /// Whether `values` answers at once, or goes through very many entries of a collection first.
  public func hasValuesAtHand(of object: ObjectID) -> Bool {
    !namesEntries || details.hasEntriesAtHand(of: object)
  }

  /// The contents of an object, from row `first` on, at most `limit` of them, and how many there are in all: where
  /// entries are named, first those of a collection, then its fields.
  public func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
    guard namesEntries, let entries = details.entries(of: object, from: first, limit: limit), entries.total > 0 else {
      return details.values(of: object, from: first, limit: limit)
    }
    let fields = details.values(
      of: object, from: max(0, first - entries.total), limit: first < 0 ? 0 : limit - entries.values.count)
    return (entries.values + fields.values, entries.total + fields.total)
  }
}
