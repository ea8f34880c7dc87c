import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// A screen: what a pane shows of its place, and what keys and searches ask of it.
///
/// A value made from the model and the pane, without state of its own: it is made where something is asked, and thrown
/// away. All it must have are rows with texts, words, and a drawing; the rest has a default that serves lists.
/// Rows are asked for when there is an analysis, and only those that there are.
protocol Scene {
  var model: Model { get }
  var pane: Pane { get }

  // MARK: Rows

  /// The number of rows that can be selected.
  var rowCount: Int { get }
  /// The index in the place's own order that a row of a sorted or filtered pane stands for.
  func index(ofRow row: Int) -> Int
  /// The object that a row stands for, if it stands for one.
  func object(ofRow row: Int) -> ObjectID?
  /// The object that the whole screen is about, where it has no rows.
  var subject: ObjectID? { get }
  /// The text of a row that a search looks at.
  func text(ofRow row: Int) -> String
  /// Rows that a search looks at between two keys.
  var rowsSearchedAtOnce: Int { get }
  /// The reference that a row shows: in a ring of boxes the one that leaves the box, elsewhere the one that leads to
  /// what the row is.
  func reference(ofRow row: Int) -> RowReference
  /// Where Enter on a row leads.
  func target(ofRow row: Int) -> RowTarget?
  /// What the second pane shows beside a row.
  func companion(ofRow row: Int) -> Place?
  /// What paths lead to from a row that is no object, but stands for several.
  func pathGoal(ofRow row: Int) -> PathGoal?
  /// What a mark on the selected row is on: what the row is.
  var markTarget: MarkedRow? { get }
  /// The class that the selected row is, an index into `ReferenceGraph.classes`.
  var selectedClass: Int? { get }
  /// What an export of a subtree would begin with.
  var exportedSubtree: ObjectID? { get }
  /// What can be exported, what is most likely meant first.
  func exportChoices(_ marks: [ExportChoice], _ subtree: [ExportChoice]) -> [ExportChoice]

  // MARK: Order

  /// The columns that rows can be sorted by, the one they start with first.
  var sortColumns: [SortColumn] { get }
  /// The rows that pass the filter, in the order of a column.
  func order(by column: SortColumn) -> RowOrder
  /// Rows that have been filtered off the screen's thread, in the order of the pane's column.
  func sorted(_ rows: [UInt32]) -> [UInt32]
  /// What stands for a row in `Pane.order`.
  func key(ofRow row: Int) -> UInt32
  /// The row of a key in the place's own order.
  func row(ofKey key: UInt32) -> Int?

  // MARK: Work

  /// The work that the rows come from, when it has not been done.
  var missingRows: WorkRequest? { get }
  /// Work that may come after the rows are there.
  var missingRest: WorkRequest? { get }
  /// Makes the pane ready: trees get their first rows as soon as there is what they need.
  func prepare(_ pane: inout Pane)
  /// The pane to show when the heap has been analysed under other policies.
  var paneUnderOtherPolicies: Pane { get }

  // MARK: Room

  /// The rows above the first row: column titles, facts, drawings.
  var headerHeight: Int { get }
  /// The rows below the list: reasons, cuts, the mark in full.
  var footerHeight: Int { get }
  /// Whether its rows may be more than are seen at once.
  var scrolls: Bool { get }
  /// Whether it takes more than half of the screen when there is a second pane.
  var isWide: Bool { get }
  /// The row at a line and a column of the pane, for a click.
  func row(atLine line: Int, column: Int) -> Int?

  // MARK: What it is

  /// Whether the pane is kept as that of its tab while one is elsewhere.
  var isKept: Bool { get }
  /// Whether it shows what is kept alive, and no cycles: which policy `.` changes.
  var isOfRetained: Bool { get }

  // MARK: Words

