import GraphAnalysis
import ReferenceGraph
import Screen

extension Model {
  /// The steps of loading: those done, the one under way with its bar and the seconds left, and those to come.
  func drawLoading(_ state: LoadingState, _ canvas: inout Canvas) {
    if state.showsClasses, let outline = state.outline {
      drawClassCounts(state, outline, &canvas)
    } else {
      drawSteps(state, &canvas)
    }
    canvas.cut(loadingStatus(state), rows - 2, 1, columns - 2)
    canvas.frame.fill(row: rows - 1, style: .title)
    var footer = state.showsClasses ? (glyphs == .ascii ? " j k move  1 steps  " : " ↑↓ move  1 steps  ") : " "
    footer += "^C cancel  "
    if !state.showsClasses {
      for tab in readyTabs(state) { footer += "\(tab.number) \(name(of: tab).lowercased())  " }
    }
    let closes = state.showsClasses || history.canGoBack
    canvas.put(footer + "? help  q \(closes ? "close" : "quit")", rows - 1, 0, .title)
  }

  /// The tabs that can be opened already, those of which it matters.
  private func readyTabs(_ state: LoadingState) -> [Tab] {
    [.cycles, .retention, .classes].filter { hasTab($0) || $0 == .classes && state.outline != nil }
  }

  private func drawSteps(_ state: LoadingState, _ canvas: inout Canvas) {
    canvas.cut(loadingTitle(state), 0, 1, columns - 2, .heading)
    // On a low screen the step under way is what is seen.
    let page = max(1, rows - 5)
    let first = max(0, min(state.report.step - page + 2, steps.count - page))
    for (index, step) in steps.enumerated().dropFirst(first).prefix(page) {
      let row = index - first + 2
      if index < state.report.step {
        let start = index < state.stepStarts.count ? state.stepStarts[index] : 0
        let end = index + 1 < state.stepStarts.count ? state.stepStarts[index + 1] : state.seconds
        canvas.put("✓", row, 3, .good)
        canvas.cut(step, row, 5, 27)
        canvas.put(amount(state, index), row, 33, .dim)
        canvas.right(seconds(end - start), row, min(columns - 2, 72), .dim)
      } else if index == state.report.step {
        canvas.put("▶", row, 3, .heading)
        canvas.cut(step, row, 5, 27, .heading)
        drawBar(state, row, &canvas)
      } else {
        canvas.cut(step, row, 5, 27, .dim)
      }
    }
    drawKnown(state, row: min(page, steps.count) + 3, &canvas)
  }

