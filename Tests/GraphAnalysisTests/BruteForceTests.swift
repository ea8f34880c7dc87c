import GraphAnalysis
import ReferenceGraph
import TestSupport
import Testing

/// Every figure against the slow and obvious way, on thousands of random graphs.
@Suite struct BruteForceTests {
  static let blocks = Array(0..<24)
  static let graphsPerBlock = 250

  /// The policies in turn: one search for both, or one for each.
  private static func policies(_ seed: UInt64) -> (retaining: ReferencePolicy, cycles: ReferencePolicy) {
    switch seed / 7 % 6 {
    case 0: (everything, everything)
    case 1: (strongOnly, strongOnly)
    case 2: (strongOnly, application)
    case 3: (everything, application)
    case 4: (everythingAlike, everything)
    default: (strongOnly, everything)
    }
  }

  @Test(arguments: blocks) func figuresMatch(block: Int) throws {
    for number in 0..<Self.graphsPerBlock {
      let seed = UInt64(block * Self.graphsPerBlock + number)
      let (retaining, cycles) = Self.policies(seed)
      let graph = randomGraph(seed)
      let analysis = try HeapAnalysis.of(
        graph, retaining: retaining, cycles: cycles, unreachable: randomHolders(seed, graph))
      let truth = BruteForce(graph, retaining: retaining, cycles: cycles)
      guard
        retentionMatches(analysis, truth), pathsMatch(analysis, truth), componentsMatch(analysis, truth),
        cutsMatch(analysis, truth, seed)
      else {
        Issue.record("seed \(seed), policies \(retaining.name) and \(cycles.name)")
        return
      }
    }
  }

  private func retentionMatches(_ analysis: HeapAnalysis, _ truth: BruteForce) -> Bool {
    let tree = analysis.dominators
    let dominated = truth.dominated()
    var isRight = true
    func check(_ condition: Bool, _ what: String) {
      #expect(condition, "\(what)")
      isRight = isRight && condition
    }
    let recorded = Set(truth.objects.filter { truth.tiers[$0].map { $0 < .unrecorded } ?? false })
    check(analysis.reachableObjects == recorded.count, "reachable objects")
    check(analysis.reachableBytes == truth.bytes(recorded), "reachable bytes")
    let parts = analysis.unreachableParts
    check(
      parts.reduce(0) { $0 + $1.objects } == analysis.unreachableObjects
        && parts.reduce(0) { $0 + $1.bytes } == analysis.unreachableBytes, "parts of what is unreachable")
    check(tree.retainedSize(of: .root) == truth.bytes(dominated[0]!), "bytes of all roots")
    check(
      analysis.unreachableBytes == truth.bytes(Set(truth.objects)) - analysis.reachableBytes, "unreachable bytes")
    for object in 0...truth.graph.objectCount {
      let id = ObjectID(object)
      check(object == 0 || tree.tier(of: id) == truth.tiers[object], "tier of \(object)")
      guard let below = dominated[object] else {
        check(
          !tree.isReachable(id) && tree.dominator(of: id) == nil && tree.retainedSize(of: id) == 0, "unreachable")
        continue
      }
      check(tree.retainedSize(of: id) == truth.bytes(below), "retained size of \(object)")
      check(tree.retainedObjects(of: id) == below.count, "retained objects of \(object)")
      let above = dominated.filter { $0.key != object && $0.value.contains(object) }
      check(tree.depth(of: id) == above.count, "depth of \(object)")
      let nearest = above.min { $0.value.count < $1.value.count }?.key
      check(tree.dominator(of: id)?.index == nearest, "dominator of \(object)")
      for other in 0...truth.graph.objectCount {
        check(tree.dominates(id, ObjectID(other)) == below.contains(other), "\(object) dominates \(other)")
      }
      let children = dominated.keys.filter { $0 != 0 && tree.dominator(of: ObjectID($0)) == id }
        .map { ObjectID($0) }
        .sorted {
          (tree.retainedSize(of: $1), $0.rawValue) < (tree.retainedSize(of: $0), $1.rawValue)
        }
      check(tree.childCount(of: id) == children.count, "number of children of \(object)")
      check(tree.children(of: id, 0..<1000) == children, "children of \(object)")
      check(tree.children(of: id, 1..<3) == Array(children.dropFirst().prefix(2)), "some children of \(object)")
    }
    return isRight
  }

