import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension CycleScene {
  /// Rows above the list of a cycle's objects: what it is, the root that holds it, and a blank; or the numbers of a
  /// matrix's columns.
  ///
  /// On a low screen there is less of it.
  func cycleHeaderHeight(_ report: CycleReport, _ pane: Pane) -> Int {
    if model.effectiveDrawing(pane) == .matrix { return model.bodyHeight < 12 ? 2 : 3 }
    return model.bodyHeight < 12 ? 2 : 3
  }

  /// Rows below the list: where the ring closes or what the chosen class refers to, a blank, and the cuts.
  ///
  /// A list of three rows goes before all of it.
  func cycleFooterHeight(_ report: CycleReport, _ pane: Pane) -> Int {
    let isMatrix = model.effectiveDrawing(pane) == .matrix
    let links = min(4, max(1, report.matrix.rows.count))
    let wanted = (isMatrix ? 1 + links : 1) + 1 + cutHeight(report, pane)
    return max(0, min(wanted, model.bodyHeight - cycleHeaderHeight(report, pane) - 3))
  }

  // MARK: List

  func drawCycleList(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let heap = analysis.heap
    let header = cycleHeaderHeight(report, pane)
    drawRoot(report, 1, wordsRow: header > 2 ? 2 : nil, spare: 20, analysis, &canvas)
    if header > 2 {
      canvas.right("shallow", 2, canvas.width - 12, .dim)
      canvas.right("retained", 2, canvas.width - 1, .dim)
    }
    let rowCount = model.cycleRowCount(report, drawing: .list)
    let above = model.pathRowCount(report)
    let steps = report.witness.steps
    let page = pageHeight
    let first = pane.top - above
    let chosen = model.chosenCut(pane)
    let cuts = cutSteps(chosen, report, max(0, first - 1)..<max(0, first + page))
    let closing = cutSteps(chosen, report, steps.count - 1..<steps.count)
    let numbers = String(steps.count).count + 2
    let fields = max(10, numbers + 6)
    for line in 0..<page where pane.top + line < rowCount {
      let row = pane.top + line
      let y = header + line
      let object: ObjectID
      var field = ""
      var isCutInThought = false
      switch model.cycleRow(row, report, drawing: .list) {
      case .path(let step):
        object = heap.graph.target(of: report.pathToRing[step])
        // From where the cycle is entered on it is part of it.
        canvas.put(step == 0 ? "▼" : "│", y, 2, step < report.path.count - 1 ? .dim : .cycle)
        if step > 0 { field = heap.shortField(of: report.pathToRing[step]) }
        if chosen?.contains(report.pathToRing[step]) == true { canvas.put("✗", y, fields - 2, .suspect) }
        isCutInThought = model.isCut(report.pathToRing[step])
      case .ring(let step):
        object = steps[step].object
        canvas.put("↻ \(step + 1)", y, 2, .cycle)
        if step > 0 {
          field = heap.shortField(of: steps[step - 1].reference)
          isCutInThought = model.isCut(steps[step - 1].reference)
        } else if let last = report.pathToRing.last {
          if report.pathToRing.count > 1 { field = heap.shortField(of: last) }
          if chosen?.contains(last) == true { canvas.put("✗", y, fields - 2, .suspect) }
          isCutInThought = model.isCut(last)
        }
        if step > 0, cuts.contains(step - 1) { canvas.put("✗", y, fields - 2, .suspect) }
      case .matrix: continue
      }
      let sizes = canvas.width - 12
      if isCutInThought { canvas.put("≠", y, fields - 2, .suspect) }
      let size = ByteCount.text(heap.graph.size(of: object))
      let label = RowText(
        shortClassName(heap.label(of: object)), at: fields + 17, brief: shortClassName(heap.name(of: object)))
      let name = RowText(field, at: fields, isCutInThought ? .suspect : .plain) { model.fittedField(field, width: $0) }
      canvas.texts(field.isEmpty ? [label] : [name, label], y, end: sizes - size.count - 1, gap: 1)
      canvas.right(size, y, sizes, .dim)
      canvas.right(ByteCount.text(analysis.dominators.retainedSize(of: object)), y, sizes + 11, .size)
      if row == pane.selection { canvas.select(y, focused: focused) }
    }
    let bottom = header + min(page, rowCount - pane.top)
    if pane.top + page >= rowCount, let last = steps.last {
      let isInThought = model.isCut(last.reference)
      let isCut = !closing.isEmpty || isInThought
      canvas.put("╰─▶", bottom, 2, .cycle)
      if isCut { canvas.put(isInThought ? "≠" : "✗", bottom, fields - 2, .suspect) }
      let back = steps.count == 1 ? "↺ refers to itself" : "↺ back to 1"
      canvas.texts(
        [
          RowText(heap.shortField(of: last.reference), at: fields, isCut ? .suspect : .plain),
          RowText(back, at: fields + 17, .cycle),
        ], bottom, end: canvas.width - 1, gap: 1)
    } else {
      canvas.put("↓ \(Count.text(rowCount - pane.top - page)) below", bottom, 2, .dim)
    }
    drawCuts(report, pane, bottom + 2, analysis, &canvas)
  }

  // MARK: Matrix

  func drawMatrix(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let matrix = report.matrix
    let header = cycleHeaderHeight(report, pane)
    // The widest number, with a cut before it, and a blank.
    var sums = [Int](repeating: 0, count: matrix.rows.count)
    for link in matrix.links { sums[link.source] += link.references }
    let cell = max(7, 2 + (sums.max().map { Count.text($0).count } ?? 0))
    let longest =
      matrix.rows.prefix(200).enumerated().map { index, row in
        DisplayWidth.width(
          of: "\(index + 1) " + shortClassName(analysis.graph.classes[row.classIndex].name), glyphs: model.glyphs)
      }.max() ?? 0
    let nameWidth = max(16, min(max(40, longest), canvas.width - 12 - cell * min(matrix.rows.count + 1, 8)))
    let shown = max(1, min(matrix.rows.count, (canvas.width - nameWidth - 12) / cell))
    // The window of columns follows the selected cell.
    let first = max(0, min((pane.matrixColumn ?? 0) - shown + 1, matrix.rows.count - shown))
    let cut = model.chosenCut(pane).map { model.cutCells($0, report) } ?? []
    canvas.put("from \\ to", header - 1, 2, .dim)
    for column in 0..<shown {
      canvas.right(
        "\(first + column + 1)", header - 1, nameWidth + 11 + cell * (column + 1),
        first + column == pane.matrixColumn ? .heading : .dim)
    }
    if first > 0 { canvas.put("…", header - 1, nameWidth + 11, .dim) }
    if first + shown < matrix.rows.count {
      canvas.put("…", header - 1, min(canvas.width - 2, nameWidth + 12 + cell * (shown + 1)), .dim)
    }
    // All that the objects of a class refer to, where there is room for one more column.
    let out = nameWidth + 11 + cell * (shown + 1)
    let showsOut = shown == matrix.rows.count && out < canvas.width
    if showsOut { canvas.right("out", header - 1, out, .dim) }
    var cells: [Int: Int] = [:]
    for link in matrix.links where (first..<first + shown).contains(link.target) {
      cells[link.source * matrix.rows.count + link.target] = link.references
    }
    let page = pageHeight
    for line in 0..<page where pane.top + line < matrix.rows.count {
      let index = pane.top + line
      let y = header + line
      let name = shortClassName(analysis.graph.classes[matrix.rows[index].classIndex].name)
      let objects = "×\(Count.text(matrix.rows[index].objects))"
      canvas.cut("\(index + 1) \(name)", y, 2, nameWidth + 8 - objects.count)
      canvas.right(objects, y, nameWidth + 11, .dim)
      for column in 0..<shown {
        let count = cells[index * matrix.rows.count + first + column]
        let isCut = cut.contains([index, first + column])
        let style: Style = count == nil ? .dim : isCut ? .suspect : .cycle
        canvas.right(
          count.map { (isCut ? "✗" : "") + Count.text($0) } ?? "·", y, nameWidth + 11 + cell * (column + 1), style)
      }
      if showsOut { canvas.right(Count.text(sums[index]), y, out, .dim) }
      guard index == pane.selection else { continue }
      if let column = pane.matrixColumn {
        canvas.put(">", y, 0, .selected)
        let end = canvas.area.left + nameWidth + 11 + cell * (column - first + 1)
        canvas.frame.select(row: canvas.area.top + y, columns: end - cell + 1..<end)
        if focused { canvas.frame.cursor = Position(row: canvas.area.top + y, column: end - 1) }
      } else {
        canvas.select(y, focused: focused)
      }
    }
    // The strongest links of the class that is selected, with their fields.
    let end = canvas.height - cutHeight(report, pane) - 1
    var y = header + min(page, matrix.rows.count - pane.top) + 1
    if pane.matrixColumn != nil, model.selectedLink(report, pane) == nil, y < end {
      canvas.put("no reference of the cycle between these classes", y, 4, .dim)
    }
    for link in matrix.links where link.source == pane.selection {
      guard y < end else { break }
      if let column = pane.matrixColumn, column != link.target { continue }
      let target = shortClassName(analysis.graph.classes[matrix.rows[link.target].classIndex].name)
      let more = link.fieldCount > 1 ? " and \(Count.text(link.fieldCount - 1, "more field"))" : ""
      canvas.cut(
        "→ \(target), \(Count.text(link.references, "reference")), field \(shortClassName(link.field))\(more)", y, 4,
        canvas.width - 5,
        .dim)
      y += 1
    }
    drawCuts(report, pane, max(y + 1, min(end + 1, header + matrix.rows.count + 6)), analysis, &canvas)
  }
}
