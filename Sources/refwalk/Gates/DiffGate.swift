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
  /// What may fail at all, where no limit is given.
  var scope: GateScope

  /// What was found, in one line; nil when nothing was.
  ///
  /// Shapes that are marked expected pass.
  func finding(_ diff: HeapDiff, _ analysis: HeapAnalysis, _ verdicts: Verdicts) -> String? {
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
    let least = Int64(clamping: max(1, scope.least(analysis)))
    let found = rows.filter { row in
      guard case .shape = row.subject, let index = row.index, scope.counts(shape: index, analysis) else { return false }
      switch kind {
      case nil: return false
      case .new: return row.state == .new
      case .grown: return row.state == .new || row.state == .grown && row.retainedGrowth >= least
      }
    }
    guard let first = found.first, let kind else { return nil }
    let what = Count.text(found.count, "shape")
    let object = first.index.map { "; " + scope.words(shape: $0, analysis) } ?? ""
    return
      "held cycles of \(what) are new\(kind == .grown ? " or have grown" : ""); the first: \(words(first))\(object)"
  }

  /// `+ 1.2 MiB Session ⇄ Handler`.
  private func words(_ row: HeapDiff.Row) -> String {
    let sign = row.retainedGrowth > 0 ? "+ " : row.retainedGrowth < 0 ? "- " : ""
    return "\(sign)\(ByteCount.text(row.retainedGrowth.magnitude)) \(row.title)"
  }
}
