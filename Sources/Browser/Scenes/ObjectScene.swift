import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

/// The inspector: one object, and one of the lists there are of it.
struct ObjectScene: Scene {
  let model: Model
  let pane: Pane
  let id: ObjectID

  var rowCount: Int { pane.order?.count ?? model.objectRowCount(id, tab: pane.tab) }

  /// What a row refers to.
  private func object(behindRow row: Int) -> ObjectID? { model.rowTarget(id, tab: pane.tab, row: index(ofRow: row)) }

  func object(ofRow row: Int) -> ObjectID? { object(behindRow: row) ?? id }
  var subject: ObjectID? { id }

  func text(ofRow row: Int) -> String {
    if pane.tab == .strings { return model.strings[id]?.entries[index(ofRow: row)].text ?? "" }
    return ObjectRowText.row(index(ofRow: row), of: id, pane.tab, analysis)
  }

  var rowsSearchedAtOnce: Int { RowSearch.objectsAtOnce }

  func reference(ofRow row: Int) -> RowReference {
    let row = index(ofRow: row)
    let graph = analysis.graph
    switch pane.tab {
    case .fields:
      let field = analysis.heap.values(of: id, from: row, limit: 1).values.first
      guard let field, let target = field.target else { return .none("this field is no reference") }
      let candidates = graph.rows.range(of: id).filter { graph.rows.targets[$0] == target.rawValue }
        .map { ReferencePlace(source: id, index: $0) }
      guard let first = candidates.first else { return .none("the dump counts no reference for this field") }
      if candidates.count == 1 { return .reference(first) }
      return .reference(candidates.first { analysis.heap.fieldName(of: $0) == field.name } ?? first)
    case .referrers:
      let range = analysis.referrers.range(of: id)
      let slot = range.lowerBound + row
      let source = analysis.referrers.targets[slot]
      // The same source stands there once for each of its references.
      var number = 0
      while slot - number > range.lowerBound, analysis.referrers.targets[slot - number - 1] == source { number += 1 }
      if source == 0 {
        let roots = analysis.roots(directlyHolding: id)
        guard row < roots.count else { return .none("this root keeps nothing alive") }
        return .reference(ReferencePlace(source: .root, index: roots[row]))
      }
      let places = graph.rows.range(of: ObjectID(source)).filter { graph.rows.targets[$0] == id.rawValue }
      guard number < places.count else { return .none("this referrer has no such reference") }
      return .reference(ReferencePlace(source: ObjectID(source), index: places[number]))
    case .dominated:
      guard let child = analysis.dominators.children(of: id, row..<row + 1).first,
        let place = graph.firstReference(from: id, to: child)
      else { return .none("it refers to this only through others: p shows the paths") }
      return .reference(place)
    case .strings: return .none("a string is no reference")
    case .allocation: return .none("a call is no reference")
    }
  }

  func target(ofRow row: Int) -> RowTarget? { object(behindRow: row).map { .place(.object($0)) } }

  func companion(ofRow row: Int) -> Place? {
    object(ofRow: row).flatMap { $0 == id ? nil : .object($0) } ?? .paths(.object(id))
  }

  var markTarget: MarkedRow? {
    if pane.tab == .referrers { return referenceTarget ?? model.target(ofObject: id) }
    // A field with a value is no more than a part of the object.
    return model.target(ofObject: selectedObject ?? id)
  }

  func order(by column: SortColumn) -> RowOrder {
    let list: RowFilter.List =
      pane.tab == .strings ? .strings(model.strings[id]?.entries ?? []) : .contents(id, pane.tab)
    return .work(
      .filter(RowFilter(list: list, text: pane.filter)), rows: model.objectRowCount(id, tab: pane.tab),
      limit: RowFilter.inlineLimit)
  }

  var missingRows: WorkRequest? {
    switch pane.tab {
    case .strings: model.strings[id] == nil ? .strings(id) : nil
    case .fields: analysis.heap.hasValuesAtHand(of: id) == false ? .contents(id) : nil
    case .referrers, .dominated, .allocation: nil
    }
  }

  var footerHeight: Int { companionHeight(of: id, pane) }

  var title: String { "Inspector" }
  var helpWords: [String] {
    [
      "One object: its contents, what refers to it, what it alone keeps alive (it dominates it: all ways lead",
      "through it), the strings in that, and where it was made.",
    ]
  }

  var breadcrumb: [String] { model.trailWords + [analysis.heap.label(of: id)] }

  var footerActions: [Action] {
    [
      .follow, .nextPane, .paths, .inTree, .cycle, .cutInThought, .filter, .copy, .back,
    ]
  }

  var rowWord: String {
    switch pane.tab {
    case .fields: "field"
    case .allocation: "call"
    case .strings: "string"
    case .referrers, .dominated: "object"
    }
  }

  var notes: [String] {
    pane.tab == .strings && model.strings[id]?.isCapped == true ? ["the nearest; more not looked for"] : []
  }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .nextPane, .previousPane: return nil
    case .cutInThought where pane.selection < rowCount:
      // As far as that is known without looking through many references.
      switch pane.tab {
      case .fields:
        return model.rowTarget(id, tab: .fields, row: index(ofRow: pane.selection)) == nil
          ? "this field is no reference" : nil
      case .referrers, .dominated: return nil
      case .strings: return "a string is no reference"
      case .allocation: return "a call is no reference"
      }
    default: return listReason(action)
    }
  }

  static func act(_ action: Action, _ model: inout Model) -> Bool {
    guard action == .nextPane || action == .previousPane, !model.hasTwoPanes else { return false }
    model.changeTab(action == .nextPane ? 1 : -1)
    return true
  }
}
