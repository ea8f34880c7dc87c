import ReferenceGraph
import Testing

@testable import GraphAnalysis

/// What is named as the culprit, of all that leads to the same bytes.
@Suite struct CulpritTests {
  /// Details that tell whose code a class is by its name, `app.` or `rt.`, and a root by its kind.
  private struct OwnedDetails: ObjectDetails {
    let graph: ReferenceGraph
    /// By name of a root the group and the goroutine it is of.
    var groups: [String: RootGroup] = [:]
    var occupancies: [ObjectID: Occupancy] = [:]

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { ".f\(field)" }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
    func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
    func facts(ofRoot index: Int) -> [Fact] { [] }
    func owner(of object: ObjectID) -> CodeOwner {
      let name = graph.objectClass(of: object).name
      return name.hasPrefix("app.") ? .program : name.hasPrefix("rt.") ? .runtime : .unknown
    }
    func owner(ofRoot index: Int) -> CodeOwner { graph.nameOfRoot(index).contains("app.") ? .program : .runtime }
    func group(ofRoot index: Int) -> RootGroup? { groups[graph.nameOfRoot(index)] }
    func occupancy(of object: ObjectID) -> Occupancy? { occupancies[object] }
    func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool { field == 9 }
    func isPart(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool { field == 8 }
    func owner(ofGlobal field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> CodeOwner {
      field < 100 ? .runtime : .program
    }
  }

  private func suspects(
    _ builder: consuming ReferenceGraphBuilder, change: (inout OwnedDetails) -> Void = { _ in }
  ) throws -> [Suspect] {
    let graph = builder.build()
    var details = OwnedDetails(graph: graph)
    change(&details)
    return try HeapAnalysis.of(graph, details: details).suspects
  }

  /// A queue of the runtime's with `length` nodes of `classes` in turn, each with `bytes` of its own.
  private func queue(_ length: Int, _ classes: [String], bytes: UInt64 = 40) -> ReferenceGraphBuilder {
    var builder = ReferenceGraphBuilder()
    let queue = builder.add("rt.Queue", size: 24)
    builder.addRoot(queue, kind: .staticField, name: "static app.EventLog.pending")
    var last = queue
    for index in 0..<length {
      let node = builder.add(classes[index % classes.count], size: bytes)
      builder.refer(last, to: node, field: 1)
      last = node
    }
    return builder
  }

  @Test func aLinkedListIsOneChain() throws {
    let first = try #require(suspects(queue(3000, ["rt.Node"])).first)
    #expect(first.kind == .chain && first.title == "a chain of 3,000 × rt.Node" && first.count == 3000)
    #expect(first.holder == "static app.EventLog.pending")
    #expect(first.retained == 3000 * 40 && first.retainedIsExact)
    #expect(first.onItsWay == [Suspect.Way(title: "rt.Queue", retained: 3000 * 40 + 24)])
  }

  @Test(arguments: [2, 3, 5]) func aChainOfSeveralClassesInTurn(turn: Int) throws {
    let first = try #require(suspects(queue(600, (0..<turn).map { "rt.Part\($0)" })).first)
    #expect(first.kind == .chain && first.title.contains("a chain of \(600 / turn) × rt.Part"))
    #expect(first.holder == "static app.EventLog.pending")
  }

  @Test func aVeryLongChainIsFollowedByALoop() throws {
    let first = try #require(suspects(queue(200_000, ["rt.Node"])).first)
    #expect(first.title == "a chain of 200,000 × rt.Node")
    let mixed = try #require(suspects(queue(100_000, ["rt.Left", "rt.Right"])).first)
    #expect(mixed.count == 50_000 && mixed.kind == .chain)
  }

  /// What hangs on the nodes is the program's: the chain is named as where it hangs.
  @Test(arguments: [["rt.Node"], ["rt.Left", "rt.Right"]]) func whatAChainIsFullOf(classes: [String]) throws {
    var builder = ReferenceGraphBuilder()
    var last = builder.add("rt.Queue", size: 24)
    builder.addRoot(last, kind: .staticField, name: "static app.Log.pending")
    for index in 0..<400 {
      let node = builder.add(classes[index % classes.count], size: 24)
      builder.refer(last, to: node, field: 1)
      if index % classes.count == 0 { builder.refer(node, to: builder.add("app.Event", size: 500), field: 2) }
      last = node
    }
    let first = try #require(suspects(builder).first)
    let count = 400 / classes.count
    #expect(first.kind == .chain && first.count == count, "\(first.title)")
    #expect(first.title.hasPrefix("\(count) × app.Event in a chain of \(count) × "))
    #expect(first.retained == UInt64(500 * count))
  }

  /// A tree of one class spreads: no chain.
  @Test func aTreeOfOneClassIsAGroup() throws {
    var builder = ReferenceGraphBuilder()
    let top = builder.add("app.Folder", size: 100)
    builder.addRoot(top, name: "global app.root")
    var folders = [top]
    for index in 1..<1000 {
      let folder = builder.add("app.Folder", size: 100)
      builder.refer(folders[(index - 1) / 3], to: folder, field: 1)
      folders.append(folder)
    }
    let first = try #require(suspects(builder).first)
    #expect(first.kind == .group && first.title == "1,000 × app.Folder" && first.retained == 100_000)
  }

  /// A cycle of the runtime's own that leads to the cycles of the program stands below those.
  @Test func theProgramsCyclesGoBeforeTheRuntimesAboveThem() throws {
    var builder = ReferenceGraphBuilder()
    let module = builder.add("rt.Module", size: 100)
    let layer = builder.add("rt.Layer", size: 100)
    builder.addRoot(module, kind: .native, name: "JNI global rt.Module")
    builder.refer(module, to: layer, field: 1)
    builder.refer(layer, to: module, field: 1)
    let type = builder.add(ObjectClass(name: "java.lang.Class", flags: .metadata), size: 100)
    builder.refer(layer, to: type, field: 2)
    let registry = builder.add("app.Registry", size: 16)
    builder.refer(type, to: registry, field: 3)
    let list = builder.add(ObjectClass(name: "rt.Object[]", flags: .array), size: 1000)
    builder.refer(registry, to: list, field: 4)
    for index in 0..<200 {
      let screen = builder.add("app.Screen", size: 200)
      let lambda = builder.add("app.Screen$$Lambda", size: 16)
      builder.refer(list, to: lambda, field: UInt32(100 + index))
      builder.refer(lambda, to: screen, field: 5)
      builder.refer(screen, to: lambda, field: 6)
      builder.refer(screen, to: builder.add(ObjectClass(name: "byte[]", flags: .pointerFree), size: 6000), field: 7)
    }
    let found = try suspects(builder)
    let first = try #require(found.first)
    #expect(first.kind == .heldCycle && first.title == "200 × app.Screen ⇄ app.Screen$$Lambda")
    #expect(first.retained == 200 * 6216 && first.count == 200)
    #expect(first.onItsWay.contains { $0.title.contains("rt.Layer") })
    #expect(!found.contains { $0.title.contains("rt.Layer") })
  }

  /// What objects share belongs to them together.
  @Test func whatObjectsShareIsCounted() throws {
    var builder = ReferenceGraphBuilder()
    let list = builder.add(ObjectClass(name: "rt.Object[]", flags: .array), size: 100)
    builder.addRoot(list, name: "global app.sessions")
    let shared = builder.add(ObjectClass(name: "byte[]", flags: .pointerFree), size: 5000)
    for index in 0..<10 {
      let session = builder.add("app.Session", size: 100)
      builder.refer(list, to: session, field: UInt32(index))
      builder.refer(session, to: builder.add("rt.Buffer", size: 900), field: 1)
      builder.refer(session, to: shared, field: 2)
    }
    let first = try #require(suspects(builder).first)
    #expect(first.title == "10 × app.Session" && first.retained == 15_000 && first.retainedIsExact)
  }

  /// Goroutines that wait in one function are one suspect, with what only several of them hold.
  @Test func rootsThatAreAlikeAreOneSuspect() throws {
    var builder = ReferenceGraphBuilder()
    let shared = builder.add("app.Results", size: 3000)
    var names: [String: RootGroup] = [:]
    for index in 0..<20 {
      let report = builder.add("app.Report", size: 400)
      let name = "goroutine \(index) [chan send] app.produce r"
      names[name] = RootGroup(name: "goroutines [chan send] app.produce main.go:17", member: UInt64(index))
      builder.addRoot(report, kind: .frame, name: name)
      builder.addRoot(shared, kind: .frame, name: name)
    }
    let other = builder.add("app.Config", size: 900)
    builder.addRoot(other, name: "global app.config")
    let found = try suspects(builder) { $0.groups = names }
    let first = try #require(found.first)
    #expect(first.kind == .rootGroup && first.count == 20 && first.retained == 11_000)
    #expect(first.title == "20 goroutines [chan send] app.produce main.go:17: 20 × app.Report")
    #expect(found.map(\.retained) == found.map(\.retained).sorted(by: >))
  }

  /// A collection of the runtime's is named by what the program sees, not by its inner table.
  @Test func aCollectionIsNamedNotItsTable() throws {
    var builder = ReferenceGraphBuilder()
    let owner = builder.add("app.Cache", size: 16)
    builder.addRoot(owner, name: "global app.cache")
    let map = builder.add("rt.Map", size: 32)
    builder.refer(owner, to: map, field: 2)
    let table = builder.add(ObjectClass(name: "rt.Table", flags: .array), size: 57_344)
    builder.refer(map, to: table, field: 9)
    for index in 0..<40 { builder.refer(table, to: builder.add("rt.String", size: 10), field: UInt32(index + 20)) }
    let found = try suspects(builder) {
      $0.occupancies[map] = Occupancy(entries: 40, places: 57_344, unusedBytes: 57_304)
    }
    let first = try #require(found.first)
    #expect(first.kind == .largeStore && first.object == map)
    #expect(first.title == "rt.Map, 40 of 57,344 in use" && first.holder == "global app.cache .f2")
    #expect(first.reasons.contains { $0.hasPrefix("only 40 of 57,344 places are in use: 56.0 KiB") })
  }

  /// The tables of a map of the program's types are called by those, and are the map's all the same.
  @Test func theTablesOfAMapAreNotWhatIsInIt() throws {
    var builder = ReferenceGraphBuilder()
    let map = builder.add("app.map[int]app.Order", size: 48)
    builder.addRoot(map, name: "global app.orders")
    let directory = builder.add(ObjectClass(name: "app.[]*table", flags: .array), size: 64)
    builder.refer(map, to: directory, field: 8)
    for _ in 0..<8 {
      let table = builder.add("app.table", size: 32)
      builder.refer(directory, to: table, field: 8)
      builder.refer(table, to: builder.add("app.group", size: 7000), field: 8)
    }
    let found = try suspects(builder) {
      $0.occupancies[map] = Occupancy(entries: 30, places: 1000, unusedBytes: 55_000)
    }
    let first = try #require(found.first)
    #expect(first.object == map && first.title == "app.map[int]app.Order, 30 of 1,000 in use")
    #expect(first.retained == 8 * 7032 + 64 + 48)
  }

  /// What branches off before what was named is no part of it, however much there is.
  @Test func whatHangsBesideIsNoPart() throws {
    var builder = ReferenceGraphBuilder()
    let top = builder.add("rt.Top", size: 10)
    builder.addRoot(top, name: "global app.top")
    let list = builder.add(ObjectClass(name: "rt.List", flags: .array), size: 60)
    builder.refer(top, to: list, field: 1)
    for index in 0..<100 { builder.refer(list, to: builder.add("rt.Leaf", size: 60), field: UInt32(index + 20)) }
    for index in 0..<50 {
      builder.refer(top, to: builder.add("app.A", size: 60), field: UInt32(index + 200))
      builder.refer(top, to: builder.add("app.B", size: 20), field: UInt32(index + 300))
    }
    let titles = try suspects(builder).map(\.title)
    #expect(titles == ["rt.List of 100 × rt.Leaf", "50 × app.A", "50 × app.B"])
  }

  /// The runtime's own, unless it is more than half of all, is named behind what the program keeps.
  @Test(arguments: [0, 9000] as [UInt64]) func theRuntimesOwnStandsBehindTheProgram(others: UInt64) throws {
    var builder = ReferenceGraphBuilder()
    let functions = builder.add("rt.Functions", size: 10)
    builder.addRoot(functions, kind: .native, name: "handles")
    for index in 0..<90 {
      builder.refer(functions, to: builder.add("rt.Function", size: 100), field: UInt32(index + 20))
    }
    let sessions = builder.add(ObjectClass(name: "Array", flags: .array), size: 50)
    builder.addRoot(sessions, name: "global app.sessions")
    for index in 0..<30 {
      builder.refer(sessions, to: builder.add("app.Session", size: 30), field: UInt32(index + 20))
    }
    let config = builder.add(ObjectClass(name: "byte[]", flags: .pointerFree), size: others)
    builder.addRoot(config, kind: .native, name: "handles")
    let found = try suspects(builder).map(\.title).filter { $0 != "byte[]" }
    let both = ["30 × app.Session", "rt.Functions of 90 × rt.Function"]
    #expect(found == (others > 0 ? both : both.reversed()))
  }

  /// A cycle of objects whose type nobody knows says less than what hangs on it.
  @Test func whatHasATypeIsNamedBeforeACycleWithout() throws {
    var builder = ReferenceGraphBuilder()
    let processor = builder.add(ObjectClass(name: "9472 B", flags: .untyped), size: 9472)
    builder.addRoot(processor, name: "global rt.allp")
    builder.refer(processor, to: processor, field: 1)
    let timers = builder.add(ObjectClass(name: "4096 B", flags: [.untyped, .array]), size: 4096)
    builder.refer(processor, to: timers, field: 2)
    for index in 0..<500 { builder.refer(timers, to: builder.add("rt.timer", size: 100), field: UInt32(index + 20)) }
    let config = builder.add("app.Config", size: 1000)
    builder.addRoot(config, name: "global app.config")
    let found = try suspects(builder)
    #expect(found.map(\.title) == ["4096 B of 500 × rt.timer", "app.Config"])
    #expect(found.first?.onItsWay.contains { $0.title.contains("9472 B") } == true)
  }

  /// Properties of a global object that hold objects of one class have no more in common.
  @Test func variablesAreNoGroup() throws {
    var builder = ReferenceGraphBuilder()
    let global = builder.add(ObjectClass(name: "global", flags: .globalObject), size: 10)
    builder.addRoot(global, kind: .global, name: "global")
    for index in 0..<6 {
      let array = builder.add(ObjectClass(name: "Array", flags: .array), size: 50)
      builder.refer(global, to: array, field: UInt32(index == 0 ? 5 : 100 + index))
      for entry in 0..<40 {
        let name = index == 0 ? "rt.Module" : "app.Item\(index)"
        builder.refer(array, to: builder.add(name, size: index == 0 ? 200 : 50), field: UInt32(entry + 200))
      }
    }
    let found = try suspects(builder)
    #expect(Set(found.prefix(5).map(\.title)) == Set((1...5).map { "40 × app.Item\($0)" }))
    #expect(found.last?.title == "Array of 40 × rt.Module" && found.count == 6)
    #expect(found.first { $0.title.hasSuffix("Item3") }?.holder == "global.f103")
  }

  /// Where nobody says whose code it is, what there is most of is named all the same.
  @Test func withoutOwners() throws {
    var builder = ReferenceGraphBuilder()
    let cache = builder.add("Cache", size: 10)
    builder.addRoot(cache, name: "global cache")
    for index in 0..<200 { builder.refer(cache, to: builder.add("Entry", size: 100), field: UInt32(index)) }
    let first = try #require(HeapAnalysis.of(builder.build()).suspects.first)
    #expect(first.title == "Cache of 200 × Entry" && first.holder == "global cache" && first.retained == 20_010)
    #expect(first.object == cache)
  }

  /// What is under a hundredth of the heap stands apart, at the end.
  @Test func smallSuspectsStandApart() throws {
    var builder = ReferenceGraphBuilder()
    let big = builder.add("app.Image", size: 1_000_000)
    builder.addRoot(big, name: "global app.image")
    for index in 0..<3 {
      let a = builder.add("app.A\(index)", size: 100)
      let b = builder.add("app.B\(index)", size: 100)
      builder.addRoot(a, name: "global app.a\(index)")
      builder.refer(a, to: b, field: 1)
      builder.refer(b, to: a, field: 1)
    }
    let graph = builder.build()
    let analysis = try HeapAnalysis.of(graph, details: OwnedDetails(graph: graph))
    #expect(analysis.suspects.first?.title == "app.Image")
    #expect(analysis.smallSuspects.count == 3 && analysis.suspects.count == 4)
  }
}
