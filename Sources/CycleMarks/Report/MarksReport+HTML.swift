import GraphAnalysis
import ReferenceGraph
import TextSafety

extension MarksReport {
  /// One page: the marks, each with a picture of its ring, then suspects, classes and the dump; what is long is folded.
  func html() -> String {
    let title = titleLines()
    var page = HTMLPage(title: title[0])
    page.heading(1, title[0])
    for line in title.dropFirst() { page.paragraph(line) }
    if blocks.count > 1 { overview(&page) }
    for block in blocks {
      if block.mark.verdict == .expected {
        page.fold(name(of: block)) { write(block, to: &$0) }
      } else {
        page.heading(2, name(of: block), kind: block.mark.verdict.name)
        write(block, to: &page)
      }
    }
    if let whatIf {
      page.heading(2, "Cuts in thought")
      page.paragraph(sentence(whatIf))
      page.lines(referenceLines(whatIf))
    }
    page.heading(2, "The heap")
    if !analysis.suspects.isEmpty {
      page.fold("Suspects: \(Count.text(analysis.suspects.count))", open: blocks.isEmpty) { suspects(&$0) }
    }
    page.fold("Classes that retain most", open: blocks.isEmpty) { classes(&$0) }
    for line in aboutLines() { page.paragraph(line, kind: "about") }
    return page.text
  }

  /// The marks in a table.
  private func overview(_ page: inout HTMLPage) {
    page.table(
      ["", "verdict", "retains", "what"],
      blocks.map { block in
        let mark = block.mark
        let size = absence(block) == nil ? ByteCount.text(retainedNow(block) ?? mark.retained) : "not here"
        return [mark.letter.text, "\(mark.verdict.symbol) \(mark.verdict.name)", size, mark.title]
      }, numbers: [2], words: [3])
  }

  private func suspects(_ page: inout HTMLPage) {
    for suspect in analysis.suspects.prefix(Self.suspectLimit) {
      let holder = suspect.holder.isEmpty ? "" : " ← \(suspect.holder)"
      page.paragraph("\(retained(suspect.retained)): \(suspect.title)\(holder)", kind: "suspect")
      page.list(suspect.reasons)
    }
    let more = analysis.suspects.count - Self.suspectLimit
    if more > 0 { page.paragraph("and \(Count.text(more)) more") }
  }

  private static let suspectLimit = 20
  private static let classLimit = 30

  private func classes(_ page: inout HTMLPage) {
    page.table(
      ["retained", "objects", "bytes", "class"],
      analysis.histogram.rows.prefix(Self.classLimit).map { row in
        [
          ByteCount.text(row.retained), Count.text(row.objects), ByteCount.text(row.shallow),
          analysis.graph.classes[row.classIndex].name,
        ]
      }, numbers: [0, 1, 2], words: [3])
  }

  private func name(of block: MarkBlock) -> String {
    let mark = block.mark
    return "\(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name): \(mark.title)"
  }

  private func write(_ block: MarkBlock, to page: inout HTMLPage) {
    let mark = block.mark
    if !mark.note.isEmpty { for line in SafeText.lines(mark.note) { page.paragraph(line, kind: "note") } }
    page.facts(facts(of: block))
    if let report = block.cycle {
      page.picture(picture(report, block).svg)
      page.heading(3, "Cuts")
      page.lines(cutLines(block, report))
      page.fold("The ring in words") { $0.lines(ringWords(report)) }
    }
    if !block.path.isEmpty {
      page.fold("Way from the root: \(Count.text(block.path.count, "reference"))", open: block.cycle == nil) {
        $0.lines(wayLines(block))
      }
    }
    page.fold("By address\(block.rows.isEmpty ? "" : ": \(Count.text(block.rows.count, "object"))")") { page in
      page.facts(lateFacts(of: block))
      if !block.path.isEmpty { page.lines(pathLines(block)) }
      if let report = block.cycle { page.lines(ringLines(report)) }
      objects(of: block, &page)
    }
  }

  private func objects(of block: MarkBlock, _ page: inout HTMLPage) {
    guard !block.rows.isEmpty else { return }
    page.table(
      ["address", "size", "in cycle", "references held", "type"],
      block.rows.map { row in
        let holds = targets(row)
        return [
          address(row.id), ByteCount.text(analysis.graph.size(of: row.id)), Self.place(row),
          "\(Count.text(row.references))\(holds.isEmpty ? "" : ": " + holds)", className(row.id) + text(row),
        ]
      }, numbers: [1], words: [3, 4])
    if block.moreMembers > 0 { page.paragraph("and \(Count.text(block.moreMembers)) more in the cycle") }
    if block.moreOutside > 0 { page.paragraph(block.moreOutsideWords) }
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
      holder: holderText(block) ?? block.root.map(rootName) ?? "", hops: block.path.count,
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
