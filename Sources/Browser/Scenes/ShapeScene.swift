import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// The cycles of one shape, one a row.
struct ShapeScene: CycleListScene {
  let model: Model
  let pane: Pane
  /// An index into `HeapAnalysis.shapes`.
  let shape: Int

  /// Shapes with more cycles than this are sorted off the screen's thread.
  static let inlineSortLimit = 20_000

  var rowCount: Int { pane.order?.count ?? analysis.shapes[shape].components.count }

  /// The cycle of a row.
  func component(ofRow row: Int) -> ComponentID? {
    guard row < rowCount else { return nil }
    return pane.order.map { ComponentID(rawValue: $0[row]) } ?? analysis.shapes[shape].components[row]
  }

  func object(ofRow row: Int) -> ObjectID? { component(ofRow: row).flatMap { model.first(of: $0) } }
  func text(ofRow row: Int) -> String { component(ofRow: row).map { ObjectRowText.cycle($0, analysis) } ?? "" }
  var rowsSearchedAtOnce: Int { RowSearch.objectsAtOnce }
  func target(ofRow row: Int) -> RowTarget? { component(ofRow: row).map { .place(.cycle($0)) } }
  func companion(ofRow row: Int) -> Place? { component(ofRow: row).map { .cycle($0) } }
  var markTarget: MarkedRow? { component(ofRow: pane.selection).map { model.target(ofCycle: $0) } }

  var sortColumns: [SortColumn] { [.retained, .objects, .shallow, .entries, .address] }

  func order(by column: SortColumn) -> RowOrder {
    .work(
      .sortShape(shape, column, reversed: pane.reversed, filter: pane.filter),
      rows: analysis.shapes[shape].components.count,
      limit: pane.filter.isEmpty ? Self.inlineSortLimit : RowFilter.inlineLimit)
  }

  func key(ofRow row: Int) -> UInt32 { component(ofRow: row)?.rawValue ?? .max }
  func row(ofKey key: UInt32) -> Int? { analysis.shapes[shape].components.firstIndex { $0.rawValue == key } }
  var paneUnderOtherPolicies: Pane { Pane(.cycles) }

  var title: String { "Cycles of a shape" }
  var helpWords: [String] { CyclesScene.words }
  var breadcrumb: [String] { ["Cycles", model.shapeTitle(shape)] }
  var footerActions: [Action] { [.follow, .toggleMark, .editMark, .sort, .paths, .back] }

  func disabledReason(_ action: Action) -> String? { action == .sizeColumns ? nil : listReason(action) }
}

extension ShapeScene {
  /// The cycles of one shape.
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    drawCycleTitles(pane, analysis, &canvas)
    let count = rowCount
    if count == 0 { canvas.cut("no cycle has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim) }
    for line in 0..<pageHeight where pane.top + line < count {
      let row = pane.top + line
      guard let id = component(ofRow: row) else { continue }
      let component = analysis.components[id]
      var title = ""
      if let first = model.first(of: id) {
        title =
          "\(analysis.heap.addressText(of: first))  \(analysis.holderText(of: first).map(shortClassName) ?? "no root")"
      }
      drawCycleRow(
        mark: model.mark(on: id), hold: analysis.hold(of: id), isHeld: component.isHeld,
        retained: (component.retained, component.retainedIsExact, component.shallow),
        amounts: (component.objects, component.references, component.entries), title: title, isShape: true, line + 1,
        analysis, &canvas
      )
      if row == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawHolder(component(ofRow: pane.selection), analysis, &canvas)
    }
  }
}
