import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What a node of the retention tree keeps alive, as areas.
struct TreemapScene: Scene {
  let model: Model
  let pane: Pane
  let node: RetentionNode
  /// The child that it begins with.
  let from: Int

  private var content: TreemapContent? { model.treemap(pane) }

  /// The node of a cell, if it stands for one.
  private func node(ofRow row: Int) -> RetentionNode? {
    guard let nodes = content?.nodes, nodes.indices.contains(row) else { return nil }
    return nodes[row]
  }

  var rowCount: Int { content?.map.cells.count ?? 0 }
  func object(ofRow row: Int) -> ObjectID? { model.treemapObject(row, pane) }
  func text(ofRow row: Int) -> String { object(ofRow: row).map { analysis.heap.label(of: $0) } ?? "" }

  /// Into the cell: the treemap of what it stands for.
  func target(ofRow row: Int) -> RowTarget? {
    guard let content, content.nodes.indices.contains(row) else { return nil }
    if content.map.cells[row].isRest { return .place(.treemap(node, from: content.map.cells[row].index + from)) }
    guard let inner = content.nodes[row] else {
      return .nowhere("this is what the object takes itself: i inspects it")
    }
    if case .inside = inner { return .nowhere(Model.insideReason) }
    if case .object(let id) = inner, analysis.dominators.childCount(of: id) == 0 {
      return .nowhere("it alone keeps nothing else alive: i inspects it")
    }
    return .place(.treemap(inner, from: 0))
  }

  func pathGoal(ofRow row: Int) -> PathGoal? { node(ofRow: row).flatMap { model.pathGoal(of: $0) } }
  var exportedSubtree: ObjectID? { selectedObject ?? node.arranged }

  var missingRows: WorkRequest? { model.arrangements[node.arranged] == nil ? .arrange(node.arranged) : nil }

  func prepare(_ pane: inout Pane) {
    guard let object = pane.reveal, let content = model.treemap(pane) else { return }
    pane.selection = model.treemapPosition(of: object, content)
    pane.reveal = nil
  }

  var paneUnderOtherPolicies: Pane { Pane(.treemap(.object(.root), from: 0)) }
  var scrolls: Bool { false }
  var isWide: Bool { true }
  var isOfRetained: Bool { true }
  func row(atLine line: Int, column: Int) -> Int? { content?.map.position(row: line - 1, column: column) }

  var title: String { "Treemap" }
  var helpWords: [String] {
    [
      "What an object keeps alive, as areas: the larger, the more it retains. Arrows go to the neighbour,",
      "Enter goes into a cell, Backspace out of it, T back to the retention tree.",
    ]
  }

  var breadcrumb: [String] { ["Retention", "Treemap"] + (node == .object(.root) ? [] : [nodeTitle]) }

  var footerActions: [Action] { [.follow, .back, .inspect, .treemap, .paths, .cycle, .toggleMark] }

  func footerText(_ action: Action, key: String) -> String? {
    switch action {
    case .treemap: "\(key) tree"
    case .follow: "\(key) go in"
    case .back: "\(key) out"
    default: nil
    }
  }

  var rowWord: String { "cell" }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .sort, .reverseSort: "it has one order only: by retained size"
    case .filter: "a map shows sizes: / finds in it"
    default: listReason(action)
    }
  }

  var noObjectReason: String {
    if case .inside = node(ofRow: pane.selection) { return Model.insideReason }
    return rowCount == 0 ? "there is no row" : "this cell is many objects: Enter goes in"
  }

  static func act(_ action: Action, _ model: inout Model) -> Bool {
    switch action {
    case .up: model.moveInTreemap(.up)
    case .down: model.moveInTreemap(.down)
    case .openRow: model.moveInTreemap(.right)
    case .closeRow: model.moveInTreemap(.left)
    case .back: return model.leaveTreemap()
    case .treemap: model.showTreeOfTreemap()
    default: return false
    }
    return true
  }
}

