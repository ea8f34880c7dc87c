import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// The number of rows that can be selected on a pane.
  func rowCount(_ pane: Pane) -> Int {
    guard let analysis else { return 0 }
    switch pane.place {
    case .overview: return pane.order?.count ?? suspectRowCount(analysis)
    case .cycles: return pane.order?.count ?? analysis.shapes.count
    case .shape(let shape): return pane.order?.count ?? analysis.shapes[shape].components.count
    case .cycle(let id): return reports[id].map { cycleRowCount($0, drawing: effectiveDrawing(pane)) } ?? 0
    case .links(let links): return pane.order?.count ?? self.links[links]?.places.count ?? 0
    case .cut(let place): return pane.order?.count ?? choice(place)?.references.count ?? 0
    case .retention: return pane.retention?.rowCount ?? 0
    case .treemap: return treemap(pane)?.map.cells.count ?? 0
    case .paths: return max(0, (pane.paths?.rowCount ?? 1) - 1)
    case .object(let id): return pane.order?.count ?? objectRowCount(id, tab: pane.tab)
    case .classes: return pane.order?.count ?? classCount
    case .instances(let index): return pane.order?.count ?? instances[index]?.objects.count ?? 0
    case .found(let query): return pane.order?.count ?? found[query]?.objects.count ?? 0
    case .diff: return diff.map { pane.order?.count ?? $0.rows.count } ?? 0
    case .marks: return pane.filter.isEmpty ? marks.count : filteredMarks(pane).count
    }
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
    let needed = Self.ringTop + CycleRing.height(steps: report.witness.steps.count) + 1 + Self.fewestCuts(report)
    if pane.drawing == .ring, needed > bodyHeight || pane.width < 61 { return .list }
    return pane.drawing
  }

  func objectRowCount(_ id: ObjectID, tab: ObjectTab) -> Int {
    if tab == .strings { return strings[id]?.entries.count ?? 0 }
    if tab == .fields, analysis?.heap.hasValuesAtHand(of: id) == false { return 0 }
    return analysis.map { ObjectRowText.count(id, tab, $0) } ?? 0
  }

  /// The index that row `row` of a sorted or filtered pane stands for.
  func index(ofRow row: Int, _ pane: Pane) -> Int {
    if pane.place == .marks, !pane.filter.isEmpty { return filteredMarks(pane)[row] }
    return pane.order.map { Int($0[row]) } ?? row
  }

  /// The marks that have the filter's text.
  ///
  /// Marks come and go while they are seen: nothing is kept.
  private func filteredMarks(_ pane: Pane) -> [Int] {
    marks.marks.indices.filter { matches(markText(marks.marks[$0]), pane.filter) }
  }

  /// The text of a mark that is searched.
  func markText(_ mark: Mark) -> String { "\(mark.letter.text) \(mark.verdict.name) \(mark.title) \(mark.note)" }

  /// The paths that a pane shows, when they are known.
  func pathTree(_ goal: PathGoal, _ pane: Pane) -> PathTree? { pathTrees[PathKey(goal: goal, all: pane.showsAll)] }

  /// The cycle of a row of a shape.
  func component(ofRow row: Int, _ pane: Pane) -> ComponentID? {
    guard let analysis, case .shape(let shape) = pane.place, row < rowCount(pane) else { return nil }
    return pane.order.map { ComponentID(rawValue: $0[row]) } ?? analysis.shapes[shape].components[row]
  }

  /// The retention tree with what has been arranged so far.
  var retentionTree: RetentionTree? { analysis.map { RetentionTree(analysis: $0, arrangements: arrangements) } }

  /// The object that the selected row of the focused pane stands for, if it stands for one; nil for a treemap, which
  /// would have to be laid out for it.
  public var objectAtHand: ObjectID? {
    if case .treemap = focused.place { return nil }
    return selectedObject(focused)
  }

  /// The object that the selected row of a pane stands for, if it stands for one.
  func selectedObject(_ pane: Pane) -> ObjectID? { object(ofRow: pane.selection, pane) }

  /// The object that a row of a pane stands for, if it stands for one.
  func object(ofRow row: Int, _ pane: Pane) -> ObjectID? {
    guard let analysis else { return nil }
    guard row < rowCount(pane) else {
      if case .object(let id) = pane.place { return id }
      return nil
    }
    switch pane.place {
    case .overview:
      guard let suspect = suspect(ofRow: row, pane) else { return nil }
      return suspect.object ?? suspect.component.flatMap { first(of: $0) }
    case .cycles: return analysis.shapes[index(ofRow: row, pane)].components.first.flatMap { first(of: $0) }
    case .shape: return component(ofRow: row, pane).flatMap { first(of: $0) }
    case .cycle(let id):
      guard let report = reports[id] else { return first(of: id) }
      switch cycleRow(row, report, drawing: effectiveDrawing(pane)) {
      case .path(let step): return analysis.graph.target(of: report.pathToRing[step])
      case .ring(let step): return report.witness.steps[step].object
      case .matrix: return first(of: id)
      }
    case .links(let links): return self.links[links]?.places[index(ofRow: row, pane)].source
    case .cut(let place):
      guard let reference = choice(place)?.references[index(ofRow: row, pane)] else { return nil }
      return reference.source == .root ? analysis.graph.target(of: reference) : reference.source
    case .retention:
      guard let tree = retentionTree, let node = pane.retention?.row(at: row, source: tree).node,
        case .object(let id) = node
      else { return nil }
      return id == .root ? nil : id
    case .treemap: return treemapObject(row, pane)
    case .paths(let target):
      guard let tree = pathTree(target, pane), let node = pane.paths?.row(at: row + 1, source: tree).node else {
        return nil
      }
      return tree.nodes[node].single
    case .object(let id): return rowTarget(id, tab: pane.tab, row: index(ofRow: row, pane)) ?? id
    case .classes: return nil
    case .instances(let index):
      return pane.order.map { ObjectID($0[row]) } ?? instances[index]?.objects[row]
    case .found(let query): return pane.order.map { ObjectID($0[row]) } ?? found[query]?.objects[row]
    case .diff: return diffShape(row, pane).flatMap { analysis.shapes[$0].components.first }.flatMap { first(of: $0) }
    case .marks: return markedObject(marks.marks[index(ofRow: row, pane)])
    }
  }

  /// What `p` shows the ways to: the object of the selected row, or all that it stands for.
  func pathGoal(_ pane: Pane) -> PathGoal? {
    if let object = selectedObject(pane) { return .object(object) }
    guard pane.selection < rowCount(pane) else { return nil }
    switch pane.place {
    case .classes: return .instances(classIndex(ofRow: pane.selection, pane))
    case .diff:
      guard let row = diffRow(pane.selection, pane), let index = row.index, case .type = row.subject else { return nil }
      return .instances(index)
    case .retention:
      guard let tree = retentionTree else { return nil }
      return pane.retention.flatMap { pathGoal(of: $0.row(at: pane.selection, source: tree).node) }
    case .treemap:
      guard let nodes = treemap(pane)?.nodes, nodes.indices.contains(pane.selection) else { return nil }
      return nodes[pane.selection].flatMap { pathGoal(of: $0) }
    default: return nil
    }
  }

  private func pathGoal(of node: RetentionNode) -> PathGoal? {
    guard case .group(let parent, let number) = node, let group = arrangements[parent]?.groups[number] else {
      return nil
    }
    return .group(below: parent, name: group.name)
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
