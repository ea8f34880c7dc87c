import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Classes of plain objects, numbers, and the names of what holds.
struct V8NamesTests {
  /// A snapshot with `objects`, each with these properties, below the global object.
  private func heap(_ objects: [[String]], filler: Int = 0) throws -> Heap {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global")
    writer.edge(root, "shortcut", "global", to: global)
    let value = writer.node("object", "Value")
    for (index, properties) in objects.enumerated() {
      let object = writer.node("object", "Object")
      writer.element(global, UInt64(index), to: object)
      for property in properties { writer.edge(object, "property", property, to: value) }
      writer.edge(object, "internal", "map", to: value)
    }
    for _ in 0..<filler { writer.element(global, 1, to: writer.node("string", "x")) }
    return try load(writer.bytes())
  }

  private func classes(_ heap: Heap) -> [String] {
    (3...UInt32(heap.graph.objectCount)).map { heap.graph.objectClass(of: ObjectID($0)).name }
  }

  @Test func plainObjectsAreNamedByTheirProperties() throws {
    let heap = try heap([
      ["a", "b"], ["a", "b", "__proto__"], ["a"], ["b", "a"], ["c", "a", "b"], [], ["say \\\"hi\\\"", "x,y"],
      ["say \\\"hi\\\"", "x,y"],
    ])
    let quoted = #"{"say \"hi\"", "x,y"}"#
    #expect(
      classes(heap) == ["{a, b}", "{a, b}", "Object", "{a, b}", "{a, b}", "Object", quoted, quoted])
  }

  @Test func rareListsAreNoClasses() throws {
    // One in a thousand nodes at least.
    let rare = try heap(Array(repeating: ["a"], count: 3), filler: 5000)
    #expect(classes(rare).prefix(3).allSatisfy { $0 == "Object" })
    let frequent = try heap(Array(repeating: ["a"], count: 6), filler: 5000)
    #expect(classes(frequent).prefix(6).allSatisfy { $0 == "{a}" })
    // The most properties win, then the more frequent list.
    let several = try heap([["a"], ["a"], ["a"], ["b"], ["b"], ["b", "a"], ["a", "c"], ["c", "a"], ["c", "a"]])
    #expect(classes(several) == ["{a}", "{a}", "{a}", "{b}", "{b}", "{a}", "{c, a}", "{c, a}", "{c, a}"])
  }

  @Test func namesOfClassesEnd() throws {
    let names = (0..<40).map { "property\($0)" }
    let heap = try heap([names, names + ["more"]])
    let name = try #require(classes(heap).first)
    #expect(name.hasPrefix("{property0, property1, ") && name.hasSuffix("}") && name.count <= 130)
    #expect(Set(classes(heap)) == [name])
  }

  @Test func numbersHaveTheirValues() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global")
    writer.edge(root, "shortcut", "global", to: global)
    let small = writer.node("number", "smi number")
    let large = writer.node("number", "heap number")
    let silent = writer.node("number", "heap number")
    for (name, node) in [("small", small), ("large", large), ("silent", silent)] {
      writer.edge(global, "property", name, to: node)
    }
    writer.edge(small, "internal", "value", to: writer.node("string", "42"))
    writer.edge(large, "internal", "value", to: writer.node("string", "100000.5"))
    let heap = try load(writer.bytes())
    let values = heap.details.values(of: ObjectID(UInt32(global)), from: 0, limit: 10).values
    #expect(values.map(\.text) == ["42", "100000.5", ""])
    #expect(heap.details.summary(of: ObjectID(UInt32(large))) == "100000.5")
    #expect(heap.details.summary(of: ObjectID(UInt32(silent))) == nil)
  }

  @Test func holdersAreTheInnermostGroupOrAProperty() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let groups = writer.node("synthetic", "(GC roots)", size: 0)
    let handles = writer.node("synthetic", "(Global handles)", size: 0)
    let stack = writer.node("synthetic", "(Stack roots)", size: 0)
    let global = writer.node("object", "Window / https://example.org")
    let held = writer.node("object", "Held")
    let local = writer.node("object", "Local")
    let app = writer.node("object", "App")
    writer.element(root, 1, to: groups)
    writer.edge(root, "shortcut", "global", to: global)
    writer.element(groups, 0, to: handles)
    writer.element(groups, 1, to: stack)
    writer.edge(handles, "internal", "7 / x", to: held)
    writer.element(stack, 3, to: local)
    writer.edge(global, "property", "app", to: app)
    for node in [held, local, app] { writer.edge(node, "property", "me", to: node) }
    let heap = try load(writer.bytes())
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    func holder(_ node: Int) -> String? { analysis.holderName(of: analysis.path(to: ObjectID(UInt32(node)))) }
    #expect(holder(app) == "Window / https://example.org.app")
    #expect(holder(local) == "(Stack roots)")
    #expect(holder(held)?.hasPrefix("(Global handles)") == true)
    for (node, name) in [(held, "(Global handles)"), (local, "(Stack roots)")] {
      let component = try #require(analysis.components.component(of: ObjectID(UInt32(node))))
      let names = analysis.report(on: component).holders.map { heap.graph.rootNames[heap.graph.roots[$0].name] }
      #expect(names == [name])
    }
  }
}

