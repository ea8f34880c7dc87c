import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// Rows above the suspects: all facts, or on a low screen what is reachable and what has to be seen.
  var overviewHeaderHeight: Int {
    guard let analysis else { return 0 }
    return isLow ? 2 + min(1, overviewWarnings(analysis).count) : 9 + overviewWarnings(analysis).count
  }

  /// Rows below the suspects: why the selected one is one.
  var reasonHeight: Int { isLow ? 0 : 6 }

  /// Whether there is no room for facts and reasons beside the list of suspects.
  private var isLow: Bool { bodyHeight < 18 }

  /// What has to be seen at once: a dump that is not whole, figures that do not agree, records passed over.
  func overviewWarnings(_ analysis: HeapAnalysis) -> [String] {
    let facts = analysis.heap.facts
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
    let sizes = suspectSizes(canvas.width)
    canvas.right("retained", row, sizes, .dim)
    canvas.right("%", row, sizes + 6, .dim)
    row += 1
    let page = pageHeight(pane)
    let count = rowCount(pane)
    for line in 0..<page where pane.top + line < count {
      let index = pane.top + line
      drawSuspect(analysis.suspects[self.index(ofRow: index, pane)], row + line, sizes, analysis, &canvas)
      if index == pane.selection { canvas.select(row + line, focused: focused) }
    }
    if analysis.suspects.isEmpty {
      canvas.put("nothing stands out: no held cycle, no accumulation point", row, 2, .dim)
      return
    }
    if count == 0 { canvas.cut("no suspect has “\(pane.filter)”", row, 2, canvas.width - 3, .dim) }
    if isLow || pane.selection >= count { return }
    drawReasons(analysis.suspects[index(ofRow: pane.selection, pane)], height: reasonHeight - 1, &canvas)
  }

  private func drawFacts(_ analysis: HeapAnalysis, _ canvas: inout Canvas) -> Int {
    let graph = analysis.graph
    let facts = analysis.heap.facts
    func amount(_ label: String, _ bytes: UInt64, _ objects: Int, _ text: String, _ row: Int) {
      canvas.put(label, row, 2)
      canvas.right(ByteCount.text(bytes), row, 25, .size)
      canvas.right(Count.text(objects, "object"), row, 47)
      canvas.cut(text, row, 50, canvas.width - 51, .dim)
    }
    amount(
      "Reachable", analysis.reachableBytes, analysis.reachableObjects,
      "from \(Count.text(graph.roots.count)) root references", 0)
    if isLow {
      if let warning = overviewWarnings(analysis).first { canvas.cut("! \(warning)", 1, 2, canvas.width - 3, .warning) }
      return overviewHeaderHeight - 1
    }
    amount(
      "Unreachable", analysis.unreachableBytes, analysis.unreachableObjects, islandText(analysis), 1)
    canvas.put("Roots", 2, 2)
    canvas.cut(rootKinds, 2, 15, canvas.width - 16)
    canvas.put("Checked", 3, 2)
    var column = 15
    for check in facts.checks where check.holds {
      column = canvas.cut("✓ ", 3, column, 2, .good)
      column = canvas.cut("\(check.name) \(Count.text(check.found))", 3, column, canvas.width - column - 1) + 2
    }
    if facts.checks.isEmpty { canvas.put("the dump carries no figures to check against", 3, 15, .dim) }
    canvas.put("Policies", 4, 2)
    canvas.cut(policyText(analysis), 4, 15, canvas.width - 16)
    canvas.put("Cycles", 5, 2)
    canvas.cut(cycleText(analysis), 5, 15, canvas.width - 16)
    canvas.put("Written by", 6, 2)
    let more = facts.facts.filter { !facts.producer.contains($0.value.prefix { $0 != "," && $0 != " " }) }
    canvas.cut(
      ([facts.producer] + more.map { "\($0.label) \($0.value)" }).joined(separator: " · "), 6, 15, canvas.width - 16)
    var row = 7
    for warning in overviewWarnings(analysis) {
      canvas.cut("! \(warning)", row, 2, canvas.width - 3, .warning)
      row += 1
    }
    return row + 1
  }

  /// What unreachable objects are, and where their cycles are listed.
  private func islandText(_ analysis: HeapAnalysis) -> String {
    let shapes = analysis.shapes.count { $0.heldCount < $0.count }
    return analysis.unreachableWords + (shapes == 0 ? "" : ": 2 f collectable lists cycles")
  }

  /// `bss 76, frame 55, …`, most first.
  private var rootKinds: String {
    var counts: [RootKind: Int] = [:]
    for root in analysis!.graph.roots { counts[root.kind, default: 0] += 1 }
    let sorted = counts.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
    return sorted.map { "\($0.key.name) \(Count.text($0.value))" }.joined(separator: ", ")
  }

  private func policyText(_ analysis: HeapAnalysis) -> String {
    func part(_ use: String, _ policy: ReferencePolicy, _ omitted: Int) -> String {
      "\(use): \(policy.name)" + (omitted == 0 ? ", all" : ", \(Count.text(omitted)) left out")
    }
    return part("kept alive", analysis.retaining, analysis.omittedRetaining) + " · "
      + part("cycles", analysis.cyclePolicy, analysis.omittedCycles)
  }

  private func cycleText(_ analysis: HeapAnalysis) -> String {
    let components = analysis.components
    guard components.count > 0 else { return "none" }
    let held = analysis.shapes.reduce(0) { $0 + $1.heldCount }
    return "\(Count.text(components.count)) of \(Count.text(analysis.shapes.count, "shape")): \(Count.text(held)) held,"
      + " \(Count.text(components.count - held)) collectable; \(Count.text(components.objectCount, "object"))"
  }

  /// Where the sizes of suspects end.
  private func suspectSizes(_ width: Int) -> Int { width < 70 ? width - 12 : min(width - 22, 70) }

  /// What a suspect is, in one line.
  func suspectTitle(_ suspect: Suspect) -> String {
    guard let analysis else { return "" }
    if let shape = suspect.shape { return titled(analysis.shapes[shape]) }
    return suspect.object.map { shortClassName(analysis.heap.label(of: $0)) } ?? ""
  }

  private func drawSuspect(
    _ suspect: Suspect, _ row: Int, _ sizes: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    var amount = "one object"
    if let index = suspect.shape {
      let shape = analysis.shapes[index]
      // Long numbers leave no room for the word in full.
      let word = shape.objects >= 10_000 ? " obj." : shape.objects == 1 ? " object" : " objects"
      amount = shape.count > 1 ? "\(Count.text(shape.count)) ×" : Count.text(shape.objects) + word
    }
    canvas.put(suspect.shape == nil ? "◆" : "↻", row, 2, suspect.shape == nil ? .size : .cycle)
    let color: Style = suspect.shape == nil ? .plain : .cycle
    let isNarrow = canvas.width < 70
    if isNarrow {
      // How many objects it has stands in the second pane.
      let count = suspect.shape.map { analysis.shapes[$0].count } ?? 1
      canvas.cut((count > 1 ? amount + " " : "") + suspectTitle(suspect), row, 4, sizes - 15, color)
    } else {
      canvas.right(amount, row, 18)
      canvas.cut(suspectTitle(suspect), row, 20, sizes - 31, color)
    }
    drawSize(suspect.retained, of: analysis.reachableBytes, row, sizes, isNarrow ? 0 : 8, &canvas)
    let mark: Mark? =
      suspect.shape.flatMap { marked.mark(ofShape: $0) } ?? suspect.object.flatMap { self.mark(on: $0) }
    if let mark {
      canvas.put(
        "\(mark.verdict.symbol) \(mark.letter.text)", row, sizes + (isNarrow ? 8 : 17), style(of: mark.verdict))
    }
  }

  private func drawReasons(_ suspect: Suspect, height: Int, _ canvas: inout Canvas) {
    var lines: [String] = []
    for reason in suspect.reasons { lines += wrapped("· " + reason, width: canvas.width - 4) }
    let top = canvas.height - height
    canvas.put("Why: \(suspect.shape == nil ? "this object" : "this cycle")", top, 2, .heading)
    for (offset, line) in lines.prefix(height - 1).enumerated() {
      canvas.cut(line, top + 1 + offset, 2, canvas.width - 3)
    }
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
