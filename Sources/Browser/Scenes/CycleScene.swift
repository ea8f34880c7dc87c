import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// One cycle: a ring, the list of its objects, or its matrix, with its cuts.
struct CycleScene: Scene {
  let model: Model
  let pane: Pane
  let id: ComponentID

  private var isMatrix: Bool { model.isMatrix(pane) }

  var rowCount: Int {
    model.reports[id].map { model.cycleRowCount($0, drawing: model.effectiveDrawing(pane)) } ?? 0
  }

  func object(ofRow row: Int) -> ObjectID? {
    guard let report = model.reports[id] else { return model.first(of: id) }
    switch model.cycleRow(row, report, drawing: model.effectiveDrawing(pane)) {
    case .path(let step): return analysis.graph.target(of: report.pathToRing[step])
    case .ring(let step): return report.witness.steps[step].object
    case .matrix: return model.first(of: id)
    }
  }

  func text(ofRow row: Int) -> String {
    guard let report = model.reports[id] else { return "" }
    let heap = analysis.heap
    switch model.cycleRow(row, report, drawing: model.effectiveDrawing(pane)) {
    case .path(let step):
      return heap.fieldName(of: report.pathToRing[step]) + " "
        + heap.label(of: heap.graph.target(of: report.pathToRing[step]))
    case .ring(let step):
      let ring = report.witness.steps
      return heap.label(of: ring[step].object) + " " + heap.fieldName(of: ring[step].reference)
    case .matrix(let row): return heap.graph.classes[report.matrix.rows[row].classIndex].name
    }
  }

  func reference(ofRow row: Int) -> RowReference {
    guard let report = model.reports[id] else { return .none("its ring is not known yet") }
    let drawing = model.effectiveDrawing(pane)
    let steps = report.witness.steps
    switch model.cycleRow(row, report, drawing: drawing) {
    case .path(let step): return .reference(report.pathToRing[step])
    case .ring(let step) where drawing == .ring: return .reference(steps[step].reference)
    case .ring(let step):
      if step > 0 { return .reference(steps[step - 1].reference) }
      return .reference(report.pathToRing.last ?? steps[steps.count - 1].reference)
    case .matrix: return .none("a cell is many references: ⏎ lists them, and B cuts one")
    }
  }

  func target(ofRow row: Int) -> RowTarget? {
    if let choice = model.chosenCut(pane) {
      return .place(.cut(CutPlace(component: id, choice: choice.id)))
    }
    guard isMatrix, let report = model.reports[id] else { return object(ofRow: row).map { .place(.object($0)) } }
    if pane.matrixColumn != nil, model.selectedLink(report, pane) == nil {
      return .nowhere("there is no reference of the cycle between these classes")
    }
    return .place(.links(ClassLinks(component: id, source: row, target: pane.matrixColumn)))
  }

  var markTarget: MarkedRow? {
    if case .group(let group) = model.chosenCut(pane) { return model.target(of: group.id, in: id) }
    return model.target(ofCycle: id)
  }

  var missingRows: WorkRequest? { model.reports[id] == nil ? .cycle(id) : nil }
  var missingRest: WorkRequest? { model.reports[id] != nil && model.isWeighing(id) ? .cutGroups(id) : nil }
  var paneUnderOtherPolicies: Pane { Pane(.cycles) }

  var headerHeight: Int {
    switch model.effectiveDrawing(pane) {
    case .ring: model.bodyHeight - 1
    case .matrix, .list: model.reports[id].map { cycleHeaderHeight($0, pane) } ?? 1
    }
  }

  var footerHeight: Int {
    switch model.effectiveDrawing(pane) {
    case .ring: 0
    case .matrix, .list: model.reports[id].map { cycleFooterHeight($0, pane) } ?? 0
    }
  }

  var scrolls: Bool { model.effectiveDrawing(pane) != .ring }
  var isWide: Bool { true }

  var title: String { "Cycle" }
  var helpWords: [String] {
    isMatrix
      ? [
        "One cycle by class: a number counts the references from the class of its row to that of its column.",
        "Arrows select a cell, Enter lists its references. ✗ stands where the chosen cut (b) goes through.",
      ]
      : [
        "One cycle: a short ring, the way from the nearest root (its entry is where that comes in), the cuts.",
        "A cut is all references of one class and field, with what goes without them; inside the cycle, or an entry.",
        "b steps through the cuts, Enter lists the references of the chosen one, B cuts them in thought.",
      ]
  }

  var breadcrumb: [String] {
    let shape = analysis.components[id].shape
    guard analysis.shapes[shape].count > 1 else { return ["Cycles", model.cycleTitle(id)] }
    let own = model.first(of: id).map { ["cycle of " + shortClassName(analysis.heap.label(of: $0))] } ?? []
    return ["Cycles", model.shapeTitle(shape)] + own
  }

  var footerActions: [Action] {
    isMatrix
      ? [.openRow, .follow, .nextCut, .drawing, .paths, .toggleMark, .editMark, .export, .back]
      : [.follow, .nextCut, .cutInThought, .drawing, .paths, .toggleMark, .editMark, .export, .back]
  }

  func footerText(_ action: Action, key: String) -> String? {
    switch action {
    case .openRow where isMatrix: return model.glyphs == .ascii ? "h l cell" : "←→ cell"
    case .follow where isMatrix || model.chosenCut(pane) != nil: return "\(key) references"
    case .follow: return selectedObject == nil ? nil : "\(key) inspect"
    case .drawing where model.reports[id] != nil:
      return "\(key) \(["ring", "matrix", "list"][model.nextDrawing(pane).rawValue])"
    default: return nil
    }
  }

  var rowWord: String { isMatrix ? "class" : "object" }

  var rowsWords: String {
    guard model.effectiveDrawing(pane) == .ring else { return "" }
    return model.reports[id]?.witness.isShortest == false ? " of a short ring" : " of its shortest ring"
  }

  var notes: [String] { pane.cut > 0 ? ["cut \(pane.cut) of \(Count.text(model.cutChoices(id).count))"] : [] }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .nextPane, .previousPane, .nextCut, .drawing: nil
    case .sort, .reverseSort: "a cycle has one order only: along its references"
    case .filter: "a cycle is shown whole: / finds in it"
    case .cutInThought where model.chosenCut(pane) != nil: nil
    default: listReason(action)
    }
  }

  static func act(_ action: Action, _ model: inout Model) -> Bool {
    switch action {
    case .openRow: return model.moveInMatrix(1)
    case .closeRow: return model.moveInMatrix(-1)
    case .nextCut: model.nextCut()
    case .drawing: model.drawOtherwise(model.nextDrawing(model.focused), tells: true)
    case .nextPane, .previousPane:
      guard !model.hasTwoPanes else { return false }
      model.drawOtherwise(model.nextDrawing(model.focused, action == .nextPane ? 1 : -1), tells: false)
    default: return false
    }
    return true
  }
}
