import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// A list of references of a cycle.
protocol ReferencesScene: Scene {
  /// The references, when they are known.
  var places: [ReferencePlace]? { get }
}

extension ReferencesScene {
  var rowCount: Int { pane.order?.count ?? places?.count ?? 0 }

  func text(ofRow row: Int) -> String {
    guard let places, !places.isEmpty else { return "" }
    return ObjectRowText.reference(places[index(ofRow: row)], analysis)
  }

  func reference(ofRow row: Int) -> RowReference {
    guard let places else { return .none("the references are not known yet") }
    return .reference(places[index(ofRow: row)])
  }

  func order(by column: SortColumn) -> RowOrder {
    let places = places ?? []
    return .work(
      .filter(RowFilter(list: .references(places), text: pane.filter)), rows: places.count,
      limit: RowFilter.inlineLimit)
  }

  var headerHeight: Int { 2 }
  var paneUnderOtherPolicies: Pane { Pane(.cycles) }
  var footerActions: [Action] { [.follow, .cutInThought, .paths, .inTree, .toggleMark, .editMark, .back] }

  func footerText(_ action: Action, key: String) -> String? {
    action == .follow && selectedObject != nil ? "\(key) inspect" : nil
  }
}

/// The references of a cycle from one class to another, or to any: what is behind a cell of its matrix.
struct LinksScene: ReferencesScene {
  let model: Model
  let pane: Pane
  let links: ClassLinks

  var places: [ReferencePlace]? { model.links[links]?.places }
  func object(ofRow row: Int) -> ObjectID? { places?[index(ofRow: row)].source }
  var rowsSearchedAtOnce: Int { RowSearch.objectsAtOnce }

  var missingRows: WorkRequest? {
    guard let rows = model.reports[links.component]?.matrix.rows else { return .cycle(links.component) }
    if model.links[links] != nil { return nil }
    return .links(links, source: rows[links.source].classIndex, target: links.target.map { rows[$0].classIndex })
  }

  var isWide: Bool { true }

  var title: String { "References of a cycle" }
  var helpWords: [String] { ["The references behind a cell of the matrix. Enter inspects the object that holds one."] }
  var breadcrumb: [String] { ["Cycles", model.cycleTitle(links.component), linksTitle] }

  var notes: [String] {
    guard let found = model.links[links], found.total > found.places.count else { return [] }
    return ["the first of \(Count.text(found.total))"]
  }

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    let ends = ReferenceEnds(source: true, target: links.target != nil)
    drawReferences(linksTitle, places, ends, focused, analysis, &canvas)
  }

  /// `Session → Handler, 17 references`.
  private var linksTitle: String {
    guard let report = model.reports[links.component] else { return "references" }
    func name(_ row: Int) -> String { shortClassName(analysis.graph.classes[report.matrix.rows[row].classIndex].name) }
    let count = model.links[links].map { ", " + Count.text($0.total, "reference") } ?? ""
    guard let target = links.target else { return "\(name(links.source)) → any class of the cycle\(count)" }
    return "\(name(links.source)) → \(name(target))\(count)"
  }
}

/// The references of one cut of a cycle.
struct CutScene: ReferencesScene {
  let model: Model
  let pane: Pane
  let cut: CutPlace

  var places: [ReferencePlace]? { model.choice(cut)?.references }

  func object(ofRow row: Int) -> ObjectID? {
    guard let reference = places?[index(ofRow: row)] else { return nil }
    return reference.source == .root ? analysis.graph.target(of: reference) : reference.source
  }

  var markTarget: MarkedRow? {
    guard case .group(let group) = cut.choice else { return referenceTarget }
    return model.choice(cut).map { _ in model.target(of: group, in: cut.component) }
  }

  var missingRows: WorkRequest? {
    if model.reports[cut.component] == nil { return .cycle(cut.component) }
    if case .group = cut.choice, model.cutGroups[cut.component] == nil { return .cutGroups(cut.component) }
    return nil
  }

  var title: String { "References of a cut" }
  var helpWords: [String] {
    ["The references of one cut. Enter inspects the object that holds one, B cuts one in thought."]
  }
  var breadcrumb: [String] { ["Cycles", model.cycleTitle(cut.component), cutTitle] }

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    drawReferences(
      cutTitle, missingRows == nil ? places ?? [] : nil, ReferenceEnds(source: false, target: false), focused,
      analysis, &canvas)
  }

  /// `3 × Topic.watchers, frees 15.9 MiB (70.7 %)`.
  private var cutTitle: String {
    guard let choice = model.choice(cut) else {
      if case .group(let group) = cut.choice { return shortClassName(group.title) }
      return "references"
    }
    let (what, effect) = model.cutText(choice, analysis)
    return "\(what), \(effect)"
  }
}

/// Of which ends of listed references the class stands above: the address tells them apart.
struct ReferenceEnds {
  let source: Bool
  let target: Bool
}

extension ReferencesScene {
  func drawReferences(
    _ title: String, _ places: [ReferencePlace]?, _ ends: ReferenceEnds, _ focused: Bool,
    _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    canvas.cut(title, 0, 2, canvas.width - 3, .heading)
    let sizes = canvas.width - 3
    canvas.put("from", 1, 2, .dim)
    let half = max(12, (sizes - 28) / 2)
    canvas.put("field", 1, half + 3, .dim)
    canvas.put("to", 1, half + 20, .dim)
    canvas.right("retained", 1, sizes, .dim)
    guard let places else {
      canvas.put("looking through the cycle …", 3, 2, .dim)
      return
    }
    let heap = analysis.heap
    for line in 0..<pageHeight where pane.top + line < rowCount {
      let place = places[index(ofRow: pane.top + line)]
      let target = heap.graph.target(of: place)
      let y = line + 2
      let isCut = model.isCut(place)
      let cut = isCut ? "≠ " : ""
      let size = ByteCount.text(analysis.dominators.retainedSize(of: target))
      var texts: [RowText] = []
      if place.source == .root {
        texts.append(RowText(cut + shortClassName(heap.graph.nameOfRoot(Int(place.index))), at: 2, .link))
      } else {
        texts.append(
          RowText(end(place.source, ends.source, heap, width: .max), at: 2, .cycle) {
            end(place.source, ends.source, heap, width: $0)
          })
        let field = heap.shortField(of: place)
        texts.append(
          RowText(cut + field, at: half + (isCut ? 1 : 3), isCut ? .suspect : .plain) {
            cut + model.fittedField(field, width: $0 - cut.count)
          })
      }
      texts.append(
        RowText("→ " + end(target, ends.target, heap, width: .max), at: half + 20, .cycle) {
          "→ " + end(target, ends.target, heap, width: $0 - 2)
        })
      canvas.texts(texts, y, end: sizes - size.count - 1, gap: 1)
      canvas.right(size, y, sizes, .size)
      if pane.top + line == pane.selection { canvas.select(y, focused: focused) }
    }
    if rowCount == 0 {
      canvas.cut(places.isEmpty ? "none" : "no row has “\(pane.filter)”", 3, 2, canvas.width - 3, .dim)
    }
  }

  private func end(_ id: ObjectID, _ isNamed: Bool, _ heap: Heap, width: Int) -> String {
    guard isNamed else { return model.tellingLabel(id, heap, width: width) }
    return heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
  }
}