/// What Chromium's snapshots have and those of Node.js have not: no reference of the root to the global object, handles
/// of C++ with whole signatures, and many cycles of the engine's own records.
struct V8PageTests {
  private func page() throws -> HeapAnalysis {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let roots = writer.node("synthetic", "(GC roots)", size: 0)
    let handles = writer.node("synthetic", "(Global handles)", size: 0)
    let persistent = writer.node("synthetic", "C++ Persistent roots", size: 0)
    writer.element(root, 1, to: roots)
    writer.element(roots, 1, to: handles)
    writer.element(roots, 2, to: persistent)
    let context = writer.node("hidden", "system / NativeContext / https://a.example")
    writer.edge(handles, "internal", "1 / V8PerContextData::context_", to: context)
    let window = writer.node("object", "Window [JSGlobalObject] / https://a.example")
    writer.edge(context, "internal", "global_object", to: window)
    let widgets = writer.node("object", "Widgets")
    writer.edge(window, "property", "widgets", to: widgets)
    let widget = writer.node("object", "Widget", size: 4000)
    writer.edge(widgets, "property", "first", to: widget)
    writer.edge(widget, "property", "owner", to: widgets)
    // The engine's own.
    let template = writer.node("hidden", "system / FunctionTemplateInfo", size: 9000)
    let list = writer.node("hidden", "system / ArrayList")
    writer.element(handles, 7, to: template)
    writer.edge(template, "internal", "properties", to: list)
    writer.element(list, 0, to: template)
    let session = writer.node("native", "Session")
    let signature = "net::Session::Session(Inspector *, int, std::shared_ptr<Barrier>)@../../net/session.cc:41"
    writer.edge(persistent, "internal", signature, to: session)
    writer.edge(session, "internal", "self", to: session)
    return try analysis(writer.bytes())
  }

  @Test func whatHangsInAWindowIsHeldByIt() throws {
    let analysis = try page()
    let widgets = ObjectID(7)
    #expect(analysis.holderName(of: analysis.path(to: widgets)) == "Window / https://a.example.widgets")
    let shape = try #require(analysis.shapes.first { $0.signature.contains { $0.source == "Widget" } })
    let id = try #require(shape.components.first)
    #expect(analysis.holder(of: id)?.words == "the global object of a page or worker, alive as long as that")
    let suspect = try #require(analysis.suspects.first { $0.component == id })
    #expect(suspect.reasons.contains("held by the global object, Window / https://a.example.widgets"))
  }

  @Test func aGlobalObjectWithoutOrigin() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global / ")
    writer.edge(root, "shortcut", "1", to: global)
    let cache = writer.node("object", "Cache")
    writer.edge(global, "property", "cache", to: cache)
    writer.edge(cache, "property", "self", to: cache)
    let heap = try load(writer.bytes())
    #expect(heap.graph.objectClass(of: ObjectID(1)).name == "global")
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    #expect(analysis.holderName(of: analysis.path(to: ObjectID(2))) == "global.cache")
  }

  @Test func groupsOfRootsAndTheEngineAreNoSuspects() throws {
    let analysis = try page()
    #expect(analysis.shapes.contains { $0.signature.contains { $0.source == "system / ArrayList" } })
    let cycles = analysis.suspects.filter { $0.shape != nil }.map(\.title)
    #expect(cycles.contains { $0.contains("Widgets") } && !cycles.contains { $0.hasPrefix("system") }, "\(cycles)")
    // That one record is large is told all the same.
    let records = analysis.suspects.filter { $0.shape == nil }.map(\.title)
    #expect(records.contains { $0.hasPrefix("system / FunctionTemplateInfo") }, "\(records)")
  }

  @Test func scopesHaveNoNumbers() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    for name in ["system / Context / scope @1234", "system / Context / scope @99", "system / Context @x"] {
      writer.element(root, 1, to: writer.node("object", name))
    }
    let graph = try load(writer.bytes()).graph
    let names = (1...3).map { graph.objectClass(of: ObjectID($0)).name }
    #expect(names == ["system / Context / scope", "system / Context / scope", "system / Context @x"])
    #expect(graph.objectClass(of: ObjectID(1)).flags.contains(.context))
  }

  @Test func signaturesAreShort() throws {
    let analysis = try page()
    let session = ObjectID(UInt32(analysis.heap.graph.objectCount))
    let name = analysis.holderName(of: analysis.path(to: session))
    #expect(name == "C++ Persistent roots net::Session::Session(…)@session.cc:41")
  }
}