  private func pathsMatch(_ analysis: HeapAnalysis, _ truth: BruteForce) -> Bool {
    let distances = truth.distances()
    var isRight = true
    func check(_ condition: Bool, _ what: String) {
      #expect(condition, "\(what)")
      isRight = isRight && condition
    }
    for object in truth.objects {
      let id = ObjectID(object)
      check(analysis.paths.distance(of: id) == distances[object], "distance of \(object)")
      let path = analysis.path(to: id)
      check(path.count == distances[object] ?? 0, "length of the path to \(object)")
      var at = ObjectID.root
      for reference in path {
        check(reference.source == at, "path is connected")
        check(truth.retains(reference), "path counts under the policy")
        at = truth.graph.target(of: reference)
      }
      check(path.isEmpty || at == id, "path leads to \(object)")
    }
    return isRight
  }

  private func componentsMatch(_ analysis: HeapAnalysis, _ truth: BruteForce) -> Bool {
    let expected = truth.components()
    let reachable = truth.reachable()
    let distances = truth.distances()
    var isRight = true
    func check(_ condition: Bool, _ what: String) {
      #expect(condition, "\(what)")
      isRight = isRight && condition
    }
    check(analysis.components.count == expected.count, "number of components")
    check(analysis.components.objectCount == expected.reduce(0) { $0 + $1.count }, "members of all")
    check(analysis.components.largest == expected.map(\.count).max() ?? 0, "largest")
    guard isRight else { return false }
    for (index, members) in expected.enumerated() {
      let id = ComponentID(index)
      let component = analysis.components[id]
      check(analysis.components.members(of: id).map(\.index) == members.sorted(), "members of \(index)")
      check(members.allSatisfy { analysis.components.component(of: ObjectID($0)) == id }, "component of members")
      check(component.objects == members.count, "objects")
      check(component.references == truth.inside(members).count, "references inside")
      check(component.shallow == truth.bytes(members), "shallow")
      let freed = reachable.subtracting(truth.reachable(without: members))
      check(component.retainedIsExact, "exact")
      check(component.retained == truth.bytes(freed), "retained by component \(index)")
      check(component.retainedObjects == freed.count, "objects retained by component \(index)")
      check(component.isHeld == !members.isDisjoint(with: reachable), "held")
      check(component.distance == members.compactMap { distances[$0] }.min(), "distance of a component")
      check(component.nearest.map { distances[$0.index]! } == component.distance, "nearest")
      var entries = 0
      var exits = 0
      for source in 0...truth.graph.objectCount {
        for reference in truth.references(of: source) where truth.retains(reference) {
          let target = truth.graph.target(of: reference).index
          if reachable.contains(source) && !members.contains(source) && members.contains(target) { entries += 1 }
          if members.contains(source) && !members.contains(target) { exits += 1 }
        }
      }
      check(component.entries == entries, "entries")
      check(component.exits == exits, "exits")
      check(analysis.shapes[component.shape].components.contains(id), "shape")
    }
    check(shapesMatch(analysis, truth, expected), "shapes")
    return isRight
  }

  private func shapesMatch(_ analysis: HeapAnalysis, _ truth: BruteForce, _ expected: [Set<Int>]) -> Bool {
    var bySignature: [[ShapeStep]: Set<ComponentID>] = [:]
    for (index, members) in expected.enumerated() {
      let steps = truth.inside(members).map { reference in
        let source = truth.graph.objectClass(of: reference.source)
        return ShapeStep(
          source: source.name,
          field: source.flags.contains(.array) ? "[]" : ".f\(truth.graph.fields[reference.index])",
          target: truth.graph.objectClass(of: truth.graph.target(of: reference)).name)
      }
      bySignature[Set(steps).sorted(), default: []].insert(ComponentID(index))
    }
    guard analysis.shapes.count == bySignature.count else { return false }
    let reachable = truth.reachable()
    return analysis.shapes.allSatisfy { shape in
      guard bySignature[shape.signature] == Set(shape.components) else { return false }
      // What goes with each of the components, each object once.
      let freed = shape.components.reduce(into: Set<Int>()) { freed, id in
        freed.formUnion(reachable.subtracting(truth.reachable(without: expected[id.index])))
      }
      return shape.retained == truth.bytes(freed)
    }
  }

