import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What a person marked.
struct MarksScene: Scene {
  let model: Model
  let pane: Pane

  private var marks: MarkSet { model.marks }

  var rowCount: Int { pane.filter.isEmpty ? marks.count : filtered.count }
  func index(ofRow row: Int) -> Int { pane.filter.isEmpty ? row : filtered[row] }

  /// The marks that have the filter's text.
  ///
  /// Marks come and go while they are seen: nothing is kept.
  private var filtered: [Int] { marks.marks.indices.filter { matches(text(of: marks.marks[$0]), pane.filter) } }

  private func mark(ofRow row: Int) -> Mark { marks.marks[index(ofRow: row)] }
  private func text(of mark: Mark) -> String { "\(mark.letter.text) \(mark.verdict.name) \(mark.title) \(mark.note)" }

  func object(ofRow row: Int) -> ObjectID? { model.markedObject(mark(ofRow: row)) }
  func text(ofRow row: Int) -> String { text(of: mark(ofRow: row)) }

  func target(ofRow row: Int) -> RowTarget? {
    let mark = mark(ofRow: row)
    if let place = model.place(of: mark) { return .place(place) }
    guard case .absent(let why) = model.marked[mark.target] else { return nil }
    return .nowhere(why)
  }

  func companion(ofRow row: Int) -> Place? { model.place(of: mark(ofRow: row)) }

  var markTarget: MarkedRow? {
    guard pane.selection < rowCount else { return nil }
    return (mark(ofRow: pane.selection).target, nil, nil)
  }

  var paneUnderOtherPolicies: Pane { pane }
  /// The selected mark in full.
  var footerHeight: Int { marks.isEmpty ? 0 : min(10, model.bodyHeight / 2) }
  var isKept: Bool { true }

  var title: String { "Marks" }
  var helpWords: [String] { ["What you marked. Every change is written at once; open the next dump with --marks."] }
  var breadcrumb: [String] { ["Marks"] }
  var footerActions: [Action] { [.follow, .editMark, .toggleMark, .export, .saveCopy, .undo] }

  var noObjectReason: String {
    if marks.isEmpty { return "no marks yet: Space marks a row of another view" }
    return rowCount == 0 ? "there is no row" : model.notYetReason(.cycle) ?? "what is marked is not in this dump"
  }
}

extension MarksScene {

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    if marks.isEmpty {
      canvas.put("No marks yet.", 1, 2)
      canvas.put("Space marks what is selected as suspect; m gives it a verdict and a note.", 3, 2, .dim)
      canvas.put("Marks are written at once, to", 4, 2, .dim)
      canvas.cut(model.marksPath, 5, 4, canvas.width - 5, .dim)
      return
    }
    let titleWidth = max(16, min(44, canvas.width - 48))
    canvas.put("verdict", 0, 6, .dim)
    canvas.put("what", 0, 18, .dim)
    canvas.right("retained", 0, 18 + titleWidth + 12, .dim)
    canvas.put("note", 0, 18 + titleWidth + 14, .dim)
    let count = rowCount
    if count == 0 { canvas.cut("no mark has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim) }
    for line in 0..<pageHeight where pane.top + line < count {
      let mark = marks.marks[index(ofRow: pane.top + line)]
      let isHere = model.place(of: mark) != nil
      canvas.put(mark.letter.text, line + 1, 2, .heading)
      canvas.put("\(mark.verdict.symbol) \(mark.verdict.name)", line + 1, 6, model.style(of: mark.verdict))
      let size = isHere ? ByteCount.text(currentRetained(mark, analysis)) : isAwaited(mark) ? "not yet" : "not here"
      canvas.texts(
        [
          RowText(shortClassName(mark.title), at: 18, isHere ? .plain : .dim),
          RowText(size, at: 18 + titleWidth + 12 - size.count, isHere ? .size : .dim),
          RowText(
            String(mark.note.prefix(canvas.width).map { $0.isNewline ? " " : $0 }), at: 18 + titleWidth + 14),
        ], line + 1, end: canvas.width - 1)
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    guard pane.selection < count else { return }
    drawMark(marks.marks[index(ofRow: pane.selection)], canvas.height - footerHeight, analysis, &canvas)
  }

  /// Whether a mark stands on cycles, and those are not known yet.
  private func isAwaited(_ mark: Mark) -> Bool { mark.target.shape != nil && !model.has(.cycles) }

  /// What a mark's thing retains in this dump.
  private func currentRetained(_ mark: Mark, _ analysis: HeapAnalysis) -> UInt64 {
    switch model.marked[mark.target] {
    case .shape(let shape), .changedShape(let shape): analysis.shapes[shape].retained
    case .cycle(let id): analysis.components[id].retained
    case .object(let id): analysis.dominators.retainedSize(of: id)
    case .root(let index): analysis.dominators.retainedSize(of: analysis.graph.roots[index].target)
    case .objects(let index): analysis.histogram.row(ofClass: index)?.retained ?? 0
    // What it frees is worked out when it is opened.
    case .cut(let id, let group): model.cutGroups[id]?.group(group)?.freedBytes ?? mark.retained
    case .absent: mark.retained
    }
  }

  /// The cycle that a marked object, or what a marked root refers to, is in.
  private func cycleTitle(ofMarked mark: Mark, _ analysis: HeapAnalysis) -> String? {
    switch mark.target {
    case .shape, .cycle, .objects, .cut: return nil
    case .object, .root: break
    }
    guard let object = model.markedObject(mark), let id = analysis.components.component(of: object) else { return nil }
    return model.titled(analysis.shapes[analysis.components[id].shape])
  }

  private func drawMark(_ mark: Mark, _ top: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    model.drawRule("\(mark.letter.text) · \(shortClassName(mark.title))", top, &canvas)
    var row = top + 1
    let note = mark.note.isEmpty ? "no note: m writes one" : mark.note
    for line in wrapped(note, width: canvas.width - 4, limit: max(1, footerHeight - 6)) {
      canvas.cut(line, row, 2, canvas.width - 3, mark.note.isEmpty ? .dim : .plain)
      row += 1
    }
    var what = "\(mark.target.kind), \(Count.text(mark.objects, "object"))"
    let verb = if case .cut = mark.target { "freed by it" } else { "retained" }
    what += ", \(ByteCount.text(mark.retained)) \(verb) when it was marked in \(mark.dump)"
    if case .changedShape = model.marked[mark.target] { what += "; of another shape now" }
    canvas.cut(what, row, 2, canvas.width - 3, .dim)
    if let cycle = cycleTitle(ofMarked: mark, analysis) {
      row += 1
      canvas.cut("in the cycle \(cycle): c shows it", row, 2, canvas.width - 3, .dim)
    }
    if !mark.root.isEmpty {
      row += 1
      canvas.cut("held by \(mark.root)", row, 2, canvas.width - 3, .dim)
    }
    if !mark.witness.isEmpty {
      row += 1
      let names = mark.witness.prefix(20).map { shortClassName($0) }.joined(separator: " → ")
      canvas.cut(names, row, 2, canvas.width - 3, .dim)
    }
    canvas.cut(
      "kept in \(model.marksPath) · marked \(MarksReport.date(mark.made))", row + 1, 2, canvas.width - 3, .dim)
  }
}
