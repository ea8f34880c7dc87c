import GraphAnalysis
import ReferenceGraph
import TextSafety

/// Groups of references, in the several forms.
extension MarksReport {
  /// The most groups of a cycle that are listed.
  static let groupLimit = 10

  /// All cuts of a cycle: groups of references first, then the fewest inside, and the one at an entry.
  func cutLines(_ block: MarkBlock, _ report: CycleReport) -> [String] {
    groupLines(block.groups) + cutLines(report.insideCut) + (report.entryCut.map(cutLines) ?? [])
  }

  /// `3 × Topic.watchers (inside): frees 15.9 MiB (70.7 %) in 400 objects, ends the cycle`.
  func line(of group: CutGroup) -> String {
    let freed =
      group.freedObjects > 0
      ? "frees \(share(group.freedBytes)) in \(Count.text(group.freedObjects, "object"))" : "frees nothing alone"
    return "\(Count.text(group.references.count)) × \(SafeText.line(group.id.title)) (\(group.id.kind.rawValue)): "
      + freed + (group.endsCycles ? ", ends the cycle" : "")
  }

  private func groupLines(_ groups: CutGroups?) -> [String] {
    guard let groups else { return [] }
    var lines = groups.groups.prefix(Self.groupLimit).map(line)
    let more = groups.groups.count - lines.count
    if more > 0 { lines.append("and \(Count.text(more, "more group"))") }
    if groups.triedCount < groups.groupCount {
      lines.append("\(Count.text(groups.triedCount)) of \(Count.text(groups.groupCount)) groups were tried")
    }
    return lines
  }

  /// What is said of a group that is marked: what it frees, and the references it has.
  func facts(of id: CutGroup.ID, _ block: MarkBlock) -> [(label: String, text: String)] {
    guard let group = block.cut else { return [("cut", "\(SafeText.line(id.title)): there are no such references")] }
    var facts = [("cut", line(of: group))]
    let shown = group.references.prefix(max(1, min(Self.cutLimit, options.listLimit)))
    for place in shown {
      let source = place.source == .root ? "" : object(place.source) + " "
      facts.append(("", "✗ \(source)\(edge(place)) --> \(object(analysis.graph.target(of: place)))"))
    }
    let more = group.references.count - shown.count
    if more > 0 { facts.append(("", "and \(Count.text(more)) more")) }
    return facts
  }

  /// The keys of `cuts` that are about groups.
  func json(_ groups: CutGroups?) -> [(String, JSONValue)] {
    [
      ("groups", .array(groups?.groups.prefix(Self.cutLimit).map(json) ?? [])),
      ("groupsTried", .number(groups?.triedCount ?? 0)), ("groupCount", .number(groups?.groupCount ?? 0)),
    ]
  }

  func json(_ group: CutGroup) -> JSONValue {
    .object([
      ("kind", .string(group.id.kind.rawValue)), ("class", group.id.source.map { .safe($0) } ?? .null),
      ("field", .safe(group.id.field)), ("targetClass", group.id.target.map { .safe($0) } ?? .null),
      ("references", .array(group.references.prefix(Self.cutLimit).map(json))),
      ("referenceCount", .number(group.references.count)), ("freedBytes", .number(group.freedBytes)),
      ("freedObjects", .number(group.freedObjects)), ("endsCycles", .bool(group.endsCycles)),
    ])
  }
}
