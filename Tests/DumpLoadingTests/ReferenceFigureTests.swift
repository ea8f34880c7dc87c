import Foundation
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Real dumps against figures that another reader found in them.
struct ReferenceFigureTests {
  private struct Figures: Decodable {
    struct Reachable: Decodable {
      var objects: Int
      var bytes: UInt64
    }
    var objects: Int
    var bytes: UInt64
    var references: Int
    /// To the inside of an object, and, counted apart, to just behind the word that names its type.
    var interiorReferences: Int
    var headerReferences: Int
    var fakeSlots: Int
    var fakeBytes: Int
    var strayPointers: Int
    var reachable: Reachable
    var reachableWithMaybe: Reachable
    var rootPointersByKind: [String: Int]
  }

  /// How the figures name the kinds of roots.
  private static func name(_ kind: RootKind) -> String {
    switch kind {
    case .deferred: "defer"
    case .finalizer: "finalizer-referent"
    case .frameMaybe: "frame-conservative-extra"
    default: kind.name
    }
  }

  @Test(arguments: ["small-before", "small-after", "small-after3"])
  func everyFigureComesOutTheSame(_ name: String) throws {
    let figures = try JSONDecoder().decode(
      Figures.self, from: Data(contentsOf: URL(fileURLWithPath: Fixture.path(name + ".figures.json"))))
    let heap = try DumpLoading.load(path: Fixture.path(name + ".heapdump.gz"), options: .alone)
    let graph = heap.graph
    #expect(graph.objectCount == figures.objects)
    #expect(graph.totalSize == figures.bytes)
    #expect(graph.referenceCount == figures.references)
    #expect(heap.facts.checks.map(\.name) == ["MemStats.HeapObjects", "MemStats.HeapAlloc"])
    #expect(heap.facts.checks.allSatisfy { $0.holds })
    #expect(heap.facts.truncation == nil && heap.facts.warnings.isEmpty && heap.facts.skipped.isEmpty)

    var kinds: [String: Int] = [:]
    for root in graph.roots { kinds[Self.name(root.kind), default: 0] += 1 }
    #expect(kinds == figures.rootPointersByKind)
    #expect(graph.roots.allSatisfy { ($0.reference == .maybe) == ($0.kind == .frameMaybe) })

    let sure = heap.reachable(.strong)
    #expect(sure.objects == figures.reachable.objects && sure.bytes == figures.reachable.bytes)
    let all = heap.reachable([.strong, .maybe])
    #expect(all.objects == figures.reachableWithMaybe.objects && all.bytes == figures.reachableWithMaybe.bytes)

    let facts = Dictionary(heap.facts.facts.map { ($0.label, $0.value) }) { first, _ in first }
    #expect(
      facts["slots that are no objects"]?.hasPrefix("\(grouped(figures.fakeSlots)), \(grouped(figures.fakeBytes)) B")
        == true)
    #expect(facts["pointers that hit no object"] == "\(figures.strayPointers)")

    // The fields say where the references lie: read them again one by one.
    var interior = 0
    for id in try #require(graph.objects) {
      let object = ObjectID(id)
      guard !graph.rows.range(of: object).isEmpty else { continue }
      let words = heap.details.values(of: object, from: 0, limit: .max).values
      for place in graph.references(of: object) {
        let word = words[Int(graph.fields[place.index]) / 8]
        #expect(word.target == graph.target(of: place))
        if word.text != hexadecimal(graph.addresses.address(of: graph.target(of: place))) { interior += 1 }
      }
    }
    #expect(interior == figures.interiorReferences + figures.headerReferences)
  }

  @Test func addressesAndSizesOfEveryObject() throws {
    let heap = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), options: .alone)
    let lines = String(decoding: try Fixture.unpacked("small-after.objects.tsv.gz"), as: UTF8.self).split(
      separator: "\n")
    try #require(lines.count == heap.graph.objectCount)
    let seen = heap.reachable(.strong).seen
    var wrong = 0
    for (index, line) in lines.enumerated() {
      let columns = line.split(separator: "\t")
      let id = ObjectID(index + 1)
      let address = UInt64(columns[0], radix: 16)
      if heap.address(of: id) != address || heap.graph.size(of: id) != UInt64(columns[1])
        || seen[id.index] != (columns[2] == "1")
      {
        wrong += 1
      }
    }
    #expect(wrong == 0)
  }

  @Test func rootsHaveNamesAndFacts() throws {
    let heap = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), options: .alone)
    #expect(heap.rootNames(.data) == ["data+0x648", "data+0xce8", "data+0xd30"])
    #expect(heap.rootNames(.frame).contains("goroutine 26 [chan receive] main.startWorker.func1"))
    #expect(heap.rootNames(.frameMaybe).contains("goroutine 26 [chan receive] main.startWorker.func1 (maybe)"))
    #expect(heap.rootNames(.deferred).contains("defer in goroutine 35 main.plantDefer.func1"))
    #expect(heap.rootNames(.finalizer).contains("finalizer of object @3ffeb8296680"))
    #expect(heap.rootNames(.goroutine).contains("deferred calls of goroutine 35 [select (no cases)]"))
    let index = try #require(
      heap.graph.roots.firstIndex { heap.graph.rootNames[$0.name].hasSuffix("main.startWorker.func1") })
    let facts = heap.details.facts(ofRoot: index)
    #expect(facts.contains(Fact("goroutine", "26")))
    #expect(facts.contains(Fact("status", "chan receive")))
    #expect(
      facts.filter { $0.label == "in" }.map(\.value) == [
        "runtime.gopark", "runtime.chanrecv", "runtime.chanrecv2", "main.startWorker.func1", "runtime.goexit",
      ])
    #expect(heap.details.facts(ofRoot: -1).isEmpty && heap.details.facts(ofRoot: 1_000_000).isEmpty)
  }

  @Test func samplesTellWhereObjectsWereAllocated() throws {
    let heap = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), options: .alone)
    let sampled = try #require(heap.object(at: 0x3ffe_b836_b200))
    let stack = heap.details.allocationStack(of: sampled)
    #expect(stack.first == StackFrame(function: "main.mkAccount", file: "example.com/leaky/filler.go", line: 61))
    #expect(stack.count == 5)
    #expect(heap.details.allocationStack(of: ObjectID(1)).isEmpty)
  }
}
