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
  /// The root of this index in `ReferenceGraph.roots`, the first of that name.
  case root(Int)
  /// The objects of the class with this index in `ReferenceGraph.classes`.
  case objects(classIndex: Int)
  /// References of this cycle, the one of the shape that retains most.
  case cut(ComponentID, CutGroup.ID)
  /// It is not in this dump; why, in a phrase.
  case absent(String)
}

/// What the marks of a set are in one dump, both ways.
public struct MarkMatches: Sendable {
  private var matches: [MarkTarget: MarkMatch] = [:]
  private var shapes: [Int: Mark] = [:]
  private var cycles: [ComponentID: Mark] = [:]
  private var objects: [ObjectID: Mark] = [:]
  private var roots: [Int: Mark] = [:]
  private var classes: [Int: Mark] = [:]
  private var cuts: [ComponentID: [CutGroup.ID: Mark]] = [:]

  /// Of several marks on one thing (two cycles of a former dump can be one now) the first by letter counts.
  init(_ marks: [Mark], in analysis: HeapAnalysis) {
    var shapeNumbers: [String: Int] = [:]
    if marks.contains(where: { $0.target.shape != nil }) {
      for (number, shape) in analysis.shapes.enumerated() { shapeNumbers[shape.key] = number }
    }
    let roots = Self.roots(named: marks, in: analysis.graph)
    var changed: [(number: Int, mark: Mark)] = []
    for mark in marks {
      let match = Self.match(mark, in: analysis, shapes: shapeNumbers, roots: roots)
      matches[mark.target] = match
      switch match {
      case .shape(let number): if shapes[number] == nil { shapes[number] = mark }
      case .changedShape(let number): changed.append((number, mark))
      case .cycle(let id): if cycles[id] == nil { cycles[id] = mark }
      case .object(let id): if objects[id] == nil { objects[id] = mark }
      case .root(let index): if self.roots[index] == nil { self.roots[index] = mark }
      case .objects(let index): if classes[index] == nil { classes[index] = mark }
      case .cut(let id, let group): cuts[id, default: [:]][group] = mark
      case .absent: break
      }
    }
    for (number, mark) in changed where shapes[number] == nil { shapes[number] = mark }
  }

  /// No marks.
  public init() {}

  /// What the mark on `target` is here; absent for a target that has no mark.
  public subscript(target: MarkTarget) -> MarkMatch { matches[target] ?? .absent("not marked") }

  /// The mark on a whole shape, by its index in `HeapAnalysis.shapes`.
  ///
  /// Its target may name the shape that the cycles had in a former dump: to change the mark, use its own target.
  public func mark(ofShape number: Int) -> Mark? { shapes[number] }

  /// The mark on one cycle; a mark on its whole shape is not meant.
  ///
  /// Its target may name another first object than the cycle has now: to change the mark, use its own target.
  public func mark(ofCycle id: ComponentID) -> Mark? { cycles[id] }

  /// The mark on an object.
  public func mark(ofObject id: ObjectID) -> Mark? { objects[id] }

  /// The mark on a root, by its index in `ReferenceGraph.roots`.
  public func mark(ofRoot index: Int) -> Mark? { roots[index] }

  /// Whether there is a mark on a root.
  public var hasRoots: Bool { !roots.isEmpty }

  /// The mark on a class, by its index in `ReferenceGraph.classes`.
  public func mark(ofClass index: Int) -> Mark? { classes[index] }

  /// The mark on a group of references of a cycle.
  public func mark(of group: CutGroup.ID, in id: ComponentID) -> Mark? { cuts[id]?[group] }

  /// The first root of each name that is marked.
  private static func roots(named marks: [Mark], in graph: ReferenceGraph) -> [String: Int] {
    var wanted: Set<String> = []
    for mark in marks { if case .root(let name) = mark.target { wanted.insert(name) } }
    if wanted.isEmpty { return [:] }
    var found: [String: Int] = [:]
    for index in graph.roots.indices {
      let name = graph.nameOfRoot(index)
      guard wanted.contains(name) else { continue }
      if found[name] == nil { found[name] = index }
      if found.count == wanted.count { break }
    }
    return found
  }

  private static func match(
    _ mark: Mark, in analysis: HeapAnalysis, shapes: [String: Int], roots: [String: Int]
  ) -> MarkMatch {
    let target = mark.target
    if target.shape != nil, analysis.readiness < .cycles { return .absent("not yet: cycles are being measured") }
    switch target {
    case .shape(let key):
      if let number = shapes[key] { return .shape(number) }
      if let number = analysis.shapes.only(with: mark.notedRing) { return .changedShape(number) }
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
    case .root(let name): return roots[name].map { .root($0) } ?? .absent("no root of this name in this dump")
    case .objects(let name):
      let lasting = ShapeStep.lastingName(name)
      let classes = analysis.graph.classes
      let index =
        classes.firstIndex { $0.name == name } ?? classes.firstIndex { ShapeStep.lastingName($0.name) == lasting }
      return index.map { .objects(classIndex: $0) } ?? .absent("no class of this name in this dump")
    case .cut(let key, let group):
      let number = shapes[key] ?? analysis.shapes.only(with: mark.notedRing)
      guard let number, let id = analysis.shapes[number].components.first else {
        return .absent("no cycle of this shape in this dump")
      }
      guard group.kind == .entry || analysis.shapes[number].has(group) else {
        return .absent("no such references in cycles of this shape")
      }
      return .cut(id, group)
    }
  }
}

extension MarkSet {
  /// Finds for each mark what it is in the dump of `analysis`: shapes by their key or by the
  /// ring that was marked, cycles by an address that is a
  /// member of a cycle of that shape, objects by address and class.
  public func matching(_ analysis: HeapAnalysis) -> MarkMatches { MarkMatches(marks, in: analysis) }
}
