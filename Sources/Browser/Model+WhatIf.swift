import GraphAnalysis
import Layout
import ReferenceGraph

/// Cutting references in thought.
extension Model {
  /// The reference that the selected row of a pane stands for, or why it stands for none.
  enum RowReference {
    case reference(ReferencePlace)
    case none(String)
  }

  /// The reference that a row shows: in a ring of boxes the one that leaves the box, elsewhere the one that leads to
  /// what the row is.
  func reference(ofRow row: Int, _ pane: Pane) -> RowReference {
    guard let analysis, row < rowCount(pane) else { return .none("there is no row") }
    switch pane.place {
    case .cycle(let id):
      guard let report = reports[id] else { return .none("its ring is not known yet") }
      return reference(ofRow: row, report, drawing: effectiveDrawing(pane), analysis)
    case .paths(let target):
      guard let tree = pathTree(target, pane), let node = pane.paths?.row(at: row + 1, source: tree).node else {
        return .none("the paths are not known yet")
      }
      guard tree.nodes[node].single != nil else { return .none("this row is many references: → shows them") }
      return .reference(tree.nodes[node].place)
    case .links(let links):
      guard let found = self.links[links] else { return .none("the references are not known yet") }
      return .reference(found.places[index(ofRow: row, pane)])
    case .cut(let place):
      guard let choice = choice(place) else { return .none("the references are not known yet") }
      return .reference(choice.references[index(ofRow: row, pane)])
    case .object(let id): return reference(ofRow: index(ofRow: row, pane), of: id, pane.tab, analysis)
    case .retention:
      guard let tree = retentionTree, let found = pane.retention?.row(at: row, source: tree) else {
        return .none("the tree is not known yet")
      }
      return reference(of: found, analysis)
    default: return .none("this row is no reference: B cuts in a ring, paths, the inspector or the tree")
    }
  }

  private func reference(ofRow row: Int, _ report: CycleReport, drawing: CycleDrawing, _ analysis: HeapAnalysis)
    -> RowReference
  {
    let steps = report.witness.steps
    switch cycleRow(row, report, drawing: drawing) {
    case .path(let step): return .reference(report.pathToRing[step])
    case .ring(let step) where drawing == .ring: return .reference(steps[step].reference)
    case .ring(let step):
      if step > 0 { return .reference(steps[step - 1].reference) }
      return .reference(report.pathToRing.last ?? steps[steps.count - 1].reference)
    case .matrix: return .none("a cell is many references: ⏎ lists them, and B cuts one")
    }
  }

  private func reference(ofRow row: Int, of id: ObjectID, _ tab: ObjectTab, _ analysis: HeapAnalysis) -> RowReference {
    let graph = analysis.graph
    switch tab {
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

  func reference(of row: FoldedTree<RetentionNode>.Row, _ analysis: HeapAnalysis) -> RowReference {
    guard case .object(let id) = row.node, id != .root else { return .none("this row is no reference") }
    guard row.parent != nil, let holder = analysis.dominators.dominator(of: id) else {
      return .none("what holds it is not in this tree: p shows the paths")
    }
    if holder == .root {
      let roots = analysis.roots(directlyHolding: id)
      guard let first = roots.first else {
        return .none("no root refers to it itself: several ways lead to it, p shows them")
      }
      return .reference(ReferencePlace(source: .root, index: first))
    }
    guard let place = analysis.graph.firstReference(from: holder, to: id) else {
      return .none("no single reference holds it: several ways lead to it, p shows them")
    }
    return .reference(place)
  }

  /// Why the selected row can't be cut, as far as that is known without looking through many references.
  func cutReason(_ pane: Pane) -> String? {
    if chosenCut(pane) != nil { return nil }
    guard case .object(let id) = pane.place, pane.selection < rowCount(pane) else {
      if case .none(let reason) = reference(ofRow: pane.selection, pane) { return reason }
      return nil
    }
    switch pane.tab {
    case .fields:
      return rowTarget(id, tab: .fields, row: index(ofRow: pane.selection, pane)) == nil
        ? "this field is no reference" : nil
    case .referrers, .dominated: return nil
    case .strings: return "a string is no reference"
    case .allocation: return "a call is no reference"
    }
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
