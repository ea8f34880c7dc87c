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
  /// The views in the order of their keys, as the first line has them.
  var viewNames: [String] {
    let names = ["Overview", "Cycles", "Retention", "Classes", "Marks" + (marks.isEmpty ? "" : " \(marks.count)")]
    return comparison == nil ? names : names + ["Diff"]
  }

  /// A tab of the first line with the columns it takes.
  var tabs: [(view: Int, text: String, columns: Range<Int>)] {
    let names = viewNames
    let isNarrow = names.reduce(0) { $0 + $1.count + 4 } > columns
    var column = 0
    return names.enumerated().map { number, name in
      let isOpen = openView == number + 1
      // Where there is no room for all names there is for all numbers.
      let text = isOpen ? "[\(number + 1) \(name)]" : isNarrow ? " \(number + 1) " : " \(number + 1) \(name) "
      defer { column += text.count }
      return (number + 1, text, column..<column + text.count)
    }
  }

  /// The view that is open, or the one that led to the place.
  private var openView: Int? { pane.place.view ?? history.trail.last { $0.view != nil }?.view }

  /// Where the line between two panes is.
  var firstPaneWidth: Int {
    switch pane.place {
    case .retention, .treemap, .paths, .cycle, .links: columns * 3 / 5
    default: columns / 2 - 2
    }
  }

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
    switch pane.place {
    case .overview: drawOverview(pane, focused, analysis, &canvas)
    case .cycles: drawCycles(pane, focused, analysis, &canvas)
    case .shape(let shape): drawShape(shape, pane, focused, analysis, &canvas)
    case .cycle(let id): drawCycle(id, pane, focused, analysis, &canvas)
    case .links(let links): drawLinks(links, pane, focused, analysis, &canvas)
    case .cut(let place): drawCut(place, pane, focused, analysis, &canvas)
    case .retention: drawRetention(pane, focused, analysis, &canvas)
    case .treemap: drawTreemap(pane, focused, analysis, &canvas)
    case .paths(let goal): drawPaths(goal, pane, focused, analysis, &canvas)
    case .object(let id): drawObject(id, pane, focused, analysis, &canvas)
    case .classes: drawClasses(pane, focused, analysis, &canvas)
    case .instances(let index): drawInstances(index, pane, focused, analysis, &canvas)
    case .found(let query): drawFound(query, pane, focused, analysis, &canvas)
    case .marks: drawMarks(pane, focused, analysis, &canvas)
    case .diff: drawDiff(pane, focused, analysis, &canvas)
    }
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
  var breadcrumb: String {
    var parts = [fileName]
    guard let analysis else { return fileName }
    let heap = analysis.heap
    switch pane.place {
    case .overview: break
    case .cycles: parts.append("Cycles")
    case .shape(let index): parts += ["Cycles", shapeTitle(index)]
    case .cycle(let id):
      parts.append("Cycles")
      let shape = analysis.components[id].shape
      if analysis.shapes[shape].count > 1 { parts.append(shapeTitle(shape)) } else { parts.append(cycleTitle(id)) }
      if analysis.shapes[shape].count > 1, let first = first(of: id) {
        parts.append("cycle of " + shortClassName(heap.label(of: first)))
      }
    case .links(let links):
      parts += ["Cycles", cycleTitle(links.component), linksTitle(links)]
    case .cut(let place): parts += ["Cycles", cycleTitle(place.component), cutTitle(place)]
    case .retention(let root):
      parts.append("Retention")
      if root != .root { parts += ["…", shortClassName(heap.label(of: root))] }
      parts += retentionTrail
    case .treemap(let node, _):
      parts += ["Retention", "Treemap"]
      if node != .object(.root) { parts.append(treemapTitle(node)) }
    case .classes: parts.append(has(.classes) ? "Classes" : "Classes · what they retain is being worked out")
    case .instances(let index): parts += ["Classes", heap.graph.classes[index].name]
    case .found(let query): parts += trailWords.dropLast() + ["Found", query.title]
    case .marks: parts.append("Marks")
    case .diff: parts.append("Diff against \(comparison?.fileName ?? "")")
    case .paths(let goal): parts += trailWords + [goalText(goal, analysis, isLong: true), "Paths"]
    case .object(let id): parts += trailWords + [heap.label(of: id)]
    }
    return fitted(parts)
  }

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

  /// What the selected row of the retention tree lies below.
  private var retentionTrail: [String] {
    guard let tree = retentionTree, let folded = pane.retention, pane.selection < folded.rowCount else { return [] }
    var trail: [String] = []
    var row = pane.selection
    while row > 0, trail.count < 12 {
      trail.append(nodeText(folded.row(at: row, source: tree), tree))
      row = folded.parentRow(of: row) ?? 0
    }
    return trail.reversed()
  }

  /// The view one came from.
  private var trailWords: [String] {
    switch history.trail.last(where: { $0.view != nil })?.view {
    case 2: ["Cycles", "…"]
    case 3: ["Retention", "…"]
    case 4: ["Classes", "…"]
    case 5: ["Marks", "…"]
    case 6: ["Diff", "…"]
    default: ["Object"]
    }
  }

  private func shapeTitle(_ index: Int) -> String {
    let shape = analysis!.shapes[index]
    return "\(Count.text(shape.count)) × \(titled(shape))"
  }

  private func cycleTitle(_ id: ComponentID) -> String {
    let mark = mark(on: id).map { "\($0.letter.text) \($0.verdict.symbol) " } ?? ""
    return mark + titled(analysis!.shapes[analysis!.components[id].shape])
  }

  /// The title of a shape without the folders of packages.
  func titled(_ shape: CycleShape) -> String { shortClassName(shape.title) }

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
    let word: String =
      switch pane.place {
      case .cycle: effectiveDrawing(pane) == .matrix ? "class" : "object"
      case .treemap: "cell"
      case .object:
        pane.tab == .fields ? "field" : pane.tab == .allocation ? "call" : pane.tab == .strings ? "string" : "object"
      default: "row"
      }
    var parts = [count == 0 ? "no rows" : "\(word) \(Count.text(pane.selection + 1)) of \(Count.text(count))"]
    if let first = sortColumns(pane.place).first {
      let isCounted = pane.place != .classes || has(.classes)
      let column = isCounted ? pane.sort ?? first : .shallow
      let title = pane.place == .diff && column == .retained ? "retained growth" : column.title
      parts.append("by \(title)\(pane.reversed ? ", reversed" : "")")
    }
    if !pane.filter.isEmpty { parts.append("filter: \(pane.filter)") }
    switch pane.place {
    case .cycle(let id):
      if effectiveDrawing(pane) == .ring {
        parts[0] += reports[id]?.witness.isShortest == false ? " of a short ring" : " of its shortest ring"
      }
      if pane.cut > 0 { parts.append("cut \(pane.cut) of \(Count.text(cutChoices(id).count))") }
    case .retention:
      if let object = selectedObject(pane), analysis?.components.component(of: object) != nil {
        parts.append("↻ member of a cycle: c shows it")
      }
    case .links(let links):
      if let found = self.links[links], found.total > found.places.count {
        parts.append("the first of \(Count.text(found.total))")
      }
    case .paths(let goal):
      if pane.showsAll { parts.append("all references") }
      if let tree = pathTree(goal, pane) {
        parts.append(Count.text(tree.pathCount, "path") + (tree.isCapped ? ", more not looked for" : ""))
      }
    case .object(let id):
      if pane.tab == .strings, strings[id]?.isCapped == true { parts.append("the nearest; more not looked for") }
    case .found(let query):
      if let found = found[query], found.total > found.objects.count {
        parts.append("the largest of \(Count.text(found.total))")
      }
    case .instances(let index):
      if let found = instances[index], found.total > found.objects.count {
        parts.append("the largest of \(Count.text(found.total))")
      }
    default: break
    }
    return parts.joined(separator: " · ")
  }

  /// The actions worth a word at the foot of the screen, by place.
  var footerActions: [Action] {
    var actions: [Action]
    switch focused.place {
    case .overview: actions = [.follow, .toggleMark, .editMark, .view(2), .view(3), .view(4)]
    case .cycles: actions = [.follow, .toggleMark, .editMark, .sort, .filter, .paths]
    case .shape: actions = [.follow, .toggleMark, .editMark, .sort, .paths, .back]
    case .cycle where isMatrix(focused):
      actions = [.openRow, .follow, .nextCut, .drawing, .paths, .toggleMark, .editMark, .export, .back]
    case .cycle: actions = [.follow, .nextCut, .cutInThought, .drawing, .paths, .toggleMark, .editMark, .export, .back]
    case .links, .cut: actions = [.follow, .cutInThought, .paths, .inTree, .toggleMark, .editMark, .back]
    case .retention: actions = [.openRow, .closeRow, .follow, .treemap, .paths, .cycle, .toggleMark, .policy]
    case .treemap: actions = [.follow, .back, .inspect, .treemap, .paths, .cycle, .toggleMark]
    case .paths: actions = [.openRow, .closeRow, .follow, .cutInThought, .policy, .cycle, .copy, .back]
    case .object: actions = [.follow, .nextPane, .paths, .inTree, .cycle, .cutInThought, .filter, .copy, .back]
    case .classes: actions = [.follow, .paths, .toggleMark, .sort, .reverseSort, .filter, .search]
    case .instances, .found: actions = [.follow, .paths, .inTree, .sort, .filter, .back]
    case .diff: actions = [.follow, .toggleMark, .editMark, .sort, .filter, .export]
    case .marks: actions = [.follow, .editMark, .toggleMark, .export, .saveCopy, .undo]
    }
    if hasTwoPanes { actions = actions.filter { $0 != .nextPane && $0 != .search } + [.nextPane, .zoom, .search] }
    return actions
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
    if action == .nextPane { return "\(keySymbol(binding.keys[0])) \(hasTwoPanes ? "other pane" : "next list")" }
    if isMatrix(focused) {
      if action == .openRow { return glyphs == .ascii ? "h l cell" : "←→ cell" }
      if action == .follow { return "\(keySymbol(binding.keys[0])) references" }
    }
    if action == .follow, chosenCut(focused) != nil { return "\(keySymbol(binding.keys[0])) references" }
    if action == .follow, isInspecting { return "\(keySymbol(binding.keys[0])) inspect" }
    if action == .drawing, case .cycle(let id) = focused.place, reports[id] != nil {
      let names = ["ring", "matrix", "list"]
      return "\(keySymbol(binding.keys[0])) \(names[nextDrawing(focused).rawValue])"
    }
    if action == .policy, case .paths = focused.place {
      return "\(keySymbol(binding.keys[0])) \(focused.showsAll ? "fewer" : "weak")"
    }
    if action == .treemap, case .treemap = focused.place { return "\(keySymbol(binding.keys[0])) tree" }
    if action == .follow, case .treemap = focused.place { return "\(keySymbol(binding.keys[0])) go in" }
    if action == .back, case .treemap = focused.place { return "\(keySymbol(binding.keys[0])) out" }
    if action == .close, history.canGoBack { return "\(keySymbol(binding.keys[0])) close" }
    return "\(keySymbol(binding.keys[0])) \(binding.label)"
  }

  /// Whether Enter leads to the inspector.
  private var isInspecting: Bool {
    switch focused.place {
    case .cycle where isMatrix(focused): false
    case .retention, .cycle, .links, .cut, .paths, .instances, .found: selectedObject(focused) != nil
    default: false
    }
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
