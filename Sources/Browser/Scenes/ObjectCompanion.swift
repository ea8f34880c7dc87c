import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What stands below an object in the second pane: the way to it from the nearest root, and the note of its mark.
struct ObjectCompanion {
  /// The name of the root, when the way to it was walked to its end.
  var root: String?
  /// An object of the way, and the field of the one before that refers to it.
  struct Step {
    let object: ObjectID
    let field: String?
  }

  /// The first and the last objects of the way, the object itself last.
  ///
  /// The insides of collections are left out.
  var first: [Step] = []
  var last: [Step] = []
  /// How many objects between them are left out.
  var omitted = 0
  var mark: Mark?
  var note: [String] = []

  /// Rows it takes, titles with it.
  var height: Int { 2 + first.count + (omitted > 0 ? 1 : 0) + last.count + (mark == nil ? 0 : 1 + note.count) }
}

extension ObjectScene {
  /// The rows below an object in the second pane.
  func companionHeight(of id: ObjectID, _ pane: Pane) -> Int {
    companion(of: id, pane).map { min($0.height, model.bodyHeight - 14) } ?? 0
  }

  /// What is said below an object in the second pane, where there is room for it.
  func companion(of id: ObjectID, _ pane: Pane) -> ObjectCompanion? {
    guard pane.isCompanion, model.bodyHeight >= 24 else { return nil }
    var result = ObjectCompanion()
    var way: [ObjectID] = []
    var next: ObjectID? = id
    while let object = next, object != .root, way.count < HeapAnalysis.wayLimit {
      way.append(object)
      next = analysis.paths.parent(of: object)
    }
    if next == .root { result.root = analysis.holderText(of: id) }
    way.reverse()
    if next == .root, way.count <= Self.looked {
      let steps = steps(way, way.indices, analysis.heap)
      result.last = steps.suffix(4)
      let rest = steps.dropLast(4)
      // A line that says that there is one more would stand where that one has room.
      result.first = Array(rest.prefix(rest.count == 4 ? 4 : 3))
      result.omitted = steps.count - result.first.count - result.last.count
    } else {
      result.last = steps(way, way.indices.suffix(Self.looked / 2), analysis.heap).suffix(4)
      if next == .root {
        result.first = Array(steps(way, way.indices.prefix(Self.looked / 2), analysis.heap).prefix(3))
      }
      let length = analysis.paths.distance(of: id) ?? 1
      result.omitted = max(0, length - result.first.count - result.last.count)
    }
    result.mark = model.mark(on: id)
    if let mark = result.mark {
      result.note = mark.note.isEmpty ? ["no note: m writes one"] : wrapped(mark.note, width: pane.width - 3, limit: 8)
    }
    return result
  }

  /// Objects of a way that are looked at, for whether they are insides of a collection.
  private static let looked = 28

  private func steps(_ way: [ObjectID], _ range: Range<Int>, _ heap: Heap) -> [ObjectCompanion.Step] {
    range.compactMap { index in
      guard index > 0 else { return ObjectCompanion.Step(object: way[index], field: nil) }
      if index + 1 < way.count, heap.isInside(from: way[index - 1], to: way[index]) { return nil }
      return ObjectCompanion.Step(object: way[index], field: heap.shortField(from: way[index - 1], to: way[index]))
    }
  }

  func drawCompanion(of id: ObjectID, _ pane: Pane, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard let companion = companion(of: id, pane) else { return }
    let below = headerHeight + max(1, model.objectRowCount(id, tab: pane.tab)) + 1
    var row = min(canvas.height - companionHeight(of: id, pane), below)
    let heap = analysis.heap
    model.drawRule("Path from the nearest root", row, &canvas)
    row += 1
    guard analysis.dominators.isReachable(id) else {
      canvas.cut(analysis.unheldSentence(analysis.hold(of: id)), row, 1, canvas.width - 2, .dim)
      drawNote(companion, row + 1, &canvas)
      return
    }
    canvas.cut(companion.root ?? "…", row, 1, canvas.width - 2, .link)
    row += 1
    var depth = 0
    func draw(_ step: ObjectCompanion.Step) {
      let object = step.object
      var x = 1 + 2 * depth
      x = canvas.put("└ ", row, x, .dim)
      let here = object == id ? "  you are here" : ""
      let isCycle = analysis.components.component(of: object) != nil
      let field = step.field ?? ""
      x = canvas.texts(
        [
          RowText(field, at: x) { model.fittedField(field, width: $0) },
          RowText(
            shortClassName(heap.label(of: object)), at: x, isCycle ? .cycle : .plain,
            brief: shortClassName(heap.name(of: object))),
        ], row, end: canvas.width - 1 - here.count, gap: 1)
      canvas.put(here, row, x, .heading)
      depth += 1
      row += 1
    }
    for step in companion.first { draw(step) }
    if companion.omitted > 0 {
      canvas.put("… \(Count.text(companion.omitted)) more: p lists them", row, 1 + 2 * depth, .dim)
      row += 1
    }
    for step in companion.last { draw(step) }
    drawNote(companion, row, &canvas)
  }

  private func drawNote(_ companion: ObjectCompanion, _ row: Int, _ canvas: inout Canvas) {
    guard let mark = companion.mark else { return }
    model.drawRule("Note \(mark.letter.text)", row, &canvas)
    for (offset, line) in companion.note.enumerated() {
      canvas.cut(line, row + 1 + offset, 1, canvas.width - 2, mark.note.isEmpty ? .dim : .plain)
    }
  }
}
