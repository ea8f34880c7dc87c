import GraphAnalysis
import ReferenceGraph
import TestSupport
import Testing

/// What must hold on graphs too large for brute force.
@Suite struct LargerGraphTests {
  /// Thousands of objects with hubs, small cycles, one large component and garbage.
  private static func heap(_ seed: UInt64) -> ReferenceGraph {
    var random = SeededNumbers(seed)
    var builder = ReferenceGraphBuilder()
    let count = 20_000
    for index in 0..<count { builder.add("C\(index % 17)", size: UInt64.random(in: 8...96, using: &random)) }
    for object in 1...count {
      for field in 0..<Int.random(in: 0...3, using: &random) {
        let near = Int.random(in: max(1, object - 20)...min(count, object + 20), using: &random)
        let isFar = Int.random(in: 0..<200, using: &random) == 0
        builder.refer(
          ObjectID(object), to: ObjectID(isFar ? Int.random(in: 1...count, using: &random) : near),
          field: UInt32(field))
      }
    }
    for index in 0..<40 { builder.addRoot(ObjectID(Int.random(in: 1...count, using: &random)), name: "root \(index)") }
    // A hub: many children, sorted beforehand.
    let hub = builder.add("Hub")
    builder.addRoot(hub, name: "hub")
    for field in 0..<5000 {
      builder.refer(hub, to: builder.add("Leaf", size: UInt64.random(in: 8...32, using: &random)), field: UInt32(field))
    }
    return builder.build()
  }

  @Test(arguments: 0..<6) func invariants(seed: Int) throws {
    let graph = Self.heap(UInt64(seed))
    let analysis = try HeapAnalysis.of(graph)
    let tree = analysis.dominators
    let children = tree.children(of: .root, 0..<tree.childCount(of: .root))
    #expect(children.reduce(0) { $0 + tree.retainedSize(of: $1) } == analysis.reachableBytes)
    #expect(analysis.reachableObjects + analysis.unreachableObjects == graph.objectCount)
    #expect(analysis.reachableBytes + analysis.unreachableBytes == graph.totalSize)
    // Subtrees nest, and an immediate dominator is one level above.
    for index in 1...graph.objectCount {
      let id = ObjectID(index)
      guard let dominator = tree.dominator(of: id) else { continue }
      #expect(tree.dominates(dominator, id) && !tree.dominates(id, dominator))
      #expect(tree.depth(of: id)! == tree.depth(of: dominator)! + 1)
      #expect(tree.retainedSize(of: id) <= tree.retainedSize(of: dominator))
    }
    let hub = ObjectID(20_001)
    let leaves = tree.children(of: hub, 0..<5000)
    #expect(leaves.count == tree.childCount(of: hub) && leaves.count == 5000)
    #expect(
      zip(leaves, leaves.dropFirst()).allSatisfy { left, right in
        (tree.retainedSize(of: right), left.rawValue) < (tree.retainedSize(of: left), right.rawValue)
      })
    #expect(tree.children(of: hub, 4990..<6000) == Array(leaves.suffix(10)))
    #expect(Set(leaves).count == 5000)
  }

  @Test(arguments: 0..<3) func componentsPartition(seed: Int) throws {
    let analysis = try HeapAnalysis.of(Self.heap(UInt64(seed)))
    let components = analysis.components
    var seen: Set<ObjectID> = []
    for index in 0..<components.count {
      let members = components.members(of: ComponentID(index))
      #expect(members == members.sorted() && seen.isDisjoint(with: members))
      seen.formUnion(members)
      let tail = components.members(of: ComponentID(index), 1..<3)
      #expect(tail == Array(members.dropFirst().prefix(2)))
    }
    #expect(seen.count == components.objectCount)
    #expect(analysis.shapes.reduce(0) { $0 + $1.count } == components.count)
  }

  /// Figures that are found near an object against a search of the whole heap.
  @Test(arguments: 0..<3) func retainedByComponents(seed: Int) throws {
    let graph = Self.heap(UInt64(seed))
    let analysis = try HeapAnalysis.of(graph)
    let truth = BruteForce(graph, retaining: everything, cycles: everything)
    let reachable = truth.reachable()
    let largest = (0..<analysis.components.count).map { analysis.components[ComponentID($0)] }
      .filter(\.isHeld).sorted { ($1.objects, $0.id) < ($0.objects, $1.id) }.prefix(20)
    for component in largest where component.retainedIsExact {
      let members = Set(analysis.components.members(of: component.id).map(\.index))
      let freed = reachable.subtracting(truth.reachable(without: members))
      #expect(component.retained == truth.bytes(freed) && component.retainedObjects == freed.count)
      let cut = analysis.report(on: component.id).insideCut
      #expect(!truth.hasCycle(truth.inside(members).filter { !Set(cut.references).contains($0) }))
    }
  }

  @Test func histogramCountsEachByteOnce() throws {
    let graph = Self.heap(9)
    let analysis = try HeapAnalysis.of(graph)
    #expect(analysis.histogram.allRows.reduce(0) { $0 + $1.objects } == graph.objectCount)
    #expect(analysis.histogram.rows.reduce(0) { $0 + $1.shallow } == analysis.reachableBytes)
    for row in analysis.histogram.rows {
      let members = (1...graph.objectCount).map { ObjectID($0) }.filter {
        Int(graph.classOfObject[$0.index]) == row.classIndex && analysis.dominators.isReachable($0)
      }
      let tops = members.filter { member in
        var above = analysis.dominators.dominator(of: member)
        while let object = above, object != .root {
          if Int(graph.classOfObject[object.index]) == row.classIndex { return false }
          above = analysis.dominators.dominator(of: object)
        }
        return true
      }
      #expect(row.retained == tops.reduce(0) { $0 + analysis.dominators.retainedSize(of: $1) })
      #expect(row.objects == members.count)
    }
  }

  @Test func cancelStops() throws {
    let graph = Self.heap(1)
    let progress = WorkProgress()
    progress.cancel()
    let facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [everything],
      cyclePolicies: [everything])
    #expect(throws: Cancelled.self) {
      try HeapAnalysis(
        heap: Heap(graph: graph, facts: facts, details: PlainDetails()),
        options: AnalysisOptions(retaining: everything, cycles: everything), progress: progress)
    }
  }
}

/// Long looks at parts of a heap tell how far they are and stop.
@Suite struct CancelledPartsTests {
  @Test func reportsAndCutsStop() throws {
    let analysis = try HeapAnalysis.of(randomGraph(77), retaining: everything, cycles: everything)
    let stopped = WorkProgress()
    stopped.cancel()
    try #require(analysis.components.count > 0)
    #expect(throws: Cancelled.self) { try analysis.report(on: ComponentID(0), progress: stopped) }
    let progress = WorkProgress()
    let report = try analysis.report(on: ComponentID(0), progress: progress)
    #expect(progress.report.step == HeapAnalysis.reportSteps.count - 1)
    #expect(report.witness.steps.count == analysis.report(on: ComponentID(0)).witness.steps.count)
  }
}
