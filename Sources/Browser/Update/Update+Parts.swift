import GraphAnalysis
import ReferenceGraph

/// Views open as their part of the analysis ends, while the rest goes on.
extension Model {
  /// Whether the analysis has come so far.
  func has(_ part: HeapAnalysis.Readiness) -> Bool { analysis.map { $0.readiness >= part } ?? false }

  /// Whether the steps of loading are shown: they stand in the place of the overview until there is one.
  var showsSteps: Bool { isLoading && (analysis == nil || pane.place == .overview) }

  /// Whether there is what a tab shows; the overview is the steps of loading until it is there itself.
  func hasTab(_ tab: Tab) -> Bool {
    switch tab {
    case .overview: true
    case .cycles: has(.cycles)
    case .classes: has(.classes) || analysis != nil && loading?.outline != nil
    case .diff: analysis != nil && comparison != nil
    case .retention, .marks: analysis != nil
    }
  }

  /// Takes over an analysis that has come further, or all of it; where one is stays as it is.
  ///
  /// Nothing that grows with the heap is done here.
  mutating func adopt(_ new: HeapAnalysis) {
    let old = analysis
    let hadClasses = has(.classes)
    if let old, new.readiness < old.readiness { return }
    analysis =
      old.map { $0.heap.namesEntries == new.heap.namesEntries ? new : new.naming(entries: !new.heap.namesEntries) }
      ?? new
    if message?.isOfParts == true { message = nil }
    refreshMarked()
    if old != nil, !hadClasses, has(.classes) { carryClassesOver() }
    if old == nil { leaveReading() }
    openAwaitedTab()
    scroll(&pane)
  }

  /// The first part of the analysis is there: the classes that were shown until now become a place.
  private mutating func leaveReading() {
    guard let state = loading, state.showsClasses else { return }
    changeLoading { $0.showsClasses = false }
    show(.classes)
    (pane.selection, pane.top) = (state.selection, state.top)
    if has(.classes) { carryClassesOver() }
  }

  /// Opens the tab that was asked for before it was there, unless one has gone elsewhere meanwhile.
  mutating func openAwaitedTab() {
    guard let tab = loading?.awaitedTab, analysis != nil, hasTab(tab) else { return }
    changeLoading { $0.awaitedTab = nil }
    if pane.place == .overview { show(tab) }
  }

  /// What classes retain is known: they stand in another order from now on, and those that no root reaches are gone.
  private mutating func carryClassesOver() {
    guard let analysis, let counts = loading?.outline?.classes else { return }
    var rows = [Int](repeating: 0, count: analysis.graph.classes.count)
    for (row, entry) in analysis.histogram.rows.enumerated() { rows[entry.classIndex] = row }
    func carry(_ pane: inout Pane) {
      guard pane.place == .classes, counts.indices.contains(pane.selection) else { return }
      let row = rows[counts[pane.selection].classIndex]
      pane.top = max(0, row - (pane.selection - pane.top))
      pane.selection = row
    }
    carry(&pane)
    history.change(carry)
    for tab in tabPanes.keys { carry(&tabPanes[tab]!) }
    if case .search(var draft) = prompt {
      carry(&draft.before)
      prompt = .search(draft)
    }
    // A search begins anew in the new order.
    if var search = searching, search.place == .classes {
      (search.start, search.done) = (pane.selection, 0)
      searching = search
    }
  }

  /// The class of a row of the classes, an index into `ReferenceGraph.classes`.
  func classIndex(ofRow row: Int, _ pane: Pane) -> Int {
    classIndex(scene(pane).index(ofRow: row))
  }

  /// The class at an index of the classes in their own order.
  func classIndex(_ index: Int) -> Int {
    if !has(.classes), let outline = loading?.outline { return outline.classes[index].classIndex }
    return analysis!.histogram.rows[index].classIndex
  }

  /// How many classes are listed: those of all objects until it is known which of them are reachable.
  var classCount: Int {
    guard !has(.classes), let outline = loading?.outline else { return analysis?.histogram.rows.count ?? 0 }
    return outline.classes.count
  }

  /// Why an action has to wait for a part of the analysis; nil when it does not.
  func notYetReason(_ action: Action) -> String? {
    guard isLoading else { return nil }
    switch action {
    case .view(.cycles), .cycle: return has(.cycles) ? nil : "not yet: cycles are being measured"
    case .view(.classes): return hasTab(.classes) ? nil : "not yet: objects are being counted by class"
    case .policy:
      if case .paths = focused.place { return nil }
      return "not yet: policies change when all steps are done"
    case .export: return has(.cycles) ? nil : "not yet: what is exported has its cycles in it, which are being measured"
    case .sort, .reverseSort, .filter:
      if case .classes = focused.place, !has(.classes) { return "not yet: what classes retain is being summed" }
    default: break
    }
    return showsSteps && (needsRows(action) || isOfRows(action)) ? "not yet: suspects are ranked last" : nil
  }

  /// Whether an action puts the rows of a place into another order, or shows them otherwise.
  private func isOfRows(_ action: Action) -> Bool {
    switch action {
    case .sort, .reverseSort, .filter, .sizeColumns, .nextMatch, .previousMatch: true
    default: false
    }
  }
}
