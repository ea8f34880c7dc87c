import Layout
import ReferenceGraph

/// One way from a root to an object.
struct RootPath {
  /// The root's reference first; the last refers to the object.
  let places: [ReferencePlace]

  /// The paths that a tree holds, shortest first.
  static func all(in tree: PathTree) -> [RootPath] {
    var paths: [RootPath] = []
    var stack = tree.nodes[0].children.reversed().map { (node: $0, depth: 0) }
    var places: [ReferencePlace] = []
    while let (node, depth) = stack.popLast() {
      places.removeLast(places.count - depth)
      places.append(tree.nodes[node].place)
      if tree.nodes[node].isTarget { paths.append(RootPath(places: places)) }
      for child in tree.nodes[node].children.reversed() { stack.append((child, depth + 1)) }
    }
    // Stable: of paths of one length the one found first comes first.
    return paths.enumerated()
      .sorted { ($0.element.places.count, $0.offset) < ($1.element.places.count, $1.offset) }
      .map(\.element)
  }
}
