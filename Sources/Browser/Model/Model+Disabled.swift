import GraphAnalysis

extension Model {
  /// Why an action can't be had now; nil when it can.
  func disabledReason(_ action: Action) -> String? {
    if let reason = notYetReason(action) { return reason }
    switch action {
    case .back: return history.canGoBack ? nil : "there is nothing before this"
    case .forward: return history.canGoForward ? nil : "there is nothing after this"
    case .nextPane where hasTwoPanes, .previousPane where hasTwoPanes: return nil
    case .zoom: return columns < 120 ? "there is one pane only: two need 120 columns" : nil
    case .view(.diff):
      return comparison == nil ? "no earlier dump to compare with: --before EARLIER gives one" : nil
    case .nextMatch, .previousMatch: return searchText.isEmpty ? "no search yet: / searches" : nil
    case .restoreCuts: return cuts.isEmpty ? "nothing is cut in thought: B cuts a reference" : nil
    case .saveCopy, .jumpToMark: return marks.isEmpty ? "no marks yet: Space marks the row" : nil
    case .undo: return marks.canUndo ? nil : "nothing to undo"
    case .redo: return marks.canRedo ? nil : "nothing to redo"
    case .entries:
      return analysis?.heap.details.knowsCollections == true ? nil : "this format has no collections that are known"
    default: return scene(focused).disabledReason(action)
    }
  }

  /// What is said of the tables and nodes of a collection.
  static let insideReason = "what the collection is made of: e shows it as it lies in memory"

}
