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
  for _ in 0..<Int.random(in: 0...3, using: &random) {
    builder.addRoot(anyObject(), name: "root \(Int.random(in: 0..<3, using: &random))", reference: anyKind())
  }
  return builder.build()
}