extension TreemapScene {
  /// The children of a node of the retention tree as areas: what is larger retains more.
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    guard let content = model.treemap(pane), let tree = model.retentionTree else {
      canvas.put("arranging the children …", 1, 2, .dim)
      return
    }
    let size = tree.retainedSize(of: node)
    let share = SizeBar.percent(size, of: analysis.reachableBytes)
    let sizes = "\(ByteCount.text(size)), \(share) %"
    let more = from > 0 ? ", from number \(Count.text(from + 1)) on" : ""
    let end = canvas.cut(nodeTitle + more, 0, 2, canvas.width - sizes.count - 6, .heading)
    let column = canvas.put(sizes, 0, end + 2, .size)
    if !content.map.isToScale { canvas.cut("areas not to scale", 0, column + 3, canvas.width - column - 4, .dim) }
    guard !content.map.cells.isEmpty else {
      canvas.put("it alone keeps nothing else alive", 2, 2, .dim)
      if focused { canvas.frame.cursor = Position(row: canvas.area.top + 2, column: canvas.area.left) }
      return
    }
    for (row, line) in content.map.borders().enumerated() { canvas.put(line, row + 1, 0, .dim) }
    for position in content.map.cells.indices {
      drawCell(position, content, pane, isFocused: focused, analysis, &canvas)
    }
  }

  private func drawCell(
    _ position: Int, _ content: TreemapContent, _ pane: Pane, isFocused: Bool, _ analysis: HeapAnalysis,
    _ canvas: inout Canvas
  ) {
    let cell = content.map.cells[position]
    let (top, left) = (cell.top + 2, cell.left + 1)
    let (height, width) = (cell.bottom - cell.top - 1, cell.right - cell.left - 1)
    let isSelected = position == pane.selection
    if isSelected, isFocused {
      canvas.frame.cursor = Position(
        row: canvas.area.top + min(top, canvas.height - 1), column: canvas.area.left + min(left, canvas.width - 1))
    }
    guard height > 0, width > 0 else { return }
    // Of what is very small the bytes say more.
    let isTiny = content.sizes[position] < analysis.reachableBytes / 2000
    let bytes = ByteCount.text(content.sizes[position])
    let share =
      isTiny
      ? bytes : SizeBar.percent(content.sizes[position], of: analysis.reachableBytes) + (width < 8 ? "%" : " %")
    let (name, style) = treemapLabel(position, content, pane, width: width - 1)
    let mark = isSelected ? ">" : " "
    canvas.put(mark, top, left)
    if height == 1 {
      // A line for both: the share is short and says more than the end of a name.
      let rest = width - 1 - share.count - 1
      let end = canvas.cut(name, top, left + 1, rest >= 4 ? rest : width - 1, style)
      if rest >= 4 { canvas.put(share, top, end + 1, .size) }
    } else {
      let lines = width >= 8 ? wrapped(name, width: width - 1, limit: max(1, min(3, height - 1))) : [name]
      for (offset, line) in lines.enumerated() { canvas.cut(line, top + offset, left + 1, width - 1, style) }
      let y = top + lines.count
      let column = canvas.cut(share, y, left + 1, width - 1, .size)
      if !isTiny, column + 2 + bytes.count < left + width { canvas.put(bytes, y, column + 2, .dim) }
      if case .object(let id) = content.nodes[position], height > lines.count + 1 {
        var column = left + 1
        for (text, style) in model.badges(of: id) {
          column = canvas.cut(text, y + 1, column, left + width - column, style)
        }
      }
    }
    guard isSelected else { return }
    for row in top..<top + height {
      canvas.frame.select(
        row: canvas.area.top + row, columns: canvas.area.left + left..<canvas.area.left + left + width)
    }
  }

  /// What a cell stands for, as short as it is clear.
  private func treemapLabel(_ position: Int, _ content: TreemapContent, _ pane: Pane, width: Int) -> (String, Style) {
    guard let node = content.nodes[position] else {
      return content.map.cells[position].isRest
        ? ("\(Count.text(content.restCount)) more", .dim) : ("itself", .dim)
    }
    guard case .object(let id) = node else { return (model.nodeParts(node, parent: nil).label, .plain) }
    let isCycle = analysis.components.component(of: id) != nil
    if case .treemap(.group, _) = pane.place {
      // The class is the same for all: it stands above.
      let summary = analysis.heap.details.summary(of: id).map { " " + shortClassName($0) } ?? ""
      return (analysis.heap.addressText(of: id) + summary, isCycle ? .cycle : .plain)
    }
    var name = shortClassName(analysis.heap.name(of: id))
    if case .treemap(.object(.root), _) = pane.place, width >= 24, let root = model.rootName(directlyHolding: id) {
      name = shortClassName(root) + ": " + name
    }
    return (name, isCycle ? .cycle : .plain)
  }

  /// What a treemap is of.
  private var nodeTitle: String {
    if case .object(let id) = node, id != .root { return shortClassName(analysis.heap.label(of: id)) }
    return model.nodeParts(node, parent: nil).label
  }
}
