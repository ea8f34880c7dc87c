import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// The children of a node of the retention tree as areas: what is larger retains more.
  func drawTreemap(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard case .treemap(let node, let from) = pane.place else { return }
    guard let content = treemap(pane), let tree = retentionTree else {
      canvas.put("arranging the children …", 1, 2, .dim)
      return
    }
    let size = tree.retainedSize(of: node)
    let share = SizeBar.percent(size, of: analysis.reachableBytes)
    let sizes = "\(ByteCount.text(size)), \(share) %"
    let more = from > 0 ? ", from number \(Count.text(from + 1)) on" : ""
    let end = canvas.cut(treemapTitle(node) + more, 0, 2, canvas.width - sizes.count - 6, .heading)
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
        for (text, style) in badges(of: id) { column = canvas.cut(text, y + 1, column, left + width - column, style) }
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
    guard let analysis else { return ("", .plain) }
    guard let node = content.nodes[position] else {
      return content.map.cells[position].isRest
        ? ("\(Count.text(content.restCount)) more", .dim) : ("itself", .dim)
    }
    guard case .object(let id) = node else { return (nodeParts(node, parent: nil).label, .plain) }
    let isCycle = analysis.components.component(of: id) != nil
    if case .treemap(.group, _) = pane.place {
      // The class is the same for all: it stands above.
      let summary = analysis.heap.details.summary(of: id).map { " " + shortClassName($0) } ?? ""
      return (analysis.heap.addressText(of: id) + summary, isCycle ? .cycle : .plain)
    }
    var name = shortClassName(analysis.heap.name(of: id))
    if case .treemap(.object(.root), _) = pane.place, width >= 24, let root = rootName(directlyHolding: id) {
      name = shortClassName(root) + ": " + name
    }
    return (name, isCycle ? .cycle : .plain)
  }

  /// What a treemap is of.
  func treemapTitle(_ node: RetentionNode) -> String {
    if case .object(let id) = node, id != .root, let analysis { return shortClassName(analysis.heap.label(of: id)) }
    return nodeParts(node, parent: nil).label
  }
}
