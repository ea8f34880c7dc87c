import GraphAnalysis
import ReferenceGraph
import Testing

/// Suspects, shapes and their names on small heaps made for the purpose.
@Suite struct SuspectTests {
  /// `count` cycles Session ⇄ Handler, each in a registry that a global variable holds.
  private static func leak(_ count: Int, rootKind: RootKind = .data, name: String = "global main.sessions")
    -> ReferenceGraph
  {
    var builder = ReferenceGraphBuilder()
    let registry = builder.add(ObjectClass(name: "[]Session", flags: .array), size: 64)
    builder.addRoot(registry, kind: rootKind, name: name)
    for index in 0..<count {
      let session = builder.add("Session", size: 100)
      let handler = builder.add("Handler", size: 50)
      builder.refer(registry, to: session, field: UInt32(index))
      builder.refer(session, to: handler, field: 1)
      builder.refer(handler, to: session, field: 2)
    }
    // A cycle of the same kind that nothing holds.
    let session = builder.add("Session", size: 100)
    let handler = builder.add("Handler", size: 50)
    builder.refer(session, to: handler, field: 1)
    builder.refer(handler, to: session, field: 2)
    return builder.build()
  }

  @Test func cyclesOfOneShape() throws {
    let analysis = try HeapAnalysis.of(Self.leak(150))
    let shape = try #require(analysis.shapes.first)
    #expect(analysis.shapes.count == 1)
    #expect(shape.title == "Session ⇄ Handler")
    #expect(shape.count == 151 && shape.heldCount == 150)
    #expect(shape.retained == 150 * 150 && shape.shallow == 151 * 150)
    #expect(shape.entries == 150 && shape.references == 302 && shape.objects == 302)
    #expect(shape.components.last == ComponentID(150))
    #expect(!analysis.components[ComponentID(150)].isHeld)
    let suspect = try #require(analysis.suspects.first)
    #expect(suspect.kind == .heldCycle && suspect.shape == 0 && suspect.retained == 22500)
    #expect(suspect.reasons.contains("150 cycles of one shape are held"))
    #expect(suspect.reasons.contains("held by a global variable, global main.sessions"))
  }

  @Test func reportNamesTheWayIn() throws {
    let analysis = try HeapAnalysis.of(Self.leak(3))
    let report = analysis.report(on: ComponentID(1))
    #expect(report.witness.steps.map(\.object) == [ObjectID(4), ObjectID(5)])
    #expect(report.path.map(\.source) == [.root, ObjectID(1)])
    #expect(report.insideCut.referenceCount == 1 && report.insideCut.method == .exact)
    let entry = try #require(report.entryCut)
    #expect(entry.references == report.path.suffix(1) && entry.freedBytes == 150 && entry.freedObjects == 2)
    #expect(report.holders == [0] && report.holderCount == 1 && !report.holdersAreCapped)
    #expect(report.matrix.rows.count == 2 && report.matrix.links.map(\.field).sorted() == [".f1", ".f2"])
    let loose = analysis.report(on: ComponentID(3))
    #expect(loose.entryCut == nil && loose.path.isEmpty && loose.holders.isEmpty)
    #expect(loose.witness.steps.count == 2)
    #expect(loose.insideCut.explanation.hasSuffix("No root reaches it: the collector takes it with or without."))
  }

  /// The root of a system class cannot be taken away: its objects refer to it too, and it is never unloaded.
  @Test(arguments: [(RootKind.systemClass, true), (.data, false)])
  func classesThatAreRootsStayLoaded(kind: RootKind, stays: Bool) throws {
    var builder = ReferenceGraphBuilder()
    let registry = builder.add("java.lang.Class", size: 100)
    let entry = builder.add("Entry", size: 20)
    builder.addRoot(registry, kind: kind, name: "system class Registry")
    builder.refer(registry, to: entry, field: 1)
    builder.refer(entry, to: registry, field: 2)
    let cut = try #require(HeapAnalysis.of(builder.build()).report(on: ComponentID(0)).entryCut)
    #expect(cut.freedBytes == 120)
    #expect(cut.explanation.hasSuffix("stays loaded: its static fields can be cleared.") == stays)
  }

  @Test(arguments: [
    (RootKind.goroutine, "goroutine 17 [chan receive] main.worker", "held by a stack"),
    (.finalizer, "finalizer of 0x10", "held by a finalizer"),
    (.staticField, "A.cache", "held by a static field"),
    (.thread, "main", "held by a thread"),
  ]) func reasons(kind: RootKind, name: String, reason: String) throws {
    let analysis = try HeapAnalysis.of(Self.leak(1, rootKind: kind, name: name))
    let suspect = try #require(analysis.suspects.first)
    #expect(suspect.reasons.contains { $0.hasPrefix(reason) && $0.contains(name) })
  }

  /// How stacks are called that wait for something is for the format to say.
  @Test func blockedStacks() throws {
    var details = PlainDetails()
    details.idioms.blockedStates = ["[chan "]
    details.idioms.blocked = "a blocked goroutine"
    let name = "goroutine 17 [chan receive] main.worker"
    let analysis = try HeapAnalysis.of(Self.leak(1, rootKind: .goroutine, name: name), details: details)
    #expect(analysis.suspects.first?.reasons.contains("held by a blocked goroutine, \(name)") == true)
  }

