import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  func drawClasses(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    // A narrow pane leaves bars and shallow sizes out for the names.
    let isNarrow = canvas.width < 70
    let offset = sizeColumns == .bytes ? 15 : sizeColumns == .percent || isNarrow ? 21 : 29
    let names = offset + (isNarrow ? 14 : 25)
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    canvas.right(title("objects", .objects), 0, offset + 12, .dim)
    if !isNarrow { canvas.right(title("shallow", .shallow), 0, offset + 23, .dim) }
    canvas.put(title("class", .name), 0, names, .dim)
    let count = rowCount(pane)
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = analysis.histogram.rows[index(ofRow: pane.top + line, pane)]
      drawSize(row.retained, of: analysis.reachableBytes, line + 1, 15, isNarrow ? 0 : 6, &canvas)
      canvas.right(Count.text(row.objects), line + 1, offset + 12)
      if !isNarrow { canvas.right(ByteCount.text(row.shallow), line + 1, offset + 23) }
      let name = analysis.graph.classes[row.classIndex].name
      let room = canvas.width - names - 1
      // In full where that fits.
      let isLong = DisplayWidth.width(of: name, glyphs: glyphs) > room || name.contains("/")
      canvas.cut(isLong ? shortClassName(name) : name, line + 1, names, room)
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count == 0 { canvas.put("no class has “\(pane.filter)”", 2, 2, .dim) }
  }

  func drawInstances(
    _ classIndex: Int, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    let isNarrow = canvas.width < 70
    let offset = sizeColumns == .bytes ? 15 : sizeColumns == .percent || isNarrow ? 21 : 29
    canvas.right(title("shallow", .shallow), 0, offset + 11, .dim)
    canvas.put(title("object", .address), 0, offset + 13, .dim)
    guard instances[classIndex] != nil else {
      canvas.put("looking through the heap …", 2, 2, .dim)
      return
    }
    let heap = analysis.heap
    if rowCount(pane) == 0 {
      canvas.put(pane.filter.isEmpty ? "no objects" : "no address has “\(pane.filter)”", 2, 2, .dim)
    }
    for line in 0..<pageHeight(pane) where pane.top + line < rowCount(pane) {
      guard let id = object(ofRow: pane.top + line, pane) else { continue }
      drawSize(
        analysis.dominators.retainedSize(of: id), of: analysis.reachableBytes, line + 1, 15, isNarrow ? 0 : 6, &canvas)
      canvas.right(ByteCount.text(heap.graph.size(of: id)), line + 1, offset + 11)
      let badge = badges(of: id)
      let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
      // The class is the same for all: it stands above.
      var text = heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
      if let content = heap.details.text(of: id, limit: 60) { text += " “\(DisplayWidth.sanitised(content.text))”" }
      if !analysis.dominators.isReachable(id) { text += " (unreachable)" }
      canvas.cut(text, line + 1, offset + 13, canvas.width - offset - 15 - badgeWidth)
      var column = canvas.width - badgeWidth
      for (text, style) in badge { column = canvas.put(text, line + 1, column, style) }
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }
}
