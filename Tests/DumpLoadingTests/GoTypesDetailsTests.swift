import ReferenceGraph
import Testing

@testable import DumpLoading

/// Fields, values and roots of objects whose types are known.
struct GoTypesDetailsTests {
  private func object(_ className: String, in heap: Heap) throws -> ObjectID {
    let graph = heap.graph
    let id = try #require(graph.objects).first { graph.objectClass(of: ObjectID($0)).name == className }
    return ObjectID(try #require(id, "no \(className)"))
  }

  private func fieldNames(_ id: ObjectID, in heap: Heap) -> [String] {
    heap.graph.references(of: id).map { heap.fieldName(of: $0) }
  }

  @Test func referencesHaveFieldNames() throws {
    let heap = try GoTypesFixture.heap("small-after")
    #expect(fieldNames(try object("main.Session", in: heap), in: heap) == [".UserID", ".Handler", ".Data"])
    #expect(fieldNames(try object("[]*main.Order", in: heap), in: heap) == ["[0]", "[1]", "[2]", "[3]"])
    #expect(fieldNames(try object("closure main.NewService.func1", in: heap), in: heap) == ["captured s"])
    let service = fieldNames(try object("main.Service", in: heap), in: heap)
    #expect(service.first == ".handler" && service.contains(".Name"))
    let group = fieldNames(try object("map.group[string]*main.Session", in: heap), in: heap)
    #expect(group.contains("[\"user-0\"]") && group.contains("key \"user-0\""))
    let entries = fieldNames(try object("map.group[string]*main.CacheEntry", in: heap), in: heap)
    #expect(entries.contains { $0.hasSuffix("[\"k-0-0\"]") })
    let lists = fieldNames(try object("map.group[uint64]*container/list.Element", in: heap), in: heap)
    #expect(lists.allSatisfy { $0.contains("[") && !$0.contains("+") })
  }

  @Test func fieldsAreDecoded() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let account = try object("main.Account", in: heap)
    let (values, total) = heap.details.values(of: account, from: 0, limit: 100)
    #expect(total == 5)
    #expect(values.map(\.name) == [".ID", ".Name", ".Orders", ".Parent", ".notes"])
    #expect(values[2].text == "len 4, cap 4")
    #expect(values[2].target.map { heap.graph.objectClass(of: $0).name } == "[]*main.Order")
    #expect(values[1].text.hasPrefix("\"") && values[1].target != nil)
    #expect(values[4].text == "nil")
    let session = heap.details.values(of: try object("main.Session", in: heap), from: 0, limit: 100).values
    #expect(session[0].text.hasPrefix("\"user-"))
    #expect(session[2].text == "len 2")
    // "/buy" is a constant of the program, which no dump has.
    #expect(
      heap.details.values(of: try object("main.Handler", in: heap), from: 0, limit: 1).values[0].text == "\"/buy\"")
    // An order's memo is an interface.
    let orders = try #require(heap.graph.objects).map { ObjectID($0) }
      .filter { heap.graph.objectClass(of: $0).name == "main.Order" }
    let memos = Set(orders.map { heap.details.values(of: $0, from: 3, limit: 1).values[0].text })
    #expect(memos.isSuperset(of: ["nil", "*main.Item"]) && memos.contains { $0.wholeMatch(of: /int \d+/) != nil })
    // Pages of a long array.
    let array = try object("[]*main.Order", in: heap)
    #expect(heap.details.values(of: array, from: 2, limit: 1).values.map(\.name) == ["[2]"])
    #expect(heap.details.values(of: array, from: 9, limit: 1).values.isEmpty)
  }

  @Test func textIsReadFromBytesOnly() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let session = try object("main.Session", in: heap)
    let graph = heap.graph
    let bytes = try #require(graph.objects).map { ObjectID($0) }.filter { graph.objectClass(of: $0).name == "[]byte" }
    #expect(bytes.count { heap.details.text(of: $0, limit: 100) != nil } > 2000)
    #expect(heap.details.text(of: session, limit: 100) == nil)
  }

  @Test func rootsSayVariableAndLine() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let names = Set(heap.graph.roots.map { heap.graph.rootNames[$0.name] })
    #expect(names.contains("global main.sessions"))
    #expect(names.contains("global main.bufPool.victim"))
    #expect(names.contains { $0.hasSuffix("[chan receive] main.startWorker.func1 plants.go:95 local w") })
    #expect(names.contains { $0.hasPrefix("finalizer main.plantFinalizers.func2 of *main.FinCycle @") })
  }

  @Test func rootsSayWhatKindOfHolderTheyAre() throws {
    let heap = try GoTypesFixture.heap("small-after")
    func holder(_ part: String) throws -> String? {
      let graph = heap.graph
      let index = try #require(graph.roots.firstIndex { graph.rootNames[$0.name].contains(part) }, "no root \(part)")
      return heap.details.facts(ofRoot: index).first { $0.label == "holder" }?.value
    }
    #expect(try holder("global main.sessions") == "a global variable, alive as long as the program")
    #expect(try holder("global main.bufPool.victim")?.hasPrefix("a sync.Pool") == true)
    #expect(try holder("global main.rootCtx")?.hasPrefix("a context that was not cancelled") == true)
    #expect(try holder("main.startWorker.func1")?.hasPrefix("a goroutine blocked on a channel") == true)
    #expect(try holder("finalizer main.plantFinalizers.func2")?.hasPrefix("a finalizer") == true)
    #expect(try holder("global runtime.allp")?.contains("timers") == true)
  }

  @Test func anExecutableBesideTheDumpIsUsed() throws {
    let heap = try DumpLoading.load(path: GoTypesFixture.sample("after.heapdump.gz"))
    #expect(heap.facts.facts.contains(Fact("executable", "go-leaks, found beside the dump")))
    let graph = heap.graph
    var unnamed = 0
    for id in try #require(graph.objects) where graph.objectClass(of: ObjectID(id)).flags.contains(.untyped) {
      unnamed += 1
    }
    #expect(unnamed * 100 < graph.objectCount)
    #expect(graph.classes.contains { $0.name == "main.CachedSession" })
    let alone = try DumpLoading.load(
      path: GoTypesFixture.sample("after.heapdump.gz"), options: LoadOptions(searchesForExecutable: false))
    #expect(!alone.facts.facts.contains { $0.label == "executable" })
    #expect(!alone.graph.classes.contains { $0.name == "main.CachedSession" && !$0.flags.contains(.untyped) })
  }
}
