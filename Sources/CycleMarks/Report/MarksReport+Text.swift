import GraphAnalysis
import ReferenceGraph
import TextSafety

extension MarksReport {
  func text() -> String {
    var lines = titleLines()
    for block in blocks {
      lines.append("")
      lines += self.lines(of: block)
    }
    lines += whatIfLines()
    for block in blocks {
      let details = self.details(of: block)
      if !details.isEmpty { lines += [""] + details }
    }
    lines += [""] + aboutLines()
    return lines.joined(separator: "\n") + "\n"
  }

  /// What dump this is, how much of it is reachable, and how many marks of each verdict.
  func titleLines() -> [String] {
    let facts = analysis.heap.facts
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = blocks.count { $0.mark.verdict == verdict }
      return count > 0 ? "\(Count.text(count)) \(verdict.name)" : nil
    }
    var lines = [
      "Marked cycles of \(SafeText.line(facts.fileName))",
      Count.text(blocks.count, "mark") + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) + "; "
        + "\(ByteCount.text(analysis.reachableBytes)) reachable in \(Count.text(analysis.reachableObjects, "object"))",
    ]
    if let truncation = facts.truncation { lines.append("incomplete dump: \(SafeText.line(truncation))") }
    return lines
  }

  /// What wrote the dump, and which references count: it stands last.
  func aboutLines() -> [String] {
    let facts = analysis.heap.facts
    let total = analysis.reachableBytes + analysis.unreachableBytes
    return [
      "\(SafeText.line(facts.format)), \(SafeText.line(facts.producer)); "
        + "\(Count.text(analysis.graph.objectCount, "object")), \(ByteCount.text(total)) in all",
      "policies: \(SafeText.line(analysis.retaining.name)) for what is kept, "
        + "\(SafeText.line(analysis.cyclePolicy.name)) for cycles",
    ]
  }

  private static func titled(_ label: String, _ texts: [String]) -> [String] {
    texts.enumerated().map { index, text in
      let name = index == 0 ? label : ""
      return "   \(name)\(String(repeating: " ", count: max(1, 9 - name.count)))\(text)"
    }
  }

  /// What is needed of a mark: verdict, what it retains, who holds it, the way, and what would free it.
  private func lines(of block: MarkBlock) -> [String] {
    let mark = block.mark
    var lines = ["\(mark.letter.text)  \(mark.verdict.symbol) \(mark.verdict.name)  \(SafeText.line(mark.title))"]
    if !mark.note.isEmpty { lines += Self.titled("note", SafeText.lines(mark.note)) }
    for (label, text) in facts(of: block) { lines += Self.titled(label, [text]) }
    lines += Self.titled("way", wayLines(block))
    if let report = block.cycle {
      lines += Self.titled("cuts", cutLines(block, report))
      lines += Self.titled("ring", ringWords(report))
    }
    return lines
  }

  /// What few ask for: where the objects lie, and when the mark was made.
  private func details(of block: MarkBlock) -> [String] {
    let mark = block.mark
    var lines = ["\(mark.letter.text)  by address, \(SafeText.line(mark.title))"]
    for (label, text) in lateFacts(of: block) { lines += Self.titled(label, [text]) }
    if !block.path.isEmpty { lines += Self.titled("path", pathLines(block)) }
    if let report = block.cycle { lines += Self.titled("ring", ringLines(report)) }
    lines += Self.titled("objects", tableLines(block))
    return lines
  }

  /// The facts of a block that fit on a line each, with their labels: what is needed first.
  func facts(of block: MarkBlock) -> [(label: String, text: String)] {
    let mark = block.mark
    var facts: [(String, String)] = []
    if let reason = absence(block) {
      facts.append(("absent", reason))
      facts.append(("was", "\(Count.text(mark.objects, "object")), retained \(ByteCount.text(mark.retained))"))
      for hop in mark.witness { facts.append(("", SafeText.line(hop))) }
      if !mark.root.isEmpty { facts.append(("root", SafeText.line(mark.root))) }
    }
    if case .cut(_, let group) = block.match { facts += self.facts(of: group, block) }
    let isOne = block.isOfShape && (block.shape?.count ?? 1) > 1
    if let shape = block.shape, isOne || block.cycle == nil {
      facts.append(("cycles", figures(shape)))
    }
    if let change = change(block) { facts.append(("", change)) }
    if let elsewhere = elsewhere(block) {
      facts.append(("cycle", elsewhere))
    } else if let report = block.cycle {
      facts.append(("cycle", (isOne ? "one of them: " : "") + figures(report.component)))
    }
    if let report = block.cycle, let words = neverFreed(report.component) { facts.append(("", words)) }
    if case .objects = block.match {
      let row = block.histogram
      facts.append(
        (
          "objects",
          "\(Count.text(row?.objects ?? 0)), \(ByteCount.text(row?.shallow ?? 0)); retain \(retained(row?.retained ?? 0))"
        ))
    }
    if let object = block.object {
      facts.append(("object", self.object(object)))
      if let id = analysis.components.component(of: object) {
        facts.append(("cycle", "member of one: \(SafeText.line(analysis.shapes[analysis.components[id].shape].title))"))
      }
      let isReachable = analysis.dominators.isReachable(object)
      let size = analysis.dominators.retainedSize(of: object)
      facts.append(
        (
          "retains",
          isReachable ? retained(size) : "nothing: \(SafeText.line(analysis.unheldSentence(analysis.hold(of: object))))"
        ))
    }
    if let root = block.root {
      let holder = holderText(block) ?? rootName(root)
      facts.append(("holder", holderWords(block).map { "\(holder): \($0)" } ?? holder))
      if let others = otherHolders(block) { facts.append(("", "also held by \(others)")) }
    }
    return facts
  }

  /// The facts that nobody asks for first: the key of the shape, and when the mark was made.
  func lateFacts(of block: MarkBlock) -> [(label: String, text: String)] {
    let mark = block.mark
    var facts: [(String, String)] = []
    if let shape = block.shape { facts.append(("shape", SafeText.line(shape.key))) }
    if let root = block.root {
      facts.append(("root", "\(rootName(root)) (\(analysis.graph.roots[root].kind.name))"))
      for fact in analysis.heap.details.facts(ofRoot: root) where fact.label != "holder" {
        facts.append(("", "\(SafeText.line(fact.label)): \(SafeText.line(fact.value))"))
      }
    }
    let verb = if case .cut = mark.target { "freed" } else { "retained" }
    let then = retainedNow(block).map { $0 == mark.retained ? "" : ", \(verb) \(ByteCount.text(mark.retained)) then" }
    facts.append(("marked", "\(Self.date(mark.made)) in \(SafeText.line(mark.dump))\(then ?? "")"))
    return facts
  }

  /// What the marked thing retains in this dump, to be held against what it did when it was marked.
  func retainedNow(_ block: MarkBlock) -> UInt64? {
    switch block.match {
    case .shape(let number), .changedShape(let number): analysis.shapes[number].retained
    case .cycle(let id): analysis.components[id].retained
    case .object(let id): analysis.dominators.retainedSize(of: id)
    case .root(let index): analysis.dominators.retainedSize(of: analysis.graph.roots[index].target)
    case .objects: block.histogram?.retained ?? 0
    case .cut: block.cut?.freedBytes ?? 0
    case .absent: nil
    }
  }

  /// The table of objects in columns.
  private func tableLines(_ block: MarkBlock) -> [String] {
    let (rows, moreMembers, moreOutside) = listed(block)
    guard !rows.isEmpty else { return [] }
    var cells = [["address", "size", "in cycle", "references held", "type"]]
    for row in rows {
      let holds = targets(row)
      cells.append([
        address(row.id), ByteCount.text(analysis.graph.size(of: row.id)), Self.place(row),
        "\(Count.text(row.references))\(holds.isEmpty ? "" : ": " + holds)", className(row.id) + text(row),
      ])
    }
    let widths = (0..<5).map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = cells.map { cell in
      (0..<4).map { column in
        let gap = String(repeating: " ", count: widths[column] - cell[column].count)
        return column == 1 ? gap + cell[column] : cell[column] + gap
      }.joined(separator: "  ") + "  " + cell[4]
    }
    if moreMembers > 0 {
      // Members come before what is outside; the remark stands between them.
      let members = rows.count { $0.role == .ring || $0.role == .member }
      lines.insert("and \(Count.text(moreMembers)) more in the cycle", at: 1 + members)
    }
    if moreOutside > 0 { lines.append(block.outsideWords(moreOutside)) }
    return lines
  }

  /// The first rows of a table, as many as are to be listed, and how many more there are in the cycle and outside of it.
  func listed(_ block: MarkBlock) -> (rows: [ObjectRow], moreMembers: Int, moreOutside: Int) {
    let rows = Array(block.rows.prefix(max(0, options.listLimit)))
    let isMember = { (row: ObjectRow) in row.role == .ring || row.role == .member }
    let members = block.rows.count(where: isMember) - rows.count(where: isMember)
    let others = block.rows.count - rows.count - members
    return (rows, block.moreMembers + members, block.moreOutside + others)
  }

  /// Whether an object is in the cycle.
  static func place(_ row: ObjectRow) -> String {
    if row.role == .ring { return "yes, ring" }
    if row.isInOtherCycle { return "another" }
    return row.isInCycle ? "yes" : "no"
  }

  /// The addresses of the first objects that an object refers to.
  func targets(_ row: ObjectRow) -> String {
    let texts = row.targets.map(address)
    return texts.joined(separator: " ") + (row.references > texts.count ? " …" : "")
  }

  /// What a string holds, in quotes, if values were asked for.
  func text(_ row: ObjectRow) -> String {
    guard let text = row.text else { return "" }
    let cut = text.length > text.text.utf8.count ? "… (\(ByteCount.text(UInt64(max(0, text.length)))))" : ""
    return " \"\(SafeText.line(text.text))\"\(cut)"
  }
}
