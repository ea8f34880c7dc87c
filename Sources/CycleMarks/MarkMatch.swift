import GraphAnalysis
import ReferenceGraph

/// What a mark is in the dump at hand.
public enum MarkMatch: Hashable, Sendable {
  /// Every cycle of this shape: an index into `HeapAnalysis.shapes`.
  case shape(Int)
  /// No cycle is of this shape, but cycles of one other shape have the ring that was marked.
  case changedShape(Int)
  case cycle(ComponentID)
  case object(ObjectID)
  /// It is not in this dump; why, in a phrase.
  case absent(String)
}

/// What the marks of a set are in one dump, both ways.
public struct MarkMatches: Sendable {
  private var matches: [MarkTarget: MarkMatch] = [:]
  private var shapes: [Int: Mark] = [:]
  private var cycles: [ComponentID: Mark] = [:]
  private var objects: [ObjectID: Mark] = [:]

  /// Of several marks on one thing (two cycles of a former dump can be one now) the first by letter counts.
  init(_ marks: [Mark], in analysis: HeapAnalysis) {
    var shapeNumbers: [String: Int] = [:]
    if marks.contains(where: { $0.target.shape != nil }) {
      for (number, shape) in analysis.shapes.enumerated() { shapeNumbers[shape.key] = number }
    }
    var changed: [(number: Int, mark: Mark)] = []
    for mark in marks {
      let match = Self.match(mark, in: analysis, shapes: shapeNumbers)
      matches[mark.target] = match
      switch match {
      case .shape(let number): if shapes[number] == nil { shapes[number] = mark }
      case .changedShape(let number): changed.append((number, mark))
      case .cycle(let id): if cycles[id] == nil { cycles[id] = mark }
      case .object(let id): if objects[id] == nil { objects[id] = mark }
      case .absent: break
      }
    }
    for (number, mark) in changed where shapes[number] == nil { shapes[number] = mark }
  }

  /// No marks.
  public init() {}

  /// What the mark on `target` is here; absent for a target that has no mark.
  public subscript(target: MarkTarget) -> MarkMatch { matches[target] ?? .absent("not marked") }

  /// The mark on a whole shape, by its index in `HeapAnalysis.shapes`. Its target may name the shape that the cycles
  /// had in a former dump: to change the mark, use its own target.
  public func mark(ofShape number: Int) -> Mark? { shapes[number] }

  /// The mark on one cycle; a mark on its whole shape is not meant. Its target may name another first object than the
  /// cycle has now: to change the mark, use its own target.
  public func mark(ofCycle id: ComponentID) -> Mark? { cycles[id] }

  /// The mark on an object.
  public func mark(ofObject id: ObjectID) -> Mark? { objects[id] }

  private static func match(_ mark: Mark, in analysis: HeapAnalysis, shapes: [String: Int]) -> MarkMatch {
    let target = mark.target
    if target.shape != nil, analysis.readiness < .cycles { return .absent("not yet: cycles are being measured") }
    switch target {
    case .shape(let key):
      if let number = shapes[key] { return .shape(number) }
      let ring = NotedRing(
        hops: Array(mark.witness.prefix(Mark.ringLimit)), isWhole: mark.witness.count <= Mark.ringLimit)
      if let number = analysis.shapes.only(with: ring) { return .changedShape(number) }
      return .absent("no cycle of this shape in this dump")
    case .cycle(let key, let address):
      guard let number = shapes[key] else { return .absent("no cycle of this shape in this dump") }
      if let object = analysis.graph.addresses.object(at: address),
        let id = analysis.components.component(of: object), analysis.components[id].shape == number
      {
        return .cycle(id)
      }
      let others = Count.text(analysis.shapes[number].count, "cycle")
      return .absent("not in this dump at its address; \(others) of its shape")
    case .object(let address, let className):
      guard let object = analysis.graph.addresses.object(at: address) else {
        return .absent("no object at its address in this dump")
      }
      guard analysis.graph.objectClass(of: object).name == className else {
        return .absent("another object at its address in this dump")
      }
      return .object(object)
    }
  }
}

extension MarkSet {
  /// Finds for each mark what it is in the dump of `analysis`: shapes by their key or by the
  /// ring that was marked, cycles by an address that is a
  /// member of a cycle of that shape, objects by address and class.
  public func matching(_ analysis: HeapAnalysis) -> MarkMatches { MarkMatches(marks, in: analysis) }
}
