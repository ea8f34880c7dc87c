import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

/// Reachable objects by class.
struct ClassesScene: Scene {
  let model: Model
  let pane: Pane

  /// What the lists of classes and of their objects show.
  static let words = [
    "Reachable objects by class. Retained is what would go with all of them; nested ones count once.",
    "↻ stands at a class of which some are in cycles.",
  ]

  var rowCount: Int { pane.order?.count ?? model.classCount }
  private func classIndex(ofRow row: Int) -> Int { model.classIndex(index(ofRow: row)) }
  func text(ofRow row: Int) -> String { analysis.graph.classes[classIndex(ofRow: row)].name }
  func target(ofRow row: Int) -> RowTarget? { .place(.instances(classIndex(ofRow: row))) }
  func companion(ofRow row: Int) -> Place? { .instances(classIndex(ofRow: row)) }
  func pathGoal(ofRow row: Int) -> PathGoal? { .instances(classIndex(ofRow: row)) }
  var markTarget: MarkedRow? { selectedClass.map { model.target(ofClass: $0) } }
  var selectedClass: Int? { pane.selection < rowCount ? classIndex(ofRow: pane.selection) : nil }

  var sortColumns: [SortColumn] { [.retained, .objects, .shallow, .name] }

  func order(by column: SortColumn) -> RowOrder {
    let rows = analysis.histogram.rows
    let classes = analysis.graph.classes
    let kept = rows.indices.filter { matches(classes[rows[$0].classIndex].name, pane.filter) }
    return .rows(
      model.ordered(
        kept, pane.reversed, column, name: { classes[rows[$0].classIndex].name },
        number: { index in
          switch column {
          case .objects: UInt64(rows[index].objects)
          case .shallow: rows[index].shallow
          default: rows[index].retained
          }
        }))
  }

  var isKept: Bool { true }

  var title: String { "Classes" }
  var helpWords: [String] { ClassesScene.words }
  var breadcrumb: [String] {
    [model.has(.classes) ? "Classes" : "Classes · what they retain is being worked out"]
  }

  var footerActions: [Action] {
    [
      .follow, .paths, .toggleMark, .sort, .reverseSort, .filter, .search,
    ]
  }

  var orderWords: String? { (model.has(.classes) ? pane.sort ?? .retained : .shallow).title }

  func disabledReason(_ action: Action) -> String? {
    switch action {
    case .sizeColumns: nil
    case .toggleMark where !model.has(.classes), .editMark where !model.has(.classes):
      "not yet: what classes retain is being summed"
    default: listReason(action)
    }
  }

  var noObjectReason: String { rowCount == 0 ? "there is no row" : "a class is no object: Enter lists its objects" }
}

extension ClassesScene {
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    if !model.has(.classes) {
      guard let outline = model.loading?.outline else { return }
      model.drawClassCounts(
        outline, top: pane.top, selection: pane.selection, page: pageHeight, focused: focused, &canvas)
      return
    }
    func title(_ text: String, _ column: SortColumn) -> String { model.sortTitle(text, column, pane) }
    // A narrow pane leaves bars and shallow sizes out for the names.
    let isNarrow = canvas.width < 70
    let offset = model.sizeColumns == .bytes ? 15 : model.sizeColumns == .percent || isNarrow ? 21 : 29
    let names = offset + (isNarrow ? 14 : 25)
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if model.sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    canvas.right(title("objects", .objects), 0, offset + 12, .dim)
    if !isNarrow { canvas.right(title("shallow", .shallow), 0, offset + 23, .dim) }
    canvas.put(title("class", .name), 0, names, .dim)
    let count = rowCount
    for line in 0..<pageHeight where pane.top + line < count {
      let row = analysis.histogram.rows[index(ofRow: pane.top + line)]
      if let mark = model.marked.mark(ofClass: row.classIndex) {
        canvas.put("\(mark.letter.text)\(mark.verdict.symbol)", line + 1, 2, model.style(of: mark.verdict))
      }
      model.drawSize(row.retained, of: analysis.reachableBytes, line + 1, 15, isNarrow ? 0 : 6, &canvas)
      canvas.right(Count.text(row.objects), line + 1, offset + 12)
      if !isNarrow { canvas.right(ByteCount.text(row.shallow), line + 1, offset + 23) }
      let name = analysis.graph.classes[row.classIndex].name
      let isInCycles = analysis.cycleClasses.contains(ShapeStep.lastingName(name))
      let outside = analysis.heap.facts.outside.byClass[row.classIndex].map {
        " + \(ByteCount.text($0)) outside of the heap"
      }
      let room = canvas.width - names - (isInCycles ? 3 : 1) - (outside.map { DisplayWidth.width(of: $0) } ?? 0)
      // In full where that fits.
      let isLong = DisplayWidth.width(of: name, glyphs: model.glyphs) > room || name.contains("/")
      let end = canvas.cut(isLong ? shortClassName(name) : name, line + 1, names, room)
      if let outside { canvas.cut(outside, line + 1, end, canvas.width - end - 1, .size) }
      if isInCycles { canvas.put("↻", line + 1, canvas.width - 2, .cycle) }
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
    if count > 0, pane.selection < count {
      drawSites(analysis.histogram.rows[index(ofRow: pane.selection)].classIndex, analysis, &canvas)
    }
    if count == 0 { canvas.put("no class has “\(pane.filter)”", 2, 2, .dim) }
  }

  /// Rows below the list of classes: where objects of the selected one were allocated.
  var footerHeight: Int { model.bodyHeight < 18 || model.analysis?.allocationSites == nil ? 0 : 5 }

  /// The lines of source that allocated most of what is reachable of a class.
  private func drawSites(_ classIndex: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas) {
    guard footerHeight > 0, let sites = analysis.allocationSites else { return }
    let rows = sites.rows(ofClass: classIndex)
    let top = canvas.height - 4
    let rate =
      switch sites.rate {
      case 0: "profiling was off: only what was allocated before main is noted"
      case 1: "all noted"
      default: "estimates: one allocation in about \(ByteCount.text(sites.rate)) is noted"
      }
    model.drawRule("Allocated at (\(rate))", top, &canvas)
    if rows.isEmpty { canvas.put("no allocation of it was noted", top + 1, 2, .dim) }
    for (number, row) in rows.prefix(3).enumerated() {
      let amount = (sites.isEstimate ? "≈ " : "") + ByteCount.text(row.bytes)
      canvas.right(amount, top + 1 + number, 15, .size)
      canvas.right("×\(Count.text(row.objects))", top + 1 + number, 26, .dim)
      canvas.cut(row.site.text, top + 1 + number, 28, canvas.width - 29)
    }
  }
}
