import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What stands below an object in the second pane: the way to it from the nearest root, and the note of its mark.
struct ObjectCompanion {
  /// The name of the root, when the way to it was walked to its end.
  var root: String?
  /// The first and the last objects of the way, the object itself last.
  var first: [ObjectID] = []
  var last: [ObjectID] = []
  /// How many objects between them are left out.
  var omitted = 0
  var mark: Mark?
  var note: [String] = []

  /// Rows it takes, titles with it.
  var height: Int { 2 + first.count + (omitted > 0 ? 1 : 0) + last.count + (mark == nil ? 0 : 1 + note.count) }
}

extension Model {
  /// The rows below an object in the second pane.
  func companionHeight(of id: ObjectID, _ pane: Pane) -> Int {
    companion(of: id, pane).map { min($0.height, bodyHeight - 14) } ?? 0
  }

  /// What is said below an object in the second pane, where there is room for it.
  func companion(of id: ObjectID, _ pane: Pane) -> ObjectCompanion? {
    guard pane.isCompanion, bodyHeight >= 24, let analysis else { return nil }
    var result = ObjectCompanion()
    var way: [ObjectID] = []
    var next: ObjectID? = id
    while let object = next, object != .root, way.count < HeapAnalysis.walkedSteps {
      way.append(object)
      next = analysis.paths.parent(of: object)
    }
    if next == .root, let nearest = way.last { result.root = rootName(directlyHolding: nearest) }
    way.reverse()
    result.last = Array(way.suffix(4))
    result.first = next == .root ? Array(way.dropLast(4).prefix(3)) : []
    let length = analysis.paths.distance(of: id) ?? 1
    result.omitted = max(0, length - result.first.count - result.last.count)
    result.mark = mark(on: id)
    if let mark = result.mark {
      result.note = mark.note.isEmpty ? ["no note: m writes one"] : wrapped(mark.note, width: pane.width - 3, limit: 8)
    }
    return result
  }

  func drawCompanion(of id: ObjectID, _ pane: Pane, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard let companion = companion(of: id, pane) else { return }
    let below = objectHeaderHeight + max(1, objectRowCount(id, tab: pane.tab)) + 1
    var row = min(canvas.height - companionHeight(of: id, pane), below)
    let heap = analysis.heap
    drawRule("Path from the nearest root", row, &canvas)
    row += 1
    guard analysis.dominators.isReachable(id) else {
      canvas.put("no root reaches it", row, 1, .dim)
      drawNote(companion, row + 1, &canvas)
      return
    }
    canvas.cut(companion.root ?? "…", row, 1, canvas.width - 2, .link)
    row += 1
    var parent: ObjectID?
    var depth = 0
    func step(_ object: ObjectID) {
      var x = 1 + 2 * depth
      x = canvas.put("└ ", row, x, .dim)
      if let field = parent.flatMap({ heap.shortField(from: $0, to: object) }) {
        x = canvas.cut(field, row, x, 20) + 1
      }
      let here = object == id ? "  you are here" : ""
      let room = canvas.width - x - 1 - here.count
      let isCycle = analysis.components.component(of: object) != nil
      x = canvas.cut(fittedLabel(object, heap, width: room), row, x, room, isCycle ? .cycle : .plain)
      canvas.put(here, row, x, .heading)
      parent = object
      depth += 1
      row += 1
    }
    for object in companion.first { step(object) }
    if companion.omitted > 0 {
      canvas.put("… \(Count.text(companion.omitted)) more: p lists them", row, 1 + 2 * depth, .dim)
      parent = nil
      row += 1
    }
    for object in companion.last { step(object) }
    drawNote(companion, row, &canvas)
  }

  private func drawNote(_ companion: ObjectCompanion, _ row: Int, _ canvas: inout Canvas) {
    guard let mark = companion.mark else { return }
    drawRule("Note \(mark.letter.text)", row, &canvas)
    for (offset, line) in companion.note.enumerated() {
      canvas.cut(line, row + 1 + offset, 1, canvas.width - 2, mark.note.isEmpty ? .dim : .plain)
    }
  }

  /// A line across a pane with a title in it.
  func drawRule(_ title: String, _ row: Int, _ canvas: inout Canvas) {
    let start = canvas.put("─ ", row, 0, .dim)
    let end = canvas.cut(title, row, start, canvas.width - 4, .heading)
    canvas.put(" " + String(repeating: "─", count: max(0, canvas.width - end - 1)), row, end, .dim)
  }

  /// The name of the first root that refers to an object itself.
  func rootName(directlyHolding id: ObjectID) -> String? {
    guard let analysis else { return nil }
    return analysis.roots(directlyHolding: id).first.map { analysis.graph.rootNames[analysis.graph.roots[$0].name] }
  }

  /// The name of the root nearest to an object; nil when none reaches it, or it is too far to look while drawing.
  func nearestRootName(of id: ObjectID) -> String? {
    analysis?.nearestRootName(of: id)
  }
}
