import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// The sample `node-leaks` against what its table says is planted.
struct V8SampleTests {
  @Test func whatIsPlantedIsFound() throws {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/V8SampleTests.swift".count)
    folder += "Samples/node-leaks/"
    let heap = try DumpLoading.load(path: folder + "node-leaks.heapsnapshot.gz")
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    let graph = heap.graph
    let table = try String(contentsOfFile: folder + "planted.tsv", encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(table.count == 12)
    for line in table {
      let columns = line.split(separator: "\t").map(String.init)
      try #require(columns.count == 8)
      let objects = (graph.objects ?? 1...1).map { ObjectID($0) }.filter {
        graph.objectClass(of: $0).name == columns[1] && analysis.dominators.isReachable($0)
      }
      let cycles = Set(objects.compactMap { analysis.components.component(of: $0) })
      let sizes = Set(cycles.map { analysis.components[$0].objects })
      #expect(String(objects.count) == columns[2], "\(columns[0])")
      #expect(String(cycles.count) == columns[3], "\(columns[0])")
      #expect(sizes.map(String.init) == (columns[4] == "0" ? [] : [columns[4]]), "\(columns[0])")
    }
    let reasons = analysis.suspects.flatMap(\.reasons)
    #expect(reasons.contains { $0.contains("of NewsFeed (\"") && $0.contains("part of it: until ") })
    #expect(reasons.contains { $0.contains("part of it: until ") && $0.contains(" cleared ") })
    #expect(reasons.contains { $0.hasPrefix("a function keeps the variable ") })
  }
}
