import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  func drawPaths(_ id: ObjectID, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    canvas.cut(
      "Paths from GC roots to \(shortClassName(analysis.heap.label(of: id)))", 0, 2, canvas.width - 28, .heading)
    canvas.right("shortest first, merged", 0, canvas.width - 1, .dim)
    guard let tree = pathTree(id, pane), let folded = pane.paths else {
      canvas.put("looking for the ways that lead to it …", 2, 2, .dim)
      return
    }
    if folded.rowCount == 1 {
      canvas.cut(analysis.unheldSentence(analysis.hold(of: id)), 2, 2, canvas.width - 3, .dim)
      drawOmitted(pane, 4, analysis, &canvas)
      return
    }
    for line in 0..<pageHeight(pane) where pane.top + line < folded.rowCount - 1 {
      let row = folded.row(at: pane.top + line + 1, source: tree)
      drawStep(row, tree, line + 2, analysis, &canvas)
      if pane.top + line == pane.selection { canvas.select(line + 2, focused: focused) }
    }
    let bottom = folded.rowCount - 1 - pane.top + 3
    if tree.moreRoots > 0, bottom < canvas.height {
      canvas.put("\(Count.text(tree.moreRoots, "root")) more with names that stand above", bottom, 2, .dim)
    }
    drawOmitted(pane, tree.moreRoots > 0 ? bottom + 1 : bottom, analysis, &canvas)
  }

  /// Says that there are references which are not followed here, where there are.
  private func drawOmitted(_ pane: Pane, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard !pane.showsAll, analysis.omittedRetaining > 0 else { return }
    let count = Count.text(analysis.omittedRetaining, "reference")
    canvas.cut(
      "paths through \(count) that count for nothing (weak): . shows them", row, 2,
      canvas.width - 3, .dim)
  }

  private func drawStep(
    _ row: FoldedTree<Int>.Row, _ tree: PathTree, _ y: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let node = tree.nodes[row.node]
    let heap = analysis.heap
    var badge = badges(of: node.object)
    if node.isTarget {
      badge.append((" you are here", .heading))
    } else if node.paths > 1 {
      badge.append((" \(Count.text(node.paths)) paths", .dim))
    }
    if node.repeats != nil { badge.append((" ↺ as above", .dim)) }
    if isCut(node.place) { badge.insert(("≠ cut ", .suspect), at: 0) }
    if node.kind != .strong { badge.insert(("\(node.kind.name) ", .warning), at: 0) }
    let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
    let end = canvas.width - badgeWidth - 1
    var x = 2
    let flags = row.lastFlags.dropFirst().suffix(max(1, (end - 2) / 4))
    if flags.count < row.lastFlags.count - 1 { x = canvas.put("…", y, x, .dim) }
    for (level, isLast) in flags.enumerated() {
      let isOwn = level == flags.count - 1
      x = canvas.put(isOwn ? (isLast ? "└ " : "├ ") : (isLast ? "  " : "│ "), y, x, .dim)
    }
    x = canvas.put(row.hasChildren ? (row.isOpen ? "▼ " : "▶ ") : "  ", y, x)
    let label = fittedLabel(node.object, heap, width: (end - x) / 2)
    // A name takes what the object leaves, and half of the row at least.
    let room = max((end - x) / 2, end - x - DisplayWidth.width(of: label, glyphs: glyphs) - 2)
    x =
      canvas.cut(fittedField(heap.shortField(of: node.place), width: room), y, x, room, row.depth == 1 ? .link : .plain)
      + 2
    canvas.cut(
      fittedLabel(node.object, heap, width: end - x), y, x, end - x,
      analysis.components.component(of: node.object) == nil ? .plain : .cycle)
    x = canvas.width - badgeWidth
    for (text, style) in badge { x = canvas.put(text, y, x, style) }
  }
}
