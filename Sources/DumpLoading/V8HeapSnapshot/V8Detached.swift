import ReferenceGraph

/// Finds native nodes (elements and other parts of documents) that hang in no document.
enum V8Detached {
  /// The nodes that say of themselves that they are detached, and the native nodes that only such refer to.
  ///
  /// What JavaScript refers to is not followed: a native node that scripts see knows its own state.
  static func nodes(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> [UInt32] {
    // Node.js says of its own wrappers that they are detached.
    let known = nodes.detachedness.filter {
      $0 & 3 == 1 || strings.text(of: Int(nodes.names[Int($0 >> 32)]), limit: 8)?.hasPrefix("Node /") != true
    }
    guard known.contains(where: { $0 & 3 == 2 }) else { return [] }
    let seen = V8Kinds.NodeSet(count: nodes.count)
    let native = V8NodeType.native.rawValue
    var result: [UInt32] = []
    // What is attached first: it has the better claim.
    for state in [UInt64(1), 2] {
      var work: [UInt32] = []
      for entry in known where entry & 3 == state {
        let node = UInt32(entry >> 32)
        if seen.insert(Int(node)) { work.append(node) }
      }
      while let node = work.popLast() {
        if state == 2 { result.append(node) }
        for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
          switch V8Field.type(of: edges.fields[k]) {
          case .weak, .hidden, .shortcut: continue
          default: break
          }
          let target = edges.targets[k]
          if nodes.types[target] == native, seen.insert(Int(target)) { work.append(target) }
        }
      }
    }
    return result
  }
}
