import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// Rows above the list of a cycle's objects: what it is, the root that holds it, and a blank.
  func cycleHeaderHeight(_ id: ComponentID) -> Int { 3 }

  /// Rows below the list: where the ring closes, holders and cuts.
  var cycleFooterHeight: Int { 6 }

  func drawCycle(
    _ id: ComponentID, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let component = analysis.components[id]
    canvas.cut(summary(component, analysis), 0, 2, canvas.width - 3, component.isHeld ? .cycle : .dim)
    guard let report = reports[id] else {
      canvas.put("finding its shortest ring and its cuts …", 2, 2, .dim)
      return
    }
    let drawing = effectiveDrawing(pane)
    switch drawing {
    case .ring: drawRing(report, pane, focused, analysis, &canvas)
    case .list: drawCycleList(report, pane, focused, analysis, &canvas)
    case .matrix: drawMatrix(report, pane, focused, analysis, &canvas)
    }
  }

  private func summary(_ component: Component, _ analysis: HeapAnalysis) -> String {
    var text = [
      Count.text(component.objects, "object"), Count.text(component.references, "reference"),
      Count.text(component.entries, "entry", "entries"),
    ].joined(separator: " · ")
    guard component.isHeld else {
      return text + " · \(ByteCount.text(component.shallow)) · collectable: no root reaches it"
    }
    let share = SizeBar.percent(component.retained, of: analysis.reachableBytes)
    text += " · retained \(component.retainedIsExact ? "" : "≥ ")\(ByteCount.text(component.retained)) (\(share) %)"
    if let mark = mark(on: component.id) {
      text += " · \(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name)"
    }
    return text
  }

  /// The root that holds a cycle, in words.
  private func drawRoot(_ report: CycleReport, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard let first = report.path.first else { return }
    let column = canvas.put("GC root: ", row, 2, .dim)
    canvas.cut(analysis.heap.fieldName(of: first), row, column, canvas.width - column - 1, .link)
  }

  // MARK: Ring

  private func drawRing(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let heap = analysis.heap
    drawRoot(report, 2, analysis, &canvas)
    if report.path.count == 1 {
      canvas.put("│ entry", 3, 7, .dim)
    } else if report.path.count > 1 {
      let hops = report.path.dropFirst().map {
        shortClassName(heap.graph.objectClass(of: $0.source).name) + " " + heap.fieldName(of: $0)
      }
      canvas.cut(
        "│ \(Count.text(report.path.count, "hop")) (v lists them): " + hops.joined(separator: " → "), 3, 7,
        canvas.width - 8, .dim)
    }
    if !report.path.isEmpty { canvas.put("▼", 4, 7, .dim) }
    let steps = report.witness.steps.map { step in
      CycleRing.Step(
        title: shortClassName(heap.graph.objectClass(of: step.object).name) + " " + heap.addressText(of: step.object),
        detail: ByteCount.text(heap.graph.size(of: step.object)) + " · "
          + ByteCount.text(analysis.dominators.retainedSize(of: step.object)),
        field: DisplayWidth.sanitised(heap.fieldName(of: step.reference)))
    }
    let cutSteps = Set(insideCutSteps(report))
    let ring = CycleRing(steps, width: canvas.width - 6)
    for piece in ring.pieces {
      let isSelected = piece.step == pane.selection && piece.role != .arrow && piece.role != .field
      let isCut = pane.cut == 1 && cutSteps.contains(piece.step) && (piece.role == .arrow || piece.role == .field)
      let style: Style =
        switch piece.role {
        case .border: isSelected ? .cycle : .dim
        case .title: isSelected ? .selected : .cycle
        case .detail: .size
        case .arrow: isCut ? .suspect : .cycle
        case .field: isCut ? .suspect : .plain
        }
      canvas.put(isCut && piece.role == .field ? piece.text + " ✗" : piece.text, 5 + piece.row, 4 + piece.column, style)
      if isSelected, piece.role == .title {
        canvas.frame.select(
          row: canvas.area.top + 5 + piece.row,
          columns: canvas.area.left + 4 + piece.column..<canvas.area.left + 4 + piece.column + piece.text.count)
        if focused {
          canvas.frame.cursor = Position(
            row: canvas.area.top + 5 + piece.row, column: canvas.area.left + 4 + piece.column)
        }
      }
    }
    drawCuts(report, pane, 6 + ring.height, analysis, &canvas)
  }

  /// The steps of the ring whose references the inside cut takes away.
  private func insideCutSteps(_ report: CycleReport) -> [Int] {
    let cut = Set(report.insideCut.references)
    return report.witness.steps.indices.filter { cut.contains(report.witness.steps[$0].reference) }
  }

  // MARK: Cuts

  private func drawCuts(
    _ report: CycleReport, _ pane: Pane, _ row: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    var row = row
    func line(_ number: Int, _ cut: Cut) {
      let style: Style = pane.cut == number ? .suspect : .plain
      let column = canvas.put("✗ \(cut.kind == .inside ? "inside" : "entry ")  ", row, 2, style)
      canvas.cut(cutText(cut, analysis), row, column, canvas.width - column - 1, style)
      row += 1
      if pane.cut == number {
        for text in wrapped(cut.explanation, width: canvas.width - 13).prefix(3) {
          canvas.cut(text, row, 12, canvas.width - 13, .dim)
          row += 1
        }
      }
    }
    line(1, report.insideCut)
    if let entry = report.entryCut { line(2, entry) }
    if report.holderCount > 1, row < canvas.height {
      let names = report.holders.map { analysis.graph.rootNames[analysis.graph.roots[$0].name] }
      let more = report.holdersAreCapped ? "at least " : ""
      canvas.cut(
        "held by \(more)\(Count.text(report.holderCount, "root")): \(names.joined(separator: "; "))", row, 2,
        canvas.width - 3, .dim)
    }
  }

  /// What a cut takes away, and what that frees.
  func cutText(_ cut: Cut, _ analysis: HeapAnalysis) -> String {
    let heap = analysis.heap
    var what: String
    if let first = cut.references.first, cut.referenceCount == 1 {
      what = reference(first, heap)
    } else if let step = cut.steps.first {
      what =
        "\(Count.text(cut.referenceCount)) × \(shortClassName(step.source))\(step.field) → \(shortClassName(step.target))"
      if cut.steps.count > 1 { what += " and \(cut.steps.count - 1) more kinds" }
    } else {
      what = Count.text(cut.referenceCount, "reference")
      if let first = cut.references.first { what += ", \(reference(first, heap)), …" }
    }
    let freed = "frees \(cut.freedIsExact ? "" : "≥ ")\(ByteCount.text(cut.freedBytes))"
    return cut.kind == .inside
      ? what + "   ends the cycle; " + (cut.freedBytes == 0 ? "frees nothing alone" : freed) : what + "   " + freed
  }

  /// `Session.owner → SessionCache`, or the name of a root.
  private func reference(_ place: ReferencePlace, _ heap: Heap) -> String {
    let field = heap.fieldName(of: place)
    if place.source == .root { return field }
    let target = shortClassName(heap.graph.objectClass(of: heap.graph.target(of: place)).name)
    return "\(shortClassName(heap.graph.objectClass(of: place.source).name)) \(field) → \(target)"
  }

  // MARK: List

  private func drawCycleList(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let heap = analysis.heap
    drawRoot(report, 1, analysis, &canvas)
    let rows = cycleRows(report.component.id, drawing: .list)
    let page = pageHeight(pane)
    let cutSteps = Set(pane.cut == 1 ? insideCutSteps(report) : [])
    for line in 0..<page where pane.top + line < rows.count {
      let row = pane.top + line
      let y = cycleHeaderHeight(report.component.id) + line
      let object: ObjectID
      var field = ""
      switch rows[row] {
      case .path(let step):
        object = heap.graph.target(of: report.path[step])
        canvas.put(step == 0 ? "▼" : "│", y, 2, .dim)
        if step > 0 { field = heap.fieldName(of: report.path[step]) }
      case .ring(let step):
        object = report.witness.steps[step].object
        let count = report.witness.steps.count
        canvas.put("↻ \(step + 1)", y, 2, .cycle)
        if step > 0 {
          field = heap.fieldName(of: report.witness.steps[step - 1].reference)
        } else if rows.count < count + report.path.count, let last = report.path.last, report.path.count > 1 {
          field = heap.fieldName(of: last)
        }
        if cutSteps.contains((step + count - 1) % count) { canvas.put("✗", y, 8, .suspect) }
      case .matrix: continue
      }
      let sizes = canvas.width - 12
      canvas.cut(field, y, 10, 16)
      canvas.cut(shortClassName(heap.label(of: object)), y, 27, sizes - 38, .plain)
      canvas.right(ByteCount.text(heap.graph.size(of: object)), y, sizes, .dim)
      canvas.right(ByteCount.text(analysis.dominators.retainedSize(of: object)), y, sizes + 11, .size)
      if row == pane.selection { canvas.select(y, focused: focused) }
    }
    let bottom = cycleHeaderHeight(report.component.id) + min(page, rows.count - pane.top)
    if pane.top + page >= rows.count, let last = report.witness.steps.last {
      let text = report.witness.steps.count == 1 ? "refers to itself" : "back to 1"
      canvas.put("╰─▶ ", bottom, 2, .cycle)
      canvas.cut(
        heap.fieldName(of: last.reference), bottom, 10, 16,
        cutSteps.contains(report.witness.steps.count - 1) ? .suspect : .plain)
      canvas.put("↺ \(text)", bottom, 27, .cycle)
    }
    drawCuts(report, pane, bottom + 2, analysis, &canvas)
  }

  // MARK: Matrix

  private func drawMatrix(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let matrix = report.matrix
    let nameWidth = max(16, min(40, canvas.width - 10 - 7 * min(matrix.rows.count, 8)))
    let shown = max(1, min(matrix.rows.count, (canvas.width - nameWidth - 12) / 7))
    canvas.put("from \\ to", 2, 2, .dim)
    for column in 0..<shown { canvas.right("\(column + 1)", 2, nameWidth + 12 + 7 * column + 6, .dim) }
    if shown < matrix.rows.count { canvas.put("…", 2, nameWidth + 12 + 7 * shown, .dim) }
    var cells: [Int: Int] = [:]
    var out = [Int](repeating: 0, count: matrix.rows.count)
    for link in matrix.links {
      cells[link.source * matrix.rows.count + link.target] = link.references
      out[link.source] += link.references
    }
    let page = pageHeight(pane)
    for line in 0..<page where pane.top + line < matrix.rows.count {
      let index = pane.top + line
      let y = 3 + line
      let name = shortClassName(analysis.graph.classes[matrix.rows[index].classIndex].name)
      canvas.cut("\(index + 1) \(name)", y, 2, nameWidth)
      canvas.right("×\(Count.text(matrix.rows[index].objects))", y, nameWidth + 11, .dim)
      for column in 0..<shown {
        let count = cells[index * matrix.rows.count + column]
        canvas.right(count.map { Count.text($0) } ?? "·", y, nameWidth + 18 + 7 * column, count == nil ? .dim : .cycle)
      }
      if index == pane.selection { canvas.select(y, focused: focused) }
    }
    // The strongest links of the class that is selected, with their fields.
    var y = 4 + min(page, matrix.rows.count - pane.top)
    for link in matrix.links where link.source == pane.selection {
      guard y < canvas.height - 4 else { break }
      let target = shortClassName(analysis.graph.classes[matrix.rows[link.target].classIndex].name)
      let more = link.fieldCount > 1 ? " and \(link.fieldCount - 1) more fields" : ""
      canvas.cut(
        "→ \(target), \(Count.text(link.references, "reference")), field \(link.field)\(more)", y, 4, canvas.width - 5,
        .dim)
      y += 1
    }
    drawCuts(report, pane, canvas.height - 4, analysis, &canvas)
  }
}
