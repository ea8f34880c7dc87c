import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// The rows of a pane that are seen at once.
  func pageHeight(_ pane: Pane) -> Int { scene(pane).pageHeight }

  /// Moves the window of a pane so that its selection is seen.
  func scroll(_ pane: inout Pane) {
    let count = rowCount(pane)
    pane.selection = max(0, min(pane.selection, count - 1))
    let scene = scene(pane)
    guard scene.scrolls else {
      pane.top = 0
      return
    }
    let page = scene.pageHeight
    pane.top = max(0, min(pane.top, max(0, count - page)))
    if pane.selection < pane.top { pane.top = pane.selection }
    if pane.selection >= pane.top + page { pane.top = pane.selection - page + 1 }
  }

  /// Makes a pane ready for its place: trees get their first rows as soon as there is what they need.
  func prepare(_ pane: inout Pane, width: Int) {
    guard analysis != nil else { return }
    pane.width = width
    scene(pane).prepare(&pane)
    scroll(&pane)
  }

  /// The work that panes need and that has not been done.
  var missingWork: [WorkRequest] {
    guard analysis != nil else { return [] }
    var work: [WorkRequest] = []
    if let ordering { work.append(ordering.request) }
    if !cuts.isEmpty, whatIf?.references != cuts, !isCountingStopped { work.append(.whatIf(cuts)) }
    if case .retention = pane.place, let treeQuery, found[treeQuery] == nil { work.append(.search(treeQuery)) }
    for pane in [pane] + (hasTwoPanes ? [second!] : []) {
      if let request = missingRows(pane) { work.append(request) }
    }
    for pane in [pane] + (hasTwoPanes ? [second!] : []) {
      if let request = scene(pane).missingRest { work.append(request) }
    }
    if let opening, arrangements[opening] == nil { work.append(.arrange(opening)) }
    for id in marking where reports[id] == nil { work.append(.cycle(id)) }
    return work
  }

  /// The work that the rows of a pane come from, when it has not been done.
  func missingRows(_ pane: Pane) -> WorkRequest? { scene(pane).missingRows }

  /// What the second pane shows beside the first one's selection.
  func companion(of pane: Pane) -> Place? {
    guard analysis != nil else { return nil }
    let scene = scene(pane)
    return pane.selection < scene.rowCount ? scene.companion(ofRow: pane.selection) : nil
  }

  /// Derives the second pane anew when the first one's selection leads elsewhere.
  mutating func refreshSecond() {
    guard columns >= 120, !isZoomed, let place = companion(of: pane) else {
      second = nil
      isSecondFocused = false
      return
    }
    if second?.place != place {
      var new = Pane(place)
      // Who looks at referrers, or at matrices, goes on doing so.
      if let old = second { (new.tab, new.drawing) = (old.tab, old.drawing) }
      new.isCompanion = true
      second = new
      isSecondFocused = false
    }
    prepare(&second!, width: columns - firstPaneWidth - 1)
  }
}
