import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What has changed since an earlier dump, by shape of cycle and by class.
struct DiffScene: Scene {
  let model: Model
  let pane: Pane

  private var diff: HeapDiff? { model.diff }

  var rowCount: Int { diff.map { pane.order?.count ?? $0.rows.count } ?? 0 }

  /// What a row tells of.
  func change(ofRow row: Int) -> HeapDiff.Row? {
    guard let diff, row < rowCount else { return nil }
    return diff.rows[index(ofRow: row)]
  }

  /// The shape, an index into `HeapAnalysis.shapes`, that a row is about, if it is there.
  private func shape(ofRow row: Int) -> Int? {
    guard let row = change(ofRow: row), case .shape = row.subject else { return nil }
    return row.index
  }

  /// The class that a row is about, if it is there.
  private func classIndex(ofRow row: Int) -> Int? {
    guard let row = change(ofRow: row), case .type = row.subject else { return nil }
    return row.index
  }

  func object(ofRow row: Int) -> ObjectID? {
    shape(ofRow: row).flatMap { analysis.shapes[$0].components.first }.flatMap { model.first(of: $0) }
  }

  func text(ofRow row: Int) -> String { change(ofRow: row)?.title ?? "" }

  func target(ofRow row: Int) -> RowTarget? {
    if let shape = shape(ofRow: row) { return .place(model.place(ofShape: shape)) }
    return classIndex(ofRow: row).map { .place(.instances($0)) } ?? .nowhere(noObjectReason)
  }

  func companion(ofRow row: Int) -> Place? {
    if let index = classIndex(ofRow: row) { return .instances(index) }
    return shape(ofRow: row).flatMap { analysis.shapes[$0].components.first.map { .cycle($0) } }
  }

  func pathGoal(ofRow row: Int) -> PathGoal? { classIndex(ofRow: row).map { .instances($0) } }

  var markTarget: MarkedRow? {
    shape(ofRow: pane.selection).map { model.target(ofShape: $0) } ?? selectedClass.map { model.target(ofClass: $0) }
  }

  var selectedClass: Int? { classIndex(ofRow: pane.selection) }

  func exportChoices(_ marks: [ExportChoice], _ subtree: [ExportChoice]) -> [ExportChoice] {
    let own = diff == nil ? [] : ExportChoice.Format.ofDiff.map { ExportChoice(subject: .diff, format: $0) }
    return own + marks + subtree
  }

  var sortColumns: [SortColumn] { diff == nil ? [] : [.retained, .objects, .state, .name] }

  func order(by column: SortColumn) -> RowOrder {
    guard let rows = diff?.rows else { return .rows([]) }
    let kept = rows.indices.filter {
      matches(rows[$0].title, pane.filter) || pane.filter.lowercased() == rows[$0].state.rawValue
    }
    let states = HeapDiff.State.allCases
    // Growth is the larger the more there is: losses come last.
    func signed(_ number: Int64) -> UInt64 { UInt64(bitPattern: number) ^ 1 << 63 }
    return .rows(
      model.ordered(
        kept, pane.reversed, column, name: { rows[$0].title },
        number: { index in
          switch column {
          case .objects: signed(Int64(rows[index].objectGrowth))
          case .state: UInt64(states.count - states.firstIndex(of: rows[index].state)!)
          default: signed(rows[index].retainedGrowth)
          }
        }))
  }

  var paneUnderOtherPolicies: Pane { pane }
  var isKept: Bool { true }

  var title: String { "Diff" }
  var helpWords: [String] {
    [
      "What has changed since the earlier dump: shapes of cycles (↻) and classes, by how much more they retain.",
      "New: not there before. Gone: not there any more. Enter opens what is there now; f new shows what is new.",
    ]
  }
  var breadcrumb: [String] { ["Diff against \(model.comparison?.fileName ?? "")"] }
  var footerActions: [Action] { [.follow, .toggleMark, .editMark, .sort, .filter, .export] }

  var orderWords: String? {
    guard let first = sortColumns.first else { return nil }
    let column = pane.sort ?? first
    return column == .retained ? "retained growth" : column.title
  }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .sort, .reverseSort: sortColumns.isEmpty ? "there are no rows to sort" : nil
    default: listReason(action)
    }
  }

  var noObjectReason: String {
    if rowCount == 0 { return "there is no row" }
    if change(ofRow: pane.selection)?.index == nil { return "it is gone: there is nothing of it in this dump" }
    return "a class is no object: Enter lists its objects"
  }
}

