import GraphAnalysis
import Layout
import ReferenceGraph

/// The treemap of a pane: its cells, and what each stands for.
struct TreemapContent {
  let map: Treemap
  /// By cell: nil for what an object takes itself, and for the small ones taken together.
  let nodes: [RetentionNode?]
  /// By cell, in bytes.
  let sizes: [UInt64]
  /// How many children stand behind the last cell, if it stands for several.
  let restCount: Int
}

extension RetentionNode {
  /// The object whose children have to be arranged for a node to be shown.
  var arranged: ObjectID {
    switch self {
    case .object(let id), .group(let id, _), .rest(let id), .inside(let id): id
    }
  }
}

extension Model {
  /// Children that a treemap looks at; no screen has room for more.
  static let treemapLimit = 256

  /// The treemap of a pane, if what it shows has been arranged.
  ///
  /// No more children are looked at than a screen has room for.
  func treemap(_ pane: Pane) -> TreemapContent? {
    guard case .treemap(let node, let from) = pane.place, let analysis, let source = retentionTree,
      isArranged(node)
    else { return nil }
    let (children, total) = treemapChildren(of: node, from: from, source, analysis)
    let rest = children.count < total ? restWeight(of: node, from: from, shown: children, source) : 0
    let map = Treemap(
      weights: children.map { Double(max(1, $0.size)) }, rest: rest, width: pane.width,
      height: bodyHeight - scene(pane).headerHeight)
    var nodes: [RetentionNode?] = []
    var sizes: [UInt64] = []
    for cell in map.cells {
      if cell.isRest {
        nodes.append(nil)
        sizes.append(children[cell.index...].reduce(UInt64(rest)) { $0 + $1.size })
      } else {
        nodes.append(children[cell.index].node)
        sizes.append(children[cell.index].size)
      }
    }
    let restCount = map.cells.last.map { $0.isRest ? total - $0.index : 0 } ?? 0
    return TreemapContent(map: map, nodes: nodes, sizes: sizes, restCount: restCount)
  }

  private typealias TreemapChild = (node: RetentionNode?, size: UInt64)

  /// The children of a node from one on, largest first, and how many there are from there on in all.
  ///
  /// What an object takes itself is one of them, without a node.
  private func treemapChildren(
    of node: RetentionNode, from: Int, _ source: RetentionTree, _ analysis: HeapAnalysis
  ) -> (children: [TreemapChild], total: Int) {
    let count = source.childCount(of: node)
    guard case .object(let id) = node else {
      // Lists of millions are in this order already.
      let range = min(from, count)..<min(count, from + Self.treemapLimit)
      let children = range.map { index -> TreemapChild in
        let child = source.child(of: node, at: index)
        return (child, source.retainedSize(of: child))
      }
      return (children, max(0, count - from))
    }
    // Groups and the rest of a list stand where their sizes put them.
    var children = (0..<count).map { index -> TreemapChild in
      let child = source.child(of: node, at: index)
      return (child, source.retainedSize(of: child))
    }
    let own = id == .root ? 0 : analysis.graph.size(of: id)
    if own > 0, count > 0 { children.append((nil, own)) }
    let order = children.indices.sorted { (children[$0].size, $1) > (children[$1].size, $0) }
    return (order.dropFirst(from).prefix(Self.treemapLimit).map { children[$0] }, max(0, children.count - from))
  }

  /// What the children weigh that are not looked at.
  ///
  /// Of those before `from` the sizes are not summed: what is left is small then, and its area no more than a sign.
  private func restWeight(
    of node: RetentionNode, from: Int, shown: [TreemapChild], _ source: RetentionTree
  ) -> Double {
    let sum = shown.reduce(UInt64(0)) { $0 + $1.size }
    let rest = Double(source.retainedSize(of: node)) - Double(sum)
    return max(1, from > 0 ? min(rest, Double(sum) / 4) : rest)
  }

  /// Whether the children of a node of the retention tree are known.
  private func isArranged(_ node: RetentionNode) -> Bool { arrangements[node.arranged] != nil }

  /// What an object stands below in the retention tree: its dominator, or the collection that this is a part of, if the
  /// children of that have been arranged.
  func treeParent(of id: ObjectID) -> ObjectID {
    guard let analysis, let parent = analysis.dominators.dominator(of: id) else { return .root }
    var above = analysis.dominators.dominator(of: parent)
    for _ in 0..<Self.revealDepth {
      guard let collection = above else { break }
      if let arrangement = arrangements[collection] { return arrangement.isPart(parent) ? collection : parent }
      above = analysis.dominators.dominator(of: collection)
    }
    return parent
  }

  /// What a cell of the treemap stands for, if that is an object.
  func treemapObject(_ row: Int, _ pane: Pane) -> ObjectID? {
    guard let content = treemap(pane), content.nodes.indices.contains(row) else { return nil }
    if case .object(let id) = content.nodes[row] { return id }
    if content.nodes[row] == nil, !content.map.cells[row].isRest, case .treemap(.object(let id), _) = pane.place {
      return id
    }
    return nil
  }

  /// Goes to the cell beside the selected one.
  mutating func moveInTreemap(_ direction: Treemap.Direction) {
    guard let content = treemap(focused), let next = content.map.neighbour(of: focused.selection, direction) else {
      return
    }
    select(next)
  }

  /// Out of a treemap: to the one that it is a cell of, with that cell selected.
  ///
  /// False where there is none.
  mutating func leaveTreemap() -> Bool {
    guard !isSecondFocused, case .treemap(let node, let from) = pane.place, analysis != nil else { return false }
    let outer: RetentionNode
    switch node {
    case .object(.root) where from == 0: return false
    case .object(let id): outer = from > 0 ? node : .object(treeParent(of: id))
    case .group(let parent, _), .rest(let parent), .inside(let parent): outer = from > 0 ? node : .object(parent)
    }
    if case .treemap = history.trail.last { return false }
    // It was not come to from there: the place is another, the way back is the same.
    pane = Pane(.treemap(outer, from: 0))
    if case .object(let id) = node { pane.reveal = id }
    return true
  }

  /// The treemap that the selected row is a cell of.
  mutating func showTreemap() {
    guard let analysis else { return }
    if let object = selectedObject(focused), analysis.dominators.isReachable(object) {
      go(to: .treemap(.object(treeParent(of: object)), from: 0), reveal: object)
    } else {
      go(to: .treemap(.object(.root), from: 0))
    }
  }

  /// From a treemap the retention tree, with what is selected.
  mutating func showTreeOfTreemap() {
    let pane = focused
    guard analysis != nil, case .treemap(let node, _) = pane.place else { return }
    if let object = treemapObject(pane.selection, pane) {
      showInTree(object)
      return
    }
    var shown = node.arranged
    // A map without room has no cells.
    if let nodes = treemap(pane)?.nodes, nodes.indices.contains(pane.selection), let inner = nodes[pane.selection] {
      shown = inner.arranged
    }
    if shown == .root { go(to: .retention(.root)) } else { showInTree(shown) }
  }

  /// Selects the cell that is an object, or has it among others.
  func treemapPosition(of object: ObjectID, _ content: TreemapContent) -> Int {
    for (position, node) in content.nodes.enumerated() {
      switch node {
      case .object(object): return position
      case .group(let parent, let number):
        guard let group = arrangements[parent]?.groups[number] else { continue }
        if group.classIndex == Int(analysis!.graph.classOfObject[object.index]), group.members.contains(object) {
          return position
        }
      default: continue
      }
    }
    return max(0, content.nodes.count - 1)
  }
}
