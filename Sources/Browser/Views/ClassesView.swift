import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

extension Model {
  func drawClasses(_ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    if !has(.classes) {
      guard let outline = loading?.outline else { return }
      drawClassCounts(
        outline, top: pane.top, selection: pane.selection, page: pageHeight(pane), focused: focused, &canvas)
      return
    }
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    // A narrow pane leaves bars and shallow sizes out for the names.
    let isNarrow = canvas.width < 70
    let offset = sizeColumns == .bytes ? 15 : sizeColumns == .percent || isNarrow ? 21 : 29
    let names = offset + (isNarrow ? 14 : 25)
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    canvas.right(title("objects", .objects), 0, offset + 12, .dim)
    if !isNarrow { canvas.right(title("shallow", .shallow), 0, offset + 23, .dim) }
    canvas.put(title("class", .name), 0, names, .dim)
    let count = rowCount(pane)
    for line in 0..<pageHeight(pane) where pane.top + line < count {
      let row = analysis.histogram.rows[index(ofRow: pane.top + line, pane)]
      if let mark = marked.mark(ofClass: row.classIndex) {
        canvas.put("\(mark.letter.text)\(mark.verdict.symbol)", line + 1, 2, style(of: mark.verdict))
      }
      drawSize(row.retained, of: analysis.reachableBytes, line + 1, 15, isNarrow ? 0 : 6, &canvas)
      canvas.right(Count.text(row.objects), line + 1, offset + 12)
      if !isNarrow { canvas.right(ByteCount.text(row.shallow), line + 1, offset + 23) }
      let name = analysis.graph.classes[row.classIndex].name
      let isInCycles = analysis.cycleClasses.contains(ShapeStep.lastingName(name))
      let outside = analysis.heap.facts.outside.byClass[row.classIndex].map {
        " + \(ByteCount.text($0)) outside of the heap"
      }
      let room = canvas.width - names - (isInCycles ? 3 : 1) - (outside.map { DisplayWidth.width(of: $0) } ?? 0)
      // In full where that fits.
      let isLong = DisplayWidth.width(of: name, glyphs: glyphs) > room || name.contains("/")
      let end = canvas.cut(isLong ? shortClassName(name) : name, line + 1, names, room)
      if let outside { canvas.cut(outside, line + 1, end, canvas.width - end - 1, .size) }
      if isInCycles { canvas.put("↻", line + 1, canvas.width - 2, .cycle) }
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawSites(analysis.histogram.rows[index(ofRow: pane.selection, pane)].classIndex, analysis, &canvas)
    }
    if count == 0 { canvas.put("no class has “\(pane.filter)”", 2, 2, .dim) }
  }

  /// Rows below the list of classes: where objects of the selected one were allocated.
  var classesFooterHeight: Int { bodyHeight < 18 || analysis?.allocationSites == nil ? 0 : 5 }

  /// The lines of source that allocated most of what is reachable of a class.
  private func drawSites(_ classIndex: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard classesFooterHeight > 0, let sites = analysis.allocationSites else { return }
    let rows = sites.rows(ofClass: classIndex)
    let top = canvas.height - 4
    let rate =
      switch sites.rate {
      case 0: "profiling was off: only what was allocated before main is noted"
      case 1: "all noted"
      default: "estimates: one allocation in about \(ByteCount.text(sites.rate)) is noted"
      }
    drawRule("Allocated at (\(rate))", top, &canvas)
    if rows.isEmpty { canvas.put("no allocation of it was noted", top + 1, 2, .dim) }
    for (number, row) in rows.prefix(3).enumerated() {
      let amount = (sites.isEstimate ? "≈ " : "") + ByteCount.text(row.bytes)
      canvas.right(amount, top + 1 + number, 15, .size)
      canvas.right("×\(Count.text(row.objects))", top + 1 + number, 26, .dim)
      canvas.cut(row.site.text, top + 1 + number, 28, canvas.width - 29)
    }
  }

  func drawInstances(
    _ classIndex: Int, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    drawObjects(pane, focused, instances[classIndex] == nil ? "looking through the heap …" : nil, analysis, &canvas)
  }

  /// What a search of the whole heap found.
  func drawFound(_ query: HeapQuery, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    let working = query.kind == .content ? "looking through what objects hold …" : "looking through names …"
    drawObjects(pane, focused, found[query] == nil ? working : nil, analysis, &canvas)
  }

  /// Objects in a list, with what they hold.
  private func drawObjects(
    _ pane: Pane, _ focused: Bool, _ working: String?, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    func title(_ text: String, _ column: SortColumn) -> String { sortTitle(text, column, pane) }
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    // What an object is and holds says more than a bar.
    let isFound = if case .found = pane.place { true } else { false }
    let bar = canvas.width < (isFound ? 100 : 70) ? 0 : 6
    let column = sizeColumns == .bytes ? 15 : sizeColumns == .bars && bar > 0 ? 29 : 21
    canvas.right(title("shallow", .shallow), 0, column + 11, .dim)
    canvas.put(title("object", .address), 0, column + 13, .dim)
    if let working {
      canvas.put(working, 2, 2, .dim)
      return
    }
    let heap = analysis.heap
    if rowCount(pane) == 0 {
      let nothing: String
      if case .found(let query) = pane.place { nothing = "nothing has \(query.title)" } else { nothing = "no objects" }
      if case .found(let query) = pane.place, query.kind == .content, pane.filter.isEmpty,
        let searched = heap.details.searchedText
      {
        canvas.cut(searched, 3, 2, canvas.width - 3, .dim)
      }
      canvas.cut(pane.filter.isEmpty ? nothing : "no row has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim)
    }
    for line in 0..<pageHeight(pane) where pane.top + line < rowCount(pane) {
      guard let id = object(ofRow: pane.top + line, pane) else { continue }
      drawSize(
        analysis.dominators.retainedSize(of: id), of: analysis.reachableBytes, line + 1, 15, bar, &canvas)
      canvas.right(ByteCount.text(heap.graph.size(of: id)), line + 1, column + 11)
      let badge = badges(of: id)
      let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
      // The instances of a class need no name of it: that stands above.
      var text =
        isFound
        ? tellingLabel(id, heap, width: canvas.width - column - 15 - badgeWidth)
        : heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
      if let offset = offset(of: id, pane),
        let excerpt = heap.details.excerpt(of: id, at: offset, before: 10, length: canvas.width)
      {
        // What was looked for comes first.
        let room = max(20, canvas.width - column - 22 - badgeWidth - min(30, DisplayWidth.width(of: text)))
        let cut = DisplayWidth.cut(SafeText.line(excerpt), to: room)
        text = "\(offset > 10 ? "…" : "“")\(cut)” \(text)"
      } else if let content = heap.details.text(of: id, limit: canvas.width) {
        let more = content.text.utf8.count < content.length ? "…" : ""
        text += " “\(SafeText.line(content.text))\(more)”"
      }
      if !analysis.dominators.isReachable(id) { text += " (unreachable)" }
      canvas.cut(text, line + 1, column + 13, canvas.width - column - 15 - badgeWidth)
      var end = canvas.width - badgeWidth
      for (text, style) in badge { end = canvas.put(text, line + 1, end, style) }
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }
}
