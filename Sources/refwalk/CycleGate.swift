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
  }

  var kind: Kind?
  /// Bytes that the held cycles of one shape may retain.
  var limit: UInt64?

  /// What was found, in words; nil when the heap passes.
  func finding(_ analysis: HeapAnalysis, _ verdicts: Verdicts) -> String? {
    let held = analysis.shapes.indices.filter { analysis.shapes[$0].heldCount > 0 }
    if let limit {
      let over = held.filter { analysis.shapes[$0].retained > limit }
      if let first = over.first {
        return
          "held cycles of \(Count.text(over.count, "shape")) retain more than \(ByteCount.text(limit)); the first: "
          + "\(ByteCount.text(analysis.shapes[first].retained)) \(analysis.shapes[first].title)"
      }
    }
    let found: [Int]
    switch kind {
    case nil: return nil
    case .held: found = held
    case .suspect: found = held.filter { verdicts.ofShape[$0] == .suspect }
    case .unexpected: found = held.filter { verdicts.ofShape[$0] != .expected }
    }
    guard let first = found.first, let kind else { return nil }
    return "\(Count.text(found.count, "shape")) of \(kind.rawValue) cycles; the first: \(analysis.shapes[first].title)"
  }
}

/// The verdicts of marks on the shapes of one heap.
struct Verdicts {
  /// By index of the shape. A mark on the shape goes before marks on single cycles of it; of those a suspect before
  /// an unsure one, and expected only when all its held cycles are. A mark on a shape that has become another one comes
  /// last.
  private(set) var ofShape: [Int: Verdict] = [:]

  init(_ marks: MarkSet, analysis: HeapAnalysis) {
    let matches = marks.matching(analysis)
    var cycles: [Int: [ComponentID: Verdict]] = [:]
    var changed: [Int: Verdict] = [:]
    for mark in marks.marks {
      switch matches[mark.target] {
      case .shape(let shape): ofShape[shape] = mark.verdict
      case .changedShape(let shape):
        // Nobody has said that what has come to it was to be expected.
        if mark.verdict != .expected, changed[shape] != .suspect { changed[shape] = mark.verdict }
      case .cycle(let id): cycles[analysis.components[id].shape, default: [:]][id] = mark.verdict
      case .object, .root, .cut, .absent: break
      }
    }
    for (index, marked) in cycles where ofShape[index] == nil {
      let shape = analysis.shapes[index]
      if marked.values.contains(.suspect) {
        ofShape[index] = .suspect
      } else if marked.values.contains(.unsure) {
        ofShape[index] = .unsure
      } else if shape.components.prefix(shape.heldCount).allSatisfy({ marked[$0] == .expected }) {
        ofShape[index] = .expected
      }
    }
    for (index, verdict) in changed where ofShape[index] == nil { ofShape[index] = verdict }
  }
}