extension DiffScene {
  /// What has changed since an earlier dump, by shape of cycle and by class.
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    guard let comparison = model.comparison else { return }
    guard let diff else {
      drawComparing(comparison, &canvas)
      return
    }
    let top = headerHeight - 1
    if top > 0 {
      let row = drawCompared(diff, &canvas)
      if let warning = comparison.warning { canvas.cut("! \(warning)", row, 2, canvas.width - 3, .warning) }
    }
    let columns = diffColumns(width: canvas.width)
    func title(_ text: String, _ column: SortColumn) -> String { model.sortTitle(text, column, pane) }
    canvas.right(title("retained Δ", .retained), top, columns.retained + 2, .dim)
    if columns.before > 0 {
      canvas.right("before", top, columns.before, .dim)
      canvas.right("after", top, columns.after, .dim)
    }
    if columns.objects > 0 { canvas.right(title("objects Δ", .objects), top, columns.objects + 2, .dim) }
    if columns.state > 0 { canvas.put(title("state", .state), top, columns.state, .dim) }
    canvas.put(title("what", .name), top, columns.title, .dim)
    let count = rowCount
    for line in 0..<pageHeight where pane.top + line < count {
      let row = diff.rows[index(ofRow: pane.top + line)]
      drawDiffRow(row, top + 1 + line, columns, &canvas)
      if pane.top + line == pane.selection { canvas.select(top + 1 + line, focused: focused) }
    }
    if count == 0 {
      let nothing = pane.filter.isEmpty ? "nothing has changed" : "no row has “\(pane.filter)”"
      canvas.cut(nothing, top + 2, 2, canvas.width - 3, .dim)
    }
    drawDiffFooter(diff, change(ofRow: pane.selection), &canvas)
  }

  /// The rows above the first row: which dumps are compared, where there is room for it, and the titles.
  var headerHeight: Int { diff == nil || model.bodyHeight < 12 ? 1 : model.comparison?.warning == nil ? 3 : 4 }

  /// The rows below the last row: the selected one in full, and what is not listed.
  var footerHeight: Int { diff == nil || model.bodyHeight < 18 ? 0 : 5 }

  private func drawComparing(_ comparison: Comparison, _ canvas: inout Canvas) {
    let name = comparison.fileName
    var lines: [(String, Style)]
    switch comparison.state {
    case .waiting: lines = [("\(name) is read as soon as \(model.fileName) is analysed", .plain)]
    case .reading:
      lines = [("\(name) is being read: \(model.comparingStep)", .plain)]
      lines.append(("Of it only sizes by shape of cycle and by class are kept. ^C stops it.", .dim))
    case .failed(let reason):
      lines = wrapped("not compared: \(reason)", width: canvas.width - 4, limit: 4).map { ($0, .warning) }
      lines.append((model.glyphs == .ascii ? "Enter tries again" : "⏎ tries again", .dim))
    case .done: lines = []
    }
    for (number, line) in lines.enumerated() {
      canvas.cut(line.0, min(canvas.height - 1, 1 + number), 2, canvas.width - 3, line.1)
    }
  }

  /// The two dumps, by name and by what roots reach in them: beside each other where both have room, else one below the
  /// other.
  ///
  /// Returns the row after them.
  private func drawCompared(_ diff: HeapDiff, _ canvas: inout Canvas) -> Int {
    let half = canvas.width / 2
    let dumps = [("before", model.comparison?.fileName ?? "", diff.before), ("after", model.fileName, diff.after)]
    let isOneRow = dumps.allSatisfy { word, name, digest in
      DisplayWidth.width(of: name, glyphs: model.glyphs) + word.count + ByteCount.text(digest.reachableBytes).count + 6
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
      mark = row.index.flatMap { model.marked.mark(ofShape: $0) }
    } else {
      mark = row.index.flatMap { model.marked.mark(ofClass: $0) }
    }
    if let mark {
      let text = "\(mark.verdict.symbol) \(mark.letter.text)"
      end -= DisplayWidth.width(of: text) + 1
      canvas.put(text, line, end, model.style(of: mark.verdict))
      end -= 1
    }
    var start = columns.title + 2
    if columns.state == 0, row.state == .new || row.state == .gone {
      start = canvas.put(row.state.rawValue, line, start, row.state == .new ? .heading : style) + 1
    }
    canvas.cut(shortClassName(row.title), line, start, end - start, style)
  }

  private func drawDiffFooter(_ diff: HeapDiff, _ row: HeapDiff.Row?, _ canvas: inout Canvas) {
    guard footerHeight > 0 else { return }
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
