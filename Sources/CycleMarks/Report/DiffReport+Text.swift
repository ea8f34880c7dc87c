import GraphAnalysis
import ReferenceGraph
import TextSafety

extension DiffReport {
  func text() -> String {
    let (before, after) = names
    let width = min(40, max(before.count, after.count))
    func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    var lines = [
      "before  \(padded(before))  \(Self.figures(diff.before))",
      "after   \(padded(after))  \(Self.figures(diff.after))",
      "change  \(change)",
      "policies: \(SafeText.line(diff.after.retaining)) for what is kept, \(SafeText.line(diff.after.cycles)) for cycles",
      "",
    ]
    if !rows.isEmpty { lines += tableLines() }
    if omitted > 0 { lines.append("  … \(Count.text(omitted)) more" + (advice.map { " (\($0))" } ?? "")) }
    if !rows.isEmpty || omitted > 0 { lines.append("") }
    lines += [same, Self.matching]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Signs and numbers in columns; what they are about, which may be long, comes last.
  private func tableLines() -> [String] {
    let hasMarks = rows.contains { $0.mark != nil }
    let retained = Self.column(
      "retained Δ", rows.map { (Self.sign($0.row.retainedGrowth), Self.growth($0.row)) })
    let objects = Self.column(
      "objects Δ",
      rows.map { (Self.sign(Int64($0.row.objectGrowth)), Count.text($0.row.objectGrowth.magnitude)) })
    let states = Self.padded(["state"] + rows.map(\.row.state.rawValue))
    let marks = Self.padded([""] + rows.map(Self.mark))
    let what = ["  what"] + rows.map { Self.what($0.row) }
    return what.indices.map { index in
      let cells = [retained[index], objects[index], states[index]] + (hasMarks ? [marks[index]] : []) + [what[index]]
      return "  " + cells.joined(separator: "  ")
    }
  }

  /// `↻ Session ⇄ Handler (1 → 3 cycles, 4.0 KiB → 212.4 MiB)`; what is new or gone has its size in the first column.
  private static func what(_ row: HeapDiff.Row) -> String {
    var remarks = cycles(row).map { [$0] } ?? []
    if row.state == .grown || row.state == .shrunk {
      remarks.append(
        row.retainedGrowth == 0 ? retained(row.after) : "\(retained(row.before)) → \(retained(row.after))")
    }
    if row.earlierKey != nil { remarks.append("of another shape before") }
    if row.largerKey != nil {
      remarks.append(row.state == .new ? "all of it part of a larger one before" : "all of it part of a larger one now")
    }
    if let words = row.hold?.words { remarks.append(SafeText.line(words)) }
    let sign = if case .shape = row.subject { "↻ " } else { "  " }
    return sign + SafeText.line(row.title) + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))")
  }

  private static func sign(_ number: Int64) -> String { number > 0 ? "+" : number < 0 ? "-" : " " }

  /// Signs below one another, and numbers at the right.
  private static func column(_ heading: String, _ cells: [(sign: String, text: String)]) -> [String] {
    let width = max(heading.count - 2, cells.map(\.text.count).max() ?? 0)
    return [String(repeating: " ", count: width + 2 - heading.count) + heading]
      + cells.map { "\($0.sign) \(String(repeating: " ", count: width - $0.text.count))\($0.text)" }
  }

  private static func padded(_ cells: [String]) -> [String] {
    let width = cells.map(\.count).max() ?? 0
    return cells.map { $0 + String(repeating: " ", count: width - $0.count) }
  }
}
