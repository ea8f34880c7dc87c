import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// Rows above the suspects: all facts, or on a low screen what is reachable and what has to be seen.
  func overviewHeaderHeight(_ width: Int) -> Int {
    guard let analysis, !showsSteps else { return 0 }
    if isLow { return 2 + min(1, overviewWarnings(analysis).count) }
    return overviewFacts(analysis, width: width).reduce(2) { $0 + $1.lines.count }
  }

  /// Rows below the suspects: why the selected one is one.
  var reasonHeight: Int { isLow ? 0 : hasTallFacts ? 9 : 6 }

  /// Whether facts may take more than a line each.
  var hasTallFacts: Bool { bodyHeight >= 30 }

  /// Whether there is no room for facts and reasons beside the list of suspects.
  var isLow: Bool { bodyHeight < 18 }

  /// What has to be seen at once: a dump that is not whole, figures that do not agree, records passed over.
  func overviewWarnings(_ analysis: HeapAnalysis) -> [String] { dumpWarnings(analysis.heap.facts) }

  func dumpWarnings(_ facts: DumpFacts) -> [String] {
    var warnings: [String] = []
    if let truncation = facts.truncation { warnings.append("incomplete: \(truncation)") }
    for check in facts.checks where !check.holds {
      warnings.append(
        "\(check.name) says \(Count.text(check.expected)), the dump has \(Count.text(check.found))")
    }
    let skipped = facts.skipped.reduce(0) { $0 + $1.count }
    if let first = facts.skipped.first {
      let more = facts.skipped.count > 1 ? " and more" : ""
      warnings.append(
        "\(Count.text(skipped, "record")) skipped: \(first.what)\(more), first at byte \(Count.text(first.firstOffset))"
      )
    }
    return Array((warnings + facts.warnings).prefix(3))
  }

  func drawOverview(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    var row = drawFacts(analysis, &canvas)
    canvas.put("Suspects", row, 2, .heading)
    let page = pageHeight(pane)
    let count = rowCount(pane)
    let titles = (pane.top..<max(pane.top, min(count, pane.top + page))).compactMap { suspect(ofRow: $0, pane) }
      .map { DisplayWidth.width(of: suspectTitle($0), glyphs: glyphs) }
    // A name says more than a bar.
    let hasBars = canvas.width >= 70 && titles.allSatisfy { $0 <= min(canvas.width - 22, 70) - 15 }
    let sizes = hasBars ? min(canvas.width - 22, 70) : canvas.width - 12
    canvas.right("retained", row, sizes, .dim)
    canvas.right("%", row, sizes + 6, .dim)
    row += 1
    for line in 0..<page where pane.top + line < count {
      let index = pane.top + line
      if let suspect = suspect(ofRow: index, pane) {
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
    if let suspect = suspect(ofRow: pane.selection, pane) { drawReasons(suspect, height: reasonHeight - 1, &canvas) }
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
    showsSmallSuspects ? analysis.suspects.count : analysis.suspects.count - analysis.smallSuspects.count
  }

  /// Rows of the list of suspects: one for each, or one for all that are small.
  func suspectRowCount(_ analysis: HeapAnalysis) -> Int {
    let large = largeSuspects(analysis)
    return large + (large < analysis.suspects.count ? 1 : 0)
  }

  /// The suspect in a row; nil for the row that stands for those that are small.
  func suspect(ofRow row: Int, _ pane: Pane) -> Suspect? {
    guard let analysis, row < rowCount(pane) else { return nil }
    let index = index(ofRow: row, pane)
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
    drawSize(suspect.weight, of: analysis.reachableBytes, row, sizes, hasBars ? 8 : 0, &canvas)
    let mark: Mark? =
      suspect.shape.flatMap { marked.mark(ofShape: $0) } ?? suspect.object.flatMap { self.mark(on: $0) }
    if let mark {
      canvas.put(
        "\(mark.verdict.symbol) \(mark.letter.text)", row, sizes + (hasBars ? 17 : 8), style(of: mark.verdict))
    }
  }

  private func drawReasons(_ suspect: Suspect, height: Int, _ canvas: inout Canvas) {
    let reasons = suspect.reasons.map { wrapped("· " + $0, width: canvas.width - 4) }
    let lines = Self.fitted(reasons, height: height - 1)
    let top = canvas.height - height
    // Where reasons leave room the name goes on in the next row.
    let name = wrapped("Why \(suspectTitle(suspect))", width: canvas.width - 4, limit: 3)
    let fitted = Self.fitted([name], height: max(1, height - 1 - lines.count))
    for (offset, line) in (fitted + lines).prefix(height).enumerated() {
      canvas.cut(line, top + offset, 2, canvas.width - 3, offset < fitted.count ? .heading : .plain)
    }
  }

  /// Paragraphs in so many rows: of each the beginning, of the longest the least is left out.
  ///
  /// What is cut is joined in the last row of its paragraph, to end in an ellipsis.
  static func fitted(_ paragraphs: [[String]], height: Int) -> [String] {
    let shown = paragraphs.prefix(max(0, height))
    var rows = shown.map(\.count)
    while rows.reduce(0, +) > height, let most = rows.indices.max(by: { rows[$0] < rows[$1] }) { rows[most] -= 1 }
    var fitted: [String] = []
    for (lines, count) in zip(shown, rows) {
      if count >= lines.count {
        fitted += lines
      } else {
        fitted += lines.prefix(count - 1)
        fitted.append(lines[(count - 1)...].joined(separator: " "))
      }
    }
    return fitted
  }

  func style(of verdict: Verdict) -> Style {
    switch verdict {
    case .suspect: .suspect
    case .expected: .good
    case .unsure: .warning
    }
  }

  /// A size with its share and a bar: bytes end before `column`, the percentage six columns further.
  func drawSize(_ bytes: UInt64, of whole: UInt64, _ row: Int, _ column: Int, _ bar: Int, _ canvas: inout Canvas) {
    canvas.right(ByteCount.text(bytes), row, column, .size)
    if sizeColumns == .bytes { return }
    canvas.right(SizeBar.percent(bytes, of: whole), row, column + 6)
    if sizeColumns == .bars, bar > 0, whole > 0 {
      canvas.put(SizeBar.text(Double(bytes) / Double(whole), width: bar), row, column + 7, .bar)
    }
  }
}
