import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// A list of cycles, or of shapes of them.
protocol CycleListScene: Scene {}

/// Where the amounts of a cycle end and its title begins; an amount without room ends at 0 and is not drawn.
struct CycleColumns {
  var bar = 0
  var first = 0
  var second = 0
  var third = 0
  var title = 0
}

extension CycleListScene {
  /// Rows below the list of cycles: what holds the selected one, and why that lives.
  var footerHeight: Int { model.bodyHeight < 18 ? 0 : 3 }

  /// What holds the selected row's cycle, and why that lives.
  func drawHolder(_ id: ComponentID?, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard footerHeight > 0, let id else { return }
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

  func drawCycleTitles(_ pane: Pane, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    func title(_ text: String, _ column: SortColumn) -> String { model.sortTitle(text, column, pane) }
    let isShape = if case .shape = pane.place { true } else { false }
    let columns = cycleColumns(isShape: isShape, width: canvas.width, analysis)
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if model.sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    // One blank between a title and the arrow of the next; a title may be wider than its numbers.
    for (text, column, end) in [
      (isShape ? "objects" : "cycles", isShape ? SortColumn.objects : .count, columns.first),
      (isShape ? "refs" : "objects", isShape ? .name : .objects, columns.second),
      ("entries", .entries, columns.third),
    ] where end > 0 { canvas.right(title(text, column), 0, end, .dim) }
    canvas.put(
      isShape ? title("first object, held by", .address) : title("shape", .name), 0, columns.title, .dim)
  }

  /// The columns of numbers, as wide as those of this dump need.
  ///
  /// On a narrow pane amounts give way to the title, and the bar does: the titles of shapes are long, and the cycles of
  /// one shape differ in their roots.
  func cycleColumns(isShape: Bool, width: Int, _ analysis: HeapAnalysis) -> CycleColumns {
    var columns = CycleColumns()
    var end =
      switch model.sizeColumns {
      case .bars: 21
      case .percent: 21
      case .bytes: 15
      }
    let isNarrow = width < 70
    if model.sizeColumns == .bars, !isNarrow, !(isShape && width < 100) {
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

  func drawCycleRow(
    mark: Mark?, hold: Hold, isHeld: Bool, retained: (bytes: UInt64, isExact: Bool, shallow: UInt64),
    amounts: (Int, Int, Int),
    title: String, isShape: Bool, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let columns = cycleColumns(isShape: isShape, width: canvas.width, analysis)
    if let mark { canvas.put("\(mark.letter.text)\(mark.verdict.symbol)", row, 2, model.style(of: mark.verdict)) }
    if isHeld {
      model.drawSize(retained.bytes, of: analysis.reachableBytes, row, 15, columns.bar, &canvas)
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
