import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// The number of rows that can be selected on a pane.
  func rowCount(_ pane: Pane) -> Int { analysis == nil ? 0 : scene(pane).rowCount }

  /// The object that the selected row of a pane stands for, if it stands for one.
  func selectedObject(_ pane: Pane) -> ObjectID? { analysis == nil ? nil : scene(pane).selectedObject }

  /// The text of a row that a search looks at.
  func rowText(_ row: Int, _ pane: Pane) -> String { analysis == nil ? "" : scene(pane).text(ofRow: row) }

  /// What `p` shows the ways to: the object of the selected row, or all that it stands for.
  func pathGoal(_ pane: Pane) -> PathGoal? {
    guard analysis != nil else { return nil }
    let scene = scene(pane)
    if let object = scene.selectedObject { return .object(object) }
    return pane.selection < scene.rowCount ? scene.pathGoal(ofRow: pane.selection) : nil
  }

  /// The objects of a group of the retention tree; nil for another node.
  func pathGoal(of node: RetentionNode) -> PathGoal? {
    guard case .group(let parent, let number) = node, let group = arrangements[parent]?.groups[number] else {
      return nil
    }
    return .group(below: parent, name: group.name)
  }

  /// The rows of a cycle: the path that leads to it, then its ring; or its classes.
  enum CycleRow: Hashable {
    /// A step of the path: 0 is the root itself.
    case path(Int)
    case ring(Int)
    case matrix(Int)
  }

  func cycleRowCount(_ report: CycleReport, drawing: CycleDrawing) -> Int {
    switch drawing {
    case .ring: report.witness.steps.count
    case .matrix: report.matrix.rows.count
    case .list: pathRowCount(report) + report.witness.steps.count
    }
  }

  func cycleRow(_ row: Int, _ report: CycleReport, drawing: CycleDrawing) -> CycleRow {
    switch drawing {
    case .ring: return .ring(row)
    case .matrix: return .matrix(row)
    case .list:
      let above = pathRowCount(report)
      return row < above ? .path(row) : .ring(row - above)
    }
  }

  /// The rows of the path above the ring.
  ///
  /// It ends at the ring's first object, which is the ring's row.
  func pathRowCount(_ report: CycleReport) -> Int {
    max(0, report.pathToRing.count - 1)
  }

  /// The ring only where all its boxes fit; the matrix only where it says more than the list.
  func effectiveDrawing(_ pane: Pane) -> CycleDrawing {
    guard case .cycle(let id) = pane.place, let report = reports[id] else { return pane.drawing }
    let needed =
      CycleScene.ringTop + CycleRing.height(steps: report.witness.steps.count) + 1 + CycleScene.fewestCuts(report)
    if pane.drawing == .ring, needed > bodyHeight || pane.width < 61 { return .list }
    return pane.drawing
  }

  func objectRowCount(_ id: ObjectID, tab: ObjectTab) -> Int {
    if tab == .strings { return strings[id]?.entries.count ?? 0 }
    if tab == .fields, analysis?.heap.hasValuesAtHand(of: id) == false { return 0 }
    return analysis.map { ObjectRowText.count(id, tab, $0) } ?? 0
  }

  /// The paths that a pane shows, when they are known.
  func pathTree(_ goal: PathGoal, _ pane: Pane) -> PathTree? { pathTrees[PathKey(goal: goal, all: pane.showsAll)] }

  /// The retention tree with what has been arranged so far.
  var retentionTree: RetentionTree? { analysis.map { RetentionTree(analysis: $0, arrangements: arrangements) } }

  /// The object that the selected row of the focused pane stands for, if it stands for one; nil for a treemap, which
  /// would have to be laid out for it.
  public var objectAtHand: ObjectID? {
    if case .treemap = focused.place { return nil }
    return selectedObject(focused)
  }

  /// What a row of the inspector refers to.
  func rowTarget(_ id: ObjectID, tab: ObjectTab, row: Int) -> ObjectID? {
    guard let analysis else { return nil }
    switch tab {
    case .fields: return analysis.heap.values(of: id, from: row, limit: 1).values.first?.target
    case .referrers:
      let source = analysis.referrers.targets[analysis.referrers.range(of: id).lowerBound + row]
      return source == 0 ? nil : ObjectID(source)
    case .dominated: return analysis.dominators.children(of: id, row..<row + 1).first
    case .strings: return strings[id]?.entries[row].object
    case .allocation: return nil
    }
  }

  /// The member of a cycle that is nearest to a root, or its first.
  func first(of id: ComponentID) -> ObjectID? {
    guard let components = analysis?.components else { return nil }
    return components[id].nearest ?? components.members(of: id, 0..<1).first
  }

  /// The object a mark is on, or the first of the cycle it is on.
  func markedObject(_ mark: Mark) -> ObjectID? {
    switch marked[mark.target] {
    case .shape(let shape), .changedShape(let shape):
      analysis?.shapes[shape].components.first.flatMap { first(of: $0) }
    case .cycle(let id), .cut(let id, _): first(of: id)
    case .object(let id): id
    case .root(let index): analysis?.graph.roots[index].target
    case .objects, .absent: nil
    }
  }

  /// The place that a mark leads to.
  func place(of mark: Mark) -> Place? {
    switch marked[mark.target] {
    case .shape(let shape), .changedShape(let shape): place(ofShape: shape)
    case .cycle(let id): .cycle(id)
    case .cut(let id, let group): .cut(CutPlace(component: id, choice: .group(group)))
    case .object(let id): .object(id)
    case .root(let index): analysis.map { .object($0.graph.roots[index].target) }
    case .objects(let index): .instances(index)
    case .absent: nil
    }
  }

  /// A shape of which there is one cycle is that cycle.
  func place(ofShape index: Int) -> Place {
    guard let shape = analysis?.shapes[index], shape.components.count == 1 else { return .shape(index) }
    return .cycle(shape.components[0])
  }
}
