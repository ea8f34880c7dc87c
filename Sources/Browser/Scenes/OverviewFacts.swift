import GraphAnalysis
import ReferenceGraph
import Screen

/// A fact that the overview tells, in the lines it gets.
struct OverviewFact {
  enum Kind {
    /// Bytes and objects; the words stand behind them.
    case amount(bytes: UInt64, objects: Int)
    case words
    /// Over the whole width.
    case warning
  }

  let label: String
  let kind: Kind
  let lines: [String]

  /// Where the words of facts begin, and those behind an amount.
  static let column = 14
  static let amountColumn = 46
}

extension OverviewScene {
  /// The facts of the overview.
  ///
  /// On a screen of few rows each has one line: the first wording that fits, or as many items as fit and how many more
  /// there are.
  func overviewFacts(_ analysis: HeapAnalysis, width: Int) -> [OverviewFact] {
    let facts = analysis.heap.facts
    let limit = hasTallFacts ? 3 : 1
    let room = width - OverviewFact.column - 1
    func words(_ label: String, _ lines: [String]) -> OverviewFact {
      OverviewFact(label: label, kind: .words, lines: lines.isEmpty ? [""] : lines)
    }
    var all = [
      amount(
        "Reachable", analysis.reachableBytes, analysis.reachableObjects,
        ["from \(Count.text(analysis.graph.recordedRootCount, "root reference"))"], width, limit),
      amount(
        "Unreachable", analysis.unreachableBytes, analysis.unreachableObjects, islandTexts(analysis), width, limit),
    ]
    if facts.outside.bytes > 0 {
      let texts = ["outside of the heap, as long as these objects live", "outside of the heap"]
      all.append(amount("Outside", facts.outside.bytes, facts.outside.objects, texts, width, limit))
    }
    all += [
      words("Roots", packed(rootKinds(analysis), ", ", room, limit)),
      words("Checked", checkLines(facts, room, limit)),
      words("Policies", fitting(policyTexts(analysis), room, limit)),
      words("Cycles", fitting(cycleTexts(analysis), room, limit)),
    ]
    if let sizes = facts.facts.first(where: { $0.label == Self.sizesLabel })?.value {
      all.append(words("Sizes", fitting([sizes, Self.shortened(sizes)], room, limit)))
    }
    let more = facts.facts.filter {
      $0.label != Self.sizesLabel && !facts.producer.contains($0.value.prefix { $0 != "," && $0 != " " })
    }
    let written = [facts.format, facts.producer] + more.map { "\($0.label) \($0.value)" }
    all.append(words("Format", packed(written.filter { !$0.isEmpty }, " · ", room, limit)))
    for warning in overviewWarnings(analysis) {
      let lines = wrapped("! \(warning)", width: width - 3, limit: limit + 1)
      all.append(OverviewFact(label: "", kind: .warning, lines: lines))
    }
    return all
  }

  /// `bss 76`, `frame 55`, …, most first.
  private func rootKinds(_ analysis: HeapAnalysis) -> [String] {
    let sorted = analysis.rootCounts.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
    return sorted.map { "\($0.key.name) \(Count.text($0.value))" }
  }

  /// The fact that says by which rule shallow sizes were found, in a dump that does not have them.
  private static let sizesLabel = "shallow sizes"

  /// A text without what stands in brackets or behind a colon.
  private static func shortened(_ text: String) -> String {
    String(text[..<([" (", ":"].compactMap { text.firstRange(of: $0)?.lowerBound }.min() ?? text.endIndex)])
  }

  private func amount(
    _ label: String, _ bytes: UInt64, _ objects: Int, _ texts: [String], _ width: Int, _ limit: Int
  ) -> OverviewFact {
    let room = width - OverviewFact.amountColumn - 1
    var lines = [texts.first { fits($0, room) } ?? ""]
    if lines[0].isEmpty, !texts[0].isEmpty {
      // Behind the amount is no room: below it, or what fits of the shortest.
      lines =
        limit > 1 ? ["", texts.first { fits($0, width - OverviewFact.column - 1) } ?? texts.last!] : [texts.last!]
    }
    return OverviewFact(label: label, kind: .amount(bytes: bytes, objects: objects), lines: lines)
  }

