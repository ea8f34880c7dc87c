import GraphAnalysis

extension Model {
  /// Why an action can't be had now; nil when it can.
  func disabledReason(_ action: Action) -> String? {
    if let reason = notYetReason(action) { return reason }
    let pane = focused
    switch action {
    case .openRow, .closeRow, .follow, .up, .down, .pageUp, .pageDown, .halfPageUp, .halfPageDown, .first, .last:
      return nil
    case .openAll, .closeAll:
      switch pane.place {
      case .retention, .paths: return nil
      default: return "only trees open and close: 3 shows the retention tree"
      }
    case .back: return history.canGoBack ? nil : "there is nothing before this"
    case .forward: return history.canGoForward ? nil : "there is nothing after this"
    case .nextPane, .previousPane:
      if hasTwoPanes { return nil }
      switch pane.place {
      case .object, .cycle: return nil
      default: return columns < 120 ? "a second pane needs 120 columns" : "there is no second pane here"
      }
    case .zoom: return columns < 120 ? "there is one pane only: two need 120 columns" : nil
    case .copy:
      if case .paths(.object) = pane.place { return nil }
      return selectedObject(pane) == nil ? noObject(pane) : nil
    case .previousSibling, .nextSibling: return nil
    case .inTree:
      guard let object = selectedObject(pane) else { return noObject(pane) }
      return analysis?.dominators.isReachable(object) == true
        ? nil : "no root reaches it, so it is not in the retention tree"
    case .paths: return pathGoal(pane) == nil ? noObject(pane) : nil
    case .inspect: return selectedObject(pane) == nil ? noObject(pane) : nil
    case .cycle:
      guard let object = selectedObject(pane) else { return noObject(pane) }
      return analysis?.components.component(of: object) == nil ? "this object is in no cycle" : nil
    case .treemap:
      guard let object = selectedObject(pane), analysis?.dominators.isReachable(object) == false else { return nil }
      return "no root reaches it, so it is not in the treemap"
    case .sort, .reverseSort:
      guard sortColumns(pane.place).isEmpty else { return nil }
      switch pane.place {
      case .retention, .treemap: return "it has one order only: by retained size"
      case .paths: return "paths have one order only: shortest first"
      case .cycle: return "a cycle has one order only: along its references"
      case .diff: return "there are no rows to sort"
      default: return "this list has one order only"
      }
    case .sizeColumns:
      switch pane.place {
      case .overview, .cycles, .shape, .retention, .classes, .instances, .found: return nil
      default: return "there is no bar and no percent here"
      }
    case .filter:
      switch pane.place {
      case .retention, .paths: return "a tree is not filtered: / finds in it, also in what is folded"
      case .treemap: return "a map shows sizes: / finds in it"
      case .cycle: return "a cycle is shown whole: / finds in it"
      default: return rowCount(pane) == 0 && pane.filter.isEmpty ? "there are no rows to filter" : nil
      }
    case .view(6):
      return comparison == nil ? "no earlier dump to compare with: --before EARLIER gives one" : nil
    case .nextMatch, .previousMatch: return searchText.isEmpty ? "no search yet: / searches" : nil
    case .nextCut, .drawing:
      if case .cycle = pane.place { return nil }
      return "only in the view of one cycle"
    case .cutInThought: return cutReason(pane)
    case .restoreCuts: return cuts.isEmpty ? "nothing is cut in thought: B cuts a reference" : nil
    case .toggleMark, .editMark:
      if case .classes = pane.place, !has(.classes) { return "not yet: what classes retain is being summed" }
      return markDraft(pane) == nil ? noObject(pane) : nil
    case .saveCopy: return marks.isEmpty ? "no marks yet: Space marks the row" : nil
    case .jumpToMark: return marks.isEmpty ? "no marks yet: Space marks the row" : nil
    case .export:
      if exporting != nil { return "a file is being written already: ^C stops that" }
      return exportChoices(pane).isEmpty
        ? "nothing is marked or cut, and this row is no object that a root reaches" : nil
    case .undo: return marks.canUndo ? nil : "nothing to undo"
    case .redo: return marks.canRedo ? nil : "nothing to redo"
    case .entries:
      return analysis?.heap.details.knowsCollections == true ? nil : "this format has no collections that are known"
    case .policy:
      if case .paths(let goal) = pane.place {
        guard case .object = goal else { return "of many objects the shortest ways only are merged" }
        return pane.showsAll || (analysis?.omittedRetaining ?? 0) > 0
          ? nil : "every reference counts here: no paths are left out"
      }
      if changing != nil { return "another policy is being gone over to already: ^C stops that" }
      if policies(for: pane.place).count > 1 { return nil }
      switch pane.place {
      case .retention, .treemap: return "this format has one policy for what is kept alive"
      default: return "this format has one policy only"
      }
    default: return nil
    }
  }

  /// What is said of the tables and nodes of a collection.
  static let insideReason = "what the collection is made of: e shows it as it lies in memory"

  /// Whether the selected row stands for the tables and nodes of a collection.
  private func isInside(_ pane: Pane) -> Bool {
    switch pane.place {
    case .retention:
      guard let tree = retentionTree, let folded = pane.retention, pane.selection < folded.rowCount else {
        return false
      }
      if case .inside = folded.row(at: pane.selection, source: tree).node { return true }
    case .treemap:
      guard let nodes = treemap(pane)?.nodes, nodes.indices.contains(pane.selection) else { return false }
      if case .inside = nodes[pane.selection] { return true }
    default: break
    }
    return false
  }

  /// Why a row is no object that something could be done with.
  func noObject(_ pane: Pane) -> String {
    let isEmpty = rowCount(pane) == 0
    switch pane.place {
    case .classes where !isEmpty: return "a class is no object: Enter lists its objects"
    case .diff where !isEmpty:
      if diffRow(pane.selection, pane)?.index == nil { return "it is gone: there is nothing of it in this dump" }
      return "a class is no object: Enter lists its objects"
    case .retention where pane.selection == 0: return "the roots are no object"
    case .retention where isInside(pane), .treemap where isInside(pane): return Self.insideReason
    case .paths where !isEmpty: return "this row is many objects: → shows the ways on"
    case .retention: return "this row is many objects: → shows them"
    case .treemap where !isEmpty: return "this cell is many objects: Enter goes in"
    case .marks where marks.isEmpty: return "no marks yet: Space marks a row of another view"
    case .marks where !isEmpty: return notYetReason(.cycle) ?? "what is marked is not in this dump"
    default: return isEmpty ? "there is no row" : "this row is no object"
    }
  }
}
