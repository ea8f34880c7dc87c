import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  func drawPaths(_ goal: PathGoal, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    let title = "Paths from GC roots to \(goalText(goal, analysis))"
    let isOfOne = if case .object = goal { true } else { false }
    let order = isOfOne ? "shortest first, merged" : "shortest of each, merged"
    if DisplayWidth.width(of: title, glyphs: glyphs) + order.count + 5 <= canvas.width {
      canvas.right(order, 0, canvas.width - 1, .dim)
    }
    canvas.cut(title, 0, 2, canvas.width - 3, .heading)
    guard let tree = pathTree(goal, pane), let folded = pane.paths else {
      canvas.put("looking for the ways that lead to it …", 2, 2, .dim)
      return
    }
    if folded.rowCount == 1 {
      let hold = if case .object(let id) = goal { analysis.hold(of: id) } else { analysis.unheld }
      canvas.cut(analysis.unheldSentence(hold), 2, 2, canvas.width - 3, .dim)
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
    if tree.unreachable > 0, bottom < canvas.height {
      canvas.put("\(Count.text(tree.unreachable)) more, which no root reaches", bottom, 2, .dim)
    }
    if isOfOne { drawOmitted(pane, tree.moreRoots > 0 ? bottom + 1 : bottom, analysis, &canvas) }
  }

  /// What ways lead to, in words.
  func goalText(_ goal: PathGoal, _ analysis: HeapAnalysis, isLong: Bool = false) -> String {
    let text: String
    switch goal {
    case .object(let id): text = analysis.heap.label(of: id)
    case .instances(let index): text = "all of \(analysis.graph.classes[index].name)"
    case .group(_, let name): text = "objects of \(name)"
    }
    return isLong ? text : shortClassName(text)
  }

  /// The field or root that leads to a step, and what it is.
  func stepParts(_ step: PathTree.Step, _ analysis: HeapAnalysis) -> (name: String, label: String) {
    if step.omitted > 0 { return ("", "… \(Count.text(step.omitted, "more hop"))") }
    let heap = analysis.heap
    if step.objects == 1 { return (heap.shortField(of: step.place), shortClassName(heap.label(of: step.object))) }
    var name = step.hasOneField ? heap.shortField(of: step.place) : ""
    if let group = step.rootGroup, analysis.rootGroups.groups.indices.contains(group) {
      let known = analysis.rootGroups.groups[group]
      name = "\(Count.text(known.count)) \(known.name)"
    }
    return (name, "\(Count.text(step.objects)) × \(shortClassName(heap.graph.objectClass(of: step.object).name))")
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
    var badge = node.single.map { badges(of: $0) } ?? []
    if tree.target == .root {
      // Of many objects how many of their ways lead through here.
      badge.append((" \(Count.text(node.paths)) of \(Count.text(tree.pathCount))", node.isTarget ? .heading : .dim))
    } else if node.isTarget {
      badge.append((" you are here", .heading))
    } else if node.omitted == 0, node.paths > 1 {
      badge.append((" \(Count.text(node.paths)) paths", .dim))
    }
    if node.repeats != nil { badge.append((" ↺ as above", .dim)) }
    if node.single != nil, isCut(node.place) { badge.insert(("≠ cut ", .suspect), at: 0) }
    if node.kind != .strong, node.single != nil { badge.insert(("\(node.kind.name) ", .warning), at: 0) }
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
    let (name, label) = stepParts(node, analysis)
    let isInCycle = node.single.map { analysis.components.component(of: $0) != nil } ?? false
    canvas.texts(
      [
        RowText(name, at: x, row.depth == 1 ? .link : .plain) { fittedField(name, width: $0) },
        RowText(
          label, at: x, node.omitted > 0 ? .dim : isInCycle ? .cycle : .plain,
          brief: node.single.map { shortClassName(heap.name(of: $0)) }),
      ], y, end: end)
    x = canvas.width - badgeWidth
    for (text, style) in badge { x = canvas.put(text, y, x, style) }
  }
}
