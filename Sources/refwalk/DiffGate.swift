import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// What a comparison is asked to fail on.
struct DiffGate {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// Held cycles of a shape that was not there.
    case new
    /// Those, and held cycles of a shape that has grown.
    case grown
  }

  var kind: Kind?
  /// Bytes that a shape or a class may retain more than before.
  var limit: UInt64?
  /// What is looked at, where it is not both.
  var only: DiffReport.Only?

  /// What was found, in words; nil when nothing was. Shapes that are marked expected pass.
  func finding(_ diff: HeapDiff, _ verdicts: Verdicts) -> String? {
    let rows = diff.rows.filter { row in
      guard case .shape = row.subject else { return only != .cycles }
      return only != .classes && row.index.flatMap { verdicts.ofShape[$0] } != .expected
    }
    if let limit {
      let over = rows.filter { $0.retainedGrowth > 0 && $0.retainedGrowth.magnitude > limit }
      if let first = over.first {
        let what = over.count == 1 ? "1 shape or class retains" : "\(Count.text(over.count)) shapes and classes retain"
        return "\(what) over \(ByteCount.text(limit)) more than before; the first: \(words(first))"
      }
    }
    let found = rows.filter { row in
      guard case .shape = row.subject else { return false }
      switch kind {
      case nil: return false
      case .new: return row.state == .new
      case .grown: return row.state == .new || row.state == .grown
      }
    }
    guard let first = found.first, let kind else { return nil }
    let what = Count.text(found.count, "shape")
    return "held cycles of \(what) are new\(kind == .grown ? " or have grown" : ""); the first: \(words(first))"
  }

  /// `+ 1.2 MiB Session ⇄ Handler`.
  private func words(_ row: HeapDiff.Row) -> String {
    let sign = row.retainedGrowth > 0 ? "+ " : row.retainedGrowth < 0 ? "- " : ""
    return "\(sign)\(ByteCount.text(row.retainedGrowth.magnitude)) \(row.title)"
  }
}
