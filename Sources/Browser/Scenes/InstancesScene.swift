import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

/// A list of objects, largest first, of those that there are in all.
protocol ObjectsScene: Scene {
  /// The objects in their own order, when they are known.
  var objects: [ObjectID]? { get }
  /// How many there are, of which the largest are listed.
  var total: Int { get }
  /// Where a search found its text in the objects.
  var offsets: [ObjectID: Int] { get }
}

extension ObjectsScene {
  var offsets: [ObjectID: Int] { [:] }
  var rowCount: Int { pane.order?.count ?? objects?.count ?? 0 }
  func object(ofRow row: Int) -> ObjectID? { pane.order.map { ObjectID($0[row]) } ?? objects?[row] }

  func text(ofRow row: Int) -> String {
    object(ofRow: row).map { ObjectRowText.object($0, offset: offsets[$0], analysis) } ?? ""
  }

  var rowsSearchedAtOnce: Int { RowSearch.objectsAtOnce }
  var sortColumns: [SortColumn] { [.retained, .shallow, .address] }

  func order(by column: SortColumn) -> RowOrder {
    let objects = objects ?? []
    guard !pane.filter.isEmpty else { return .rows(sorted(objects.map(\.rawValue))) }
    return .work(
      .filter(RowFilter(list: .objects(objects, offsets: offsets), text: pane.filter)), rows: objects.count,
      limit: RowFilter.inlineLimit)
  }

  /// Objects, given by retained size, by the column that the pane is sorted by.
  func sorted(_ rows: [UInt32]) -> [UInt32] {
    let column = pane.sort ?? .retained
    if column == .retained, !pane.reversed { return rows }
    let analysis = analysis
    return model.ordered(
      rows.map { Int($0) }, pane.reversed, column, name: { _ in "" },
      number: { id in
        switch column {
        case .shallow: analysis.graph.size(of: ObjectID(id))
        case .address: .max - analysis.graph.addresses.address(of: ObjectID(id))
        default: analysis.dominators.retainedSize(of: ObjectID(id))
        }
      })
  }

  func key(ofRow row: Int) -> UInt32 { pane.order?[row] ?? objects?[row].rawValue ?? .max }
  func row(ofKey key: UInt32) -> Int? { objects?.firstIndex { $0.rawValue == key } }

  var footerActions: [Action] { [.follow, .paths, .inTree, .sort, .filter, .back] }

  func footerText(_ action: Action, key: String) -> String? {
    action == .follow && selectedObject != nil ? "\(key) inspect" : nil
  }

  var notes: [String] {
    guard let objects, total > objects.count else { return [] }
    return ["the largest of \(Count.text(total))"]
  }

  func disabledReason(_ action: Action) -> String? { action == .sizeColumns ? nil : listReason(action) }
}

/// The objects of one class.
struct InstancesScene: ObjectsScene {
  let model: Model
  let pane: Pane
  /// An index into `ReferenceGraph.classes`.
  let classIndex: Int

  var objects: [ObjectID]? { model.instances[classIndex]?.objects }
  var total: Int { model.instances[classIndex]?.total ?? 0 }
  var missingRows: WorkRequest? { objects == nil ? .instances(classIndex: classIndex) : nil }

  var title: String { "Instances" }
  var helpWords: [String] { ClassesScene.words }
  var breadcrumb: [String] { ["Classes", analysis.graph.classes[classIndex].name] }

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    drawObjects(focused, nil, objects == nil ? "looking through the heap …" : nil, analysis, &canvas)
  }
}

extension ObjectsScene {
  /// Objects in a list, with what they hold.
  func drawObjects(
    _ focused: Bool, _ query: HeapQuery?, _ working: String?, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    func title(_ text: String, _ column: SortColumn) -> String { model.sortTitle(text, column, pane) }
    canvas.right(title("retained", .retained), 0, 16, .dim)
    if model.sizeColumns != .bytes { canvas.right("%", 0, 21, .dim) }
    // What an object is and holds says more than a bar.
    let isFound = query != nil
    let bar = canvas.width < (isFound ? 100 : 70) ? 0 : 6
    let column = model.sizeColumns == .bytes ? 15 : model.sizeColumns == .bars && bar > 0 ? 29 : 21
    canvas.right(title("shallow", .shallow), 0, column + 11, .dim)
    canvas.put(title("object", .address), 0, column + 13, .dim)
    if let working {
      canvas.put(working, 2, 2, .dim)
      return
    }
    let heap = analysis.heap
    if rowCount == 0 {
      let nothing = query.map { "nothing has \($0.title)" } ?? "no objects"
      if query?.kind == .content, pane.filter.isEmpty,
        let searched = heap.details.searchedText
      {
        canvas.cut(searched, 3, 2, canvas.width - 3, .dim)
      }
      canvas.cut(pane.filter.isEmpty ? nothing : "no row has “\(pane.filter)”", 2, 2, canvas.width - 3, .dim)
    }
    for line in 0..<pageHeight where pane.top + line < rowCount {
      guard let id = object(ofRow: pane.top + line) else { continue }
      model.drawSize(
        analysis.dominators.retainedSize(of: id), of: analysis.reachableBytes, line + 1, 15, bar, &canvas)
      canvas.right(ByteCount.text(heap.graph.size(of: id)), line + 1, column + 11)
      let badge = model.badges(of: id)
      let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
      // The instances of a class need no name of it: that stands above.
      var text =
        isFound
        ? model.tellingLabel(id, heap, width: canvas.width - column - 15 - badgeWidth)
        : heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
      if let offset = offsets[id],
        let excerpt = heap.details.excerpt(of: id, at: offset, before: 10, length: canvas.width)
      {
        // What was looked for comes first.
        let room = max(20, canvas.width - column - 22 - badgeWidth - min(30, DisplayWidth.width(of: text)))
        let cut = DisplayWidth.cut(SafeText.line(excerpt), to: room)
        text = "\(offset > 10 ? "…" : "“")\(cut)” \(text)"
      } else if let content = heap.details.text(of: id, limit: canvas.width) {
        let more = content.text.utf8.count < content.length ? "…" : ""
        text += " “\(SafeText.line(content.text))\(more)”"
      }
      if !analysis.dominators.isReachable(id) { text += " (unreachable)" }
      canvas.cut(text, line + 1, column + 13, canvas.width - column - 15 - badgeWidth)
      var end = canvas.width - badgeWidth
      for (text, style) in badge { end = canvas.put(text, line + 1, end, style) }
      if pane.top + line == pane.selection { canvas.select(line + 1, focused: focused) }
    }
  }
}
