import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Names, values and texts of single objects, in snapshots of any layout.
struct V8DetailsTests {
  private func object(_ name: String, in heap: Heap) throws -> ObjectID {
    let ids = try #require(heap.graph.objects)
    return ObjectID(try #require(ids.first { heap.graph.objectClass(of: ObjectID($0)).name == name }))
  }

  private func fields(of object: ObjectID, in heap: Heap) -> [String] {
    heap.graph.references(of: object).map { heap.details.fieldName(heap.graph.fields[Int($0.index)], of: object) }
  }

  @Test func fieldsHaveNames() throws {
    var writer = V8SnapshotWriter.sample()
    let heap = try load(writer.bytes())
    #expect(heap.facts.skipped.isEmpty && heap.facts.warnings.isEmpty)
    let app = try object("App", in: heap)
    #expect(
      fields(of: app, in: heap) == [
        ".title", "[\"my-name\"]", ".slice", "[17]", "[4294967294]", "[[elements]]", "[[map]]", "[[weak 3]]",
      ])
    #expect(fields(of: try object("system / Context", in: heap), in: heap) == ["self"])
    #expect(fields(of: try object("Function", in: heap), in: heap) == ["[[context]]", "[[shared]]"])
    let kinds = heap.graph.references(of: app).map { heap.graph.kind(ofReference: Int($0.index)) }
    #expect(kinds == [.strong, .strong, .strong, .strong, .strong, .strong, .metadata, .weak])
    // What stacks refer to from outside the page does not count for DevTools.
    let stack = try object("(Stack roots)", in: heap)
    #expect(
      heap.graph.references(of: stack).map { heap.graph.kind(ofReference: Int($0.index)) } == [.foreign, .stack])
    #expect(heap.rootNames(.global) == ["global"])
    #expect(heap.rootNames(.frame) == ["(Stack roots)", "(Stack roots) frame", "(Stack roots)"])
    #expect(heap.graph.roots.filter { $0.reference == .listing }.count == 3)
  }

  @Test func oddballsAndProxies() throws {
    var writer = V8SnapshotWriter.sample()
    let word = writer.node("string", "null")
    let null = writer.node("hidden", "system / Oddball", size: 28)
    let other = writer.node("hidden", "system / Oddball", size: 28)
    let proxy = writer.node("hidden", "system / JSProxy", size: 32)
    writer.element(null, 0, to: word, type: "hidden")
    writer.element(null, 1, to: word, type: "hidden")
    for (index, target) in [null, word, null].enumerated() {
      writer.element(proxy, UInt64(index), to: target, type: "hidden")
    }
    writer.edge(4, "property", "nothing", to: null)
    writer.edge(4, "property", "unknown", to: other)
    writer.edge(4, "property", "proxy", to: proxy)
    let details = try load(writer.bytes()).details
    let values = details.values(of: ObjectID(4), from: 0, limit: 100).values.suffix(3)
    #expect(values.map(\.text) == ["null", "", ""])
    #expect(details.summary(of: ObjectID(null)) == "null" && details.summary(of: ObjectID(other)) == nil)
    let slots = details.values(of: ObjectID(proxy), from: 0, limit: 100).values.filter { $0.target != nil }
    #expect(slots.map(\.name) == ["[[0]]", "[[target]]", "[[handler]]"])
  }

  @Test func textsAndValues() throws {
    var writer = V8SnapshotWriter.sample()
    let heap = try load(writer.bytes())
    let quoted = "a \"quoted\" text, ü 📰 \u{7} end"
    let details = heap.details
    let app = try object("App", in: heap)
    let values = details.values(of: app, from: 0, limit: 100)
    #expect(values.total == 9 && values.values.count == 9)
    #expect(
      values.values[0]
        == FieldValue(
          name: "[[size without helpers]]", text: "24 B; counted with them 124 B", target: nil))
    #expect(values.values[1].name == ".title" && values.values[1].text == "\"\(quoted)\"")
    #expect(values.values[2].text == "\"left \(quoted)\"")
    #expect(values.values[4].text == "function onClick file:///srv/app.js:12:7")
    #expect(values.values[5].text == "3.5")
    #expect(details.values(of: app, from: 4, limit: 1).values.map(\.name) == ["[17]"])
    #expect(details.values(of: app, from: 9, limit: 1).values.isEmpty)
    let joined = try object("(concatenated string)", in: heap)
    #expect(details.text(of: joined, limit: 1000)?.text == "left \(quoted)")
    #expect(details.text(of: joined, limit: 1000)?.length == 5 + quoted.utf8.count)
    #expect(details.text(of: joined, limit: 7)?.text == "left a ")
    #expect(details.text(of: try object("(sliced string)", in: heap), limit: 1000)?.text == quoted)
    #expect(details.text(of: app, limit: 10) == nil && details.text(of: .root, limit: 10) == nil)
    let closure = try object("Function", in: heap)
    #expect(
      details.values(of: closure, from: 0, limit: 1).values.first?.text == "onClick file:///srv/app.js:12:7")
    #expect(details.facts(ofRoot: 0).count == 2 && details.facts(ofRoot: 99).isEmpty)
  }

  @Test func helpersCountForTheirOwner() throws {
    var writer = V8SnapshotWriter.sample()
    let heap = try load(writer.bytes())
    #expect(heap.graph.size(of: try object("App", in: heap)) == 124)
    #expect(heap.graph.size(of: try object("(object elements)", in: heap)) == 0)
  }

  /// Any order of fields, further fields, further members, any white space: the same graph.
  @Test func layoutsDoNotMatter() throws {
    var plain = V8SnapshotWriter.sample()
    let expected = try load(plain.bytes())
    var other = V8SnapshotWriter.sample()
    other.nodeFields = ["edge_count", "new_field", "id", "type", "self_size", "name", "detachedness"]
    other.edgeFields = ["to_node", "type", "flags", "name_or_index"]
    other.nodeTypes = Array(other.nodeTypes.reversed()) + ["a new type"]
    other.edgeTypes = ["a new type"] + other.edgeTypes.reversed()
    other.separator = " \n\t"
    other.extra = #""scopes":[[1,[2,{"a]":"]"}]],null],"extra":{"x":[-1.5e3,true]},"#
    let heap = try load(other.bytes())
    #expect(heap.graph.objectCount == expected.graph.objectCount)
    for id in try #require(expected.graph.objects) {
      let object = ObjectID(id)
      #expect(heap.graph.objectClass(of: object) == expected.graph.objectClass(of: object))
      #expect(heap.graph.size(of: object) == expected.graph.size(of: object))
      #expect(fields(of: object, in: heap) == fields(of: object, in: expected))
      #expect(
        heap.graph.references(of: object).map { heap.graph.target(of: $0) }
          == expected.graph.references(of: object).map { expected.graph.target(of: $0) })
    }
    // All of it after the strings, and formatted.
    let text = plain.text()
    let start = try #require(text.range(of: "\"nodes\""))
    let strings = try #require(text.range(of: "\"strings\""))
    let moved =
      "\u{feff}{\n  " + text[strings.lowerBound...].dropLast() + " ,\n" + text[start.lowerBound..<strings.lowerBound]
      + text.dropFirst()[..<start.lowerBound].drop { $0.isWhitespace }.trimmingSuffix() + "}\n"
    #expect(try load(Array(moved.utf8)).graph.objectCount == expected.graph.objectCount)
  }

  @Test func sameNamedClassesAreToldApart() throws {
    var writer = V8SnapshotWriter.sample()
    let cursors = (0..<4).map { _ in writer.node("object", "Cursor") }
    let single = writer.node("object", "Single")
    for cursor in cursors + [single] { writer.element(3, UInt64(cursor), to: cursor) }
    writer.locations += [
      [cursors[0] * 7, 5, 1, 2], [cursors[1] * 7, 5, 1, 2], [cursors[2] * 7, 9, 3, 4], [single * 7, 5, 8, 8],
    ]
    let heap = try load(writer.bytes())
    #expect(
      (cursors + [single]).map { heap.graph.objectClass(of: ObjectID($0)).name } == [
        "Cursor (app.js:2:3)", "Cursor (app.js:2:3)", "Cursor (script 9:4:5)", "Cursor", "Single",
      ])
  }

  @Test func detachedElementsAreFlagged() throws {
    var writer = V8SnapshotWriter.sample()
    let detached = writer.node("native", "<div id=\\\"a\\\">", detachedness: 2)
    let child = writer.node("native", "<span>")
    let attached = writer.node("native", "<p class=\\\"b\\\">", detachedness: 1)
    let wrapper = writer.node("native", "Node / BindingData", detachedness: 2)
    for node in [detached, attached, wrapper] { writer.element(3, UInt64(node), to: node) }
    writer.element(detached, 1, to: child)
    let heap = try load(writer.bytes())
    #expect(
      [detached, child, attached, wrapper].map { heap.graph.objectClass(of: ObjectID($0)).name } == [
        "Detached <div>", "Detached <span>", "<p>", "Node / BindingData",
      ])
    #expect(heap.graph.objectClass(of: ObjectID(child)).flags.contains(.detached))
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    var text = self
    while let last = text.last, last.isWhitespace || last == "," { text.removeLast() }
    return text
  }
}

extension Substring {
  fileprivate func trimmingSuffix() -> String { String(self).trimmingSuffix() }
}