  /// The name of the screen, as the help has it.
  var title: String { get }
  /// The words that it uses, explained.
  var helpWords: [String] { get }
  /// Where one is, behind the name of the dump.
  var breadcrumb: [String] { get }
  /// The actions worth a word at the foot of the screen.
  var footerActions: [Action] { get }
  /// What the foot of the screen says of an action, if not what it says elsewhere.
  func footerText(_ action: Action, key: String) -> String?
  /// A row in the words of the status line.
  var rowWord: String { get }
  /// What the rows are all of: ` of its shortest ring`.
  var rowsWords: String { get }
  /// What the rows are sorted by; nil where there is nothing to choose.
  var orderWords: String? { get }
  /// What else the status line says.
  var notes: [String] { get }

  // MARK: Keys

  /// Why an action can't be had here, of those that are about the screen or its rows; nil when it can.
  func disabledReason(_ action: Action) -> String?
  /// Why the selected row is no object that something could be done with.
  var noObjectReason: String { get }
  /// Does what an action means on this screen; false where it means what it does everywhere.
  static func act(_ action: Action, _ model: inout Model) -> Bool

  // MARK: Drawing

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas)
}

/// The reference that a row stands for, or why it stands for none.
enum RowReference {
  case reference(ReferencePlace)
  case none(String)
}

/// Where Enter on a row leads.
enum RowTarget {
  case place(Place)
  /// To the row of an object in the retention tree.
  case inTree(ObjectID)
  /// The row opens where it is.
  case unfold
  /// The suspects that retain little are listed too.
  case smallSuspects
  /// Nowhere, and why.
  case nowhere(String)
}

/// The rows of a list in the order of a column.
enum RowOrder {
  case rows([UInt32]?)
  /// Work that finds it; so many rows are looked through, and up to the limit at once.
  case work(WorkRequest, rows: Int, limit: Int)
}

/// What a mark is on, with the cycle or the object that it is.
typealias MarkedRow = (target: MarkTarget, component: ComponentID?, object: ObjectID?)

extension Model {
  /// The screen of a pane.
  func scene(_ pane: Pane) -> any Scene { pane.place.scene(in: self, pane) }
}

// MARK: What serves lists

extension Scene {
  /// The analysis: there is one wherever rows are asked for.
  var analysis: HeapAnalysis { model.analysis! }

  /// The rows that are seen at once.
  var pageHeight: Int { max(1, model.bodyHeight - headerHeight - footerHeight) }

  /// The object that a row stands for, or where there is no such row the one that the screen is about.
  func anyObject(ofRow row: Int) -> ObjectID? { row < rowCount ? object(ofRow: row) : subject }

  /// The object that the selected row stands for, if it stands for one.
  var selectedObject: ObjectID? { anyObject(ofRow: pane.selection) }

  /// The reference that the selected row shows.
  var selectedReference: RowReference {
    guard pane.selection < rowCount else { return .none("there is no row") }
    return reference(ofRow: pane.selection)
  }

  /// The place as it is when one comes to it, with the same tab open.
  var paneAnew: Pane {
    var new = Pane(pane.place)
    (new.tab, new.width) = (pane.tab, pane.width)
    return new
  }

  /// The root where the selected row is a root's reference, else the object of the row.
  var referenceTarget: MarkedRow? {
    guard pane.selection < rowCount else { return nil }
    if case .reference(let place) = reference(ofRow: pane.selection), place.source == .root {
      return (.root(name: analysis.graph.nameOfRoot(Int(place.index))), nil, nil)
    }
    return selectedObject.map { model.target(ofObject: $0) }
  }

  func index(ofRow row: Int) -> Int { pane.order.map { Int($0[row]) } ?? row }
  func object(ofRow row: Int) -> ObjectID? { nil }
  var subject: ObjectID? { nil }
  var rowsSearchedAtOnce: Int { RowSearch.rowsAtOnce }
  func reference(ofRow row: Int) -> RowReference {
    .none("this row is no reference: B cuts in a ring, paths, the inspector or the tree")
  }
  func target(ofRow row: Int) -> RowTarget? { object(ofRow: row).map { .place(.object($0)) } }
  func companion(ofRow row: Int) -> Place? { object(ofRow: row).map { .object($0) } }
  func pathGoal(ofRow row: Int) -> PathGoal? { nil }
  var markTarget: MarkedRow? { selectedObject.map { model.target(ofObject: $0) } }
  var selectedClass: Int? { nil }
  var exportedSubtree: ObjectID? { selectedObject }
  func exportChoices(_ marks: [ExportChoice], _ subtree: [ExportChoice]) -> [ExportChoice] {
    isOfRetained && model.cuts.isEmpty ? subtree + marks : marks + subtree
  }

