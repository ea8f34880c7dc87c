import GraphAnalysis
import ReferenceGraph
import TestSupport
import Testing

@Suite struct LargestObjectsTests {
  /// Against a sort of all, with more objects than there is room for at once.
  @Test(arguments: [0, 1, 7, 1000, 20_000, Int.max]) func areThoseOfASort(limit: Int) throws {
    var random = SeededNumbers(19)
    var builder = ReferenceGraphBuilder()
    let count = 12_000
    for _ in 0..<count { builder.addRoot(builder.add("C", size: UInt64(random.below(500) + 1))) }
    let analysis = try HeapAnalysis.of(builder.build())
    var largest = LargestObjects(analysis.dominators, limit: limit)
    for id in 1...UInt32(count) { largest.add(ObjectID(id)) }
    let sorted = (1...UInt32(count)).map { ObjectID($0) }
      .sorted { (analysis.graph.size(of: $1), $0) < (analysis.graph.size(of: $0), $1) }
    #expect(largest.objects == Array(sorted.prefix(limit)))
    #expect(largest.total == count)
  }
}
