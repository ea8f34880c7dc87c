import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension CycleScene {
  /// The row of a pane in which a ring begins: below what it is, the root, and the way from it.
  static let ringTop = 5

  /// Hops of the way from the root that are named above a ring.
  private static let namedHops = 6

  func drawRing(
    _ report: CycleReport, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let heap = analysis.heap
    drawRoot(report, 2, wordsRow: 1, analysis, &canvas)
    if report.pathToRing.count == 1 {
      canvas.put("│ entry", 3, 7, .dim)
    } else if report.pathToRing.count > 1 {
      let hops = report.pathToRing.dropFirst().prefix(Self.namedHops).map {
        shortClassName(heap.graph.objectClass(of: $0.source).name) + " " + heap.shortField(of: $0)
      }
      let more = report.pathToRing.count - 1 > Self.namedHops ? " → …" : ""
      canvas.cut(
        "│ \(Count.text(report.pathToRing.count, "hop")) (v lists them): " + hops.joined(separator: " → ") + more, 3, 7,
        canvas.width - 8, .dim)
    }
    if !report.pathToRing.isEmpty { canvas.put("▼", 4, 7, .dim) }
    if let chosen = model.chosenCut(pane), report.pathToRing.contains(where: { chosen.contains($0) }) {
      canvas.put("✗", 4, 9, .suspect)
    }
    if report.pathToRing.contains(where: model.isCut) { canvas.put("≠ cut in thought", 4, 9, .suspect) }
    let steps = report.witness.steps.map { step in
      let field = heap.shortField(of: step.reference)
      let title = shortClassName(heap.graph.objectClass(of: step.object).name)
      return CycleRing.Step(
        title: title, titleWidth: DisplayWidth.width(of: title, glyphs: model.glyphs),
        address: heap.addressText(of: step.object),
        detail: ByteCount.text(heap.graph.size(of: step.object)) + " · "
          + ByteCount.text(analysis.dominators.retainedSize(of: step.object)),
        field: field, fieldWidth: DisplayWidth.width(of: field, glyphs: model.glyphs))
    }
    let inThought =
      model.cuts.isEmpty ? [] : Set(steps.indices.filter { model.isCut(report.witness.steps[$0].reference) })
    let cuts = cutSteps(model.chosenCut(pane), report, steps.indices)
    let ring = CycleRing(steps, width: canvas.width - 6)
    for piece in ring.pieces {
      let cut: RingCut =
        inThought.contains(piece.step) ? .inThought : cuts.contains(piece.step) ? .suggested : .none
      draw(piece, ring, isSelected: piece.step == pane.selection, cut, focused, &canvas)
    }
    drawCuts(report, pane, Self.ringTop + ring.height + 1, analysis, &canvas)
  }

  /// Whether the reference of an arrow is cut: by the suggestion that is shown, or in thought.
  private enum RingCut { case none, suggested, inThought }

  private func draw(
    _ piece: CycleRing.Piece, _ ring: CycleRing, isSelected: Bool, _ cut: RingCut, _ focused: Bool,
    _ canvas: inout Canvas
  ) {
    let isCut = cut != .none
    let (row, column) = (Self.ringTop + piece.row, 4 + piece.column)
    let style: Style =
      switch piece.role {
      case .border: isSelected ? .cycle : .dim
      case .title: .cycle
      case .address: .dim
      case .detail: .size
      case .arrow: isCut ? .suspect : .cycle
      case .field: isCut ? .suspect : .plain
      }
    if isCut, piece.role == .field {
      let end = canvas.cut(piece.text, row, column, piece.width - 2, style)
      canvas.put(cut == .inThought ? " ≠" : " ✗", row, end, style)
    } else if cut == .inThought, piece.role == .arrow {
      // A broken line.
      let text = piece.text.replacing("─", with: "╌").replacing("│", with: "╎")
      canvas.cut(text, row, column, piece.width, style)
    } else {
      canvas.cut(piece.text, row, column, piece.width, style)
    }
    // The address is the last piece of its row.
    guard isSelected, piece.role == .address, (0..<canvas.height).contains(row) else { return }
    let end = canvas.area.left + column + piece.width
    let start = end - (ring.boxWidth - 2)
    canvas.frame.select(row: canvas.area.top + row, columns: start..<end)
    if focused { canvas.frame.cursor = Position(row: canvas.area.top + row, column: start) }
  }
}
