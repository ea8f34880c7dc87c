import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// Shapes of cycles, one a row.
  func drawCycles(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    drawCycleTitles(pane, analysis, &canvas)
    let count = rowCount(pane)
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = pane.top + line
      let number = index(ofRow: row, pane)
      let shape = analysis.shapes[number]
      drawCycleRow(
        mark: marked.mark(ofShape: number),
        hold: shape.components.first.map { analysis.hold(of: $0) } ?? analysis.unheld,
        isHeld: shape.heldCount > 0,
        retained: (shape.retained, shape.retainedIsExact, shape.shallow),
        amounts: (shape.count, shape.objects, shape.entries), title: flagged(shape, analysis), isShape: false, line + 1,
        analysis,
        &canvas)
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawHolder(analysis.shapes[index(ofRow: pane.selection, pane)].components.first, analysis, &canvas)
    }
    if count == 0 {
      canvas.put(pane.filter.isEmpty ? "no cycles under this policy" : "no shape has “\(pane.filter)”", 2, 2, .dim)
    }
  }

  /// The cycles of one shape.
  func drawShape(_ index: Int, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    drawCycleTitles(pane, analysis, &canvas)
    let count = rowCount(pane)
    if count == 0 { canvas.cut("no cycle has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim) }
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = pane.top + line
      guard let id = component(ofRow: row, pane) else { continue }
      let component = analysis.components[id]
      var title = ""
      if let first = first(of: id) {
        title =
          "\(analysis.heap.addressText(of: first))  \(analysis.holderText(of: first).map(shortClassName) ?? "no root")"
      }
      drawCycleRow(
        mark: mark(on: id), hold: analysis.hold(of: id), isHeld: component.isHeld,
        retained: (component.retained, component.retainedIsExact, component.shallow),
        amounts: (component.objects, component.references, component.entries), title: title, isShape: true, line + 1,
        analysis, &canvas
      )
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawHolder(component(ofRow: pane.selection, pane), analysis, &canvas)
    }
  }

  /// A shape's title, behind a word when its cycles are never freed.
  private func flagged(_ shape: CycleShape, _ analysis: HeapAnalysis) -> String {
    let isNeverFreed = shape.components.first.map { analysis.finalizerCycles.contains($0) } ?? false
    let first = shape.components.first.map { analysis.hold(of: $0) }
    let isUnrecorded = if case .unrecorded = first { true } else { false }
    return (isNeverFreed ? "never freed: " : isUnrecorded ? "not recorded: " : "") + titled(shape)
  }

  /// Rows below the list of cycles: what holds the selected one, and why that lives.
  var cyclesFooterHeight: Int { bodyHeight < 18 ? 0 : 3 }

  /// What holds the selected row's cycle, and why that lives.
  private func drawHolder(_ id: ComponentID?, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard cyclesFooterHeight > 0, let id else { return }
    var text: String
    if !analysis.components[id].isHeld {
      text = analysis.unheldSentence(analysis.hold(of: id))
    } else if let holder = analysis.holder(of: id) {
      let name = analysis.components[id].nearest.flatMap { analysis.holderText(of: $0) }
      text = "held by \(holder.words): \(name ?? analysis.graph.nameOfRoot(holder.root))"
    } else {
      text = "held by a root far away: ⏎ says which"
    }
    let neverFreed = analysis.neverFreedWords(id)
    if let neverFreed { text = neverFreed + "; " + text }
    for (number, line) in wrapped(text, width: canvas.width - 4, limit: 2).enumerated() {
      canvas.cut(line, canvas.height - 2 + number, 2, canvas.width - 3, neverFreed == nil ? .dim : .warning)
    }
  }

  private func drawCycleTitles(_ pane: Pane, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    let isShape = if case .shape = pane.place { true } else { false }
    let columns = cycleColumns(isShape: isShape, width: canvas.width, analysis)
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    // One blank between a title and the arrow of the next; a title may be wider than its numbers.
    for (text, column, end) in [
      (isShape ? "objects" : "cycles", isShape ? SortColumn.objects : .count, columns.first),
      (isShape ? "refs" : "objects", isShape ? .name : .objects, columns.second),
      ("entries", .entries, columns.third),
    ] where end > 0 { canvas.right(title(text, column), 0, end, .dim) }
    canvas.put(
      isShape ? title("first object, held by", .address) : title("shape", .name), 0, columns.title, .dim)
  }

  /// The title of a column, with an arrow where the rows are in its order: down when the largest comes first.
  func sortTitle(_ text: String, _ column: SortColumn, _ pane: Pane) -> String {
    guard (pane.sort ?? .retained) == column else { return text }
    let ascends = column == .name || column == .address
    return text + (ascends == pane.reversed ? " ▼" : " ▲")
  }

  /// Where the amounts of a cycle end and its title begins; an amount without room ends at 0 and is not drawn.
  private struct CycleColumns {
    var bar = 0
    var first = 0
    var second = 0
    var third = 0
    var title = 0
  }

  /// The columns of numbers, as wide as those of this dump need.
  ///
  /// On a narrow pane amounts give way to the title, and the bar does: the titles of shapes are long, and the cycles of
  /// one shape differ in their roots.
  private func cycleColumns(isShape: Bool, width: Int, _ analysis: HeapAnalysis) -> CycleColumns {
    var columns = CycleColumns()
    var end =
      switch sizeColumns {
      case .bars: 21
      case .percent: 21
      case .bytes: 15
      }
    let isNarrow = width < 70
    if sizeColumns == .bars, !isNarrow, !(isShape && width < 100) {
      columns.bar = 6
      end += 7
    }
    let objects = Count.text(analysis.components.objectCount).count
    let cycles = Count.text(analysis.components.count).count
    end += 2 + max(isShape ? 7 : 6, isShape ? objects : cycles)
    columns.first = end
    if !isNarrow {
      if !isShape || width >= 100 {
        end += 2 + max(7, objects)
        columns.second = end
      }
      end += 2 + max(7, min(objects, 9))
      columns.third = end
    }
    columns.title = end + 2
    return columns
  }

  private func drawCycleRow(
    mark: Mark?, hold: Hold, isHeld: Bool, retained: (bytes: UInt64, isExact: Bool, shallow: UInt64),
    amounts: (Int, Int, Int),
    title: String, isShape: Bool, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let columns = cycleColumns(isShape: isShape, width: canvas.width, analysis)
    if let mark { canvas.put("\(mark.letter.text)\(mark.verdict.symbol)", row, 2, style(of: mark.verdict)) }
    if isHeld {
      drawSize(retained.bytes, of: analysis.reachableBytes, row, 15, columns.bar, &canvas)
      if !retained.isExact { canvas.put("≥", row, 4, .dim) }
    } else {
      canvas.right(hold.word, row, 15, .dim)
      if columns.bar > 0 { canvas.right(ByteCount.text(retained.shallow), row, 27, .dim) }
    }
    canvas.right(Count.text(amounts.0), row, columns.first)
    if columns.second > 0 { canvas.right(Count.text(amounts.1), row, columns.second) }
    if columns.third > 0 { canvas.right(Count.text(amounts.2), row, columns.third) }
    canvas.cut(title, row, columns.title, canvas.width - columns.title - 1, isHeld ? .plain : .dim)
  }
}
