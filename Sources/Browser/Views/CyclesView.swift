import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// Shapes of cycles, one a row.
  func drawCycles(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    drawCycleTitles("cycles", "shape", pane, &canvas)
    let count = rowCount(pane)
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = pane.top + line
      let number = index(ofRow: row, pane)
      let shape = analysis.shapes[number]
      drawCycleRow(
        mark: marked.mark(ofShape: number), isHeld: shape.heldCount > 0,
        retained: (shape.retained, shape.retainedIsExact, shape.shallow),
        amounts: (shape.count, shape.objects, shape.entries), title: titled(shape), isShape: false, line + 1, analysis,
        &canvas)
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count == 0 {
      canvas.put(pane.filter.isEmpty ? "no cycles under this policy" : "no shape has “\(pane.filter)”", 2, 2, .dim)
    }
  }

  /// The cycles of one shape.
  func drawShape(_ index: Int, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    drawCycleTitles("objects", "first object, held by", pane, &canvas)
    let count = rowCount(pane)
    if count == 0 { canvas.cut("no cycle has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim) }
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = pane.top + line
      guard let id = component(ofRow: row, pane) else { continue }
      let component = analysis.components[id]
      var title = ""
      if let first = first(of: id) {
        title = "\(analysis.heap.addressText(of: first))  \(nearestRootName(of: first) ?? "no root")"
      }
      drawCycleRow(
        mark: mark(on: id), isHeld: component.isHeld,
        retained: (component.retained, component.retainedIsExact, component.shallow),
        amounts: (component.objects, component.references, component.entries), title: title, isShape: true, line + 1,
        analysis, &canvas
      )
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }

  private func drawCycleTitles(_ first: String, _ last: String, _ pane: Pane, _ canvas: inout Canvas) {
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    let isShape = if case .shape = pane.place { true } else { false }
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if isShape, canvas.width < 100 {
      canvas.right(title(first, .objects), 0, 31, .dim)
      canvas.right(title("entries", .entries), 0, 40, .dim)
      canvas.put(title(last, .address), 0, 42, .dim)
      return
    }
    let offset = amountColumn
    canvas.right(title(first, isShape ? .objects : .count), 0, offset + 9, .dim)
    canvas.right(title(isShape ? "refs" : "objects", isShape ? .name : .objects), 0, offset + 19, .dim)
    canvas.right(title("entries", .entries), 0, offset + 28, .dim)
    canvas.put(title(last, isShape ? .address : .name), 0, offset + 30, .dim)
  }

  /// The title of a column, with an arrow where the rows are in its order: down when the largest comes first.
  func sortTitle(_ text: String, _ column: SortColumn, _ pane: Pane) -> String {
    guard (pane.sort ?? .retained) == column else { return text }
    let ascends = column == .name || column == .address
    return text + (ascends == pane.reversed ? " ▼" : " ▲")
  }

  /// Where the amounts of a cycle's row begin.
  private var amountColumn: Int {
    switch sizeColumns {
    case .bars: 29
    case .percent: 21
    case .bytes: 15
    }
  }

  private func drawCycleRow(
    mark: Mark?, isHeld: Bool, retained: (bytes: UInt64, isExact: Bool, shallow: UInt64), amounts: (Int, Int, Int),
    title: String, isShape: Bool, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    // The cycles of one shape differ in their roots: on a narrow pane bar and references give way to them.
    let isNarrow = isShape && canvas.width < 100
    if let mark { canvas.put("\(mark.letter.text)\(mark.verdict.symbol)", row, 2, style(of: mark.verdict)) }
    if isHeld {
      drawSize(retained.bytes, of: analysis.reachableBytes, row, 15, isNarrow ? 0 : 6, &canvas)
      if !retained.isExact { canvas.put("≥", row, 4, .dim) }
    } else {
      canvas.right("collectable", row, 15, .dim)
      if !isNarrow { canvas.right(ByteCount.text(retained.shallow), row, 28, .dim) }
    }
    if isNarrow {
      canvas.right(Count.text(amounts.0), row, 31)
      canvas.right(Count.text(amounts.2), row, 40)
      canvas.cut(title, row, 42, canvas.width - 43, isHeld ? .plain : .dim)
      return
    }
    let offset = amountColumn
    canvas.right(Count.text(amounts.0), row, offset + 9)
    canvas.right(Count.text(amounts.1), row, offset + 19)
    canvas.right(Count.text(amounts.2), row, offset + 28)
    canvas.cut(title, row, offset + 30, canvas.width - offset - 31, isHeld ? .plain : .dim)
  }
}
