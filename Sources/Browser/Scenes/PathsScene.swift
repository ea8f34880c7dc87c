import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// The ways from roots to an object, or to many, merged to a tree.
struct PathsScene: Scene {
  let model: Model
  let pane: Pane
  let goal: PathGoal

  /// The paths, when they are known.
  private var tree: PathTree? { model.pathTree(goal, pane) }

  /// The step of a row: the first row of the tree is what the paths lead to, and not shown.
  private func step(ofRow row: Int) -> PathTree.Step? {
    guard let tree, let node = pane.paths?.row(at: row + 1, source: tree).node else { return nil }
    return tree.nodes[node]
  }

  var rowCount: Int { max(0, (pane.paths?.rowCount ?? 1) - 1) }
  func object(ofRow row: Int) -> ObjectID? { step(ofRow: row)?.single }

  func text(ofRow row: Int) -> String {
    guard let step = step(ofRow: row) else { return "" }
    let (name, label) = stepParts(step, analysis)
    return name + " " + label
  }

  func reference(ofRow row: Int) -> RowReference {
    guard let step = step(ofRow: row) else { return .none("the paths are not known yet") }
    guard step.single != nil else { return .none("this row is many references: → shows them") }
    return .reference(step.place)
  }

  func target(ofRow row: Int) -> RowTarget? { object(ofRow: row).map { .place(.object($0)) } ?? .unfold }
  var markTarget: MarkedRow? { referenceTarget }
  var missingRows: WorkRequest? { tree == nil ? .paths(goal, all: pane.showsAll) : nil }

  func prepare(_ pane: inout Pane) {
    guard pane.paths == nil, let tree = model.pathTree(goal, pane) else { return }
    var folded = FoldedTree(root: 0, childCount: tree.childCount(of: 0))
    Model.openAll(&folded, from: 0, source: tree, limit: Model.openAllLimit)
    pane.paths = folded
  }

  var paneUnderOtherPolicies: Pane {
    if case .group = goal { return Pane(.retention(.root)) }
    return paneAnew
  }

  var headerHeight: Int { 2 }
  var isWide: Bool { true }

  var title: String { "Paths" }
  var helpWords: [String] {
    [
      "How roots reach the object, shortest first. Cutting every path frees it.",
      "↺ as above: from this object on the way is the same as where it stands further up; → goes there.",
    ]
  }

  var breadcrumb: [String] { model.trailWords + [goalText(goal, analysis, isLong: true), "Paths"] }

  var footerActions: [Action] {
    [
      .openRow, .closeRow, .follow, .cutInThought, .policy, .cycle, .copy, .back,
    ]
  }

  func footerText(_ action: Action, key: String) -> String? {
    switch action {
    case .follow: selectedObject == nil ? nil : "\(key) inspect"
    case .policy: "\(key) \(pane.showsAll ? "fewer" : "weak")"
    default: nil
    }
  }

  var notes: [String] {
    let all = pane.showsAll ? ["all references"] : []
    guard let tree else { return all }
    return all + [Count.text(tree.pathCount, "path") + (tree.isCapped ? ", more not looked for" : "")]
  }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .openAll, .closeAll: return nil
    case .sort, .reverseSort: return "paths have one order only: shortest first"
    case .filter: return "a tree is not filtered: / finds in it, also in what is folded"
    case .copy:
      if case .object = goal { return nil }
      return listReason(action)
    case .policy:
      guard case .object = goal else { return "of many objects the shortest ways only are merged" }
      return pane.showsAll || (model.analysis?.omittedRetaining ?? 0) > 0
        ? nil : "every reference counts here: no paths are left out"
    default: return listReason(action)
    }
  }

  var noObjectReason: String { rowCount == 0 ? "there is no row" : "this row is many objects: → shows the ways on" }
}

extension PathsScene {
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    let title = "Paths from GC roots to \(goalText(goal, analysis))"
    let isOfOne = if case .object = goal { true } else { false }
    let order = isOfOne ? "shortest first, merged" : "shortest of each, merged"
    if DisplayWidth.width(of: title, glyphs: model.glyphs) + order.count + 5 <= canvas.width {
      canvas.right(order, 0, canvas.width - 1, .dim)
    }
    canvas.cut(title, 0, 2, canvas.width - 3, .heading)
    guard let tree = model.pathTree(goal, pane), let folded = pane.paths else {
      canvas.put("looking for the ways that lead to it …", 2, 2, .dim)
      return
    }
    if folded.rowCount == 1 {
      let hold = if case .object(let id) = goal { analysis.hold(of: id) } else { analysis.unheld }
      canvas.cut(analysis.unheldSentence(hold), 2, 2, canvas.width - 3, .dim)
      drawOmitted(pane, 4, analysis, &canvas)
      return
    }
    for line in 0..<pageHeight where pane.top + line < folded.rowCount - 1 {
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
    var badge = node.single.map { model.badges(of: $0) } ?? []
    if tree.target == .root {
      // Of many objects how many of their ways lead through here.
      badge.append((" \(Count.text(node.paths)) of \(Count.text(tree.pathCount))", node.isTarget ? .heading : .dim))
    } else if node.isTarget {
      badge.append((" you are here", .heading))
    } else if node.omitted == 0, node.paths > 1 {
      badge.append((" \(Count.text(node.paths)) paths", .dim))
    }
    if node.repeats != nil { badge.append((" ↺ as above", .dim)) }
    if node.single != nil, model.isCut(node.place) { badge.insert(("≠ cut ", .suspect), at: 0) }
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
        RowText(name, at: x, row.depth == 1 ? .link : .plain) { model.fittedField(name, width: $0) },
        RowText(
          label, at: x, node.omitted > 0 ? .dim : isInCycle ? .cycle : .plain,
          brief: node.single.map { shortClassName(heap.name(of: $0)) }),
      ], y, end: end)
    x = canvas.width - badgeWidth
    for (text, style) in badge { x = canvas.put(text, y, x, style) }
  }
}
