import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// Draws the whole screen.
///
/// Pure, and no more work than what is seen asks for.
public func render(_ model: Model) -> Frame {
  var canvas = Canvas(
    frame: Frame(rows: model.rows, columns: model.columns, glyphs: model.glyphs),
    area: Area(top: 0, left: 0, height: model.rows, width: model.columns))
  guard model.rows >= Model.minimumRows, model.columns >= Model.minimumColumns else {
    canvas.put("refwalk needs \(Model.minimumColumns)×\(Model.minimumRows)", 0, 0, .warning)
    canvas.put("this is \(model.columns)×\(model.rows)", 1, 0)
    return canvas.frame
  }
  if model.showsSteps, let state = model.loading {
    model.drawLoading(state, &canvas)
  } else {
    model.drawBrowser(&canvas)
  }
  model.drawPrompt(&canvas)
  return canvas.frame
}

extension Model {
  /// The tabs of the first line, in the order of their keys.
  private var shownTabs: [Tab] { Tab.allCases.filter { $0 != .diff || comparison != nil } }

  /// The name of a tab as the first line has it.
  func name(of tab: Tab) -> String { tab == .marks && !marks.isEmpty ? "\(tab.title) \(marks.count)" : tab.title }

  /// A tab of the first line with the columns it takes.
  var tabs: [(tab: Tab, text: String, columns: Range<Int>)] {
    let isNarrow = shownTabs.reduce(0) { $0 + name(of: $1).count + 4 } > columns
    var column = 0
    return shownTabs.map { tab in
      // Where there is no room for all names there is for all numbers.
      let name = name(of: tab)
      let text = openTab == tab ? "[\(tab.number) \(name)]" : isNarrow ? " \(tab.number) " : " \(tab.number) \(name) "
      defer { column += text.count }
      return (tab, text, column..<column + text.count)
    }
  }

  /// The tab that is open, or the one that led to the place.
  private var openTab: Tab? { pane.place.tab ?? lastTab }

  /// The tab that one came from.
  var lastTab: Tab? { history.trail.last { $0.tab != nil }?.tab }

  /// Where the line between two panes is.
  var firstPaneWidth: Int { scene(pane).isWide ? columns * 3 / 5 : columns / 2 - 2 }

  func drawBrowser(_ canvas: inout Canvas) {
    drawTitle(&canvas)
    let body = Area(top: 2, left: 0, height: bodyHeight, width: columns)
    if hasTwoPanes, let second {
      let width = firstPaneWidth
      for row in 2..<2 + bodyHeight { canvas.put("│", row, width, .dim) }
      canvas.area = Area(top: 2, left: width + 1, height: bodyHeight, width: columns - width - 1)
      draw(second, focused: isSecondFocused, &canvas)
      canvas.area = Area(top: 2, left: 0, height: bodyHeight, width: width)
      draw(pane, focused: !isSecondFocused, &canvas)
    } else {
      canvas.area = body
      draw(pane, focused: true, &canvas)
    }
    drawTutor(&canvas)
    canvas.area = Area(top: 0, left: 0, height: rows, width: columns)
    drawStatus(&canvas)
    drawFooter(&canvas)
  }

  private func draw(_ pane: Pane, focused: Bool, _ canvas: inout Canvas) {
    guard let analysis else { return }
    scene(pane).draw(analysis, focused: focused, &canvas)
  }

  private func drawTitle(_ canvas: inout Canvas) {
    canvas.frame.fill(row: 0, style: .title)
    var end = 0
    for tab in tabs { end = canvas.put(tab.text, 0, tab.columns.lowerBound, .title) }
    if let facts = analysis?.heap.facts {
      let room = columns - end - 3
      let long = "\(fileName) · \(facts.format) · \(ByteCount.text(facts.dumpBytes)) "
      let short = DisplayWidth.cut(fileName, to: room) + " "
      canvas.right(DisplayWidth.width(of: long) <= room ? long : short, 0, columns, .title)
    }
    canvas.cut(breadcrumb, 1, 1, columns - 2, .heading)
  }

  /// Where one is, in words.
  var breadcrumb: String { analysis == nil ? fileName : fitted([fileName] + scene(pane).breadcrumb) }

  /// The parts of a breadcrumb in one line: those that have no room are left out of its middle.
  private func fitted(_ parts: [String]) -> String {
    var parts = parts
    while parts.count > 4, DisplayWidth.width(of: parts.joined(separator: " › "), glyphs: glyphs) > columns - 2 {
      if parts[2] == "…" { parts.remove(at: 3) } else { parts[2] = "…" }
    }
    // Where one is comes last: what leads there is cut first, down to half of the room that both have.
    for index in parts.indices.dropFirst().dropLast() {
      let widths = parts.map { DisplayWidth.width(of: $0, glyphs: glyphs) }
      let last = widths[widths.count - 1]
      let room = columns - 2 - 3 * (parts.count - 1) - (widths.reduce(0, +) - widths[index] - last)
      parts[index] = DisplayWidth.cut(parts[index], to: max(12, room - min(last, room / 2)), glyphs: glyphs)
    }
    return parts.joined(separator: " › ")
  }

