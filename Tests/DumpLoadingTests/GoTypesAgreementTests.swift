import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// The types of all objects of a real dump, against those another reader found.
struct GoTypesAgreementTests {
  private struct Plants: Decodable {
    struct Cycle: Decodable {
      var signature: String
      var sccs: Int
    }
    var cycles: [Cycle]
  }

  @Test func liveObjectsHaveTheRightClass() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let graph = heap.graph
    let lines = String(decoding: try Fixture.unpacked("small-after.types.tsv.gz"), as: UTF8.self)
    var objects = 0
    var bytes: UInt64 = 0
    var agreed = 0
    var agreedBytes: UInt64 = 0
    for line in lines.split(separator: "\n") {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let address = try #require(UInt64(parts[0].dropFirst(2), radix: 16))
      guard parts[2] == "1" else { continue }
      let size = try #require(UInt64(parts[1]))
      objects += 1
      bytes += size
      guard let id = graph.addresses.object(at: address) else { continue }
      let wanted = parts[3].isEmpty ? "?" : GoTypesNames.className(ofType: String(parts[3]))
      if GoTypesNames.plain(graph.objectClass(of: id)) == wanted {
        agreed += 1
        agreedBytes += size
      }
    }
    #expect(objects == 49_919)
    #expect(agreed * 1000 >= objects * 999, "\(agreed) of \(objects) objects")
    #expect(agreedBytes * 1000 >= bytes * 999, "\(agreedBytes) of \(bytes) bytes")
  }

  @Test(arguments: ["small-before", "small-after", "small-after3"])
  func nearlyEverythingHasAName(_ name: String) throws {
    let heap = try GoTypesFixture.heap(name)
    let graph = heap.graph
    let unnamed = try #require(graph.objects).count { graph.objectClass(of: ObjectID($0)).flags.contains(.untyped) }
    #expect(unnamed * 200 < graph.objectCount)
    #expect(heap.facts.facts.contains { $0.label == "named objects" && $0.value.contains("(99.") })
    #expect(heap.facts.facts.contains { $0.label == "types" && $0.value.hasSuffix("from debug information") })
  }

  private func analysis(_ heap: Heap, cycles: ReferencePolicy) throws -> HeapAnalysis {
    let options = AnalysisOptions(retaining: heap.facts.retainingPolicies[0], cycles: cycles)
    return try HeapAnalysis(heap: heap, options: options, progress: WorkProgress())
  }

  /// The classes of a cycle's members and how many of each, as the other reader writes them down.
  private func signature(_ members: [ObjectID], _ graph: ReferenceGraph) -> String {
    var counts: [String: Int] = [:]
    for member in members { counts[GoTypesNames.plain(graph.objectClass(of: member)), default: 0] += 1 }
    return counts.map { "\($0.value)x \($0.key)" }.sorted().joined(separator: " + ")
  }

  @Test func cyclesAreMadeOfTheRightClasses() throws {
    let plants = try JSONDecoder().decode(
      Plants.self, from: Data(contentsOf: URL(fileURLWithPath: Fixture.path("small-after.plants.json"))))
    var wanted: [String: Int] = [:]
    for cycle in plants.cycles {
      let parts = cycle.signature.components(separatedBy: " + ").map { part in
        let pieces = part.split(separator: "x", maxSplits: 1)
        return "\(pieces[0])x \(GoTypesNames.className(ofType: String(pieces[1].dropFirst())))"
      }
      wanted[parts.sorted().joined(separator: " + "), default: 0] += cycle.sccs
    }
    // The other reader has no types of what only cleanups hold.
    wanted["2x main.CleanArg"] = wanted.removeValue(forKey: "2x ?")
    let heap = try GoTypesFixture.heap("small-after")
    let components = try analysis(heap, cycles: heap.facts.retainingPolicies[0]).components
    var found: [String: Int] = [:]
    for index in 0..<components.count {
      found[signature(components.members(of: ComponentID(index)), heap.graph), default: 0] += 1
    }
    #expect(found == wanted)
  }

  @Test func timersComeApartWithoutTheRuntime() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let components = try analysis(heap, cycles: heap.facts.cyclePolicies[0]).components
    let graph = heap.graph
    var timers = 0
    for index in 0..<components.count {
      let members = components.members(of: ComponentID(index))
      let names = Set(members.map { graph.objectClass(of: $0).name })
      #expect(!names.contains { $0.contains("runtime.") })
      if names == ["closure main.plantTimer.func1", "main.Conn", "main.Deadline", "time.Timer"] {
        #expect(members.count == 4)
        timers += 1
      }
    }
    #expect(timers == 8)
  }
}
