import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// What a command is asked to fail on.
struct CycleGate {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// Any cycle that a root holds.
    case held
    /// A held cycle that someone marked suspect.
    case suspect
    /// A held cycle that nobody marked expected.
    case unexpected
    /// That, and one that retains half as much again as when it was marked expected.
    case grown
  }

  var kind: Kind?
  /// Bytes that the held cycles of one shape may retain.
  var limit: UInt64?
  /// What may fail at all.
  var scope: GateScope

  /// What was found, in one line with the object to open; nil when the heap passes.
  func finding(_ analysis: HeapAnalysis, _ verdicts: Verdicts) -> String? {
    let held = analysis.shapes.indices.filter { analysis.shapes[$0].heldCount > 0 }
    if let limit {
      let over = held.filter { analysis.shapes[$0].retained > limit }
      if let first = over.first {
        let more = ByteCount.text(analysis.shapes[first].retained - limit)
        return
          "held cycles of \(Count.text(over.count, "shape")) retain more than \(ByteCount.text(limit)); the first: "
          + "\(scope.words(shape: first, analysis)), \(more) too much"
      }
    }
    guard let kind else { return nil }
    // What somebody has called suspect fails however small it is and whoever owns it.
    let counted = kind == .suspect ? held : held.filter { scope.counts(shape: $0, analysis) }
    let found = counted.filter { shape in
      switch kind {
      case .held: true
      case .suspect: verdicts.ofShape[shape] == .suspect
      case .unexpected: verdicts.ofShape[shape] != .expected
      case .grown: verdicts.ofShape[shape] != .expected || hasGrown(shape, analysis, verdicts)
      }
    }
    guard let first = found.first else { return nil }
    let bytes = found.reduce(0) { $0 + analysis.shapes[$1].retained }
    let what: String
    if kind == .grown, let accepted = verdicts.acceptedBytes[first], verdicts.ofShape[first] == .expected {
      what = "the first was accepted with \(ByteCount.text(accepted))"
    } else {
      what = "the first"
    }
    return "\(Count.text(found.count, "shape")) of \(kind.rawValue) cycles, \(ByteCount.text(bytes)); \(what): "
      + scope.words(shape: first, analysis)
  }

  private func hasGrown(_ shape: Int, _ analysis: HeapAnalysis, _ verdicts: Verdicts) -> Bool {
    guard let accepted = verdicts.acceptedBytes[shape] else { return false }
    let retained = analysis.shapes[shape].retained
    return retained > accepted && retained - accepted >= max(scope.least(analysis), accepted / 2)
  }
}