  private func loadingTitle(_ state: LoadingState) -> String {
    var parts = ["Opening \(fileName)"]
    if let facts = state.outline?.facts {
      parts += [facts.format, facts.producer, ByteCount.text(facts.dumpBytes)]
    } else if let bytes = state.stepTotals.prefix(byteSteps).max(), bytes > 0 {
      parts.append(ByteCount.text(bytes))
    }
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// What is known of the heap so far, where there is room for it.
  private func drawKnown(_ state: LoadingState, row: Int, _ canvas: inout Canvas) {
    var row = row
    func line(_ text: String, _ style: Style) {
      guard row < rows - 2 else { return }
      canvas.cut(text, row, 3, columns - 4, style)
      row += 1
    }
    if let outline = state.outline {
      line(
        "\(Count.text(outline.objects, "object")) · \(Count.text(outline.classes.count, "class", "classes")) · "
          + Count.text(outline.roots, "root reference"), .plain)
    }
    if state.memory > 0 {
      let estimate = state.outline?.estimatedMemory ?? 0
      let whole = estimate > state.memory ? " of an estimated \(ByteCount.text(estimate))" : ""
      line("memory in use \(ByteCount.text(state.memory))\(whole)", .dim)
    }
    guard let outline = state.outline else { return }
    let warnings = dumpWarnings(outline.facts)
    if !warnings.isEmpty { row += 1 }
    for warning in warnings {
      for text in wrapped("! \(warning)", width: columns - 4, limit: 2) { line(text, .warning) }
    }
  }

  private func loadingStatus(_ state: LoadingState) -> String {
    if state.isCancelling { return "stopping …" }
    if let message { return message.text }
    if let tab = state.awaitedTab {
      let name = "\(tab.number) \(name(of: tab))"
      let event =
        switch tab {
        case .cycles: "cycles are grouped by shape"
        case .classes: "the dump is read"
        default: "the retention tree is built"
        }
      let reason = analysis == nil ? "" : notYetReason(.view(tab)).map { $0 + ". " } ?? ""
      let long = "\(reason)\(name) opens as soon as \(event); Esc: it does not"
      return long.count <= columns - 2 ? long : "\(reason)\(name) opens then; Esc: it does not"
    }
    if let outline = state.outline, state.showsClasses {
      return "row \(Count.text(state.selection + 1)) of \(Count.text(outline.classes.count)) · by shallow size · "
        + loadingText
    }
    return readyText(state)
  }

  /// Which views are ready, and which open when.
  private func readyText(_ state: LoadingState) -> String {
    let ready = readyTabs(state)
    guard let last = ready.last else { return "" }
    func words(_ tab: Tab) -> String { "\(tab.number) \(name(of: tab))" }
    let names = (ready.count > 1 ? ready.dropLast().map(words).joined(separator: ", ") + " and " : "") + words(last)
    let (next, short) =
      switch analysis?.readiness {
      case nil: ("2 Cycles and 3 Retention open when their step is done", "3 Retention opens next")
      case .retention: ("2 Cycles opens when its step is done", "2 Cycles opens next")
      default: ("1 Overview opens when all steps are done", "1 Overview opens last")
      }
    let text = "\(names) \(ready.count == 1 ? "is" : "are") ready; "
    return text + (text.count + next.count <= columns - 2 ? next : short)
  }

  /// The step that reading or analysing is at, how far it has come, and for how long it will go on; empty when that is
  /// over.
  var loadingText: String {
    guard let state = loading, steps.indices.contains(state.report.step) else { return "" }
    var text = steps[state.report.step]
    if let share = share(state) { text += " \(Int(share * 100)) %" }
    if let left = secondsLeft(state) { text += ", \(seconds(left)) left" }
    return text
  }

  /// How much of the step under way is done; nil when nobody knows.
  private func share(_ state: LoadingState) -> Double? {
    state.report.total > 0 ? min(1, Double(state.report.done) / Double(state.report.total)) : nil
  }

  /// The seconds that the step under way will take yet, when enough of it is done to say so.
  private func secondsLeft(_ state: LoadingState) -> Double? {
    guard let share = share(state), share > 0.02 else { return nil }
    let spent = state.seconds - (state.stepStarts.last ?? 0)
    return spent > 0.2 ? spent / share - spent : nil
  }

  /// How much there was to do in a step: passes over the file are counted in bytes, the analyses in objects.
  private func amount(_ state: LoadingState, _ step: Int) -> String {
    guard step < state.stepTotals.count else { return "" }
    // Of a dump that is not packed, say, the first step has nothing to do.
    guard state.stepTotals[step] > 0 else { return step < byteSteps ? "not needed" : "" }
    let total = state.stepTotals[step]
    // What a pass over the dump has linked is known when it is over.
    if step == byteSteps - 1, let outline = state.outline { return Count.text(outline.references, "reference") }
    if step < byteSteps { return ByteCount.text(total) }
    guard let outline = state.outline, let analysisStep = AnalysisStep(rawValue: step - byteSteps) else {
      return Count.text(Int(total), "object")
    }
    switch analysisStep {
    case .findCycles: return Count.text(outline.objects, "object")
    case .measureCycles:
      return step + 1 < state.stepTotals.count ? Count.text(Int(state.stepTotals[step + 1]), "cycle") : ""
    case .countClasses: return Count.text(outline.classes.count, "class", "classes")
    default: return ""
    }
  }

  private func drawBar(_ state: LoadingState, _ row: Int, _ canvas: inout Canvas) {
    guard let share = share(state) else { return }
    // Percent and seconds left stand to its right.
    let width = max(4, min(24, columns - 53))
    let filled = Int((share * Double(width)).rounded())
    canvas.put("[", row, 33, .dim)
    canvas.put(String(repeating: "█", count: filled), row, 34, .bar)
    canvas.put("]", row, 34 + width, .dim)
    canvas.right("\(Int(share * 100)) %", row, 40 + width)
    if let left = secondsLeft(state) { canvas.put("\(seconds(left)) left", row, 42 + width, .dim) }
  }

  private func seconds(_ seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// The classes while what they retain is not known yet.
  private func drawClassCounts(_ state: LoadingState, _ outline: HeapOutline, _ canvas: inout Canvas) {
    canvas.frame.fill(row: 0, style: .title)
    for tab in tabs {
      canvas.put(
        tab.tab == .classes ? "[\(tab.text.trimmingBlanks)]" : " \(tab.text.trimmingBlanks) ", 0,
        tab.columns.lowerBound,
        .title)
    }
    canvas.right(DisplayWidth.cut(fileName, to: max(0, columns - 60)) + " ", 0, columns, .title)
    canvas.cut("\(fileName) › Classes · what they retain is being worked out", 1, 1, columns - 2, .heading)
    canvas.area = Area(top: 2, left: 0, height: loadingPage + 1, width: columns)
    drawClassCounts(outline, top: state.top, selection: state.selection, page: loadingPage, focused: true, &canvas)
    canvas.area = Area(top: 0, left: 0, height: rows, width: columns)
  }

  /// Classes with their objects, reachable or not, by shallow size.
  func drawClassCounts(
    _ outline: HeapOutline, top: Int, selection: Int, page: Int, focused: Bool, _ canvas: inout Canvas
  ) {
    canvas.right("objects", 0, 14, .dim)
    canvas.right("shallow", 0, 26, .dim)
    canvas.put("class", 0, 28, .dim)
    for line in 0..<page where top + line < outline.classes.count {
      let row = outline.classes[top + line]
      canvas.right(Count.text(row.objects), line + 1, 14)
      canvas.right(ByteCount.text(row.shallow), line + 1, 26, .size)
      canvas.cut(row.name, line + 1, 28, canvas.width - 29)
      if top + line == selection { canvas.select(line + 1, focused: focused) }
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " || $0 == "[" }.reversed().drop { $0 == " " || $0 == "]" }.reversed())
  }
}
