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
    return lines.joined(separator: "\n") + "\n"
  }

  /// What dump this is, under which policies, and how many marks of each verdict.
  func titleLines() -> [String] {
    let facts = analysis.heap.facts
    let total = analysis.reachableBytes + analysis.unreachableBytes
    var lines = [
      "Marked cycles of \(SafeText.line(facts.fileName))",
      "\(SafeText.line(facts.format)), \(SafeText.line(facts.producer)); "
        + "\(Count.text(analysis.graph.objectCount, "object")), \(ByteCount.text(total)), "
        + "\(ByteCount.text(analysis.reachableBytes)) of it reachable",
      "policies: \(SafeText.line(analysis.retaining.name)) for what is kept, "
        + "\(SafeText.line(analysis.cyclePolicy.name)) for cycles",
    ]
    if let truncation = facts.truncation { lines.append("incomplete dump: \(SafeText.line(truncation))") }
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = blocks.count { $0.mark.verdict == verdict }
      return count > 0 ? "\(Count.text(count)) \(verdict.name)" : nil
    }
    lines.append(Count.text(blocks.count, "mark") + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")))
    return lines
  }

  private func lines(of block: MarkBlock) -> [String] {
    let mark = block.mark
    let title = "\(mark.letter.text)  \(mark.verdict.symbol) \(mark.verdict.name)  \(SafeText.line(mark.title))"
    var lines = [title]
    func add(_ label: String, _ texts: [String]) {
      for (index, text) in texts.enumerated() {
        let name = index == 0 ? label : ""
        lines.append("   \(name)\(String(repeating: " ", count: 9 - name.count))\(text)")
      }
    }
    if !mark.note.isEmpty { add("note", SafeText.lines(mark.note)) }
    for (label, text) in facts(of: block) { add(label, [text]) }
    if let report = block.cycle {
      add("path", block.path.isEmpty ? [] : pathLines(block))
      add("ring", ringLines(report))
      add("cuts", cutLines(block, report))
    } else if block.object != nil {
      add("path", block.path.isEmpty ? [] : pathLines(block))
    }
    add("objects", tableLines(block))
    return lines
  }

  /// The facts of a block that fit on a line each, with their labels.
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
    if let shape = block.shape {
      facts.append(("shape", "\(SafeText.line(shape.key)): \(figures(shape))"))
      if let change = change(block) { facts.append(("", change)) }
    }
    if let elsewhere = elsewhere(block) {
      facts.append(("cycle", elsewhere))
    } else if let report = block.cycle {
      let isOne = block.isOfShape && (block.shape?.count ?? 1) > 1
      facts.append(("cycle", (isOne ? "one of them: " : "") + figures(report.component)))
    }
    if let report = block.cycle, let words = neverFreed(report.component) { facts.append(("", words)) }
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
      facts.append(("root", "\(rootName(root)) (\(analysis.graph.roots[root].kind.name))"))
      if let words = holderWords(block) { facts.append(("", "held by \(words)")) }
      for fact in analysis.heap.details.facts(ofRoot: root) where fact.label != "holder" {
        facts.append(("", "\(SafeText.line(fact.label)): \(SafeText.line(fact.value))"))
      }
      if let others = otherHolders(block) { facts.append(("", "also held by \(others)")) }
    }
    let verb = if case .cut = mark.target { "freed" } else { "retained" }
    let then = retainedNow(block).map { $0 == mark.retained ? "" : ", \(verb) \(ByteCount.text(mark.retained)) then" }
    facts.append(("marked", "\(Self.date(mark.made)) in \(SafeText.line(mark.dump))\(then ?? "")"))
    return facts
  }

  /// What the marked thing retains in this dump, to be held against what it did when it was marked.
  private func retainedNow(_ block: MarkBlock) -> UInt64? {
    switch block.match {
    case .shape(let number), .changedShape(let number): analysis.shapes[number].retained
    case .cycle(let id): analysis.components[id].retained
    case .object(let id): analysis.dominators.retainedSize(of: id)
    case .root(let index): analysis.dominators.retainedSize(of: analysis.graph.roots[index].target)
    case .cut: block.cut?.freedBytes ?? 0
    case .absent: nil
    }
  }

  /// The table of objects in columns.
  private func tableLines(_ block: MarkBlock) -> [String] {
    guard !block.rows.isEmpty else { return [] }
    var cells = [["address", "size", "in cycle", "references held", "type"]]
    for row in block.rows {
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
    if block.moreMembers > 0 {
      // Members come before what is outside; the remark stands between them.
      let members = block.rows.count { $0.role == .ring || $0.role == .member }
      lines.insert("and \(Count.text(block.moreMembers)) more in the cycle", at: 1 + members)
    }
    if block.moreOutside > 0 { lines.append(block.moreOutsideWords) }
    return lines
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
