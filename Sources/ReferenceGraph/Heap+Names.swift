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
    return details.fieldName(graph.fields[place.index], of: place.source)
  }
}
