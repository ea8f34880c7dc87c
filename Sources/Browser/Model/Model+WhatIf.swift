import GraphAnalysis
import Layout
import ReferenceGraph

/// Cutting references in thought.
extension Model {
  /// The reference that a row of a pane shows.
  func reference(ofRow row: Int, _ pane: Pane) -> RowReference {
    guard analysis != nil else { return .none("there is no row") }
    let scene = scene(pane)
    return row < scene.rowCount ? scene.reference(ofRow: row) : .none("there is no row")
  }

  /// Whether a row shows a reference that is cut in thought.
  func isCut(_ place: ReferencePlace) -> Bool { !cuts.isEmpty && cutSet.contains(place) }

  /// Cuts all references of a suggested cut in thought, or takes that back.
  private mutating func toggle(_ cut: CutChoice, _ analysis: HeapAnalysis) {
    guard cut.referenceCount == cut.references.count else {
      let text = "\(Count.text(cut.referenceCount, "reference")) are too many to cut in thought: b, then B on a row"
      message = Message(text: text, isError: false)
      return
    }
    isCountingStopped = false
    let references = cut.references
    let some = references.count == 1 ? referenceText(references[0], analysis.heap) : cutText(cut, analysis).what
    let left = references.filter { !cutSet.contains($0) }
    if left.isEmpty {
      let gone = Set(references)
      cuts.removeAll { gone.contains($0) }
    } else {
      cuts += left
    }
    countNearby(analysis)
    if case .group(let group) = cut, cuts == references {
      // What it frees is known.
      whatIf = WhatIf(references: cuts, freedBytes: group.freedBytes, freedObjects: group.freedObjects)
    }
    if left.isEmpty {
      message = Message(text: "restored: \(some)", isError: false)
    } else if isCounted {
      message = Message(text: "≠ \(freedText) · \(some) · B restores it", isError: false)
    }
  }

  /// Cuts the reference of the selected row in thought, or all that the chosen cut of a cycle has, or takes that back.
  mutating func toggleCut() {
    guard let analysis else { return }
    if let cut = chosenCut(focused) {
      toggle(cut, analysis)
      return
    }
    let place: ReferencePlace
    switch reference(ofRow: focused.selection, focused) {
    case .reference(let found): place = found
    case .none(let reason):
      message = Message(text: reason, isError: false)
      return
    }
    isCountingStopped = false
    if let index = cuts.firstIndex(of: place) {
      cuts.remove(at: index)
      countNearby(analysis)
      if cuts.isEmpty || isCounted {
        message = Message(text: "restored: \(referenceText(place, analysis.heap))", isError: false)
      }
      return
    }
    cuts.append(place)
    countNearby(analysis)
    // While it is being counted the status line tells how far that is, and then what came of it.
    guard isCounted else { return }
    message = Message(
      text: "≠ \(freedText) · \(referenceText(place, analysis.heap))"
        + "\(analysis.companion(of: place).map { ", " + $0 } ?? "") · B restores it", isError: false)
  }

  /// Whether it is known what the cuts free.
  private var isCounted: Bool { whatIf?.references == cuts }

  /// Takes back all cuts.
  mutating func restoreCuts() {
    let count = cuts.count
    cuts = []
    whatIf = nil
    message = Message(text: "\(Count.text(count, "cut")) in thought restored", isError: false)
  }

  /// What one reference frees is known at once from the retention tree, unless there is much to look through.
  private mutating func countNearby(_ analysis: HeapAnalysis) {
    guard cuts.count == 1, let only = cuts.first else { return }
    let referrers = analysis.referrers.range(of: analysis.graph.target(of: only))
    guard referrers.count <= 4096 else { return }
    let rows = referrers.reduce(0) {
      let source = analysis.referrers.targets[$1]
      return $0 + (source == 0 ? 0 : analysis.graph.rows.range(of: ObjectID(source)).count)
    }
    guard rows < 1 << 16 else { return }
    let freed = analysis.whatIf(cutting: cuts)
    whatIf = WhatIf(references: cuts, freedBytes: freed.freedBytes, freedObjects: freed.freedObjects)
  }

  /// `frees 412.0 MiB (67.3 %) in 3 objects`; empty while that is not known.
  var freedText: String {
    guard let analysis, let whatIf, whatIf.references == cuts else { return "" }
    guard whatIf.freedObjects > 0 else { return "frees nothing" }
    let share = SizeBar.percent(whatIf.freedBytes, of: analysis.reachableBytes)
    return
      "frees \(ByteCount.text(whatIf.freedBytes)) (\(share) %) in \(Count.text(whatIf.freedObjects, "object"))"
  }

  /// What stands at the end of the status line while something is cut in thought.
  var cutsText: String {
    guard !cuts.isEmpty else { return "" }
    let count = "≠ \(Count.text(cuts.count, "cut")) in thought"
    if isCounted { return "\(count): \(freedText)" }
    return isCountingStopped ? "\(count): not counted" : count
  }

  /// `main.Session .owner → main.SessionCache`, or the name of a root and what it holds.
  func referenceText(_ place: ReferencePlace, _ heap: Heap, withRootTarget: Bool = true) -> String {
    let field = heap.shortField(of: place)
    let target = shortClassName(heap.graph.objectClass(of: heap.graph.target(of: place)).name)
    if place.source == .root { return withRootTarget ? "\(field) → \(target)" : field }
    return "\(shortClassName(heap.graph.objectClass(of: place.source).name)) \(field) → \(target)"
  }
}