  private func drawStatus(_ canvas: inout Canvas) {
    let row = rows - 2
    if let message {
      canvas.cut(message.text, row, 1, columns - 2, message.isError ? .warning : .plain)
      // What goes on beside it is told where there is room.
      if DisplayWidth.width(of: message.text, glyphs: glyphs) + loadingText.count + 4 <= columns {
        canvas.right(loadingText, row, columns - 1, .dim)
      }
      return
    }
    let ahead = keysAhead.isEmpty ? "" : "\(Count.text(keysAhead.count, "key")) waiting"
    let work = [cutsText, ahead, workText].filter { !$0.isEmpty }.joined(separator: "  ")
    let workWidth = work.isEmpty ? 0 : DisplayWidth.width(of: work) + 2
    let text = statusText(focused)
    // Of what is being analysed as much as there is room for beside the work that one waits for.
    let least = min(DisplayWidth.width(of: text, glyphs: glyphs), columns / 3)
    let rest = columns - 2 - workWidth - least - 2
    let loading = [loadingText, loadingText.split(separator: ",").first.map(String.init) ?? ""].first {
      $0.count <= rest
    }
    let loadingWidth = loading.map { $0.isEmpty ? 0 : $0.count + 2 } ?? 0
    canvas.cut(text, row, 1, columns - 2 - workWidth - loadingWidth, .dim)
    canvas.right(loading ?? "", row, columns - 1 - workWidth, .dim)
    canvas.right(work, row, columns - 1, .heading)
  }

  /// A step and how far it has come: `Linking objects 40 %`.
  func stepWords(_ report: WorkProgress.Report, of steps: [String]) -> String {
    let step = steps.indices.contains(report.step) ? steps[report.step] : ""
    return report.total > 0 ? "\(step) \(min(100, report.done * 100 / report.total)) %" : step
  }

  /// What is under way and can be stopped.
  private var workText: String {
    if let searching { return "searching, \(Count.text(searching.done)) rows so far … ^C stops" }
    if let changing {
      let step = stepWords(changing.report, of: HeapAnalysis.steps)
      return "\(changing.words): \(step) … ^C stops"
    }
    if let exporting {
      let report = exporting.report
      let share = report.total > 0 ? " \(report.done * 100 / report.total) %" : ""
      let verb = exporting.choice.format.isPicture && report.step > 0 ? "drawing" : "writing"
      return "\(verb) \(exporting.path.split(separator: "/").last ?? "")\(report.step == 0 ? share : "") … ^C stops"
    }
    guard let first = wanted.first else {
      return isComparing && pane.place != .diff ? "reading \(comparison!.fileName): \(comparingStep) … ^C stops" : ""
    }
    var share = ""
    if let workReport, workReport.request == first, workReport.report.total > 0 {
      share = " \(min(100, workReport.report.done * 100 / workReport.report.total)) %"
    }
    switch first {
    case .search: return "searching the heap\(share) … ^C stops"
    case .whatIf: return "counting what they free\(share) … ^C stops"
    case .cutGroups: return "weighing cuts\(share) … ^C stops"
    case .filter: return "filtering\(share) … ^C stops"
    case .cycle:
      guard let workReport, workReport.request == first,
        HeapAnalysis.reportSteps.indices.contains(workReport.report.step)
      else { break }
      return "\(HeapAnalysis.reportSteps[workReport.report.step].lowercased())\(share) … ^C stops"
    default: break
    }
    return "working\(share) … ^C stops"
  }

  private func statusText(_ pane: Pane) -> String {
    let count = rowCount(pane)
    let scene = scene(pane)
    let rows = count == 0 ? "no rows" : "\(scene.rowWord) \(Count.text(pane.selection + 1)) of \(Count.text(count))"
    var parts = [rows + scene.rowsWords]
    if let column = scene.orderWords { parts.append("by \(column)\(pane.reversed ? ", reversed" : "")") }
    if !pane.filter.isEmpty { parts.append("filter: \(pane.filter)") }
    return (parts + scene.notes).joined(separator: " · ")
  }

  /// The actions worth a word at the foot of the screen, by place.
  var footerActions: [Action] {
    let actions = scene(focused).footerActions
    return hasTwoPanes ? actions.filter { $0 != .nextPane && $0 != .search } + [.nextPane, .zoom, .search] : actions
  }

  private func drawFooter(_ canvas: inout Canvas) {
    let row = rows - 1
    canvas.frame.fill(row: row, style: .title)
    var column = canvas.put(glyphs == .ascii ? " j k move" : " ↑↓ move", row, 0, .title)
    let tail = [Action.help, .close]
    let tailWidth = tail.map { footerText($0).count + 2 }.reduce(0, +)
    for action in footerActions where disabledReason(action) == nil {
      let text = footerText(action)
      if column + 2 + text.count + tailWidth > columns { continue }
      column = canvas.put("  " + text, row, column, .title)
    }
    for action in tail { column = canvas.put("  " + footerText(action), row, column, .title) }
  }

  private func footerText(_ action: Action) -> String {
    guard let binding = keyMap.binding(of: action) else { return "" }
    let key = keySymbol(binding.keys[0])
    if action == .nextPane { return "\(key) \(hasTwoPanes ? "other pane" : "next list")" }
    if let text = scene(focused).footerText(action, key: key) { return text }
    return "\(key) \(action == .close && history.canGoBack ? "close" : binding.label)"
  }

  /// A key as footer and help draw it.
  func keySymbol(_ key: Key) -> String {
    if glyphs == .ascii { return key.name }
    return switch key {
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .enter: "⏎"
    case .tab: "⇥"
    case .backspace: "⌫"
    case .character(" "): "␣"
    default: key.name
    }
  }
}
