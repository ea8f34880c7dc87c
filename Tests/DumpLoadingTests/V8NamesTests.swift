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
    let analysis = try HeapAnalysis(
      heap: heap,
      options: AnalysisOptions(retaining: heap.facts.retainingPolicies[0], cycles: heap.facts.cyclePolicies[0]),
      progress: WorkProgress())
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
