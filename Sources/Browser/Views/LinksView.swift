import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// The references that a place lists; none while they are not known.
  func references(of place: Place) -> [ReferencePlace] {
    switch place {
    case .links(let links): self.links[links]?.places ?? []
    case .cut(let place): choice(place)?.references ?? []
    default: []
    }
  }

  /// The references of a cycle from one class to another, one a row.
  func drawLinks(
    _ links: ClassLinks, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let ends = ReferenceEnds(source: true, target: links.target != nil)
    drawReferences(
      linksTitle(links), self.links[links] == nil ? nil : references(of: pane.place), ends, pane, focused, analysis,
      &canvas)
  }

  /// The references of one cut, one a row.
  func drawCut(
    _ place: CutPlace, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    drawReferences(
      cutTitle(place), missingRows(pane) == nil ? references(of: pane.place) : nil,
      ReferenceEnds(source: false, target: false), pane, focused, analysis, &canvas)
  }

  /// Of which ends of listed references the class stands above: the address tells them apart.
  private struct ReferenceEnds {
    let source: Bool
    let target: Bool
  }

  private func drawReferences(
    _ title: String, _ places: [ReferencePlace]?, _ ends: ReferenceEnds, _ pane: Pane, _ focused: Bool,
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
    for line in 0..<pageHeight(pane) where pane.top + line < rowCount(pane) {
      let place = places[index(ofRow: pane.top + line, pane)]
      let target = heap.graph.target(of: place)
      let y = line + 2
      let isCut = isCut(place)
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
            cut + fittedField(field, width: $0 - cut.count)
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
    if rowCount(pane) == 0 {
      canvas.cut(places.isEmpty ? "none" : "no row has “\(pane.filter)”", 3, 2, canvas.width - 3, .dim)
    }
  }

  private func end(_ id: ObjectID, _ isNamed: Bool, _ heap: Heap, width: Int) -> String {
    guard isNamed else { return tellingLabel(id, heap, width: width) }
    return heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
  }

  /// `3 × Topic.watchers, frees 15.9 MiB (70.7 %)`.
  func cutTitle(_ place: CutPlace) -> String {
    guard let analysis, let choice = choice(place) else {
      if case .group(let group) = place.choice { return shortClassName(group.title) }
      return "references"
    }
    let (what, effect) = cutText(choice, analysis)
    return "\(what), \(effect)"
  }

  /// `Session → Handler, 17 references`.
  func linksTitle(_ links: ClassLinks) -> String {
    guard let analysis, let report = reports[links.component] else { return "references" }
    func name(_ row: Int) -> String { shortClassName(analysis.graph.classes[report.matrix.rows[row].classIndex].name) }
    let count = self.links[links].map { ", " + Count.text($0.total, "reference") } ?? ""
    guard let target = links.target else { return "\(name(links.source)) → any class of the cycle\(count)" }
    return "\(name(links.source)) → \(name(target))\(count)"
  }
}
