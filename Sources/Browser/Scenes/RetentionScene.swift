import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// The retention tree below an object: each object below its dominator.
struct RetentionScene: Scene {
  let model: Model
  let pane: Pane
  let root: ObjectID

  var rowCount: Int { pane.retention?.rowCount ?? 0 }

  private func row(_ row: Int) -> FoldedTree<RetentionNode>.Row? {
    model.retentionTree.flatMap { pane.retention?.row(at: row, source: $0) }
  }

  func object(ofRow row: Int) -> ObjectID? {
    guard case .object(let id) = self.row(row)?.node else { return nil }
    return id == .root ? nil : id
  }

  func text(ofRow row: Int) -> String {
    guard let tree = model.retentionTree, let folded = pane.retention else { return "" }
    return model.nodeText(folded.row(at: row, source: tree), tree)
  }

  func reference(ofRow row: Int) -> RowReference {
    guard let found = self.row(row) else { return .none("the tree is not known yet") }
    guard case .object(let id) = found.node, id != .root else { return .none("this row is no reference") }
    guard found.parent != nil, let holder = analysis.dominators.dominator(of: id) else {
      return .none("what holds it is not in this tree: p shows the paths")
    }
    if holder == .root {
      let roots = analysis.roots(directlyHolding: id)
      guard let first = roots.first else {
        return .none("no root refers to it itself: several ways lead to it, p shows them")
      }
      return .reference(ReferencePlace(source: .root, index: first))
    }
    guard let place = analysis.graph.firstReference(from: holder, to: id) else {
      return .none("no single reference holds it: several ways lead to it, p shows them")
    }
    return .reference(place)
  }

  func target(ofRow row: Int) -> RowTarget? { object(ofRow: row).map { .place(.object($0)) } ?? .unfold }

  func pathGoal(ofRow row: Int) -> PathGoal? { self.row(row).flatMap { model.pathGoal(of: $0.node) } }

  /// What stands below the roots with the name of a variable is that variable.
  var markTarget: MarkedRow? {
    guard pane.selection < rowCount, let object = selectedObject else { return nil }
    if let root = markedRoot { return (.root(name: analysis.graph.nameOfRoot(root)), nil, nil) }
    return model.target(ofObject: object)
  }

  /// The root whose reference the selected row is, if that has a name that means something in the next dump too.
  private var markedRoot: Int? {
    guard case .reference(let place) = selectedReference, place.source == .root else { return nil }
    let root = analysis.graph.roots[Int(place.index)]
    // One object that is marked itself stays so.
    if model.marked.mark(ofObject: root.target) != nil { return nil }
    let name = analysis.graph.rootNames[root.name]
    guard !name.isEmpty, analysis.rootGroups.group(of: root.target) == nil else { return nil }
    switch root.kind {
    case .data, .bss, .staticField: return Int(place.index)
    default: return nil
    }
  }

  var exportedSubtree: ObjectID? { selectedObject ?? (pane.selection == 0 ? root : nil) }

  var missingRows: WorkRequest? {
    if let object = pane.reveal { return .reveal(object) }
    return model.arrangements[root] == nil ? .arrange(root) : nil
  }

  func prepare(_ pane: inout Pane) {
    if pane.retention == nil, let arrangement = model.arrangements[root] {
      pane.retention = FoldedTree(root: .object(root), childCount: arrangement.entries.count)
    }
    if let object = pane.reveal { reveal(object, in: &pane) }
  }

  /// Unfolds the tree down to an object and selects it, if all that is on the way has been arranged.
  private func reveal(_ object: ObjectID, in pane: inout Pane) {
    let arrangements = model.arrangements
    guard var tree = pane.retention, case .object(let root) = tree.root, let source = model.retentionTree else {
      return
    }
    var chain = Model.chain(to: object, analysis: analysis)
    guard let start = chain.firstIndex(of: root) else { return }
    chain.removeFirst(start + 1)
    guard chain.dropLast().allSatisfy({ arrangements[$0] != nil }), arrangements[root] != nil else { return }
    var row = 0
    var parent = root
    for id in chain {
      // A part of a collection has no row: what comes below it stands below the collection.
      if arrangements[parent]?.isPart(id) == true { continue }
      guard let position = source.position(of: id, under: parent) else { return }
      tree.open(row, source: source)
      guard var next = tree.childRow(of: row, at: position.entry) else { return }
      if let member = position.member {
        tree.open(next, source: source)
        guard let inner = tree.childRow(of: next, at: member) else { return }
        next = inner
      }
      row = next
      parent = id
    }
    pane.retention = tree
    pane.reveal = nil
    pane.selection = row
    pane.top = max(0, row - pageHeight / 2)
  }

