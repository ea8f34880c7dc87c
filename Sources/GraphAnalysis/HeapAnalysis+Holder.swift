import ReferenceGraph

extension HeapAnalysis {
  /// What holds the end of a path from a root, in a few words. The root's name; where the root is a group of roots that
  /// the dump lists like an object, the innermost group on the path: `(Global handles)`; where it is a global object,
  /// with the property: `global.app`. Nil for an empty path. Text from a dump: not safe for a terminal as it is.
  public func holderName(of path: [ReferencePlace]) -> String? { context.holderName(of: path, heap: heap) }
}

extension RetentionContext {
  func holderName(of path: [ReferencePlace], heap: Heap) -> String? {
    guard let first = path.first, first.source == .root else { return nil }
    let root = graph.roots[Int(first.index)]
    var name = graph.nameOfRoot(Int(first.index))
    if root.kind == .global {
      if path.count > 1 {
        let field = heap.fieldName(of: path[1])
        if field.hasPrefix(".") || field.hasPrefix("[\"") { name += field }
      }
      return name
    }
    var group = root.target
    for place in path.dropFirst() where place.source == group && isGroup(group) {
      let target = graph.target(of: place)
      if isGroup(target) {
        name = graph.objectClass(of: target).name
        group = target
      } else if let entry = entryName(heap.fieldName(of: place)) {
        name += " " + entry
      }
    }
    return name
  }

  /// Whether `object` stands for a group of roots.
  func isGroup(_ object: ObjectID) -> Bool { graph.objectClass(of: object).flags.contains(.rootGroup) }

  /// The name that a group gives an entry; nil for a mere number.
  private func entryName(_ field: String) -> String? {
    let name = field.hasPrefix("[[") && field.hasSuffix("]]") ? String(field.dropFirst(2).dropLast(2)) : field
    return name.contains { $0.isLetter } ? name : nil
  }
}
