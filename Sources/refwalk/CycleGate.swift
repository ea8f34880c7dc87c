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
        return "held cycles of \(Count.text(over.count, "shape")) retain more than \(ByteCount.text(limit)); the first: "
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
  /// an unsure one, and expected only when all its held cycles are.
  private(set) var ofShape: [Int: Verdict] = [:]

  init(_ marks: [Mark], analysis: HeapAnalysis) {
    var byShape: [String: [Mark]] = [:]
    for mark in marks { if let key = mark.target.shape { byShape[key, default: []].append(mark) } }
    guard !byShape.isEmpty else { return }
    for (index, shape) in analysis.shapes.enumerated() {
      guard let marks = byShape[shape.key] else { continue }
      ofShape[index] = Self.verdict(marks, of: shape, analysis)
    }
  }

  private static func verdict(_ marks: [Mark], of shape: CycleShape, _ analysis: HeapAnalysis) -> Verdict? {
    for mark in marks { if case .shape = mark.target { return mark.verdict } }
    // Single cycles count where they are in this heap.
    var marked: [ComponentID: Verdict] = [:]
    for mark in marks {
      guard let address = mark.target.address, let object = analysis.graph.addresses.object(at: address),
        let component = analysis.components.component(of: object),
        analysis.shapes[analysis.components[component].shape].key == shape.key
      else { continue }
      marked[component] = mark.verdict
    }
    let verdicts = Set(marked.values)
    if verdicts.contains(.suspect) { return .suspect }
    if verdicts.contains(.unsure) { return .unsure }
    let held = shape.components.prefix(shape.heldCount)
    return !marked.isEmpty && held.allSatisfy { marked[$0] == .expected } ? .expected : nil
  }
}