  var paneUnderOtherPolicies: Pane { Pane(.retention(.root)) }
  var isWide: Bool { true }
  var isKept: Bool { true }
  var isOfRetained: Bool { true }

  var title: String { "Retention" }
  var helpWords: [String] {
    [
      "Each object below its dominator, the nearest object that all ways to it from roots lead through.",
      "Retained: what goes with it, all that is below. ↻ is a member of a cycle. 400 × X are many small children.",
    ]
  }

  var breadcrumb: [String] {
    ["Retention"] + (root == .root ? [] : ["…", shortClassName(analysis.heap.label(of: root))]) + trail
  }

  /// What the selected row lies below.
  private var trail: [String] {
    guard let tree = model.retentionTree, let folded = pane.retention, pane.selection < folded.rowCount else {
      return []
    }
    var trail: [String] = []
    var row = pane.selection
    while row > 0, trail.count < 12 {
      trail.append(model.nodeText(folded.row(at: row, source: tree), tree))
      row = folded.parentRow(of: row) ?? 0
    }
    return trail.reversed()
  }

  var footerActions: [Action] {
    [
      .openRow, .closeRow, .follow, .treemap, .paths, .cycle, .toggleMark, .policy,
    ]
  }

  func footerText(_ action: Action, key: String) -> String? {
    action == .follow && selectedObject != nil ? "\(key) inspect" : nil
  }

  var notes: [String] {
    guard let object = selectedObject, analysis.components.component(of: object) != nil else { return [] }
    return ["↻ member of a cycle: c shows it"]
  }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .openAll, .closeAll, .sizeColumns: nil
    case .sort, .reverseSort: "it has one order only: by retained size"
    case .filter: "a tree is not filtered: / finds in it, also in what is folded"
    default: listReason(action)
    }
  }

  var noObjectReason: String {
    if pane.selection == 0 { return "the roots are no object" }
    if pane.selection < rowCount, case .inside = row(pane.selection)?.node { return Model.insideReason }
    return "this row is many objects: → shows them"
  }
}

extension RetentionScene {
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    canvas.right("retained", 0, 11, .dim)
    let bar = model.sizeColumns != .bars ? 0 : canvas.width >= 90 ? 15 : 8
    if model.sizeColumns != .bytes { canvas.right("%", 0, 17, .dim) }
    let column = model.sizeColumns == .bytes ? 13 : 19 + bar
    canvas.put("object", 0, column + 2, .dim)
    guard let tree = model.retentionTree, let folded = pane.retention else {
      canvas.put("arranging the children …", 2, 2, .dim)
      return
    }
    for line in 0..<pageHeight where pane.top + line < folded.rowCount {
      let row = folded.row(at: pane.top + line, source: tree)
      model.drawSize(tree.retainedSize(of: row.node), of: analysis.reachableBytes, line + 1, 11, bar, &canvas)
      drawNode(row, tree, line + 1, column, analysis, &canvas)
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }

  private func drawNode(
    _ row: FoldedTree<RetentionNode>.Row, _ tree: RetentionTree, _ y: Int, _ column: Int, _ analysis: HeapAnalysis,
    _ canvas: inout Canvas
  ) {
    var badge: [(String, Style)] = []
    if case .object(let id) = row.node, id != .root { badge = model.badges(of: id) }
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
    let (name, label) = model.nodeParts(row.node, parent: row.parent)
    if isCut(row, analysis) {
      x = canvas.put("≠ ", y, x, .suspect)
    }
    // Where it is tight the address goes first; a long name of a root leaves room for what it holds.
    var brief: String?
    if case .object(let id) = row.node, id != .root { brief = shortClassName(analysis.heap.name(of: id)) }
    canvas.texts(
      [
        RowText(name, at: x, isRoot(row) ? .link : .plain) { model.fittedField(name, width: $0) },
        RowText(label, at: x, isCycle ? .cycle : .plain, brief: brief),
      ], y, end: end, gap: 1)
    x = canvas.width - badgeWidth
    for (text, style) in badge { x = canvas.put(text, y, x, style) }
  }

  /// Whether a reference to the object of a row, from the object that it stands under, is cut in thought.
  ///
  /// Looks at the cuts only: a list may have millions of references.
  private func isCut(_ row: FoldedTree<RetentionNode>.Row, _ analysis: HeapAnalysis) -> Bool {
    guard !model.cuts.isEmpty, case .object(let id) = row.node, row.parent != nil,
      let holder = analysis.dominators.dominator(of: id)
    else { return false }
    return model.cuts.contains { $0.source == holder && analysis.graph.target(of: $0) == id }
  }

  private func isRoot(_ row: FoldedTree<RetentionNode>.Row) -> Bool { row.parent == .object(.root) }
}
