import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// The shapes of cycles, one a row.
struct CyclesScene: CycleListScene {
  let model: Model
  let pane: Pane

  /// What cycles, entries and shapes are.
  static let words = [
    "Objects that reach each other, a component. In a tracing collector a cycle leaks only when a root holds it.",
    "Entries: references into it from outside. Collectable: no root reaches it, so it is no leak.",
    "A shape is the set of (class, field, class) steps; cycles of one shape are one row.",
  ]

  var rowCount: Int { pane.order?.count ?? analysis.shapes.count }

  func object(ofRow row: Int) -> ObjectID? {
    analysis.shapes[index(ofRow: row)].components.first.flatMap { model.first(of: $0) }
  }

  func text(ofRow row: Int) -> String { analysis.shapes[index(ofRow: row)].title }

  func target(ofRow row: Int) -> RowTarget? { .place(model.place(ofShape: index(ofRow: row))) }

  func companion(ofRow row: Int) -> Place? {
    analysis.shapes[index(ofRow: row)].components.first.map { .cycle($0) }
  }

  var markTarget: MarkedRow? {
    guard pane.selection < rowCount else { return nil }
    return model.target(ofShape: index(ofRow: pane.selection))
  }

  var sortColumns: [SortColumn] { [.retained, .count, .objects, .shallow, .entries, .name] }

  func order(by column: SortColumn) -> RowOrder {
    let shapes = analysis.shapes
    let kept = shapes.indices.filter {
      matches(shapes[$0].title, pane.filter) || isHeld(shapes[$0], as: pane.filter.lowercased(), analysis)
    }
    return .rows(
      model.ordered(
        kept, pane.reversed, column, name: { shapes[$0].title },
        number: { index in
          let shape = shapes[index]
          switch column {
          case .count: return UInt64(shape.count)
          case .objects: return UInt64(shape.objects)
          case .shallow: return shape.shallow
          case .entries: return UInt64(shape.entries)
          default: return shape.retained
          }
        }))
  }

  /// Whether a filter is the word for what holds one of the cycles of a shape, as `held` or `collectable`.
  private func isHeld(_ shape: CycleShape, as word: String, _ analysis: HeapAnalysis) -> Bool {
    guard !word.isEmpty, [Hold.root, .unrecorded(0), .garbage, .notKnown].contains(where: { $0.word == word }) else {
      return false
    }
    return analysis.holds(of: shape).keys.contains { $0.word == word }
  }

  var isKept: Bool { true }

  var title: String { "Cycles" }
  var helpWords: [String] { CyclesScene.words }
  var breadcrumb: [String] { ["Cycles"] }
  var footerActions: [Action] { [.follow, .toggleMark, .editMark, .sort, .filter, .paths] }

  func disabledReason(_ action: Action) -> String? { action == .sizeColumns ? nil : listReason(action) }
}

extension CyclesScene {
  /// Shapes of cycles, one a row.
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    drawCycleTitles(pane, analysis, &canvas)
    let count = rowCount
    for line in 0..<pageHeight where pane.top + line < count {
      let row = pane.top + line
      let number = index(ofRow: row)
      let shape = analysis.shapes[number]
      drawCycleRow(
        mark: model.marked.mark(ofShape: number),
        hold: shape.components.first.map { analysis.hold(of: $0) } ?? analysis.unheld,
        isHeld: shape.heldCount > 0,
        retained: (shape.retained, shape.retainedIsExact, shape.shallow),
        amounts: (shape.count, shape.objects, shape.entries), title: flagged(shape, analysis), isShape: false, line + 1,
        analysis,
        &canvas)
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawHolder(analysis.shapes[index(ofRow: pane.selection)].components.first, analysis, &canvas)
    }
    if count == 0 {
      canvas.put(pane.filter.isEmpty ? "no cycles under this policy" : "no shape has “\(pane.filter)”", 2, 2, .dim)
    }
  }

  /// A shape's title, behind a word when its cycles are never freed.
  private func flagged(_ shape: CycleShape, _ analysis: HeapAnalysis) -> String {
    let isNeverFreed = shape.components.first.map { analysis.finalizerCycles.contains($0) } ?? false
    let first = shape.components.first.map { analysis.hold(of: $0) }
    let isUnrecorded = if case .unrecorded = first { true } else { false }
    return (isNeverFreed ? "never freed: " : isUnrecorded ? "not recorded: " : "") + model.titled(shape)
  }
}