  private func cutsMatch(_ analysis: HeapAnalysis, _ truth: BruteForce, _ seed: UInt64) -> Bool {
    let reachable = truth.reachable()
    let graph = truth.graph
    var isRight = true
    func check(_ condition: Bool, _ what: String) {
      #expect(condition, "\(what)")
      isRight = isRight && condition
    }
    func freed(_ cut: [ReferencePlace]) -> Set<Int> {
      reachable.subtracting(truth.reachable(cut: Set(cut)))
    }
    var all: [ReferencePlace] = []
    for source in 0...graph.objectCount { all += truth.references(of: source) }
    for reference in all {
      let found = analysis.whatIf(cutting: [reference])
      let expected = freed([reference])
      check(
        found.freedBytes == truth.bytes(expected) && found.freedObjects == expected.count,
        "cutting \(reference.source.index) → \(graph.target(of: reference).index)")
    }
    var random = SeededNumbers(seed)
    for size in [2, 3, 5] where all.count >= size {
      let some = Array(all.shuffled(using: &random).prefix(size))
      let found = analysis.whatIf(cutting: some)
      let expected = freed(some)
      check(
        found.freedBytes == truth.bytes(expected) && found.freedObjects == expected.count, "cutting several")
    }
    for index in 0..<analysis.components.count {
      let id = ComponentID(index)
      let members = Set(analysis.components.members(of: id).map(\.index))
      let inside = truth.inside(members)
      let report = analysis.report(on: id)
      check(witnessHolds(report.witness, inside, truth), "witness of \(index)")
      check(wayHolds(report, members, inside, truth), "way to the ring of \(index)")
      let cut = report.insideCut
      let left = inside.filter { !cut.references.contains($0) }
      check(!truth.hasCycle(left) && left.count == inside.count - cut.referenceCount, "inside cut of \(index)")
      if cut.method == .exact && inside.count <= 9 {
        check(cut.referenceCount == truth.fewestToBreak(inside), "inside cut of \(index) is the smallest")
      }
      check(members.count > 12 || cut.method == .exact, "small components are cut exactly")
      let insideFreed = freed(cut.references)
      check(cut.freedBytes == truth.bytes(insideFreed), "freed by the inside cut")
      check((report.entryCut != nil) == report.component.isHeld, "entry cut")
      if let entry = report.entryCut {
        let expected = freed(entry.references)
        check(!members.isDisjoint(with: expected), "entry cut frees the cycle")
        check(members.intersection(reachable).isSubset(of: expected), "entry cut frees all of the cycle")
        check(
          entry.freedBytes == truth.bytes(expected) && entry.freedObjects == expected.count,
          "freed by the entry cut of \(index)")
        if entry.referenceCount > 1 {
          check(
            !all.contains { members.intersection(reachable).isSubset(of: freed([$0])) },
            "no single reference frees component \(index)")
        }
      }
      let holding = graph.roots.indices.filter { root in
        let place = ReferencePlace(source: .root, index: root)
        guard truth.retains(place) else { return false }
        var only = Set(truth.references(of: 0))
        only.remove(place)
        return !members.isDisjoint(with: truth.reachable(cut: only))
      }
      check(
        Set(report.holders.map { graph.roots[$0].name }) == Set(holding.map { graph.roots[$0].name }), "holders")
      check(report.holderCount == Set(holding.map { graph.roots[$0].name }).count, "number of holders")
      check(report.matrix.rows.reduce(0) { $0 + $1.objects } == members.count, "matrix objects")
      check(report.matrix.links.reduce(0) { $0 + $1.references } == inside.count, "matrix references")
    }
    return isRight
  }

  /// Whether the way from the root leads to the ring without a gap, the part inside the component by no detour.
  private func wayHolds(
    _ report: CycleReport, _ members: Set<Int>, _ inside: [ReferencePlace], _ truth: BruteForce
  ) -> Bool {
    guard report.component.isHeld else { return report.pathToRing.isEmpty }
    let way = report.pathToRing
    guard way.starts(with: report.path), way.first?.source == .root else { return false }
    let targets = way.map { truth.graph.target(of: $0) }
    guard zip(targets, way.dropFirst()).allSatisfy({ $0 == $1.source }) else { return false }
    guard targets.last == report.witness.steps.first?.object else { return false }
    guard targets.firstIndex(where: { members.contains($0.index) }) == report.path.count - 1 else { return false }
    // No more steps than to the nearest member and from there by a search by levels.
    let ring = Set(report.witness.steps.map(\.object))
    var level: Set<ObjectID> = [report.component.nearest!]
    var steps = 0
    while level.isDisjoint(with: ring) {
      level = Set(inside.filter { level.contains($0.source) }.map { truth.graph.target(of: $0) })
      steps += 1
    }
    return way.count <= report.component.distance! + steps && report.path.allSatisfy { truth.retains($0) }
  }

  private func witnessHolds(_ witness: CycleWitness, _ inside: [ReferencePlace], _ truth: BruteForce) -> Bool {
    guard witness.isShortest, witness.steps.count == truth.shortestRing(inside) else { return false }
    for (index, step) in witness.steps.enumerated() {
      let next = witness.steps[(index + 1) % witness.steps.count].object
      guard step.reference.source == step.object, truth.graph.target(of: step.reference) == next,
        inside.contains(step.reference)
      else { return false }
    }
    return Set(witness.steps.map(\.object)).count == witness.steps.count
  }
}
