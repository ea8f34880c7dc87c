import GraphAnalysis
import ReferenceGraph
import TextSafety

extension DiffReport {
  func markdown() -> String {
    let (before, after) = names
    var lines = [
      "# \(MarksReport.code(after)) compared with \(MarksReport.code(before))", "",
      "- **before** \(MarksReport.code(before)) \(Self.figures(diff.before))",
      "- **after** \(MarksReport.code(after)) \(Self.figures(diff.after))",
      "- **change** \(change)",
      "- **policies** \(MarksReport.plain(SafeText.line(diff.after.retaining))) for what is kept, "
        + "\(MarksReport.plain(SafeText.line(diff.after.cycles))) for cycles",
      "",
    ]
    if !rows.isEmpty {
      lines += [
        "| retained Δ | objects Δ | state | before | after | cycles | mark | what |",
        "|---:|---:|---|---:|---:|---|---|---|",
      ]
      lines += rows.map(tableLine) + [""]
    }
    if omitted > 0 { lines += ["… \(Count.text(omitted)) more", ""] }
    lines += [same + " " + Self.matching]
    return lines.joined(separator: "\n") + "\n"
  }

  private func tableLine(_ row: Row) -> String {
    let change = row.row
    let sign = change.retainedGrowth > 0 ? "+ " : change.retainedGrowth < 0 ? "- " : ""
    func amount(_ amount: HeapDigest.Amount, isThere: Bool) -> String {
      isThere ? "\(Self.retained(amount)), \(Count.text(amount.objects, "object"))" : "–"
    }
    let cells = [
      sign + Self.growth(change), Self.signed(Int64(change.objectGrowth)) { Count.text($0) }, change.state.rawValue,
      amount(change.before, isThere: change.state != .new), amount(change.after, isThere: change.state != .gone),
      Self.cycles(change) ?? "", Self.mark(row),
      MarksReport.code(change.title) + (change.hold?.words.map { " (\(MarksReport.plain(SafeText.line($0))))" } ?? ""),
    ]
    return "| " + cells.map(MarksReport.cell).joined(separator: " | ") + " |"
  }
}
