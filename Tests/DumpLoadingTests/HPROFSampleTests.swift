import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// The sample `jvm-leaks` against what its table says is planted.
struct HPROFSampleTests {
  private static let folder: String = {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/HPROFSampleTests.swift".count)
    return folder + "Samples/jvm-leaks/"
  }()

  private static func analysis(retaining: String? = nil) throws -> HeapAnalysis {
    let heap = try DumpLoading.load(path: folder + "jvm-leaks.hprof.gz")
    let policy = heap.facts.retainingPolicies.first { $0.name == retaining } ?? heap.facts.retainingPolicies[0]
    return try HeapAnalysis(
      heap: heap, options: AnalysisOptions(retaining: policy, cycles: heap.facts.cyclePolicies[0]),
      progress: WorkProgress())
  }

  @Test func whatIsPlantedIsFound() throws {
    let analysis = try Self.analysis()
    let strong = try Self.analysis(retaining: "retaining-strong")
    let table = try String(contentsOfFile: Self.folder + "planted.tsv", encoding: .utf8)
      .split(separator: "\n").dropFirst()
    #expect(table.count == 10)
    for line in table {
      let columns = line.split(separator: "\t").map(String.init)
      try #require(columns.count == 8)
      let objects = (analysis.graph.objects ?? 1...1).map { ObjectID($0) }.filter {
        analysis.graph.objectClass(of: $0).name == columns[1]
      }
      let cycles = Set(objects.compactMap { analysis.components.component(of: $0) })
      #expect(cycles.count == Int(columns[2]), "\(columns[0])")
      for cycle in cycles {
        let component = analysis.components[cycle]
        #expect(component.objects == Int(columns[3]), "\(columns[0])")
        #expect(component.shallow == UInt64(columns[4]), "\(columns[0])")
        #expect(component.isHeld == (columns[5] != "collectable"), "\(columns[0])")
        #expect(strong.components[cycle].isHeld == (columns[5] == "held"), "\(columns[0])")
        guard let nearest = component.nearest else { continue }
        let holder = analysis.holderName(of: analysis.path(to: nearest)) ?? ""
        let known = columns[6].replacingOccurrences(of: "N\"", with: "")
        #expect(holder.hasPrefix(known), "\(columns[0]) held by \(holder)")
        let words = try #require(analysis.holder(of: cycle)).words
        #expect(words.hasPrefix("a weak reference only") == (columns[5] == "weakly"), "\(columns[0]) held by \(words)")
      }
    }
  }

  @Test func suspectsSayWhoHolds() throws {
    let analysis = try Self.analysis()
    func reasons(_ part: String) -> [String] {
      analysis.suspects.filter { suspect in
        suspect.shape.map { analysis.shapes[$0].title.contains(part) } ?? false
      }.flatMap(\.reasons)
    }
    #expect(reasons("SessionCache").contains("held by a static field, JvmLeaks.sessionCache"))
    #expect(reasons("Folder").contains("held by a static field, JvmLeaks.openFolders"))
    #expect(reasons("RequestContext").contains { $0.hasPrefix("a ThreadLocal of a thread that lives on holds it") })
    let loaders = try #require(analysis.suspects.first { $0.kind == .classLoaders })
    let object = try #require(loaders.object)
    #expect(analysis.graph.objectClass(of: object).name == "JvmLeaks$PluginLoader")
    #expect(loaders.reasons[0].hasPrefix("3 class loaders of one class are kept, and 3 of them loaded a class Plugin"))
    #expect(loaders.reasons.contains { $0.hasPrefix("kept by static JvmLeaks.deployed → ") })
  }

  /// The static map of listeners by its keys, and as it lies in memory.
  @Test func entriesOfMaps() throws {
    let analysis = try Self.analysis()
    var heap = analysis.heap
    let graph = heap.graph
    let bus = try #require(
      (graph.objects ?? 1...1).map { ObjectID($0) }.first {
        graph.objectClass(of: $0).name == "java.lang.Class" && heap.details.summary(of: $0) == "JvmLeaks$EventBus"
      })
    let map = try #require(
      graph.references(of: bus).first { heap.fieldName(of: $0) == "static JvmLeaks$EventBus.listeners" }
        .map { graph.target(of: $0) })
    let entries = try #require(heap.details.entries(of: map, from: 0, limit: 10))
    #expect(entries.total > 0 && entries.values.count == min(10, entries.total))
    #expect(entries.values.allSatisfy { $0.name.hasPrefix("[\"") && $0.target != nil })
    #expect(heap.details.entries(of: map, from: entries.total, limit: 10)?.values.isEmpty == true)
    // The rows of the inspector: entries, then fields.
    let rows = heap.values(of: map, from: entries.total - 1, limit: 2)
    #expect(
      rows.values.map(\.name) == [
        entries.values.last!.name, heap.details.values(of: map, from: 0, limit: 1).values[0].name,
      ])
    let list = try #require(entries.values[0].target)
    let place = try #require(
      analysis.referrers.range(of: list).lazy.map { ObjectID(analysis.referrers.targets[$0]) }
        .compactMap { graph.firstReference(from: $0, to: list) }.first)
    #expect(heap.fieldName(of: place) == entries.values[0].name)
    heap.namesEntries = false
    #expect(heap.fieldName(of: place) == ".value")
    #expect(heap.values(of: map, from: 0, limit: 1).values[0].name.hasPrefix("."))
  }

  @Test func cutAtEveryPercent() throws {
    let whole = try Fixture.unpacked(at: Self.folder + "jvm-leaks.hprof.gz")
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
