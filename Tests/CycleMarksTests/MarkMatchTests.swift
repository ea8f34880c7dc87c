import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Testing

@Suite struct MarkMatchTests {
  @Test func sameDump() throws {
    let analysis = try SampleHeap.shop()
    let set = marks(on: analysis)
    let matches = set.matching(analysis)
    for (number, shape) in analysis.shapes.enumerated() {
      #expect(matches[.shape(shape.key)] == .shape(number))
      #expect(matches.mark(ofShape: number)?.target == .shape(shape.key))
    }
    let first = analysis.shapes[0].components[0]
    #expect(matches[set.marks[0].target] == .cycle(first))
    #expect(matches.mark(ofCycle: first) == set.marks[0])
    #expect(matches.mark(ofCycle: analysis.shapes[1].components[0]) == nil)
    #expect(matches.mark(ofObject: ObjectID(1))?.verdict == .expected)
    #expect(matches[sampleMark(0xdead).target] == .absent("no cycle of this shape in this dump"))
    #expect(matches[.shape("other")] == .absent("not marked"))
  }

  /// Marks of one dump in the next, in which things have moved.
  @Test func nextDump() throws {
    func dump(_ base: UInt64, nodes: Int) throws -> HeapAnalysis {
      var heap = SampleHeap()
      for number in 0..<nodes {
        let left = heap.add("Node", at: base + UInt64(number) << 8)
        let right = heap.add("Leaf", at: base + UInt64(number) << 8 + 0x40)
        heap.refer(left, ".next", right)
        heap.refer(right, ".back", left)
        heap.builder.addRoot(left)
      }
      return try heap.analysis()
    }
    let before = try dump(0x1000, nodes: 3)
    var set = MarkSet()
    set.set(Mark(shape: 0, report: before.report(on: ComponentID(0)), in: before, at: 0))
    for id in 0..<3 { set.set(Mark(cycle: before.report(on: ComponentID(id)), in: before, at: 0)) }
    set.set(Mark(object: ObjectID(1), in: before, at: 0))
    let after = try dump(0x1200, nodes: 5)
    let matches = set.matching(after)
    #expect(matches[set.marks[0].target] == .shape(0))
    #expect(matches[set.marks[1].target] == .absent("not in this dump at its address; 5 cycles of its shape"))
    #expect(matches[set.marks[3].target] == .cycle(ComponentID(0)))
    #expect(matches[set.marks[4].target] == .absent("no object at its address in this dump"))
    // All of them are still in the report.
    let text = MarksReport(analysis: after, marks: set).render(.text)
    #expect(set.marks.allSatisfy { text.contains("\n\($0.letter.text)  ● suspect") })
    #expect(text.contains("no object at its address"))
  }

  /// Cycles that have grown into another shape are found by the ring that was marked, or by its named types.
  @Test func grownShapes() throws {
    func dump(large: Bool, twins: Bool = false) throws -> HeapAnalysis {
      var heap = SampleHeap()
      func cycle(_ hops: [(String, String)], and more: [(Int, String, Int)] = []) {
        let objects = hops.map { heap.add($0.0) }
        for (index, hop) in hops.enumerated() { heap.refer(objects[index], hop.1, objects[(index + 1) % hops.count]) }
        for (source, field, target) in more { heap.refer(objects[source], field, objects[target]) }
        heap.builder.addRoot(objects[0])
      }
      // Another reference inside, and a map that has got tables.
      cycle([("Session", ".handler"), ("Handler", ".session")], and: large ? [(1, ".previous", 0)] : [])
      let tables = large ? [("[]*map.table", ".0"), ("map.table", ".groups")] : []
      cycle([("Hub", ".subs"), ("map[int]*Sub", ".dirPtr")] + tables + [("map.group", ".slot"), ("Sub", ".hub")])
      if twins { cycle([("Hub", ".subs"), ("map[string]*Sub", ".dirPtr"), ("Sub", ".hub")]) }
      return try heap.analysis()
    }
    let before = try dump(large: false)
    var set = MarkSet()
    for number in before.shapes.indices {
      let report = before.report(on: before.shapes[number].components[0])
      set.set(Mark(shape: number, report: report, in: before, at: 0))
    }
    try #require(set.count == 2)
    let after = try dump(large: true)
    let matches = set.matching(after)
    for mark in set.marks {
      guard case .changedShape(let number) = matches[mark.target] else {
        Issue.record("\(mark.title): \(matches[mark.target])")
        continue
      }
      #expect(after.shapes[number].key != mark.target.shape)
      let first = mark.witness[0].prefix { $0 != " " }
      #expect(after.shapes[number].signature.contains { $0.source == first })
      #expect(matches.mark(ofShape: number) == mark)
    }
    let text = MarksReport(analysis: after, marks: set).render(.text)
    #expect(text.components(separatedBy: "of another shape when it was marked").count == 3)
    // What could be either is neither, and what has a mark of its own keeps that.
    let hub = try #require(set.marks.first { $0.witness.contains { $0.hasPrefix("Hub ") } })
    #expect(
      set.matching(try dump(large: true, twins: true))[hub.target] == .absent("no cycle of this shape in this dump"))
    guard case .changedShape(let number) = matches[hub.target] else { return }
    let own = Mark(
      shape: number, report: after.report(on: after.shapes[number].components[0]), in: after, verdict: .expected, at: 1)
    set.set(own)
    #expect(set.matching(after).mark(ofShape: number)?.verdict == .expected)
  }
}
