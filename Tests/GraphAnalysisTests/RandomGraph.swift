import ReferenceGraph
import TestSupport

/// A graph of a few objects: dense or sparse, with cycles, garbage, references to itself and parallel references.
func randomGraph(_ seed: UInt64) -> ReferenceGraph {
  var random = SeededNumbers(seed)
  var builder = ReferenceGraphBuilder()
  let count = Int.random(in: 1...(seed % 4 == 0 ? 30 : 12), using: &random)
  for _ in 0..<count {
    let flags: ObjectClass.Flags =
      switch Int.random(in: 0..<12, using: &random) {
      case 0: .runtime
      case 1, 2: .array
      default: []
      }
    let name = "C\(Int.random(in: 0..<4, using: &random))\(flags.rawValue)"
    builder.add(ObjectClass(name: name, flags: flags), size: UInt64.random(in: 0...64, using: &random))
  }
  func anyObject() -> ObjectID { ObjectID(Int.random(in: 1...count, using: &random)) }
  func anyKind() -> ReferenceKind {
    seed % 3 == 0 && Int.random(in: 0..<5, using: &random) == 0 ? .weak : .strong
  }
  let density = [0.6, 1.0, 1.4, 2.0, 4.0][Int(seed % 5)]
  for _ in 0..<Int(Double(count) * density) {
    let source = anyObject()
    // Now and then a reference to itself, or the last one once more.
    let target = Int.random(in: 0..<15, using: &random) == 0 ? source : anyObject()
    let repeats = Int.random(in: 0..<10, using: &random) == 0 ? 2 : 1
    for _ in 0..<repeats {
      builder.refer(source, to: target, field: UInt32.random(in: 0..<3, using: &random), kind: anyKind())
    }
  }
  // Roots of one tier, or of several.
  let kinds: [RootKind] = seed % 2 == 0 ? [.data] : [.data, .frame, .frameMaybe, .finalizer, .goroutine]
  for _ in 0..<Int.random(in: 0...(seed % 2 == 0 ? 3 : 6), using: &random) {
    let kind = kinds.randomElement(using: &random)!
    builder.addRoot(
      anyObject(), kind: kind, name: "root \(Int.random(in: 0..<3, using: &random)) \(kind.name)",
      reference: kind == .frameMaybe ? .maybe : anyKind())
  }
  return builder.build()
}

/// Holders of such a graph that a dump would have evidence of only; for some graphs none.
func randomHolders(_ seed: UInt64, _ graph: ReferenceGraph) -> UnreachableKnowledge {
  var random = SeededNumbers(seed ^ 0xabcd)
  guard seed % 3 == 1 else { return UnreachableKnowledge() }
  let holders = (0..<Int.random(in: 1...2, using: &random)).map { number in
    let objects = Set(
      (0..<Int.random(in: 1...3, using: &random)).map { _ in
        ObjectID(Int.random(in: 1...graph.objectCount, using: &random))
      })
    return UnreachableKnowledge.Holder(
      words: "a holder \(number)", evidence: "chance", objects: objects.sorted(), isForEver: number == 1)
  }
  return UnreachableKnowledge(holders: holders, rest: seed % 2 == 0 ? .garbage : .notKnown("chance"))
}
