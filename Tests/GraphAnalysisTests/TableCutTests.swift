import GraphAnalysis
import ReferenceGraph
import Testing

/// Cuts where a dump lists the values of an object twice: as its references, and as slots of its table.
@Suite struct TableCutTests {
  private static let store = ObjectClass(name: "(object properties)", flags: [.array, .backingStore])

  /// An emitter whose `_events` (2) hold a list (4) of 10 listeners, as property 1 and as slot 7 of the table (3); with a
  /// property of the same value more, where wanted.
  private static func emitter(again: Bool = false, sharedTable: Bool = false) -> ReferenceGraph {
    var builder = ReferenceGraphBuilder()
    let emitter = builder.add("Bus", size: 10)
    let events = builder.add("Object", size: 10)
    let table = builder.add(store, size: 0)
    let list = builder.add(ObjectClass(name: "Array", flags: .array), size: 100)
    builder.addRoot(emitter, name: "global bus")
    builder.refer(emitter, to: events, field: 1)
    builder.refer(events, to: list, field: 1)
    builder.refer(events, to: table, field: 2)
    if again { builder.refer(events, to: list, field: 3) }
    builder.refer(table, to: list, field: 7)
    if again { builder.refer(table, to: list, field: 8) }
    for index in 0..<10 { builder.refer(list, to: builder.add("Listener", size: 10), field: UInt32(index)) }
    if sharedTable {
      let other = builder.add("Object", size: 10)
      builder.refer(emitter, to: other, field: 2)
      builder.refer(other, to: table, field: 2)
    }
    return builder.build()
  }

  private static func places(_ analysis: HeapAnalysis, _ source: Int, _ target: Int) -> [ReferencePlace] {
    analysis.graph.references(of: ObjectID(source)).filter { analysis.graph.target(of: $0) == ObjectID(target) }
  }

  @Test(arguments: [2, 3]) func propertyAndSlotGoTogether(source: Int) throws {
    let analysis = try HeapAnalysis.of(Self.emitter())
    let places = Self.places(analysis, source, 4)
    let freed = analysis.whatIf(cutting: places)
    #expect(freed.freedBytes == 200 && freed.freedObjects == 11)
    let words = source == 2 ? "with its slot in the property table" : "with the object's own reference"
    #expect(analysis.companion(of: places[0]) == words)
    // The table itself holds nothing that the object does not.
    #expect(analysis.whatIf(cutting: Self.places(analysis, 2, 3)).freedObjects == 1)
    #expect(analysis.companion(of: Self.places(analysis, 1, 2)[0]) == nil)
  }

  @Test func anotherPropertyHoldsTheSameValue() throws {
    let analysis = try HeapAnalysis.of(Self.emitter(again: true))
    let places = Self.places(analysis, 2, 4)
    #expect(places.count == 2)
    #expect(analysis.whatIf(cutting: [places[0]]).freedObjects == 0)
    #expect(analysis.whatIf(cutting: places).freedBytes == 200)
    #expect(analysis.whatIf(cutting: [Self.places(analysis, 3, 4)[0]]).freedObjects == 0)
  }

  /// A shared table is copied before a value in it changes: the other object keeps its own.
  @Test func sharedTablesStay() throws {
    let analysis = try HeapAnalysis.of(Self.emitter(sharedTable: true))
    #expect(analysis.whatIf(cutting: Self.places(analysis, 2, 4)).freedObjects == 0)
    #expect(analysis.companion(of: Self.places(analysis, 2, 4)[0]) == nil)
  }

  /// A ⇄ B, each in a table of the other too, held by a property with a slot.
  @Test func cutsOfCyclesAreProperties() throws {
    var builder = ReferenceGraphBuilder()
    let global = builder.add("global", size: 1)
    let globals = builder.add(Self.store, size: 0)
    let cell = builder.add(ObjectClass(name: "system / PropertyCell", flags: [.engine, .backingStore]), size: 0)
    builder.addRoot(global, name: "global")
    let a = builder.add("A", size: 10)
    let b = builder.add("B", size: 20)
    let tableOfA = builder.add(Self.store, size: 0)
    let tableOfB = builder.add(Self.store, size: 0)
    builder.refer(global, to: a, field: 1)
    builder.refer(global, to: globals, field: 2)
    builder.refer(globals, to: cell, field: 0)
    builder.refer(cell, to: a, field: 0)
    for (one, table, other) in [(a, tableOfA, b), (b, tableOfB, a)] {
      builder.refer(one, to: other, field: 1)
      builder.refer(one, to: table, field: 2)
      builder.refer(table, to: other, field: 7)
    }
    let analysis = try HeapAnalysis.of(builder.build())
    let report = analysis.report(on: ComponentID(0))
    #expect(report.insideCut.method == .exact && report.insideCut.referenceCount == 1)
    let inside = try #require(report.insideCut.references.first)
    #expect(inside.source == a || inside.source == b)
    #expect(
      report.insideCut.explanation.hasPrefix(
        "Without this reference and its slot in the object's table it has no cycle")
    )
    let entry = try #require(report.entryCut)
    #expect(entry.method == .exact && entry.references == Self.places(analysis, 1, 4))
    #expect(entry.freedBytes == 30 && entry.explanation.contains("and its slot in the object's table"))
    #expect(analysis.whatIf(cutting: entry.references).freedBytes == 30)
    // Several at once are searched for.
    #expect(analysis.whatIf(cutting: entry.references + Self.places(analysis, 4, 5)).freedBytes == 30)
    #expect(analysis.whatIf(cutting: Self.places(analysis, 4, 5) + Self.places(analysis, 4, 6)).freedBytes == 20)
  }
}
