import ReferenceGraph
import Testing

@testable import DumpLoading

/// Stripped programs: Fixtures/go-lean has them, their machine code zeroed, with the dumps that they wrote.
struct GoLeanTests {
  static func heap(_ dump: String, _ executable: String) throws -> Heap {
    let file = try ScratchFile(Fixture.unpacked("go-lean/\(executable).gz"))
    return try DumpLoading.load(
      path: Fixture.path("go-lean/\(dump).heapdump.gz"), options: LoadOptions(executable: file.path))
  }

  static func count(_ name: String, in heap: Heap) -> Int {
    let graph = heap.graph
    return (1...UInt32(graph.objectCount)).count { graph.objectClass(of: ObjectID($0)).name == name }
  }

  static func first(_ name: String, in heap: Heap) throws -> ObjectID {
    let graph = heap.graph
    let id = (1...UInt32(graph.objectCount)).first { graph.objectClass(of: ObjectID($0)).name == name }
    return ObjectID(try #require(id, "no \(name)"))
  }

  /// 32 bits, and 64 bits with the highest byte first.
  @Test(arguments: ["386", "s390x"])
  func methodValuesHaveTypesOnEverySystem(_ system: String) throws {
    let heap = try Self.heap("widgets-\(system)", "widgets-\(system)")
    #expect(Self.count("main.widget", in: heap) == 200)
    #expect(Self.count("closure main.(*widget).handle-fm", in: heap) == 200)
    #expect(Self.count("main.bus", in: heap) == 1)
    let handlers = try Self.first("[]func(int)", in: heap)
    let closure = heap.graph.target(of: try #require(heap.graph.references(of: handlers).first))
    #expect(heap.graph.objectClass(of: closure).name == "closure main.(*widget).handle-fm")
    let receiver = heap.details.values(of: closure, from: 0, limit: 10).values.map(\.name)
    #expect(receiver == ["function", "captured receiver"])
    #expect(heap.details.owner(of: closure) == .program && heap.facts.warnings.isEmpty)
  }

  // MARK: cleanups

  /// The program keeps its symbols: they say which objects cleanups are attached to.
  @Test func whatCleanupsHoldIsTold() throws {
    let heap = try Self.heap("cleanups", "cleanups")
    let graph = heap.graph
    let holders = heap.facts.unreachable.holders
    #expect(
      holders.map(\.words).sorted() == [
        "a cleanup", "a cleanup", "a cleanup (of 2)", "a cleanup (of 3)", "a cleanup (of 5)",
      ])
    let state = try #require(holders.first { $0.words == "a cleanup (of 5)" })
    #expect(
      state.evidence
        == "5 closures of runtime.AddCleanup for arguments of type *main.State, and 5 objects that can be those")
    #expect(state.objects.count == 10 && state.objects == state.objects.sorted { $0 < $1 })
    let (_, _, seen) = heap.reachable([.strong, .maybe], recorded: true)
    #expect(state.objects.allSatisfy { !seen[$0.index] })
    let held = Set(state.objects.flatMap { graph.references(of: $0).map { graph.target(of: $0) } })
    #expect(held.count == 5 && held.allSatisfy { graph.objectClass(of: $0).name == "main.State" })
    // The object that waits for it is held by what it waits for.
    let node = try #require(holders.first { $0.words == "a cleanup (of 3)" })
    #expect(node.isForEver && !state.isForEver && state.lifetime.contains("attached to"))
    // A structure as the argument, and a number.
    let evidence = holders.map(\.evidence)
    #expect(evidence.contains { $0.hasSuffix("type main.Pair, and an object that can be one") })
    #expect(evidence.contains { $0.hasSuffix("type int32, and 2 objects that can be those") })
    // Without debug information nobody knows which closures are functions of cleanups.
    guard case .notKnown(let reason) = heap.facts.unreachable.rest else {
      Issue.record("the method values are functions of cleanups")
      return
    }
    #expect(reason.contains("closures that may be functions of cleanups"))
  }

  // MARK: culprits

  @Test func mapsSayHowFullTheyAre() throws {
    let heap = try Self.heap("shop", "shop")
    let sessions = try #require(heap.details.occupancy(of: try Self.first("map[string]*main.value", in: heap)))
    #expect(sessions.entries == 40 && sessions.places == 8192 && sessions.unusedBytes > 200_000)
    let plain = try #require(heap.details.occupancy(of: try Self.first("map[main.key]main.value", in: heap)))
    #expect(plain.entries == 7 && plain.places == 4096)
    let graph = heap.graph
    let groups = (1...UInt32(graph.objectCount)).map { ObjectID($0) }
      .filter { graph.objectClass(of: $0).name == "map.group[string]*main.value" }
      .compactMap { heap.details.occupancy(of: $0) }
    #expect(groups.reduce(0) { $0 + $1.entries } == 40 && groups.reduce(0) { $0 + $1.places } == 8192)
    #expect(heap.details.occupancy(of: try Self.first("main.report", in: heap)) == nil)
  }

  /// They wait to send what only their stacks have.
  @Test func valuesThatAreSentHaveTypes() throws {
    let heap = try Self.heap("shop", "shop")
    let graph = heap.graph
    #expect(Self.count("main.report", in: heap) == 21)
    #expect(Self.count("chan *main.report", in: heap) == 20)
    var groups: [String: Set<UInt64>] = [:]
    for index in graph.roots.indices where graph.objectClass(of: graph.roots[index].target).name == "main.report" {
      guard let group = heap.details.group(ofRoot: index) else { continue }
      groups[group.name, default: []].insert(group.member)
      #expect(group.creator == "main.start" && heap.details.owner(ofRoot: index) == .program)
    }
    #expect(groups.values.map(\.count) == [20])
    #expect(groups.keys.first?.hasPrefix("goroutines [chan send] main.") == true)
  }
}
