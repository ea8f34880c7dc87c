import Testing

@testable import GraphAnalysis

@Suite struct NotedRingTests {
  private func shape(_ steps: (String, String, String)...) -> CycleShape {
    let signature = steps.map { ShapeStep(source: $0.0, field: $0.1, target: $0.2) }.sorted()
    return CycleShape(
      key: CycleShape.key(of: signature), signature: signature, title: "", components: [], objects: 0, references: 0,
      entries: 0, shallow: 0, retained: 0, retainedIsExact: true, heldCount: 0)
  }

  @Test func partOfALargerShape() {
    let large = shape(
      ("Node", ".next", "Node"), ("Node", ".list", "Leaf[]"), ("Leaf[]", "[]", "Leaf"), ("Leaf", ".node", "Node"))
    #expect(NotedRing(hops: ["Node .list", "Leaf[] [17]", "Leaf .node"]).isPart(of: large))
    #expect(NotedRing(hops: ["Node .next"]).isPart(of: large))
    // A field that is not there, a way that is not there, a class whose name goes on.
    #expect(!NotedRing(hops: ["Node .prev"]).isPart(of: large))
    #expect(!NotedRing(hops: ["Node .list", "Leaf .node"]).isPart(of: large))
    #expect(!NotedRing(hops: ["Nod .next"]).isPart(of: large))
    #expect(!NotedRing(hops: ["Node"]).isPart(of: large))
    #expect(!NotedRing(hops: []).isPart(of: large))
    // Of a long ring only the first hops were noted.
    #expect(NotedRing(hops: ["Node .list", "Leaf[] [0]"], isWhole: false).isPart(of: large))
    #expect(!NotedRing(hops: ["Node .list", "Leaf[] [0]"]).isPart(of: large))
    #expect(!NotedRing(hops: ["Leaf .list", "Leaf[] [0]"], isWhole: false).isPart(of: large))
  }

  @Test func namesThatAreOthersInTheNextRun() {
    let lambda = shape(("Report$$Lambda", "arg$1", "Report"), ("Report", "task", "Report$$Lambda"))
    #expect(NotedRing(hops: ["Report$$Lambda$2+0x00007f6301003658 arg$1", "Report task"]).isPart(of: lambda))
    // Without types classes are sizes and fields are offsets or nothing.
    let sizes = shape(("48 B", "", "96 B"), ("96 B", "+8", "48 B"))
    #expect(NotedRing(hops: ["48 B", "96 B +8"]).isPart(of: sizes))
    #expect(!NotedRing(hops: ["48 B", "96 B +8"]).goesThroughNamedTypes(of: sizes))
  }

  @Test func namedTypesOfAMapThatWasRebuilt() {
    let rebuilt = shape(
      ("Hub[int,struct { x int }]", ".subs", "map[int]*Sub"), ("map[int]*Sub", ".dirPtr", "[]*table"),
      ("[]*table", "[]", "Sub"), ("Sub", ".hub", "Hub[int,struct { x int }]"))
    let ring = ["Hub[int,struct { x int }] .subs", "map[int]*Sub .dirPtr", "map.group .slot", "Sub .hub"]
    #expect(NotedRing(hops: ring).goesThroughNamedTypes(of: rebuilt) && !NotedRing(hops: ring).isPart(of: rebuilt))
    #expect(!NotedRing(hops: ["Hub .subs", "Sub .hub"]).goesThroughNamedTypes(of: rebuilt))
    #expect(!NotedRing(hops: ring + ["Other .sub"]).goesThroughNamedTypes(of: rebuilt))
    #expect(!NotedRing(hops: ring, isWhole: false).goesThroughNamedTypes(of: rebuilt))
  }

  @Test func onlyOneCanBeIt() {
    let (one, other) = (
      shape(("A", ".b", "B"), ("B", ".a", "A")), shape(("A", ".b", "B"), ("B", ".a", "A"), ("A", ".a", "A"))
    )
    let rest = shape(("A", ".c", "B"), ("B", ".a", "A"))
    let ring = NotedRing(hops: ["A .b", "B .a"])
    #expect([rest, other].only(with: ring) == 1)
    #expect([one, rest, other].only(with: ring) == nil)
    // No references that are the same: the types then.
    #expect([shape(("C", ".c", "C")), rest].only(with: ring) == 1)
    #expect([rest, rest].only(with: ring) == nil)
    #expect([CycleShape]().only(with: ring) == nil)
  }
}
