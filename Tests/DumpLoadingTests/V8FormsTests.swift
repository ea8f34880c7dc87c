import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Snapshots in the form of V8's that not every V8 writes: other ids, other engines, stacks of allocations.
@Suite struct V8FormsTests {
  // MARK: Ids of more than 32 bits

  @Test(arguments: [0x7f3a_1000_0000, 9_007_199_254_740_000, .max - 1000] as [UInt64])
  func idsOfUpTo64Bits(first: UInt64) throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global")
    writer.edge(root, "shortcut", "global", to: global)
    // Some fit 32 bits, and they do not ascend.
    writer.firstID = first
    let key = writer.node("object", "Key")
    let value = writer.node("object", "Value")
    let table = writer.node("array", "", size: 100)
    writer.firstID = 1
    let last = writer.node("object", "Last")
    for node in [key, table, last] { writer.edge(global, "property", "n\(node)", to: node) }
    let id = first &+ UInt64(2 * table)
    let entry = "1 / part of key (Key @\(first)) -> value (Value @7) pair in WeakMap (table @\(id))"
    writer.edge(key, "internal", entry, to: value)
    writer.edge(table, "internal", entry, to: value)
    let heap = try load(writer.bytes())
    let graph = heap.graph
    let (isNumbered, text) = (graph.addresses.isNumbered, graph.addresses.text(of: ObjectID(table)))
    #expect(isNumbered)
    #expect(text == "\(id)")
    for name in ["\(id)", "@\(id)", "0x" + String(id, radix: 16)] {
      #expect(ObjectName(name)?.object(in: graph) == ObjectID(table))
    }
    #expect(ObjectName("\(2 * last + 1)")?.object(in: graph) == ObjectID(last))
    #expect(ObjectName("@\(id &+ 1)")?.object(in: graph) == nil)
    // The table's side of an entry is told by its id.
    let kinds = graph.references(of: ObjectID(table)).map { graph.kind(ofReference: Int($0.index)) }
    #expect(kinds == [.ephemeronTable])
  }

  @Test func numbersOfMoreThan64BitsAreRefused() {
    var writer = V8SnapshotWriter.sample()
    let text = writer.text().replacing("\"nodes\":[9,", with: "\"nodes\":[18446744073709551616,")
    #expect(loadError(Array(text.utf8))?.description.contains("a number too large for 64 bits") == true)
  }

  @Test func typesOfJuliaAreNoneOfV8() throws {
    var writer = V8SnapshotWriter()
    writer.nodeTypes = ["synthetic", "jl_task_t", "jl_module_t", "object"]
    let root = writer.node("synthetic", "", size: 0)
    writer.edge(root, "internal", "main", to: writer.node("jl_module_t", "Main"))
    let facts = try load(writer.bytes()).facts
    #expect(facts.format == "heap snapshot in the form of V8's" && facts.producer == "Julia")
  }

  // MARK: Allocation stacks

  /// `fillCache`, called by `main`, allocated two entries, `parse` one text; nobody knows of the rest.
  @Test func stacksOfAllocations() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global")
    writer.edge(root, "shortcut", "global", to: global)
    let entries = (0..<2).map { _ in writer.node("object", "Entry", size: 48) }
    let text = writer.node("string", "a text", size: 24)
    for node in entries + [text] { writer.edge(global, "property", "n\(node)", to: node) }
    for entry in entries { writer.traces[entry] = 3 }
    writer.traces[text] = 4
    let functions: [(String, String, Int)] = [
      ("(root)", "", 0), ("main", "/srv/main.js", 10), ("fillCache", "/srv/cache.js", 20),
      ("parse", "/srv/parse.js", 7),
    ]
    let infos = functions.enumerated().map { index, function in
      "\(index),\(writer.number(of: function.0)),\(writer.number(of: function.1)),70,\(function.2),5"
    }
    writer.extra = """
      "trace_function_infos":[\(infos.joined(separator: ","))],
      "trace_tree":[1,0,0,0,[2,1,0,0,[3,2,2,96,[],\n 4,3,1,24,[]]]],
      """
    let heap = try load(writer.bytes())
    let main = StackFrame(function: "main", file: "/srv/main.js", line: 10)
    let fill = StackFrame(function: "fillCache", file: "/srv/cache.js", line: 20)
    #expect(heap.details.allocationStack(of: ObjectID(entries[0])) == [fill, main])
    #expect(heap.details.allocationStack(of: ObjectID(text)).first?.text == "parse parse.js:7")
    #expect(heap.details.allocationStack(of: ObjectID(global)).isEmpty)
    let allocations = try #require(heap.details.allocations())
    #expect(allocations.rate == 1)
    #expect(allocations.samples.map(\.object) == (entries + [text]).map { ObjectID($0) })
    #expect(
      allocations.samples.map { allocations.sites[Int($0.site)].function } == ["fillCache", "fillCache", "parse"])
    #expect(heap.facts.facts.contains(Fact("allocation stacks", "of 3 objects")))
  }

  @Test(arguments: [
    "[1,0,0,0,[2,9,0,0,[3,1,0,0,[", "[]", "[[[[[]]]]]", "[1,0,0,0,[99999999,1,0,0,[3,2,0,0,[]]]]", "{}",
    "[3,1,0,0,[3,1,0,0,[]]]",
  ])
  func stacksThatAreNoneDoNoHarm(tree: String) throws {
    var writer = V8SnapshotWriter.sample()
    writer.traces = [4: 3, 5: 77]
    let whole = tree.hasSuffix("[") ? tree + "]]]]" : tree
    writer.extra = "\"trace_function_infos\":[0,0,0,0,0,0,1,1,1,1,1,1],\n\"trace_tree\":\(whole),\n"
    let heap = try load(writer.bytes())
    _ = heap.details.allocations()
    #expect(heap.details.allocationStack(of: ObjectID(4)).count < 300)
    #expect(heap.details.allocationStack(of: ObjectID(5)).isEmpty)
  }

  @Test func withoutStacksNothingIsKept() throws {
    var writer = V8SnapshotWriter.sample()
    let details = try #require(try load(writer.bytes()).details as? V8HeapSnapshotDetails)
    #expect(details.traceOfObject.count == 0)
    #expect(details.allocations() == nil)
  }

  // MARK: Global objects

  /// As `--heapsnapshot-near-heap-limit` writes it: no reference from the root to a global object.
  @Test(arguments: [("extension", "global"), ("global_object", "Object (global*)"), ("extension", "Object")])
  func theGlobalObjectIsWhatANativeContextHasAsSuch(slot: String, name: String) throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let groups = writer.node("synthetic", "(GC roots)", size: 0)
    let native = writer.node("hidden", "system / NativeContext", size: 2000)
    let global = writer.node("object", name, size: 40)
    let sessions = writer.node("object", "Array", size: 400)
    let other = writer.node("object", "Object", size: 4)
    writer.element(root, 1, to: groups)
    writer.element(groups, 1, to: native)
    writer.edge(native, "internal", slot, to: global)
    writer.edge(global, "property", "sessions", to: sessions)
    writer.element(sessions, 1, to: other)
    let session = writer.node("object", "Session", size: 400)
    writer.element(sessions, 0, to: session)
    writer.edge(session, "property", "self", to: session)
    let analysis = try analysis(writer.bytes())
    let graph = analysis.graph
    #expect(graph.objectClass(of: ObjectID(global)).flags.contains(.globalObject))
    #expect(!graph.objectClass(of: ObjectID(other)).flags.contains(.globalObject))
    let path = analysis.path(to: ObjectID(session))
    #expect(analysis.holderName(of: path)?.hasSuffix(".sessions") == true)
    let objects = path.map { graph.target(of: $0) }
    #expect(analysis.holderWords(ofRoot: 0, along: objects) == "the global object, alive as long as the program")
    let names = graph.classes.map(\.name)
    #expect(Set(names).count == names.count)
  }

  /// Where the root leads to the context instead, that is no holder with a name.
  @Test func aNativeContextIsNoGlobalObject() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let native = writer.node("hidden", "system / NativeContext", size: 2000)
    let global = writer.node("object", "Object (global*)", size: 40)
    let session = writer.node("object", "Session", size: 400)
    writer.edge(root, "shortcut", "1", to: native)
    writer.edge(native, "internal", "global_object", to: global)
    writer.edge(global, "property", "newest", to: session)
    writer.edge(session, "property", "self", to: session)
    let analysis = try analysis(writer.bytes())
    #expect(analysis.holderName(of: analysis.path(to: ObjectID(session))) == "Object (global*).newest")
    #expect(analysis.heap.details.owner(of: ObjectID(native)) == .runtime)
  }

  // MARK: JavaScriptCore

  /// As Bun writes it: references of the engine have no names, contents of a `Map` are not there.
  private func bun() throws -> (heap: Heap, session: Int, entry: Int) {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "GlobalObject", size: 900)
    writer.edge(root, "shortcut", "", to: global)
    let shape = writer.node("object shape", "Structure")
    let rare = writer.node("hidden", "StructureRareData")
    let map = writer.node("object", "Map")
    let session = writer.node("object", "Session")
    let accessor = writer.node("code", "GetterSetter")
    let code = writer.node("code", "FunctionExecutable")
    let get = writer.node("closure", "get")
    let scope = writer.node("object", "system / JSLexicalEnvironment")
    let entry = writer.node("object", "Entry")
    writer.edge(global, "property", "m", to: map)
    writer.edge(global, "property", "session", to: session)
    for object in [global, map, session, entry] { writer.edge(object, "internal", "", to: shape) }
    writer.edge(shape, "internal", "", to: rare)
    writer.edge(rare, "internal", "", to: global)
    writer.edge(session, "property", "value", to: accessor)
    writer.edge(accessor, "internal", "", to: get)
    writer.edge(get, "internal", "", to: scope)
    writer.edge(get, "internal", "", to: code)
    writer.edge(code, "internal", "", to: global)
    writer.edge(scope, "context", "it", to: session)
    return (try load(writer.bytes()), session, entry)
  }

  @Test func javaScriptCoreIsToldByItsNodes() throws {
    let (heap, _, entry) = try bun()
    #expect(heap.facts.format == "V8 heap snapshot" && heap.facts.producer == "JavaScriptCore (Bun)")
    #expect(heap.facts.unreachable.rest == .notKnown("JavaScriptCore records no contents of Map and Set"))
    let root = try #require(heap.graph.roots.firstIndex { $0.target == ObjectID(entry) })
    #expect(
      heap.details.holder(ofRoot: root, along: [ObjectID(entry)])
        == "most likely a Map or Set, whose contents this file does not record")
    #expect(heap.details.group(ofRoot: root)?.name == "Entry without a recorded holder")
    var writer = V8SnapshotWriter.sample()
    let ours = try load(writer.bytes())
    #expect(ours.facts.producer == "V8" && ours.facts.unreachable.rest == .garbage)
  }

  /// What belongs to the engine is left out by what it is, and an accessor is the program's.
  @Test func cyclesOfTheProgramInJavaScriptCore() throws {
    let (heap, session, _) = try bun()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    #expect(analysis.shapes.count == 1)
    let members = analysis.components.members(of: analysis.shapes[0].components[0])
    #expect(members.count == 4 && members.contains(ObjectID(session)))
  }
}
