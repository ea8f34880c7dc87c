import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension CycleScene {
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    let component = analysis.components[id]
    let room = canvas.width - 3
    let forms = (0..<4).lazy.map { summary(component, analysis, without: $0) }
    let head = forms.first { DisplayWidth.width(of: $0, glyphs: model.glyphs) <= room } ?? forms[3]
    canvas.cut(head, 0, 2, room, component.isHeld ? .cycle : .dim)
    guard let report = model.reports[id] else {
      canvas.put("finding its shortest ring and its cuts …", 2, 2, .dim)
      return
    }
    switch model.effectiveDrawing(pane) {
    case .ring: drawRing(report, pane, focused, analysis, &canvas)
    case .list: drawCycleList(report, pane, focused, analysis, &canvas)
    case .matrix: drawMatrix(report, pane, focused, analysis, &canvas)
    }
  }

  /// How many objects, references and entries a cycle has, and what it retains.
  ///
  /// `left` says how much is left out that can be seen elsewhere: 1 the percentage, 2 also the references, 3 also the
  /// entries.
  private func summary(_ component: Component, _ analysis: HeapAnalysis, without left: Int) -> String {
    var text = Count.text(component.objects, "object")
    if left < 2 { text += " · " + Count.text(component.references, "reference") }
    if left < 3 { text += " · " + Count.text(component.entries, "entry", "entries") }
    guard component.isHeld else {
      return text
        + " · \(ByteCount.text(component.shallow)) · \(analysis.hold(of: component.id).word): no root reaches it"
    }
    let share = SizeBar.percent(component.retained, of: analysis.reachableBytes)
    if let words = analysis.neverFreedWords(component.id) { text += " · " + words }
    text += " · retained \(component.retainedIsExact ? "" : "≥ ")\(ByteCount.text(component.retained))"
    if left < 1 { text += " (\(share) %)" }
    if let mark = model.mark(on: component.id) {
      text += " · \(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name)"
    }
    return text
  }

  /// The root that holds a cycle, and in `wordsRow` why that root lives, with `spare` columns left free.
  func drawRoot(
    _ report: CycleReport, _ row: Int, wordsRow: Int?, spare: Int = 0, _ analysis: HeapAnalysis,
    _ canvas: inout Canvas
  ) {
    guard let first = report.path.first else { return }
    let column = canvas.put("GC root: ", row, 2, .dim)
    // As lists have it, where the way is not too long for them.
    let holder = analysis.namedHolder(of: report.component.id)?.text ?? analysis.holderText(of: report.path)
    let name = holder.map(shortClassName) ?? analysis.heap.shortField(of: first)
    canvas.cut(name, row, column, canvas.width - column - 1, .link)
    guard let wordsRow else { return }
    let way = report.path.prefix(HeapAnalysis.wayLimit).map { analysis.graph.target(of: $0) }
    let words =
      analysis.holder(of: report.component.id)?.words ?? analysis.holderWords(ofRoot: Int(first.index), along: way)
    canvas.cut("held by \(words)", wordsRow, 2, canvas.width - 3 - spare, .dim)
  }

  /// The steps of the ring whose references a cut takes away, among those in `range`.
  func cutSteps(_ cut: CutChoice?, _ report: CycleReport, _ range: Range<Int>) -> Set<Int> {
    guard let cut else { return [] }
    let steps = report.witness.steps
    return Set(range.clamped(to: steps.indices).filter { cut.contains(steps[$0].reference) })
  }

  // MARK: Cuts

  /// How many rows a ring leaves for cuts at least.
  static func fewestCuts(_ report: CycleReport) -> Int { report.entryCut == nil ? 1 : 2 }

  /// How many cuts are named at once where there is little room.
  private var cutLimit: Int { max(3, model.bodyHeight / 5) }

  /// Rows that the cuts of a report take in a pane: each one line, the chosen one its explanation too, and who holds.
  func cutHeight(_ report: CycleReport, _ pane: Pane) -> Int {
    let id = report.component.id
    return min(cutLimit, model.cutChoices(id).count + (model.isWeighing(id) ? 1 : 0)) + explanation(pane).count
      + (report.holderCount > 1 ? 1 : 0)
  }

  /// What the chosen cut means, in lines.
  private func explanation(_ pane: Pane) -> [String] {
    model.chosenCut(pane).map { wrapped($0.explanation, width: pane.width - 14, limit: 3) } ?? []
  }

  /// Draws the cuts in the rows from `row` on, those first that free most; where they are too few, the explanation
  /// gives way, and who holds.
  ///
  /// The chosen cut is always among them.
  func drawCuts(
    _ report: CycleReport, _ pane: Pane, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let id = report.component.id
    let choices = model.cutChoices(id)
    let weighing = model.isWeighing(id) ? 1 : 0
    let room = max(1, canvas.height - row)
    let lines = explanation(pane).prefix(max(0, room - min(2, choices.count) - weighing))
    let holders = report.holderCount > 1 && room - lines.count - weighing >= min(2, choices.count) + 1 ? 1 : 0
    var shown = min(choices.count, max(1, room - lines.count - holders - weighing))
    // A line tells how many there are beyond those that are seen.
    let saysMore = shown < choices.count && shown > 2
    if saysMore { shown -= 1 }
    let first = max(0, min(pane.cut - shown, choices.count - shown))
    var row = row
    for number in first..<first + shown {
      let choice = choices[number]
      let isChosen = pane.cut == number + 1
      let style: Style = isChosen ? .suspect : .plain
      let column = canvas.put("✗ \(choice.kind == .inside ? "inside" : "entry ")  ", row, 2, style)
      let (what, effect) = model.cutText(choice, analysis)
      // What it frees is said in full.
      let width = DisplayWidth.width(of: effect, glyphs: model.glyphs)
      let end = canvas.cut(what, row, column, canvas.width - column - width - 4, style)
      canvas.cut(effect, row, end + 3, canvas.width - end - 4, style)
      row += 1
      guard isChosen else { continue }
      for text in lines {
        canvas.cut(text, row, 12, canvas.width - 13, .dim)
        row += 1
      }
    }
    if saysMore {
      let words = "… \(Count.text(choices.count - shown)) more cuts: b steps through them"
      canvas.cut(words, row, 2, canvas.width - 3, .dim)
      row += 1
    }
    if weighing > 0 {
      canvas.cut("weighing cuts by class and field …", row, 2, canvas.width - 3, .dim)
      row += 1
    }
    if holders > 0 {
      let names = report.holders.prefix(20).map { shortClassName(analysis.graph.nameOfRoot($0)) }
      let more = report.holdersAreCapped ? "at least " : ""
      canvas.cut(
        "held by \(more)\(Count.text(report.holderCount, "root")): \(names.joined(separator: "; "))", row, 2,
        canvas.width - 3, .dim)
    }
  }
}
