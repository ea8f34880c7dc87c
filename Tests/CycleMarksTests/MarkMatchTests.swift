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
}