  /// What unreachable objects are, and where their cycles are listed.
  private func islandTexts(_ analysis: HeapAnalysis) -> [String] {
    let words = analysis.unreachableWords()
    let short = analysis.unreachableWords(isShort: true)
    let free = analysis.unheldCycles.first?.word
    guard free != nil || analysis.unrecordedCycles > 0 else { return [words, short] }
    let list = "; its cycles: 2, f \(free ?? Hold.unrecorded(0).word)"
    return [words + list, short + list, words, short]
  }

  private func checkLines(_ facts: DumpFacts, _ room: Int, _ limit: Int) -> [String] {
    let held = facts.checks.filter(\.holds)
    if facts.checks.isEmpty { return ["the dump carries no figures to check against"] }
    let items = held.map { "✓ \($0.name) \(Count.text($0.found))" }
    if fits(items.joined(separator: "  "), room) { return [items.joined(separator: "  ")] }
    // A first word that all have in common is said once.
    let owners = Set(held.map { $0.name.split(separator: ".").dropLast().joined(separator: ".") })
    if let owner = owners.first, owners.count == 1, !owner.isEmpty {
      let short = held.map { "✓ \($0.name.dropFirst(owner.count + 1)) \(Count.text($0.found))" }
      return packed(["\(owner): \(short[0])"] + short.dropFirst(), "  ", room, limit)
    }
    return packed(items, "  ", room, limit)
  }

  private func policyTexts(_ analysis: HeapAnalysis) -> [String] {
    func text(_ use: String, _ all: String, _ out: String) -> String {
      func part(_ use: String, _ policy: ReferencePolicy, _ omitted: Int) -> String {
        "\(use): \(policy.name)" + (omitted == 0 ? all : ", \(Count.text(omitted)) \(out)")
      }
      return part(use, analysis.retaining, analysis.omittedRetaining) + " · "
        + part("cycles", analysis.cyclePolicy, analysis.omittedCycles)
    }
    return [text("kept alive", ", all", "left out"), text("kept alive", "", "left out"), text("alive", "", "out")]
  }

  private func cycleTexts(_ analysis: HeapAnalysis) -> [String] {
    let components = analysis.components
    guard components.count > 0 else { return ["none"] }
    let held = analysis.heldCycles
    let unrecorded = analysis.unrecordedCycles
    let unheld = analysis.unheldCycles.map { ", \(Count.text($0.count)) \($0.word)" }.joined()
    let text =
      "\(Count.text(components.count)) of \(Count.text(analysis.shapes.count, "shape")): \(Count.text(held)) held"
      + (unrecorded > 0 ? " (\(Count.text(unrecorded)) \(Hold.unrecorded(0).word))" : "")
      + (unheld.isEmpty ? ", 0 \(analysis.unheld.word)" : unheld)
    return ["\(text); \(Count.text(components.objectCount, "object"))", text]
  }

  // MARK: Room

  private func fits(_ text: String, _ room: Int) -> Bool { DisplayWidth.width(of: text, glyphs: model.glyphs) <= room }

  /// The first of several wordings that fits in a line; the first one in several lines where there are more of them.
  private func fitting(_ texts: [String], _ room: Int, _ limit: Int) -> [String] {
    if limit > 1 { return wrapped(texts[0], width: room, limit: limit) }
    return [texts.first { fits($0, room) } ?? texts.last!]
  }

  /// Items in at most `limit` lines; those that have no room are counted at the end.
  private func packed(_ items: [String], _ separator: String, _ room: Int, _ limit: Int) -> [String] {
    var lines: [String] = []
    var rest = items[...]
    while !rest.isEmpty, lines.count < limit {
      var line = rest.removeFirst()
      while let next = rest.first {
        let longer = line + separator + next
        // On the last line there has to be room for how many are missing.
        let note = lines.count == limit - 1 && rest.count > 1 ? " and \(rest.count - 1) more".count : 0
        guard fits(longer, room - note) else { break }
        line = longer
        rest.removeFirst()
      }
      if !rest.isEmpty {
        if lines.count == limit - 1 { line = noting(rest.count, line, room) } else if separator == ", " { line += "," }
      }
      lines.append(line)
    }
    return lines
  }

  private func noting(_ count: Int, _ line: String, _ room: Int) -> String {
    let note = " and \(count) more"
    return DisplayWidth.cut(line, to: room - note.count) + note
  }
}