  var sortColumns: [SortColumn] { [] }
  func order(by column: SortColumn) -> RowOrder { .rows(nil) }
  func sorted(_ rows: [UInt32]) -> [UInt32] { rows }
  func key(ofRow row: Int) -> UInt32 { UInt32(clamping: index(ofRow: row)) }
  func row(ofKey key: UInt32) -> Int? { (0..<rowCount).first { self.key(ofRow: $0) == key } }

  var missingRows: WorkRequest? { nil }
  var missingRest: WorkRequest? { nil }
  func prepare(_ pane: inout Pane) {}
  var paneUnderOtherPolicies: Pane { paneAnew }

  var headerHeight: Int { 1 }
  var footerHeight: Int { 0 }
  var scrolls: Bool { true }
  var isWide: Bool { false }
  func row(atLine line: Int, column: Int) -> Int? {
    let line = line - headerHeight
    guard line >= 0, line + headerHeight < model.bodyHeight, pane.top + line < rowCount else { return nil }
    return pane.top + line
  }

  var isKept: Bool { false }
  var isOfRetained: Bool { false }

  func footerText(_ action: Action, key: String) -> String? { nil }
  var rowWord: String { "row" }
  var rowsWords: String { "" }
  var orderWords: String? { sortColumns.first.map { (pane.sort ?? $0).title } }
  var notes: [String] { [] }

  func disabledReason(_ action: Action) -> String? { listReason(action) }
  var noObjectReason: String { rowCount == 0 ? "there is no row" : "this row is no object" }
  static func act(_ action: Action, _ model: inout Model) -> Bool { false }
}

extension Scene {
  /// Why an action can't be had in a list.
  func listReason(_ action: Action) -> String? {
    switch action {
    case .openAll, .closeAll: return "only trees open and close: 3 shows the retention tree"
    case .nextPane, .previousPane:
      return model.columns < 120 ? "a second pane needs 120 columns" : "there is no second pane here"
    case .copy, .inspect: return selectedObject == nil ? noObjectReason : nil
    case .inTree:
      guard let object = selectedObject else { return noObjectReason }
      return model.analysis?.dominators.isReachable(object) == true
        ? nil : "no root reaches it, so it is not in the retention tree"
    case .paths: return model.pathGoal(pane) == nil ? noObjectReason : nil
    case .cycle:
      guard let object = selectedObject else { return noObjectReason }
      return model.analysis?.components.component(of: object) == nil ? "this object is in no cycle" : nil
    case .treemap:
      guard let object = selectedObject, model.analysis?.dominators.isReachable(object) == false else { return nil }
      return "no root reaches it, so it is not in the treemap"
    case .sort, .reverseSort: return sortColumns.isEmpty ? "this list has one order only" : nil
    case .sizeColumns: return "there is no bar and no percent here"
    case .filter: return rowCount == 0 && pane.filter.isEmpty ? "there are no rows to filter" : nil
    case .nextCut, .drawing: return "only in the view of one cycle"
    case .cutInThought:
      if case .none(let reason) = selectedReference { return reason }
      return nil
    case .toggleMark, .editMark: return model.markDraft(pane) == nil ? noObjectReason : nil
    case .export:
      if model.exporting != nil { return "a file is being written already: ^C stops that" }
      return model.exportChoices(pane).isEmpty
        ? "nothing is marked or cut, and this row is no object that a root reaches" : nil
    case .policy:
      if model.changing != nil { return "another policy is being gone over to already: ^C stops that" }
      if model.policies(for: self).count > 1 { return nil }
      return isOfRetained ? "this format has one policy for what is kept alive" : "this format has one policy only"
    default: return nil
    }
  }
}
