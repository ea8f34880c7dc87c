import GraphAnalysis
import Layout
import ReferenceGraph
import Testing

/// Collections in the retention tree, without the tables and nodes that they are made of.
@Suite struct CollectionInsideTests {
  /// Maps, tables and nodes are parts of collections, whatever field leads to them.
  private struct Details: ObjectDetails {
    let graph: ReferenceGraph

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { ".f\(field)" }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
    func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
    func facts(ofRoot index: Int) -> [Fact] { [] }
    var knowsCollections: Bool { true }
    func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
      let names = ["Map", "Table", "Node"]
      return names.contains(graph.objectClass(of: object).name)
        && names.dropFirst().contains(graph.objectClass(of: target).name)
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

  /// A map; with `isLinked` it refers to its first node too, so that it dominates all nodes itself.
  private func map(entries: Int, isLinked: Bool) throws -> (HeapAnalysis, ObjectID) {
    var builder = ReferenceGraphBuilder()
    let map = builder.add("Map", size: 48)
    builder.addRoot(map, name: "global map")
    let table = builder.add("Table", size: 8 * UInt64(entries))
    builder.refer(map, to: table, field: 1)
    var nodes: [ObjectID] = []
    for entry in 0..<entries {
      let node = builder.add("Node", size: 32)
      builder.refer(table, to: node, field: UInt32(entry))
      builder.refer(node, to: builder.add(entry % 2 == 0 ? "Session" : "Token", size: 100 + UInt64(entry)), field: 2)
      nodes.append(node)
    }
    if isLinked {
      builder.refer(map, to: nodes[0], field: 3)
      for (node, next) in zip(nodes, nodes.dropFirst()) { builder.refer(node, to: next, field: 4) }
    }
    return (try analysis(builder), map)
  }

  @Test(arguments: [(3, false), (8, true), (40_000, false), (40_000, true)])
  func entriesStandBelowTheirCollection(entries: Int, isLinked: Bool) throws {
    let (analysis, map) = try map(entries: entries, isLinked: isLinked)
    let arrangement = ChildArrangement(of: map, analysis: analysis)
    let tree = RetentionTree(analysis: analysis, arrangements: [map: arrangement])
    #expect(arrangement.parts.count == entries + 1)
    let rows = (0..<tree.childCount(of: .object(map))).map { tree.child(of: .object(map), at: $0) }
    // No byte is lost, and no part has a row of its own.
    let sum = rows.reduce(UInt64(48)) { $0 + tree.retainedSize(of: $1) }
    #expect(sum == analysis.dominators.retainedSize(of: map))
    #expect(rows.contains(.inside(parent: map)))
    for row in rows {
      if case .object(let id) = row { #expect(!arrangement.isPart(id)) }
    }
    let members = rows.reduce(0) { $0 + max(1, tree.childCount(of: $1)) } - 1
    #expect(members == entries)
    let raw = ChildArrangement(of: map, analysis: analysis.naming(entries: false))
    #expect(raw.parts.isEmpty)
  }

  @Test func oneChildMoreIsNoRowOfItsOwn() throws {
    var builder = ReferenceGraphBuilder()
    let top = builder.add("Top", size: 10)
    builder.addRoot(top, name: "global top")
    for _ in 0..<12 { builder.refer(top, to: builder.add("Report", size: 4096)) }
    builder.refer(top, to: builder.add("Small", size: 8))
    let arrangement = ChildArrangement(of: top, analysis: try analysis(builder))
    #expect(arrangement.rest.isEmpty && arrangement.entries.count == 2)
  }

  // MARK: Ways

  @Test func waysToManyAreMerged() throws {
    var builder = ReferenceGraphBuilder()
    let map = builder.add("Map", size: 48)
    builder.addRoot(map, name: "global map")
    let table = builder.add("Table", size: 8)
    builder.refer(map, to: table, field: 1)
    var sessions: [ObjectID] = []
    for entry in 0..<1000 {
      let node = builder.add("Node", size: 32)
      builder.refer(table, to: node, field: UInt32(entry))
      sessions.append(builder.add("Session", size: 16))
      builder.refer(node, to: sessions[entry], field: 2)
    }
    // A list of sessions under another root, and one that no root reaches.
    var last = builder.add("Session", size: 16)
    builder.addRoot(last, name: "global list")
    sessions.append(last)
    for _ in 0..<5000 {
      let next = builder.add("Session", size: 16)
      builder.refer(last, to: next, field: 5)
      sessions.append(next)
      last = next
    }
    sessions.append(builder.add("Session", size: 16))
    let tree = try PathTree(toAll: sessions, analysis: try analysis(builder))
    #expect(tree.pathCount == 6001 && tree.unreachable == 1)
    let roots = tree.nodes[0].children.map { tree.nodes[$0] }
    #expect(roots.map(\.paths) == [5001, 1000])
    // Tables and nodes are left out, and what is alike is one step; a list is one.
    let below = roots[1].children.map { tree.nodes[$0] }
    #expect(below.count == 1 && below[0].objects == 1000 && below[0].isTarget && below[0].hasOneField)
    #expect(tree.nodes.count <= 5)
  }

  @Test func longWaysAreFolded() throws {
    var builder = ReferenceGraphBuilder()
    var last = builder.add("First", size: 16)
    builder.addRoot(last, name: "global list")
    for number in 0..<500 {
      let next = builder.add("Class\(number)", size: 16)
      builder.refer(last, to: next, field: 5)
      last = next
    }
    var tree = try PathTree(to: last, analysis: try analysis(builder), merges: true)
    let count = tree.nodes.count
    tree.foldLongWays()
    #expect(tree.nodes.count == count + 1)
    let fold = try #require(tree.nodes.last)
    #expect(fold.omitted == 481 && fold.single == nil)
    var folded = FoldedTree(root: 0, childCount: tree.childCount(of: 0))
    var row = 0
    while row < folded.rowCount {
      let now = folded.row(at: row, source: tree)
      if now.hasChildren, !tree.isFold(now.node) { folded.open(row, source: tree) }
      row += 1
    }
    // All but the middle, and a row that stands for it; opened, each step stands there once.
    #expect(folded.rowCount == 1 + 20 + 1)
    for row in (0..<folded.rowCount).reversed() where tree.isFold(folded.row(at: row, source: tree).node) {
      folded.open(row, source: tree)
    }
    row = 0
    while row < folded.rowCount {
      folded.open(row, source: tree)
      row += 1
    }
    #expect(folded.rowCount == 1 + 501 + 1)
  }
}
