import GraphAnalysis
import ReferenceGraph
import TextSafety

extension MarksReport {
  func markdown() -> String {
    let title = titleLines()
    var lines = ["# Marked cycles of \(Self.code(analysis.heap.facts.fileName))", ""]
    lines += title.dropFirst().map { Self.plain($0) + "  " }
    for block in blocks { lines += [""] + markdown(block) }
    if let whatIf {
      lines += ["", "## Cuts in thought", "", Self.plain(sentence(whatIf))]
      lines += section("References", referenceLines(whatIf))
    }
    if !blocks.isEmpty { lines += ["", "## By address"] }
    for block in blocks { lines += markdownDetails(block) }
    lines += ["", "## The dump", ""] + aboutLines().map { "- " + Self.plain($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func markdown(_ block: MarkBlock) -> [String] {
    let mark = block.mark
    var lines = ["## \(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name): \(Self.code(mark.title))"]
    if !mark.note.isEmpty {
      lines.append("")
      lines += SafeText.lines(mark.note).map { $0.isEmpty ? ">" : "> \(Self.plain($0))  " }
    }
    lines += [""] + list(facts(of: block))
    if !block.path.isEmpty { lines += section("Way from the root", wayLines(block)) }
    if let report = block.cycle {
      lines += section("Cuts", cutLines(block, report))
      lines += section("Ring", ringWords(report))
    }
    return lines
  }

  private func list(_ facts: [(label: String, text: String)]) -> [String] {
    facts.map { label, text in
      label.isEmpty ? "  - \(Self.plain(text))" : "- **\(label)** \(Self.plain(text))"
    }
  }

  /// Where the objects of a mark lie, and when it was made.
  private func markdownDetails(_ block: MarkBlock) -> [String] {
    var lines = ["", "### \(block.mark.letter.text) \(Self.code(block.mark.title))", ""] + list(lateFacts(of: block))
    if !block.path.isEmpty { lines += section("Path", pathLines(block), level: 4) }
    if let report = block.cycle { lines += section("Ring by address", ringLines(report), level: 4) }
    return lines + table(block)
  }

  /// Lines in a fence that is longer than any run of backticks in them.
  private func section(_ title: String, _ lines: [String], level: Int = 3) -> [String] {
    let longest = lines.map(Self.longestRun).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ["", "\(String(repeating: "#", count: level)) \(title)", "", fence + "text"] + lines + [fence]
  }

  private func table(_ block: MarkBlock) -> [String] {
    let (rows, moreMembers, moreOutside) = listed(block)
    guard !rows.isEmpty else { return [] }
    var lines = [
      "", "#### Objects", "", "| address | size | in cycle | references held | type |", "|---|---:|---|---|---|",
    ]
    for row in rows {
      let holds = targets(row)
      let references = "\(Count.text(row.references))\(holds.isEmpty ? "" : ": " + holds)"
      let value = text(row)
      let cells = [
        Self.code(address(row.id)), ByteCount.text(analysis.graph.size(of: row.id)), Self.place(row), references,
        Self.code(className(row.id)) + (value.isEmpty ? "" : " " + Self.code(String(value.dropFirst()))),
      ]
      lines.append("| " + cells.map(Self.cell).joined(separator: " | ") + " |")
    }
    if moreMembers > 0 { lines += ["", "and \(Count.text(moreMembers)) more in the cycle"] }
    if moreOutside > 0 { lines += ["", block.outsideWords(moreOutside)] }
    return lines
  }

  /// A bar ends a cell, also within code, unless a backslash stands before it, which itself must not be escaped.
  static func cell(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == "|" { result.append(contentsOf: (isEscaped ? "\\\\" : "\\").unicodeScalars) }
      result.append(scalar)
      isEscaped = scalar == "\\" && !isEscaped
    }
    return String(result)
  }

  /// `text` as code, whatever backticks it holds.
  static func code(_ text: String) -> String {
    let text = SafeText.line(text)
    let ticks = String(repeating: "`", count: longestRun(text) + 1)
    let gap = text.hasPrefix("`") || text.hasSuffix("`") || text.isEmpty ? " " : ""
    return ticks + gap + text + gap + ticks
  }

  /// `text` with everything escaped that Markdown or HTML gives a meaning.
  static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\`*_[]<>#|&~!".unicodeScalars.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  private static func longestRun(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
