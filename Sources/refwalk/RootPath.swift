import Layout
import ReferenceGraph

/// One way from a root to an object.
struct RootPath {
  /// The root's reference first; the last refers to the object.
  let places: [ReferencePlace]

  /// The paths that a tree holds: those that begin with the root's reference `first`, then the shortest first.
  static func all(in tree: PathTree, first: ReferencePlace?) -> [RootPath] {
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
    func rank(_ path: EnumeratedSequence<[RootPath]>.Element) -> (Int, Int, Int) {
      (path.element.places.first == first ? 0 : 1, path.element.places.count, path.offset)
    }
    return paths.enumerated().sorted { rank($0) < rank($1) }.map(\.element)
  }
}
