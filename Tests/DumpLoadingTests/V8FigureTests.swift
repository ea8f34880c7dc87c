import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// A real snapshot (Node.js 20) against what Chrome DevTools computes of it, and against what was planted in it.
struct V8FigureTests {
  private static let fixture = Result {
    let heap = try DumpLoading.load(path: Fixture.path("v8-small.heapsnapshot.gz"))
    let options = AnalysisOptions(heap.facts)
    return try HeapAnalysis(
      heap: heap, options: options, progress: WorkProgress(steps: DumpLoading.steps + HeapAnalysis.steps))
  }

  private func analysis(_ name: String) throws -> HeapAnalysis {
    let heap = try Self.fixture.get().heap
    let policy = try #require(heap.facts.policies.first { $0.name == name })
    return try HeapAnalysis(
      heap: heap, options: AnalysisOptions(retaining: policy, cycles: policy), progress: WorkProgress())
  }

  @Test func everyNodeIsAsInDevTools() throws {
    let analysis = try Self.fixture.get()
    #expect(try Self.compare(analysis, with: Fixture.path("v8-small.devtools.tsv.gz")) == 43955)
    #expect(analysis.reachableBytes == 3_162_678)
  }

  /// The sample's figures come from a script beside it, which computes those of the fixture as DevTools does.
  @Test func everyNodeOfTheSampleIsAsInDevTools() throws {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/V8FigureTests.swift".count)
    folder += "Samples/node-leaks/node-leaks"
    let heap = try DumpLoading.load(path: folder + ".heapsnapshot.gz")
    let options = AnalysisOptions(heap.facts)
    let analysis = try HeapAnalysis(heap: heap, options: options, progress: WorkProgress())
    #expect(try Self.compare(analysis, with: folder + ".devtools.tsv.gz") == heap.graph.objectCount + 1)
  }

  /// Expects retained size, dominator and distance of every node to be as in the file; the number of nodes.
  private static func compare(_ analysis: HeapAnalysis, with path: String) throws -> Int {
    #expect(analysis.retaining.name == "devtools")
    let lines = String(decoding: try Fixture.unpacked(at: path), as: UTF8.self).split(separator: "\n")
    var compared = 0
    var retained = 0
    var dominators = 0
    var distances = 0
    for line in lines where line.first != "#" {
      let columns = line.split(separator: "\t").map { UInt64($0) }
      try #require(columns.count == 4)
      let object = ObjectID(UInt32(try #require(columns[0])))
      compared += 1
      if analysis.dominators.retainedSize(of: object) != columns[1] { retained += 1 }
      if UInt64((analysis.dominators.dominator(of: object) ?? .root).rawValue) != columns[2] { dominators += 1 }
      if analysis.heap.details.distance(of: object).map(UInt64.init) != columns[3] { distances += 1 }
    }
    #expect(retained == 0)
    #expect(dominators == 0)
    #expect(distances == 0)
    #expect(analysis.unreachableObjects == 0)
    return compared
  }

  @Test func countsAreThoseOfTheSnapshot() throws {
    let analysis = try Self.fixture.get()
    let graph = analysis.graph
    let heap = analysis.heap
    #expect(heap.facts.format == "V8 heap snapshot" && heap.facts.producer == "V8 (Node.js)")
    #expect(heap.facts.checks.count == 3 && heap.facts.checks.allSatisfy { $0.holds })
    #expect(heap.facts.warnings.isEmpty && heap.facts.skipped.isEmpty && heap.facts.truncation == nil)
    var kinds: [ReferenceKind: Int] = [:]
    for k in 0..<graph.rows.referenceCount { kinds[graph.kind(ofReference: k), default: 0] += 1 }
    #expect(kinds[.weak] == 4708 && kinds[.shortcut] == 50)
    #expect(kinds[.ephemeron] == 9 && kinds[.ephemeronTable] == 11)
    // What DevTools calls essential: all that count, without references of an object to itself.
    var essential = 0
    // References of what has no recorded holder to its own maps, code and WeakMap entries: as if from outside.
    let straysOfTheEngine = 41
    for row in 0..<graph.rows.rowCount {
      for k in graph.rows.range(of: ObjectID(row)) where graph.rows.targets[k] != UInt32(row) {
        let kind = graph.kind(ofReference: k)
        let counts = kind == .stray || analysis.retaining.kinds.contains(kind)
        if kind != .orphan, counts { essential += 1 }
      }
    }
    #expect(essential == 166_553 - straysOfTheEngine)
    #expect(graph.addresses.address(of: ObjectID(3045)) == 6091)
    #expect(graph.addresses.object(at: 6091) == ObjectID(3045))
    #expect(graph.addresses.object(at: 6090) == nil)
  }

  @Test func componentsUnderEachPolicy() throws {
    func figures(_ analysis: HeapAnalysis) -> [Int] {
      var single = 0
      for index in 0..<analysis.components.count {
        if analysis.components[ComponentID(rawValue: UInt32(index))].objects == 1 { single += 1 }
      }
      let components = analysis.components
      return [components.count - single, components.objectCount - single, single, components.largest]
    }
    #expect(figures(try Self.fixture.get()) == [76, 3517, 6, 2000])
    #expect(figures(try analysis("strict")) == [415, 17806, 1, 16700])
  }

  /// By class: instances, how many of them are in cycles, in how many cycles, and the size of the largest.
  @Test func plantsAreFound() throws {
    let analysis = try Self.fixture.get()
    let graph = analysis.graph
    struct Found: Equatable {
      var instances = 0
      var inCycles = 0
      var cycles: Set<UInt32> = []
      var largest = 0
    }
    var found: [String: Found] = [:]
    for id in try #require(graph.objects) {
      let object = ObjectID(id)
      let name = graph.objectClass(of: object).name
      guard name.hasPrefix("Plant") else { continue }
      var row = found[name] ?? Found()
      row.instances += 1
      if let component = analysis.components.component(of: object) {
        row.inCycles += 1
        row.cycles.insert(component.rawValue)
        row.largest = max(row.largest, analysis.components[component].objects)
      }
      found[name] = row
    }
    let expected: [String: [Int]] = [
      "PlantBus": [1, 1, 1, 20], "PlantDL": [2000, 2000, 1, 2000], "PlantEight": [3, 3, 1, 3],
      "PlantEphDead": [1, 1, 1, 1], "PlantEphKey": [5, 0, 0, 0], "PlantEphVal": [5, 0, 0, 0],
      "PlantPromiseHolder": [5, 5, 5, 10], "PlantRing": [1000, 1000, 1, 1000], "PlantSelf": [5, 5, 5, 1],
      "PlantSelfRegistry": [5, 5, 5, 5], "PlantTimerHolder": [5, 5, 1, 21], "PlantTreeNode": [65, 65, 5, 21],
      "PlantWeakChild": [5, 0, 0, 0], "PlantWeakParent": [5, 0, 0, 0], "PlantWidget": [5, 5, 1, 20],
    ]
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, figures) in expected {
      let row = found[name] ?? Found()
      #expect([row.instances, row.inCycles, row.cycles.count, row.largest] == figures, "\(name)")
    }
    // Copies of one plant are one row.
    for name in ["PlantSelfRegistry", "PlantPromiseHolder", "PlantTreeNode", "PlantSelf"] {
      let shapes = analysis.shapes.filter { $0.signature.contains { $0.source == name } }
      #expect(shapes.map(\.count) == [5], "\(name)")
    }
  }
}