  /// The links of a list in a cache of the program's, which also has a table, are no suspect beside the cache.
  @Test func theListInACacheIsOnItsWay() throws {
    var builder = ReferenceGraphBuilder()
    let cache = builder.add("app.LRU", size: 16)
    builder.addRoot(cache, kind: .data, name: "global app.lru")
    let table = builder.add("rt.Map", size: 20_000)
    let list = builder.add("rt.List", size: 48)
    builder.refer(cache, to: table, field: 1)
    builder.refer(cache, to: list, field: 2)
    var owners: [ObjectID: CodeOwner] = [cache: .program, table: .runtime, list: .runtime]
    var last = list
    for index in 0..<300 {
      let element = builder.add("rt.Element", size: 148)
      owners[element] = .runtime
      builder.refer(last, to: element, field: 3)
      builder.refer(element, to: last, field: 5)
      builder.refer(table, to: element, field: UInt32(index + 10))
      last = element
    }
    builder.refer(last, to: list, field: 3)
    builder.refer(list, to: last, field: 5)
    let analysis = try HeapAnalysis.of(builder.build(), owners: owners)
    #expect(analysis.suspects.map(\.title) == ["app.LRU of 300 × rt.Element"])
    let first = try #require(analysis.suspects.first)
    #expect(first.holder == "global app.lru")
    #expect(first.onItsWay.contains { $0.title.contains("rt.Element") && $0.title.contains("rt.List") })
    #expect(!analysis.suspects.contains { $0.shape != nil })
  }

  @Test func accumulationPoint() throws {
    var builder = ReferenceGraphBuilder()
    let cache = builder.add("Cache", size: 10)
    let table = builder.add(ObjectClass(name: "[]Entry", flags: .array), size: 10)
    builder.addRoot(cache, name: "global cache")
    builder.refer(cache, to: table)
    for index in 0..<100 { builder.refer(table, to: builder.add("Entry", size: 100), field: UInt32(index)) }
    let analysis = try HeapAnalysis.of(builder.build(), details: PlainDetails(hasElements: true))
    #expect(analysis.suspects.map(\.object) == [table])
    #expect(analysis.suspects.first?.kind == .largeStore)
    #expect(analysis.suspects.first?.title == "[]Entry of 100 × Entry")
    #expect(analysis.suspects.first?.retained == 10_010)
    let none = try HeapAnalysis.of(builder.build()) { ($0.accumulationShare, $0.storeShare) = (2, 2) }
    #expect(none.suspects.isEmpty)
  }

  @Test func keyDependsOnNamesOnly() throws {
    func analysis(padding: Int) throws -> HeapAnalysis {
      var builder = ReferenceGraphBuilder()
      for index in 0..<padding { builder.add("Padding\(index)") }
      let a = builder.add("A")
      let b = builder.add("B")
      let c = builder.add("C")
      builder.refer(a, to: b, field: 1)
      builder.refer(b, to: c, field: 2)
      builder.refer(c, to: a, field: 3)
      return try HeapAnalysis.of(builder.build())
    }
    let one = try analysis(padding: 0).shapes
    let other = try analysis(padding: 9).shapes
    #expect(one.map(\.key) == other.map(\.key))
    #expect(one.first?.title == "A → B → C → A")
    #expect(one.first?.key.count == 16)
    #expect(one.first?.signature.map(\.field) == [".f1", ".f2", ".f3"])
  }

  /// What an engine has for arrays, properties and variables says less than the program's classes.
  @Test func titlesNameTheProgramsClasses() throws {
    var builder = ReferenceGraphBuilder()
    let names = ["(array)", "(object elements)", "Bus", "Widget", "system / Context", "[]Bus"]
    let members = names.map { builder.add($0) }
    for (index, member) in members.enumerated() {
      builder.refer(member, to: members[(index + 1) % members.count])
      builder.refer(member, to: members[(index + 2) % members.count])
    }
    #expect(try HeapAnalysis.of(builder.build()).shapes.map(\.title) == ["Bus, Widget, (array), …"])
  }

  @Test func detachedElementsAndLargeTables() throws {
    var builder = ReferenceGraphBuilder()
    let global = builder.add("Window", size: 8)
    builder.addRoot(global, kind: .global, name: "Window")
    let detached = ObjectClass(name: "Detached <div>", flags: .detached)
    for _ in 0..<3 {
      let tree = builder.add(detached, size: 100)
      builder.refer(global, to: tree, field: 1)
      for _ in 0..<4 { builder.refer(tree, to: builder.add(detached, size: 10), field: 2) }
    }
    let map = builder.add("Map", size: 32)
    let table = builder.add(ObjectClass(name: "(table)", flags: .array), size: 20_000)
    builder.refer(global, to: map, field: 3)
    builder.refer(map, to: table, field: 4)
    for index in 0..<1500 { builder.refer(table, to: builder.add("Entry", size: 16), field: UInt32(index)) }
    let small = builder.add(ObjectClass(name: "Array", flags: .array), size: 16)
    builder.refer(global, to: small, field: 6)
    let analysis = try HeapAnalysis.of(builder.build(), details: PlainDetails(hasElements: true)) {
      $0.accumulationShare = 2
    }
    #expect(analysis.suspects.map(\.kind) == [.largeStore, .detachedTree])
    let store = try #require(analysis.suspects.first)
    #expect(store.object == table && store.retained == 20_000 + 1500 * 16)
    #expect(store.title == "(table) of 1,500 × Entry" && store.onItsWay.map(\.title) == ["Map"])
    #expect(store.reasons.first == "an array of 1,500 references")
    #expect(!store.reasons.contains { $0.contains("never emptied") })
    #expect(store.holder.hasPrefix("Window"))
    let tree = try #require(analysis.suspects.last)
    #expect(tree.retained == 420)
    #expect(tree.reasons.first == "15 elements hang in no document and are still held, in 3 trees")
  }
}
