import GraphAnalysis
import ReferenceGraph

extension MarksReport {
  /// One page: the dump, its suspects, then each mark with a picture of its ring; what is long is folded.
  func html() -> String {
    let title = titleLines()
    var page = HTMLPage(title: title[0])
    page.heading(1, title[0])
    for line in title.dropFirst() { page.paragraph(line) }
    if !analysis.suspects.isEmpty {
      page.fold("Suspects: \(Count.text(analysis.suspects.count))", open: blocks.isEmpty) { suspects(&$0) }
    }
    page.fold("Classes that retain most") { classes(&$0) }
    for block in blocks { write(block, to: &page) }
    if let whatIf {
      page.heading(2, "Cuts in thought")
      page.paragraph(sentence(whatIf))
      page.lines(referenceLines(whatIf))
    }
    return page.text
  }

  private func suspects(_ page: inout HTMLPage) {
    for suspect in analysis.suspects.prefix(Self.suspectLimit) {
      let name =
        suspect.shape.map { shape in
          let shape = analysis.shapes[shape]
          return shape.count == 1 ? shape.title : "\(Count.text(shape.count)) × \(shape.title)"
        } ?? suspect.object.map { className($0) } ?? suspect.kind.rawValue
      page.paragraph("\(retained(suspect.retained)): \(name)", kind: "suspect")
      page.list(suspect.reasons)
    }
  }

  private static let suspectLimit = 20
  private static let classLimit = 30

  private func classes(_ page: inout HTMLPage) {
    let rows = analysis.histogram.rows.sorted { ($1.shallow, $0.classIndex) < ($0.shallow, $1.classIndex) }
    page.table(
      ["objects", "bytes", "class"],
      rows.prefix(Self.classLimit).map { row in
        [Count.text(row.objects), ByteCount.text(row.shallow), analysis.graph.classes[row.classIndex].name]
      }, numbers: [0, 1])
  }

  private func write(_ block: MarkBlock, to page: inout HTMLPage) {
    let mark = block.mark
    page.heading(2, "\(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name): \(mark.title)")
    if !mark.note.isEmpty { for line in SafeText.lines(mark.note) { page.paragraph(line, kind: "note") } }
    page.facts(facts(of: block))
    if let report = block.cycle {
      page.heading(3, "Ring")
      page.picture(picture(report, block).svg)
      page.fold("The ring in words") { $0.lines(ringLines(report)) }
      page.heading(3, "Cuts")
      page.lines(cutLines(report.insideCut) + (report.entryCut.map(cutLines) ?? []))
    }
    if !block.path.isEmpty {
      page.fold("Path from the root: \(Count.text(block.path.count, "reference"))") { $0.lines(pathLines(block)) }
    }
    guard !block.rows.isEmpty else { return }
    page.fold("Objects: \(Count.text(block.rows.count))") { page in
      page.table(
        ["address", "size", "in cycle", "references held", "type"],
        block.rows.map { row in
          let holds = targets(row)
          return [
            address(row.id), ByteCount.text(analysis.graph.size(of: row.id)), Self.place(row),
            "\(Count.text(row.references))\(holds.isEmpty ? "" : ": " + holds)", className(row.id) + text(row),
          ]
        }, numbers: [1])
      if block.moreMembers > 0 { page.paragraph("and \(Count.text(block.moreMembers)) more in the cycle") }
      if block.moreOutside > 0 { page.paragraph(block.moreOutsideWords) }
    }
  }

  /// At most so many objects are drawn.
  private static let drawnLimit = 12

  private func picture(_ report: CycleReport, _ block: MarkBlock) -> RingPicture {
    let steps = report.witness.steps
    let (head, omitted, tail) = MarkBlockBuilder.elided(steps.count, limit: Self.drawnLimit)
    let drawn = (Array(head) + Array(tail)).map { index in
      let step = steps[index]
      return RingPicture.Step(
        name: "\(className(step.object)) \(address(step.object))",
        size: "\(ByteCount.text(analysis.graph.size(of: step.object))), retains "
          + ByteCount.text(analysis.dominators.retainedSize(of: step.object)), field: field(step.reference))
    }
    return RingPicture(
      holder: analysis.holderName(of: block.path) ?? block.root.map(rootName) ?? "", hops: block.path.count,
      steps: drawn, omitted: omitted)
  }
}

extension SubtreeReport {
  /// One page: the tree as nested lists that fold.
  func html() -> String {
    var page = HTMLPage(title: title)
    page.heading(1, title)
    page.paragraph(explanation(cycles: "↻"))
    page.lines(treeLines)
    return page.text
  }
}
