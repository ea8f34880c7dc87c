import GraphAnalysis
import ReferenceGraph
import TextSafety

/// The forms for programs: see the keys for what they hold.
extension DiffReport {
  func json() -> String {
    let growth = diff.growth
    let top = Self.object(Key.self) { key in
      switch key {
      case .before: Self.json(diff.before)
      case .after: Self.json(diff.after)
      case .policies:
        Self.object(PolicyKey.self) { .string($0 == .retaining ? diff.after.retaining : diff.after.cycles) }
      case .growth: Self.json(retained: growth.bytes, objects: growth.objects)
      case .rows: .array(rows.map(Self.json))
      case .omitted: .number(omitted)
      case .same: Self.object(SameKey.self) { .number($0 == .shapes ? diff.sameShapes : diff.sameClasses) }
      }
    }
    return top.text() + "\n"
  }

  /// An object with all keys of a kind.
  private static func object<Key: RawRepresentable<String> & CaseIterable>(
    _ keys: Key.Type, _ value: (Key) -> JSONValue
  ) -> JSONValue {
    .object(Key.allCases.map { ($0.rawValue, value($0)) })
  }

  private static func json(_ digest: HeapDigest) -> JSONValue {
    object(DumpKey.self) { key in
      switch key {
      case .path: .string(digest.path)
      case .format: .string(digest.format)
      case .objects: .number(digest.reachableObjects)
      case .bytes: .number(digest.reachableBytes)
      }
    }
  }

  private static func json(_ row: Row) -> JSONValue {
    object(RowKey.self) { key in
      switch key {
      case .subject: .string(subject(row.row).word)
      case .key: .string(subject(row.row).key)
      case .earlierKey: row.row.earlierKey.map { .string($0) } ?? .null
      case .largerKey: row.row.largerKey.map { .string($0) } ?? .null
      case .title: .string(row.row.title)
      case .state: .string(row.row.state.rawValue)
      case .verdict: row.mark.map { .string($0.verdict.name) } ?? .null
      case .mark: row.mark.map { .string($0.letter.text) } ?? .null
      case .before: json(row.row.before)
      case .after: json(row.row.after)
      case .growth: json(retained: row.row.retainedGrowth, objects: row.row.objectGrowth)
      case .hold: row.row.hold.map { .string($0.name) } ?? .null
      case .words: row.row.hold?.words.map { .string($0) } ?? .null
      }
    }
  }

  private static func json(_ amount: HeapDigest.Amount) -> JSONValue {
    object(AmountKey.self) { key in
      switch key {
      case .cycles: .number(amount.cycles)
      case .objects: .number(amount.objects)
      case .retained: .number(amount.retained)
      case .isExact: .bool(amount.isExact)
      }
    }
  }

  private static func json(retained: Int64, objects: Int) -> JSONValue {
    object(GrowthKey.self) { $0 == .retained ? .number(retained) : .number(objects) }
  }

  private static func subject(_ row: HeapDiff.Row) -> (word: String, key: String) {
    switch row.subject {
    case .shape(let key): ("shape", key)
    case .type(let name): ("class", name)
    }
  }

  // MARK: A table

  func tsv() -> String {
    var lines = ["#" + Column.allCases.map(\.rawValue).joined(separator: "\t")]
    for row in rows { lines.append(Column.allCases.map { Self.cell($0, row) }.joined(separator: "\t")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cell(_ column: Column, _ row: Row) -> String {
    let (before, after) = (row.row.before, row.row.after)
    return switch column {
    case .subject: subject(row.row).word
    case .key: SafeText.line(subject(row.row).key)
    case .state: row.row.state.rawValue
    case .retainedGrowth: String(row.row.retainedGrowth)
    case .objectGrowth: String(row.row.objectGrowth)
    case .cyclesBefore: String(before.cycles)
    case .cyclesAfter: String(after.cycles)
    case .objectsBefore: String(before.objects)
    case .objectsAfter: String(after.objects)
    case .retainedBefore: String(before.retained)
    case .retainedAfter: String(after.retained)
    case .isExact: isExact(row.row) ? "1" : "0"
    case .mark: row.mark?.letter.text ?? "-"
    case .verdict: row.mark?.verdict.name ?? "-"
    case .title: SafeText.line(row.row.title)
    case .hold: row.row.hold?.name ?? "-"
    }
  }
}
