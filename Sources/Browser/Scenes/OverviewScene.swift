import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What is alive and why: the facts of a dump, and suspects.
struct OverviewScene: Scene {
  let model: Model
  let pane: Pane

  var rowCount: Int {
    guard let analysis = model.analysis else { return 0 }
    return pane.order?.count ?? suspectRowCount(analysis)
  }

  func object(ofRow row: Int) -> ObjectID? {
    guard let suspect = suspect(ofRow: row) else { return nil }
    return suspect.object ?? suspect.component.flatMap { model.first(of: $0) }
  }

  func text(ofRow row: Int) -> String { suspect(ofRow: row).map { suspectTitle($0) } ?? foldTitle(analysis) }

  func target(ofRow row: Int) -> RowTarget? {
    guard let suspect = suspect(ofRow: row) else { return .smallSuspects }
    if let shape = suspect.shape { return .place(model.place(ofShape: shape)) }
    return suspect.object.map { .inTree($0) }
  }

  func companion(ofRow row: Int) -> Place? {
    guard let suspect = suspect(ofRow: row) else { return nil }
    return suspect.component.map { .cycle($0) } ?? suspect.object.map { .object($0) }
  }

  var markTarget: MarkedRow? {
    guard let suspect = suspect(ofRow: pane.selection) else { return nil }
    if let shape = suspect.shape { return model.target(ofShape: shape) }
    return suspect.object.map { model.target(ofObject: $0) }
  }

  func order(by column: SortColumn) -> RowOrder {
    .rows(
      analysis.suspects.indices.filter { matches(suspectTitle(analysis.suspects[$0]), pane.filter) }
        .map { UInt32($0) })
  }

  var headerHeight: Int { overviewHeaderHeight(max(Model.minimumColumns / 2, pane.width)) }
  var isKept: Bool { true }

  var title: String { "Overview" }
  var helpWords: [String] {
    [
      "What is alive and why. Reachable: held by a GC root, directly or through other objects.",
      "Retained: what would be freed if an object went. A suspect is worth a look; Enter opens it.",
      "A policy says which references count, for what is kept alive and for cycles; . takes the next.",
    ]
  }
  var breadcrumb: [String] { [] }
  var footerActions: [Action] {
    [
      .follow, .toggleMark, .editMark, .view(.cycles), .view(.retention), .view(.classes),
    ]
  }

  func disabledReason(_ action: Action) -> String? { action == .sizeColumns ? nil : listReason(action) }
}

extension OverviewScene {
  /// Rows above the suspects: all facts, or on a low screen what is reachable and what has to be seen.
  func overviewHeaderHeight(_ width: Int) -> Int {
    guard let analysis = model.analysis, !model.showsSteps else { return 0 }
    if isLow { return 2 + min(1, overviewWarnings(analysis).count) }
    return overviewFacts(analysis, width: width).reduce(2) { $0 + $1.lines.count }
  }

  /// Rows below the suspects: why the selected one is one.
  var footerHeight: Int { isLow ? 0 : hasTallFacts ? 9 : 6 }

  /// Whether facts may take more than a line each.
  var hasTallFacts: Bool { model.bodyHeight >= 30 }

  /// Whether there is no room for facts and reasons beside the list of suspects.
  var isLow: Bool { model.bodyHeight < 18 }

