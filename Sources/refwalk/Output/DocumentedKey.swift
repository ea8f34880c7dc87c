import CycleMarks

/// A key of a JSON object or a column of a table.
///
/// Its raw value is what is written, its meaning stands in the manual.
protocol DocumentedKey: RawRepresentable<String>, CaseIterable, Sendable {
  /// A phrase, without a full stop at the end.
  var meaning: String { get }
}

/// The keys of one kind of JSON object, for the manual.
struct KeyDocumentation: Sendable {
  /// `summary`, `cycles: witness`.
  let title: String
  let keys: [(name: String, meaning: String)]

  init<Key: DocumentedKey>(_ title: String, _ type: Key.Type) {
    self.title = title
    keys = Key.allCases.map { ($0.rawValue, $0.meaning) }
  }

  /// All that commands write as JSON or TSV.
  static let all: [KeyDocumentation] = [
    KeyDocumentation("summary", SummaryKey.self),
    KeyDocumentation("summary: roots", SummaryKey.Roots.self),
    KeyDocumentation("summary: reachable, unreachable, outside", SummaryKey.Amount.self),
    KeyDocumentation("summary: unreachableParts", SummaryKey.Part.self),
    KeyDocumentation("summary: named", SummaryKey.Named.self),
    KeyDocumentation("summary: islands", SummaryKey.Islands.self),
    KeyDocumentation("summary: islands classes", SummaryKey.Island.self),
    KeyDocumentation("summary: islands shapes", SummaryKey.IslandShape.self),
    KeyDocumentation("summary: components", SummaryKey.Components.self),
    KeyDocumentation("summary: policies", SummaryKey.Policy.self),
    KeyDocumentation("summary: checks", SummaryKey.Check.self),
    KeyDocumentation("summary: skipped", SummaryKey.Skipped.self),
    KeyDocumentation("summary: suspects", SummaryKey.Suspect.self),
    KeyDocumentation("summary: suspects onItsWay", SummaryKey.OnItsWay.self),
    KeyDocumentation("cycles, one object for each shape", CyclesKey.self),
    KeyDocumentation("cycles: witness", CyclesKey.Step.self),
    KeyDocumentation("cycles: cuts", CyclesKey.Cut.self),
    KeyDocumentation("cycles: cuts: references", CyclesKey.CutReference.self),
    KeyDocumentation("cycles: groups", CyclesKey.Group.self),
    KeyDocumentation("classes, also the columns of --format tsv", ClassColumn.self),
    KeyDocumentation("classes: more in JSON", ClassKey.self),
    KeyDocumentation("classes: sites", SiteKey.self),
    KeyDocumentation("objects, also the columns of --format tsv", ObjectColumn.self),
    KeyDocumentation("objects, also those of paths, in JSON only", ObjectKey.self),
    KeyDocumentation("roots, also the columns of --format tsv", RootColumn.self),
    KeyDocumentation("paths", PathsKey.self),
    KeyDocumentation("paths: target, hops", PathsKey.Object.self),
    KeyDocumentation("paths: paths", PathsKey.Path.self),
    KeyDocumentation("paths: root", PathsKey.Root.self),
    KeyDocumentation("diff", DiffReport.Key.self),
    KeyDocumentation("diff: before, after", DiffReport.DumpKey.self),
    KeyDocumentation("diff: policies", DiffReport.PolicyKey.self),
    KeyDocumentation("diff: growth, also that of rows", DiffReport.GrowthKey.self),
    KeyDocumentation("diff: rows", DiffReport.RowKey.self),
    KeyDocumentation("diff: rows: before, after", DiffReport.AmountKey.self),
    KeyDocumentation("diff: same", DiffReport.SameKey.self),
    KeyDocumentation("diff: the columns of --format tsv", DiffReport.Column.self),
  ]
}
