import ReferenceGraph

extension GoRoots {
  /// The roots and their names, where variables that have none are told by the type of what they refer to:
  /// `bss+0x3a8 (main.bus)`.
  func namedByTypes(
    _ classes: [ObjectClass], _ classOfObject: borrowing FlatArray<UInt32>
  ) -> (roots: [Root], names: NameTable) {
    var names = self.names
    var roots = self.roots
    for (index, root) in roots.enumerated() where root.kind == .data || root.kind == .bss {
      let objectClass = classes[Int(classOfObject[root.target.index])]
      guard !objectClass.flags.contains(.untyped), !names[root.name].hasPrefix("global ") else { continue }
      roots[index] = Root(
        target: root.target, kind: root.kind, reference: root.reference, address: root.address,
        name: names.intern("\(names[root.name]) (\(objectClass.name))"))
    }
    return (roots, names)
  }
}