  /// What has to be seen at once: a dump that is not whole, figures that do not agree, records passed over.
  func overviewWarnings(_ analysis: HeapAnalysis) -> [String] { model.dumpWarnings(analysis.heap.facts) }

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    var row = drawFacts(analysis, &canvas)
    canvas.put("Suspects", row, 2, .heading)
    let page = pageHeight
    let count = rowCount
    let titles = (pane.top..<max(pane.top, min(count, pane.top + page))).compactMap { suspect(ofRow: $0) }
      .map { DisplayWidth.width(of: suspectTitle($0), glyphs: model.glyphs) }
    // A name says more than a bar.
    let hasBars = canvas.width >= 70 && titles.allSatisfy { $0 <= min(canvas.width - 22, 70) - 15 }
    let sizes = hasBars ? min(canvas.width - 22, 70) : canvas.width - 12
    canvas.right("retained", row, sizes, .dim)
    canvas.right("%", row, sizes + 6, .dim)
    row += 1
    for line in 0..<page where pane.top + line < count {
      let index = pane.top + line
      if let suspect = suspect(ofRow: index) {
        drawSuspect(suspect, row + line, sizes, hasBars: hasBars, analysis, &canvas)
      } else {
        canvas.cut("▸ \(foldTitle(analysis))", row + line, 2, canvas.width - 3, .dim)
      }
      if index == pane.selection { canvas.select(row + line, focused: focused) }
    }
    if analysis.suspects.isEmpty {
      canvas.put("nothing stands out: no held cycle, no accumulation point", row, 2, .dim)
      return
    }
    if count == 0 { canvas.cut("no suspect has “\(pane.filter)”", row, 2, canvas.width - 3, .dim) }
    if isLow || pane.selection >= count { return }
    if let suspect = suspect(ofRow: pane.selection) { drawReasons(suspect, height: footerHeight - 1, &canvas) }
  }

  /// Draws the facts and returns the row after them.
  private func drawFacts(_ analysis: HeapAnalysis, _ canvas: inout Canvas) -> Int {
    if isLow {
      let amount = Count.text(analysis.reachableObjects, "object")
      canvas.put("Reachable", 0, 2)
      canvas.right(ByteCount.text(analysis.reachableBytes), 0, 25, .size)
      canvas.right(amount, 0, 47)
      canvas.cut("from \(Count.text(analysis.graph.recordedRootCount)) root references", 0, 50, canvas.width - 51, .dim)
      if let warning = overviewWarnings(analysis).first { canvas.cut("! \(warning)", 1, 2, canvas.width - 3, .warning) }
      return overviewHeaderHeight(canvas.width) - 1
    }
    var row = 0
    for fact in overviewFacts(analysis, width: canvas.width) {
      canvas.put(fact.label, row, 2)
      for (number, line) in fact.lines.enumerated() {
        drawFact(fact, line, isFirst: number == 0, row, &canvas)
        row += 1
      }
    }
    return row + 1
  }

  private func drawFact(_ fact: OverviewFact, _ line: String, isFirst: Bool, _ row: Int, _ canvas: inout Canvas) {
    switch fact.kind {
    case .amount(let bytes, let objects):
      if isFirst {
        canvas.right(ByteCount.text(bytes), row, 24, .size)
        canvas.right(Count.text(objects, "object"), row, 44)
        canvas.cut(line, row, OverviewFact.amountColumn, canvas.width - OverviewFact.amountColumn - 1, .dim)
      } else {
        canvas.cut(line, row, OverviewFact.column, canvas.width - OverviewFact.column - 1, .dim)
      }
    case .words:
      var column = OverviewFact.column
      // Each check that holds has its own mark.
      for (number, part) in line.split(separator: "✓", omittingEmptySubsequences: false).enumerated() {
        if number > 0 { column = canvas.put("✓", row, column, .good) }
        column = canvas.cut(String(part), row, column, canvas.width - column - 1)
      }
    case .warning: canvas.cut(line, row, 2, canvas.width - 3, .warning)
    }
  }

  /// The suspects that stand in the list from the start: those that are not small.
  private func largeSuspects(_ analysis: HeapAnalysis) -> Int {
    model.showsSmallSuspects ? analysis.suspects.count : analysis.suspects.count - analysis.smallSuspects.count
  }

  /// Rows of the list of suspects: one for each, or one for all that are small.
  func suspectRowCount(_ analysis: HeapAnalysis) -> Int {
    let large = largeSuspects(analysis)
    return large + (large < analysis.suspects.count ? 1 : 0)
  }

  /// The suspect in a row; nil for the row that stands for those that are small.
  func suspect(ofRow row: Int) -> Suspect? {
    guard row < rowCount else { return nil }
    let index = index(ofRow: row)
    return pane.order == nil && index >= largeSuspects(analysis) ? nil : analysis.suspects[index]
  }

  /// The row that stands for suspects that are small.
  func foldTitle(_ analysis: HeapAnalysis) -> String {
    let count = analysis.smallSuspects.count
    return "\(Count.text(count)) \(count < analysis.suspects.count ? "more" : "suspects"), each under 1 %"
  }

  /// What a suspect is and who holds it, in one line.
  func suspectTitle(_ suspect: Suspect) -> String {
    let title = shortClassName(suspect.title)
    return suspect.holder.isEmpty ? title : "\(title) ← \(shortClassName(suspect.holder))"
  }

  private func drawSuspect(
    _ suspect: Suspect, _ row: Int, _ sizes: Int, hasBars: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    canvas.put(suspect.shape == nil ? "◆" : "↻", row, 2, suspect.shape == nil ? .size : .cycle)
    let color: Style = suspect.shape == nil ? .plain : .cycle
    let size = ByteCount.text(suspect.weight)
    canvas.cut(suspectTitle(suspect), row, 4, sizes - size.count - 6, color)
    model.drawSize(suspect.weight, of: analysis.reachableBytes, row, sizes, hasBars ? 8 : 0, &canvas)
    let mark: Mark? =
      suspect.shape.flatMap { model.marked.mark(ofShape: $0) } ?? suspect.object.flatMap { model.mark(on: $0) }
    if let mark {
      canvas.put(
        "\(mark.verdict.symbol) \(mark.letter.text)", row, sizes + (hasBars ? 17 : 8), model.style(of: mark.verdict))
    }
  }

  private func drawReasons(_ suspect: Suspect, height: Int, _ canvas: inout Canvas) {
    let reasons = suspect.reasons.map { wrapped("· " + $0, width: canvas.width - 4) }
    let lines = Model.fitted(reasons, height: height - 1)
    let top = canvas.height - height
    // Where reasons leave room the name goes on in the next row.
    let name = wrapped("Why \(suspectTitle(suspect))", width: canvas.width - 4, limit: 3)
    let fitted = Model.fitted([name], height: max(1, height - 1 - lines.count))
    for (offset, line) in (fitted + lines).prefix(height).enumerated() {
      canvas.cut(line, top + offset, 2, canvas.width - 3, offset < fitted.count ? .heading : .plain)
    }
  }
}
