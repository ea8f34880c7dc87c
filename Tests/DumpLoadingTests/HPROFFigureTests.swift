import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// A real dump (JDK 17, G1; contents of strings and numbers zeroed) against what Eclipse MAT and the machine itself
/// say of it.
struct HPROFFigureTests {
  private struct Total: Equatable {
    var count = 0
    var bytes: UInt64 = 0
  }

  private static func rows(_ name: String) throws -> [[String]] {
    let text = String(decoding: try Fixture.unpacked(name), as: UTF8.self)
    return text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The number behind `key=` in a row.
  private static func figure(_ key: String, _ row: [String]) -> UInt64? {
    row.lazy.compactMap { $0.hasPrefix(key + "=") ? UInt64($0.dropFirst(key.count + 1)) : nil }.first
  }

  private static func analysis(
    sizes: LoadOptions.Sizes, cycles: ReferencePolicy? = nil
  ) throws -> HeapAnalysis {
    let heap = try DumpLoading.load(
      path: Fixture.path("jvm-small-live.hprof.gz"), options: LoadOptions(sizes: sizes))
    let options = AnalysisOptions(
      retaining: heap.facts.retainingPolicies[0], cycles: cycles ?? heap.facts.cyclePolicies[0])
    return try HeapAnalysis(heap: heap, options: options, progress: WorkProgress(steps: []))
  }

  @Test func sameFiguresAsEclipseMAT() throws {
    let rows = try Self.rows("jvm-small-live.mat.tsv.gz")
    let analysis = try Self.analysis(sizes: .mat)
    let graph = analysis.graph
    let summary = try #require(rows.first { $0[0] == "summary" })
    #expect(UInt64(analysis.reachableObjects) == Self.figure("objects", summary))
    #expect(analysis.reachableBytes == Self.figure("usedHeap", summary))
    let unreachable = try #require(rows.first { $0[0] == "unreachable" })
    #expect(UInt64(analysis.unreachableObjects) == Self.figure("objects", unreachable))
    #expect(analysis.unreachableBytes == Self.figure("shallow", unreachable))

    let kinds = ["JNI Global": RootKind.native, "System Class": .systemClass, "Thread": .thread]
    for row in rows where row[0] == "gcroot" {
      let kind = try #require(kinds[row[1]])
      #expect(graph.roots.count { $0.kind == kind } == Int(row[2]), "\(row)")
    }

    var expected: [String: Total] = [:]
    for row in rows where row[0] == "class" {
      expected[row[1], default: Total()].count += Int(row[2])!
      expected[row[1], default: Total()].bytes += UInt64(row[3])!
    }
    var found: [String: Total] = [:]
    for id in try #require(graph.objects) {
      // MAT leaves out what only class objects hold, by fields that are not recorded.
      guard let tier = analysis.dominators.tier(of: ObjectID(id)), tier != .unrecorded else { continue }
      let name = graph.objectClass(of: ObjectID(id)).name
      found[name, default: Total()].count += 1
      found[name, default: Total()].bytes += graph.size(of: ObjectID(id))
    }
    #expect(found == expected)

    var compared = 0
    for row in rows where row[0] == "dominator" || row[0] == "retained" {
      let id = try #require(analysis.heap.object(at: UInt64(row[1].dropFirst(2), radix: 16)!))
      #expect(analysis.dominators.retainedSize(of: id) == Self.figure("retained", row), "\(row)")
      compared += 1
    }
    #expect(compared == 100)
  }

  @Test(arguments: ["strong", "noclass"])
  func sameComponents(_ name: String) throws {
    let rows = try Self.rows("jvm-small-live.mat.tsv.gz")
    var kinds = ReferenceKinds.all
    kinds.subtract(ReferenceKinds(.classPointer))
    if name == "strong" {
      for kind in [ReferenceKind.weak, .soft, .phantom, .final] { kinds.subtract(ReferenceKinds(kind)) }
    }
    let analysis = try Self.analysis(
      sizes: .mat, cycles: ReferencePolicy(name: name, summary: "", kinds: kinds))
    var sizes: [Int: Int] = [:]
    var ofClass: [String: [Int: Int]] = [:]
    for id in try #require(analysis.graph.objects) where analysis.dominators.isReachable(ObjectID(id)) {
      guard let component = analysis.components.component(of: ObjectID(id)) else { continue }
      let size = analysis.components[component].objects
      sizes[size, default: 0] += 1
      ofClass[analysis.graph.objectClass(of: ObjectID(id)).name, default: [:]][size, default: 0] += 1
    }
    var compared = 0
    for row in rows where row[0] == "scc-size" && row[1] == name {
      let size = Int(try #require(Self.figure("size", row)))
      #expect(sizes[size, default: 0] == size * Int(try #require(Self.figure("count", row))), "\(row)")
    }
    for row in rows where row[0] == "scc-class" && row[1] == name {
      let list = row[3].dropFirst("{sccSize=objects}{".count).dropLast()
      let expected = list.split(separator: ",").map { $0.split(separator: "=").map { Int($0.filter(\.isNumber))! } }
      #expect(ofClass[row[2]] == Dictionary(expected.map { ($0[0], $0[1]) }) { first, _ in first }, "\(row)")
      compared += 1
    }
    #expect(compared > 25)
  }

  /// By the distances between objects every class takes as many bytes as the machine says.
  ///
  /// Its list counts class objects of classes that were not loaded, and writes the addresses of hidden classes
  /// differently.
  @Test func sameBytesAsTheMachine() throws {
    let heap = try DumpLoading.load(path: Fixture.path("jvm-small-live.hprof.gz"))
    let graph = heap.graph
    var found: [String: Total] = [:]
    for id in try #require(graph.objects) {
      let name = graph.objectClass(of: ObjectID(id)).name
      found[name, default: Total()].count += 1
      found[name, default: Total()].bytes += graph.size(of: ObjectID(id))
    }
    var expected: [String: Total] = [:]
    for row in try Self.rows("jvm-small-live.histogram.tsv.gz") {
      let name = JavaText.className(row[2].replacing("/0x", with: "+0x"))
      guard name != "java.lang.Class" else { continue }
      expected[name, default: Total()].count += Int(row[0])!
      expected[name, default: Total()].bytes += UInt64(row[1])!
    }
    #expect(expected.count > 350)
    for (name, total) in expected { #expect(found[name] == total, "\(name)") }
  }

  @Test func cutAtEveryPercent() throws {
    let whole = try Fixture.unpacked("jvm-small-live.hprof.gz")
    let file = try ScratchFile([])
    for percent in 1..<100 {
      try file.replace(Array(whole[..<(whole.count * percent / 100)]))
      do {
        let heap = try DumpLoading.load(path: file.path)
        #expect(heap.facts.truncation != nil)
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
  }
}
