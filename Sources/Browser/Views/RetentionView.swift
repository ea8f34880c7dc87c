import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  func drawRetention(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    canvas.right("retained", 0, 11, .dim)
    let bar = sizeColumns != .bars ? 0 : canvas.width >= 90 ? 15 : 8
    if sizeColumns != .bytes { canvas.right("%", 0, 17, .dim) }
    let column = sizeColumns == .bytes ? 13 : 19 + bar
    canvas.put("object", 0, column + 2, .dim)
    guard let tree = retentionTree, let folded = pane.retention else {
      canvas.put("arranging the children …", 2, 2, .dim)
      return
    }
    for line in 0..<pageHeight(pane) where pane.top + line < folded.rowCount {
      let row = folded.row(at: pane.top + line, source: tree)
      drawSize(tree.retainedSize(of: row.node), of: analysis.reachableBytes, line + 1, 11, bar, &canvas)
      drawNode(row, tree, line + 1, column, analysis, &canvas)
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }

  private func drawNode(
    _ row: FoldedTree<RetentionNode>.Row, _ tree: RetentionTree, _ y: Int, _ column: Int, _ analysis: HeapAnalysis,
    _ canvas: inout Canvas
  ) {
    var badge: [(String, Style)] = []
    if case .object(let id) = row.node, id != .root { badge = badges(of: id) }
    let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
    let end = canvas.width - badgeWidth - 1
    // Guides take two columns a level; of a deep row only the last levels are drawn.
    let room = max(1, (end - column) / 4)
    let flags = row.lastFlags.suffix(room)
    var x = column
    if flags.count < row.lastFlags.count { x = canvas.put("…", y, x, .dim) }
    for (level, isLast) in flags.enumerated() {
      let isOwn = level == flags.count - 1
      x = canvas.put(isOwn ? (isLast ? "└ " : "├ ") : (isLast ? "  " : "│ "), y, x, .dim)
    }
    x = canvas.put(row.hasChildren ? (row.isOpen ? "▼ " : "▶ ") : "  ", y, x)
    let isCycle = badge.contains { $0.1 == .cycle }
    let (name, label) = nodeParts(row, tree)
    if isCut(row, analysis) {
      x = canvas.put("≠ ", y, x, .suspect)
    }
    // Where it is tight the address goes first; a long name of a root leaves room for what it holds.
    var brief: String?
    if case .object(let id) = row.node, id != .root { brief = shortClassName(analysis.heap.name(of: id)) }
    canvas.texts(
      [
        RowText(name, at: x, isRoot(row) ? .link : .plain) { fittedField(name, width: $0) },
        RowText(label, at: x, isCycle ? .cycle : .plain, brief: brief),
      ], y, end: end, gap: 1)
    x = canvas.width - badgeWidth
    for (text, style) in badge { x = canvas.put(text, y, x, style) }
  }

  /// What a row of the retention tree stands for.
  func nodeText(_ row: FoldedTree<RetentionNode>.Row, _ tree: RetentionTree) -> String {
    let (name, label) = nodeParts(row, tree)
    return name.isEmpty ? label : name + " " + label
  }

  /// The field or root by which a row's parent holds it, and what it is.
  private func nodeParts(_ row: FoldedTree<RetentionNode>.Row, _ tree: RetentionTree) -> (name: String, label: String) {
    nodeParts(row.node, parent: row.parent)
  }

  func nodeParts(_ node: RetentionNode, parent: RetentionNode?) -> (name: String, label: String) {
    guard let analysis else { return ("", "") }
    let heap = analysis.heap
    switch node {
    case .object(.root): return ("", "GC roots (\(Count.text(heap.graph.recordedRootCount)))")
    case .object(let id):
      let label = shortClassName(heap.label(of: id))
      switch parent {
      case .object(.root), .group(parent: .root, _), .rest(parent: .root):
        return (rootName(directlyHolding: id).map { shortClassName($0) + ":" } ?? "", label)
      case .object, .group, .rest, .inside:
        // Of an entry of a collection the part that has it.
        return (analysis.dominators.dominator(of: id).flatMap { heap.shortField(from: $0, to: id) } ?? "", label)
      case nil: return ("", label)
      }
    case .group(let parent, let number):
      guard let group = arrangements[parent]?.groups[number] else { return ("", "") }
      let name = shortClassName(group.name)
      return ("", "\(Count.text(group.members.count)) × \(name)")
    case .rest(let parent):
      guard let arrangement = arrangements[parent], let largest = arrangement.rest.first else { return ("", "") }
      let isSmall = analysis.dominators.retainedSize(of: largest) <= analysis.reachableBytes / 1000
      return ("", "\(Count.text(arrangement.rest.count)) more, " + (isSmall ? "each under 0.1 %" : "smaller ones"))
    case .inside(let parent):
      let count = arrangements[parent]?.parts.count ?? 0
      return ("", count == 1 ? "its own table" : "its own \(Count.text(count)) tables and nodes")
    }
  }

  /// Whether a reference to the object of a row, from the object that it stands under, is cut in thought.
  ///
  /// Looks at the cuts only: a list may have millions of references.
  private func isCut(_ row: FoldedTree<RetentionNode>.Row, _ analysis: HeapAnalysis) -> Bool {
    guard !cuts.isEmpty, case .object(let id) = row.node, row.parent != nil,
      let holder = analysis.dominators.dominator(of: id)
    else { return false }
    return cuts.contains { $0.source == holder && analysis.graph.target(of: $0) == id }
  }

  private func isRoot(_ row: FoldedTree<RetentionNode>.Row) -> Bool { row.parent == .object(.root) }

  /// `↻a ●` beside a member of a marked cycle, `↻` beside one of any cycle, `●` beside a marked object.
  func badges(of id: ObjectID) -> [(String, Style)] {
    guard let analysis else { return [] }
    var result: [(String, Style)] = []
    let mark = mark(on: id)
    if analysis.components.component(of: id) != nil { result.append(("↻" + (mark?.letter.text ?? ""), .cycle)) }
    if let mark {
      if result.isEmpty { result.append((mark.letter.text, style(of: mark.verdict))) }
      result.append((" " + mark.verdict.symbol, style(of: mark.verdict)))
    }
    return result
  }
}
