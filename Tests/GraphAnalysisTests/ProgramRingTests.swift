import ReferenceGraph
import Testing

@testable import GraphAnalysis

/// Titles and rings show the program's classes, not what happens to be shortest or first in the alphabet.
@Suite struct ProgramRingTests {
  private func ring(_ analysis: HeapAnalysis) -> String {
    analysis.report(on: ComponentID(0)).witness.steps.map { analysis.graph.objectClass(of: $0.object).name }
      .joined(separator: " ")
  }

  /// A runtime's map that refers to its view and back, in one component with 5 sessions that a store of the program holds.
  private func store() -> (ReferenceGraph, [ObjectID: CodeOwner]) {
    var builder = ReferenceGraphBuilder()
    let map = builder.add("ConcurrentHashMap", size: 64)
    let view = builder.add("ValuesView", size: 16)
    let store = builder.add("Store", size: 16)
    builder.addRoot(store, name: "root")
    builder.refer(store, to: map, field: 1)
    builder.refer(map, to: view, field: 2)
    builder.refer(view, to: map, field: 3)
    var owners: [ObjectID: CodeOwner] = [map: .runtime, view: .runtime, store: .program]
    for _ in 0..<5 {
      let session = builder.add("Session", size: 1000)
      builder.refer(map, to: session, field: 4)
      builder.refer(session, to: store, field: 5)
      owners[session] = .program
    }
    return (builder.build(), owners)
  }

  @Test func theRingIsOneOfTheProgram() throws {
    let (graph, owners) = store()
    #expect(ring(try HeapAnalysis.of(graph, owners: owners)) == "Store ConcurrentHashMap Session")
    // Where nobody knows whose classes they are, the shortest ring is as good as any.
    let plain = try HeapAnalysis.of(graph)
    #expect(ring(plain) == "ConcurrentHashMap ValuesView")
    #expect(plain.report(on: ComponentID(0)).witness.isShortest)
  }

  @Test func theTitleBeginsWithTheProgramsClassesByBytes() throws {
    let (graph, owners) = store()
    let analysis = try HeapAnalysis.of(graph, owners: owners)
    #expect(analysis.shapes[0].title == "Session, Store, ConcurrentHashMap, …")
    let plain = try HeapAnalysis.of(graph)
    #expect(plain.shapes[0].title == "Session, ConcurrentHashMap, Store, …")
    // What marks, diffs and gates go by is the same.
    #expect(plain.shapes[0].key == analysis.shapes[0].key)
    #expect(plain.shapes[0].signature == analysis.shapes[0].signature)
  }

  /// What hangs on a member is its weight, not what members below it hold.
  @Test func aHeadDoesNotWeighWhatItsMembersHold() throws {
    var builder = ReferenceGraphBuilder()
    let head = builder.add("A", size: 16)
    builder.addRoot(head, name: "root")
    for _ in 0..<3 {
      let node = builder.add("B", size: 16)
      builder.refer(head, to: node)
      builder.refer(node, to: head)
      builder.refer(node, to: builder.add("byte[]", size: 500))
    }
    #expect(try HeapAnalysis.of(builder.build()).shapes[0].title == "B ⇄ A")
  }

  @Test func oneRingBeginsWithItsHeaviestClass() throws {
    var builder = ReferenceGraphBuilder()
    let a = builder.add("A", size: 16)
    let b = builder.add("B", size: 16)
    let c = builder.add("C", size: 160)
    builder.addRoot(a, name: "root")
    builder.refer(a, to: b)
    builder.refer(b, to: c)
    builder.refer(c, to: a)
    #expect(try HeapAnalysis.of(builder.build()).shapes[0].title == "C → A → B → C")
  }

  /// Two ways of one length: that through the program's object is drawn.
  @Test func ofTwoWaysThatThroughTheProgram() throws {
    var builder = ReferenceGraphBuilder()
    let bus = builder.add("Bus", size: 16)
    let list = builder.add("List", size: 16)
    let handler = builder.add("Handler", size: 16)
    let end = builder.add("Screen", size: 16)
    builder.addRoot(bus, name: "root")
    builder.refer(bus, to: list)
    builder.refer(bus, to: handler)
    builder.refer(list, to: end)
    builder.refer(handler, to: end)
    builder.refer(end, to: bus)
    let owners: [ObjectID: CodeOwner] = [bus: .program, list: .runtime, handler: .program, end: .program]
    #expect(ring(try HeapAnalysis.of(builder.build(), owners: owners)) == "Bus Handler Screen")
  }
}
