import ReferenceGraph
import TestSupport
import Testing

@testable import GraphAnalysis

/// What lists say of many components: the same as reports on them, in a time that grows as the heap does.
@Suite struct CycleOutlineTests {
  /// Every component of thousands of random graphs, asked for one after the other.
  @Test(arguments: 0..<8) func outlinesAreAsReports(block: Int) throws {
    let policies = [(everything, everything), (strongOnly, strongOnly), (strongOnly, application)]
    for seed in UInt64(block * 200)..<UInt64(block * 200 + 200) {
      let graph = randomGraph(seed)
      let (retaining, cycles) = policies[Int(seed % 3)]
      let analysis = try HeapAnalysis.of(
        graph, retaining: retaining, cycles: cycles, unreachable: randomHolders(seed, graph))
      let outlines = CycleOutlines(analysis)
      for index in 0..<analysis.components.count {
        let id = ComponentID(index)
        let outline = outlines.outline(of: id)
        let report = analysis.report(on: id)
        #expect(outline.witness == report.witness && outline.path == report.path, "seed \(seed)")
        #expect(outline.root == report.path.first.map { Int($0.index) }, "seed \(seed)")
        let nearest = report.component.nearest
        #expect(
          outlines.holderName(of: outline) == nearest.flatMap { analysis.holderName(of: analysis.path(to: $0)) })
        let cuts = outlines.cuts(of: outline)
        #expect(same(cuts.inside, report.insideCut), "seed \(seed)")
        #expect((cuts.entry == nil) == (report.entryCut == nil), "seed \(seed)")
        if let entry = cuts.entry, let expected = report.entryCut { #expect(same(entry, expected), "seed \(seed)") }
        let groups = outlines.cutGroups(of: outline)
        let expected = analysis.cutGroups(of: id)
        #expect(groups.triedCount == expected.triedCount && groups.groupCount == expected.groupCount)
        #expect(groups.groups.map(\.id) == expected.groups.map(\.id), "seed \(seed)")
        #expect(groups.groups.map(\.references) == expected.groups.map(\.references), "seed \(seed)")
        #expect(groups.groups.map(\.freedBytes) == expected.groups.map(\.freedBytes), "seed \(seed)")
        #expect(groups.groups.map(\.endsCycles) == expected.groups.map(\.endsCycles), "seed \(seed)")
      }
    }
  }

  private func same(_ left: Cut, _ right: Cut) -> Bool {
    left.references == right.references && left.method == right.method && left.freedBytes == right.freedBytes
      && left.freedObjects == right.freedObjects && left.freedIsExact == right.freedIsExact
      && left.explanation == right.explanation
  }

  /// Heaps of a cycle in each of very many shapes, in which a search of its own for each goes through all of it.
  enum Heap: CaseIterable {
    /// An array refers to a member of each cycle.
    case hub
    /// Two arrays refer to two members of each.
    case twoHubs
    /// Each cycle refers to the next.
    case chain
    /// Each refers to the next through two members, so that it is entered at two.
    case doubleChain
    /// Each refers to the next twice: no single reference does, however far up.
    case pairedChain
    /// Rings of twelve, in which the fewest references are found for certain.
    case twelves
    /// All cycles are one: every class is another.
    case oneRing

    func graph(_ count: Int) -> ReferenceGraph {
      var builder = ReferenceGraphBuilder()
      let array = ObjectClass(name: "Object[]", flags: .array)
      let hubs = [builder.add(array, size: 8), builder.add(array, size: 8)]
      for hub in hubs { builder.addRoot(hub, name: "root") }
      var before: [ObjectID] = []
      for number in 0..<count / (self == .twelves ? 6 : 1) {
        let members = (0..<(self == .twelves ? 12 : 2)).map { builder.add("C\(number).\($0)", size: 16) }
        for (index, member) in members.enumerated() {
          builder.refer(member, to: members[(index + 1) % members.count], field: 1)
        }
        let first = members[0]
        switch self {
        case .hub, .twelves: builder.refer(hubs[0], to: first, field: UInt32(number))
        case .twoHubs:
          for (hub, member) in zip(hubs, members) { builder.refer(hub, to: member, field: UInt32(number)) }
        case .chain: builder.refer(before.first ?? hubs[0], to: first, field: 2)
        case .doubleChain:
          for (source, target) in zip(before.isEmpty ? hubs : before, members) {
            builder.refer(source, to: target, field: 2)
          }
        case .pairedChain:
          for field in [2, 3] as [UInt32] { builder.refer(before.first ?? hubs[0], to: first, field: field) }
        case .oneRing:
          builder.refer(before.first ?? hubs[0], to: first, field: 2)
          if number == count - 1 { builder.refer(first, to: ObjectID(3), field: 3) }
        }
        before = members
      }
      return builder.build()
    }
  }

  /// Thousands of components have their root, its name, a cut and groups, one after the other.
  ///
  /// How long that takes, the bench of shapes measures.
  @Test(arguments: Heap.allCases) func manyComponents(heap: Heap) throws {
    let count = 1500
    let analysis = try HeapAnalysis.of(heap.graph(count))
    #expect(analysis.shapes.count == (heap == .oneRing ? 1 : heap == .twelves ? count / 6 : count))
    let outlines = CycleOutlines(analysis)
    for shape in analysis.shapes {
      let outline = outlines.outline(of: shape.components[0])
      #expect(outline.root != nil && outlines.holderName(of: outline) == "root")
      #expect(outlines.cuts(of: outline).entry != nil)
      #expect(outlines.holderWords(of: outline) != nil)
      #expect(outlines.cutGroups(of: outline).groupCount > 0)
    }
  }

  /// The limits of a list do not hold for a report: a way of any length is told, and all groups are tried.
  @Test func aWayThatIsTooLongForAListIsTold() throws {
    var builder = ReferenceGraphBuilder()
    var before: ObjectID?
    for _ in 0..<CycleOutlines.pathLimit + 5 {
      let object = builder.add("Node", size: 16)
      if let before { builder.refer(before, to: object, field: 1) } else { builder.addRoot(object, name: "root") }
      before = object
    }
    builder.refer(before!, to: before!, field: 2)
    let analysis = try HeapAnalysis.of(builder.build())
    let outlines = CycleOutlines(analysis)
    let outline = outlines.outline(of: ComponentID(0))
    #expect(outline.path.isEmpty && outline.root == 0 && outlines.holderName(of: outline) == "root")
    #expect(outlines.holderWords(of: outline) == "a global variable, alive as long as the program")
    #expect(analysis.report(on: ComponentID(0)).path.count == CycleOutlines.pathLimit + 5)
  }
}
