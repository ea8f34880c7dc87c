import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// The references of a cycle from one class to another, one a row.
  func drawLinks(
    _ links: ClassLinks, _ pane: Pane, _ focused: Bool, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    canvas.cut(linksTitle(links), 0, 2, canvas.width - 3, .heading)
    let sizes = canvas.width - 3
    canvas.put("from", 1, 2, .dim)
    let half = max(12, (sizes - 28) / 2)
    canvas.put("field", 1, half + 3, .dim)
    canvas.put("to", 1, half + 20, .dim)
    canvas.right("retained", 1, sizes, .dim)
    guard let found = self.links[links] else {
      canvas.put("looking through the cycle …", 3, 2, .dim)
      return
    }
    let heap = analysis.heap
    for line in 0..<pageHeight(pane) where pane.top + line < rowCount(pane) {
      let place = found.places[index(ofRow: pane.top + line, pane)]
      let target = heap.graph.target(of: place)
      let y = line + 2
      canvas.cut(linkEnd(place.source, links.source, heap, width: half - 1), y, 2, half - 1, .cycle)
      let isCut = isCut(place)
      if isCut { canvas.put("≠", y, half + 1, .suspect) }
      canvas.cut(heap.shortField(of: place), y, half + 3, 16, isCut ? .suspect : .plain)
      let room = sizes - half - 30
      canvas.cut("→ " + linkEnd(target, links.target, heap, width: room - 2), y, half + 20, room, .cycle)
      canvas.right(ByteCount.text(analysis.dominators.retainedSize(of: target)), y, sizes, .size)
      if pane.top + line == pane.selection { canvas.select(y, focused: focused) }
    }
    if rowCount(pane) == 0 {
      canvas.cut(found.places.isEmpty ? "none" : "no row has “\(pane.filter)”", 3, 2, canvas.width - 3, .dim)
    }
  }

  /// The address tells objects of one class apart, which stands above.
  private func linkEnd(_ id: ObjectID, _ row: Int?, _ heap: Heap, width: Int) -> String {
    guard row != nil else { return tellingLabel(id, heap, width: width) }
    return heap.addressText(of: id) + (heap.details.summary(of: id).map { " " + shortClassName($0) } ?? "")
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
