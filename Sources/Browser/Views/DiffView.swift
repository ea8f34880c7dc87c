import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// What has changed since an earlier dump, by shape of cycle and by class.
  func drawDiff(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard let comparison else { return }
    guard let diff else {
      drawComparing(comparison, &canvas)
      return
    }
    let top = diffHeaderHeight - 1
    if top > 0 {
      let row = drawCompared(diff, &canvas)
      if let warning = comparison.warning { canvas.cut("! \(warning)", row, 2, canvas.width - 3, .warning) }
    }
    let columns = diffColumns(width: canvas.width)
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    canvas.right(title("retained Δ", .retained), top, columns.retained + 2, .dim)
    if columns.before > 0 {
      canvas.right("before", top, columns.before, .dim)
      canvas.right("after", top, columns.after, .dim)
    }
    if columns.objects > 0 { canvas.right(title("objects Δ", .objects), top, columns.objects + 2, .dim) }
    if columns.state > 0 { canvas.put(title("state", .state), top, columns.state, .dim) }
    canvas.put(title("what", .name), top, columns.title, .dim)
    let count = rowCount(pane)
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = diff.rows[index(ofRow: pane.top + line, pane)]
      drawDiffRow(row, top + 1 + line, columns, &canvas)
      if pane.top + line == pane.selection { canvas.select(top + 1 + line, focused: focused) }
    }
    if count == 0 {
      let nothing = pane.filter.isEmpty ? "nothing has changed" : "no row has “\(pane.filter)”"
      canvas.cut(nothing, top + 2, 2, canvas.width - 3, .dim)
    }
    drawDiffFooter(diff, diffRow(pane.selection, pane), &canvas)
  }

  /// The rows above the first row: which dumps are compared, where there is room for it, and the titles.
  var diffHeaderHeight: Int { diff == nil || bodyHeight < 12 ? 1 : comparison?.warning == nil ? 3 : 4 }

  /// The rows below the last row: the selected one in full, and what is not listed.
  var diffFooterHeight: Int { diff == nil || bodyHeight < 18 ? 0 : 5 }

  private func drawComparing(_ comparison: Comparison, _ canvas: inout Canvas) {
    let name = comparison.fileName
    var lines: [(String, Style)]
    switch comparison.state {
    case .waiting: lines = [("\(name) is read as soon as \(fileName) is analysed", .plain)]
    case .reading:
      lines = [("\(name) is being read: \(comparingStep)", .plain)]
      lines.append(("Of it only sizes by shape of cycle and by class are kept. ^C stops it.", .dim))
    case .failed(let reason):
      lines = wrapped("not compared: \(reason)", width: canvas.width - 4, limit: 4).map { ($0, .warning) }
      lines.append((glyphs == .ascii ? "Enter tries again" : "⏎ tries again", .dim))
    case .done: lines = []
    }
    for (number, line) in lines.enumerated() {
      canvas.cut(line.0, min(canvas.height - 1, 1 + number), 2, canvas.width - 3, line.1)
    }
  }

  /// How far reading the earlier dump has come: `Linking objects 40 %`.
  var comparingStep: String {
    guard case .reading(let report) = comparison?.state else { return "" }
    return stepWords(report, of: steps)
  }

  /// The two dumps, by name and by what roots reach in them: beside each other where both have room, else one below the
  /// other.
  ///
  /// Returns the row after them.
  private func drawCompared(_ diff: HeapDiff, _ canvas: inout Canvas) -> Int {
    let half = canvas.width / 2
    let dumps = [("before", comparison?.fileName ?? "", diff.before), ("after", fileName, diff.after)]
    let isOneRow = dumps.allSatisfy { word, name, digest in
      DisplayWidth.width(of: name, glyphs: glyphs) + word.count + ByteCount.text(digest.reachableBytes).count + 6
        <= half
    }
    for (number, (word, name, digest)) in dumps.enumerated() {
      let (row, left) = isOneRow ? (0, 2 + number * half) : (number, 2)
      let size = ByteCount.text(digest.reachableBytes)
      canvas.put(word, row, left, .dim)
      let end = isOneRow ? left + half - 2 : canvas.width - 1
      canvas.texts(
        [RowText(name, at: left + (isOneRow ? word.count + 2 : 8), .heading), RowText(size, at: left, .size)], row,
        end: end)
    }
    return isOneRow ? 1 : 2
  }

  /// Where numbers end and words begin; a column without room ends at 0 and is not drawn.
  private struct DiffColumns {
    var retained = 15
    var before = 0
    var after = 0
    var objects = 0
    var state = 0
    var title = 0
  }

  private func diffColumns(width: Int) -> DiffColumns {
    var columns = DiffColumns()
    var end = columns.retained
    if width >= 100 {
      columns.before = end + 13
      columns.after = end + 25
      end = columns.after
    }
    // What stands for the state of what has no column for it is before the title: `new`, `gone`. That it has grown its
    // numbers say.
    columns.objects = end + (width >= 70 ? 14 : 13)
    end = columns.objects
    if width >= 70 {
      columns.state = end + 5
      columns.title = columns.state + 10
    } else {
      columns.title = end + 4
    }
    return columns
  }

  private func drawDiffRow(_ row: HeapDiff.Row, _ line: Int, _ columns: DiffColumns, _ canvas: inout Canvas) {
    let isLess = row.state == .gone || row.state == .shrunk
    let style: Style = isLess ? .dim : .plain
    func number(_ sign: Int64, _ text: String, _ end: Int, _ width: Int, _ style: Style) {
      if sign != 0 { canvas.put(sign > 0 ? "+" : "-", line, end - width, style) }
      canvas.right(text, line, end, style)
    }
    let growth = row.retainedGrowth
    number(growth.signum(), ByteCount.text(growth.magnitude), columns.retained, 12, isLess ? .dim : .size)
    if columns.before > 0 {
      for (amount, end) in [(row.before, columns.before), (row.after, columns.after)] where amount.objects > 0 {
        canvas.right((amount.isExact ? "" : "≥ ") + ByteCount.text(amount.retained), line, end, .dim)
      }
    }
    if columns.objects > 0 {
      let objects = Int64(row.objectGrowth)
      number(objects.signum(), Count.text(objects.magnitude), columns.objects, 11, style)
    }
    if columns.state > 0 {
      canvas.put(row.state.rawValue, line, columns.state, row.state == .new ? .heading : style)
    }
    var end = canvas.width - 1
    let mark: Mark?
    if case .shape = row.subject {
      canvas.put("↻", line, columns.title, isLess ? .dim : .cycle)
      mark = row.index.flatMap { marked.mark(ofShape: $0) }
    } else {
      mark = row.index.flatMap { marked.mark(ofClass: $0) }
    }
    if let mark {
      let text = "\(mark.verdict.symbol) \(mark.letter.text)"
      end -= DisplayWidth.width(of: text) + 1
      canvas.put(text, line, end, self.style(of: mark.verdict))
      end -= 1
    }
    var start = columns.title + 2
    if columns.state == 0, row.state == .new || row.state == .gone {
      start = canvas.put(row.state.rawValue, line, start, row.state == .new ? .heading : style) + 1
    }
    canvas.cut(shortClassName(row.title), line, start, end - start, style)
  }

  private func drawDiffFooter(_ diff: HeapDiff, _ row: HeapDiff.Row?, _ canvas: inout Canvas) {
    guard diffFooterHeight > 0 else { return }
    let top = canvas.height - 4
    if let row {
      canvas.cut("before  \(words(row.before))", top, 2, canvas.width - 3)
      let hold = row.hold?.words.map { "; " + $0 } ?? ""
      canvas.cut("after   \(words(row.after))\(hold)", top + 1, 2, canvas.width - 3)
    }
    let (shapes, classes) = diff.sameWords
    let rest =
      "\(shapes) and \(classes) are as they were. Matched by the names of classes and fields: addresses move."
    for (number, line) in wrapped(rest, width: canvas.width - 4, limit: 2).enumerated() {
      canvas.cut(line, top + 2 + number, 2, canvas.width - 3, .dim)
    }
  }

  /// `1.6 MiB, 405 objects, 1 cycle`.
  private func words(_ amount: HeapDigest.Amount) -> String {
    guard amount.objects > 0 else { return "none" }
    let bound = amount.isExact ? "" : "≥ "
    let cycles = amount.cycles > 0 ? ", \(Count.text(amount.cycles, "cycle"))" : ""
    return "\(bound)\(ByteCount.text(amount.retained)), \(Count.text(amount.objects, "object"))\(cycles)"
  }
}
