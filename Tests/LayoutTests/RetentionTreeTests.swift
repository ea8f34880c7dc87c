import GraphAnalysis
import Layout
import ReferenceGraph
import Testing

/// Rows of the retention tree: children that are alike stand as one row, wherever they are in the list.
@Suite struct RetentionTreeTests {
  /// Frames of goroutines are of one group.
  private struct Details: ObjectDetails {
    let graph: ReferenceGraph

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { ".f\(field)" }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
    func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
    func facts(ofRoot index: Int) -> [Fact] { [] }
    func group(ofRoot index: Int) -> RootGroup? {
      graph.roots[index].kind == .frame
        ? RootGroup(name: "goroutines [chan send] main.produce", member: UInt64(index)) : nil
    }
  }

  private func analysis(_ builder: consuming ReferenceGraphBuilder) throws -> HeapAnalysis {
    let all = ReferencePolicy(name: "all", summary: "all references", kinds: .all)
    let facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [all],
      cyclePolicies: [all])
    let graph = builder.build()
    return try HeapAnalysis(
      heap: Heap(graph: graph, facts: facts, details: Details(graph: graph)), options: AnalysisOptions(facts),
      progress: WorkProgress())
  }

  @Test func likeChildrenAreOneRowHoweverLargeTheyAre() throws {
    var builder = ReferenceGraphBuilder()
    let top = builder.add("Top", size: 10)
    builder.addRoot(top, name: "global top")
    let table = builder.add("Table", size: 5000)
    builder.refer(top, to: table)
    for _ in 0..<20 { builder.refer(top, to: builder.add("Report", size: 4096)) }
    let giant = builder.add("Report", size: 400_000)
    builder.refer(top, to: giant)
    let arrangement = ChildArrangement(of: top, analysis: try analysis(builder))
    #expect(arrangement.groups.map(\.name) == ["Report"])
    #expect(arrangement.groups.first?.members.count == 20 && arrangement.groups.first?.retained == 20 * 4096)
    // One that outweighs the others together stands alone.
    guard case .object(giant)? = arrangement.entries.first else {
      Issue.record("\(arrangement.entries)")
      return
    }
    #expect(arrangement.entries.count == 3 && arrangement.rest.isEmpty)
  }

  @Test func whatRootsOfOneGroupHoldIsOneRow() throws {
    var builder = ReferenceGraphBuilder()
    for index in 0..<20 {
      let report = builder.add("Report", size: 100)
      builder.addRoot(report, kind: index < 12 ? .frame : .data, name: "root \(index)")
    }
    let arrangement = ChildArrangement(of: .root, analysis: try analysis(builder))
    #expect(
      arrangement.groups.map(\.name) == ["Report, held by 12 goroutines [chan send] main.produce", "Report"])
    #expect(arrangement.groups.map(\.members.count) == [12, 8])
  }

  @Test func shortListsAreShownAsTheyAre() throws {
    var builder = ReferenceGraphBuilder()
    let top = builder.add("Top", size: 10)
    builder.addRoot(top, name: "global top")
    for _ in 0..<10 { builder.refer(top, to: builder.add("Report", size: 100)) }
    let arrangement = ChildArrangement(of: top, analysis: try analysis(builder))
    #expect(arrangement.groups.isEmpty && arrangement.entries.count == 10)
  }
}
