import ReferenceGraph
import Testing

@testable import DumpLoading

/// Heap snapshots without what their objects hold.
struct V8RedactionTests {
  /// A program with secrets in all places where texts and numbers stand.
  private func program() -> V8SnapshotWriter {
    var writer = V8SnapshotWriter.sample()
    let secret = "P\\u00e4sswort-7731 of J\u{f6}rg"
    let app = 4
    func add(_ type: String, _ name: String) -> Int {
      let node = writer.node(type, name)
      writer.edge(app, "property", "held", to: node)
      return node
    }
    _ = add("string", secret)
    _ = add("regexp", "card 7731-")
    _ = add("number", "77310042")
    _ = add("bigint", "7731004277310042")
    let symbol = add("symbol", "symbol")
    let described = writer.node("string", "about 7731")
    writer.edge(symbol, "internal", "name", to: described)
    let number = add("number", "heap number")
    let value = writer.node("string", "1234")
    writer.edge(number, "internal", "value", to: value)
    // A slot of the engine's has the name that is a number, too.
    writer.edge(app, "internal", "1234", to: value)
    // Keys that no code has, and one that it may have.
    writer.edge(app, "property", "joerg-7731@example.org", to: number)
    writer.edge(app, "property", "a7731b7731c7731d7731", to: number)
    writer.edge(app, "property", "content-type", to: number)
    writer.edge(app, "property", "<symbol nodejs.util.inspect>", to: number)
    let element = writer.node("native", "<div id=\\\"7731\\\" class=\\\"joerg\\\">")
    writer.edge(app, "internal", "1", to: element)
    let window = writer.node("object", "Window / https://shop.example/cart?card=7731#x7731")
    writer.edge(app, "property", "window", to: window)
    let pair = "12 / part of key (Session @9) -> value (token 7731 @11) pair in WeakMap (table @99)"
    writer.edge(app, "internal", pair, to: window)
    writer.edge(window, "internal", "13" + pair.dropFirst(2), to: element)
    writer.extra = "\"title\":\"of 7731\","
    return writer
  }

  @Test func nothingOfTheContentsIsLeft() throws {
    var writer = program()
    let dump = writer.bytes()
    let redacted = try Redacted(dump)
    for text in ["7731", "J\u{f6}rg", "Joerg", "joerg", "quoted", "left ", "3.5"] {
      #expect(!redacted.contains(text), "\(text)")
    }
    let (before, after) = (try load(dump), try load(redacted.bytes))
    // The class of a global object has the address of its page.
    expectSame(before, after, names: false)
    try expectSameFindings(before, after)
    for name in [
      "content-type", "<symbol nodejs.util.inspect>", "file:///srv/app.js", "onClick", "https://shop.example/cart?xxx",
      "12 / part of key (xxxxxxx @9) -> value (xxxxxxxxxx @11) pair in WeakMap (table @99)", "<div xxx",
    ] {
      #expect(redacted.contains(name), "\(name)")
    }
    // The number that is the name of a slot stays as that, and is no longer what an object holds.
    #expect(redacted.contains("\"1234\""))
    let texts = (1...UInt32(after.graph.objectCount)).compactMap {
      after.details.text(of: ObjectID($0), limit: 100)?.text
    }
    #expect(!texts.contains("1234"))
    #expect(texts.filter { !$0.allSatisfy { $0 == "x" } } == ["file:///srv/app.js"])
    #expect(redacted.report.truncation == nil)
  }

  @Test func fieldsInAnyOrder() throws {
    var writer = program()
    writer.nodeFields = ["edge_count", "id", "name", "odd", "type", "self_size"]
    writer.edgeFields = ["to_node", "odd", "name_or_index", "type"]
    writer.separator = " \n"
    // Places of functions are those of nodes of six numbers.
    writer.locations = [[9 * 6, 5, 11, 6]]
    let dump = writer.bytes()
    let redacted = try Redacted(dump)
    #expect(!redacted.contains("7731"))
    expectSame(try load(dump), try load(redacted.bytes), names: false)
  }

  @Test func cutAnywhere() throws {
    var writer = program()
    let dump = writer.bytes()
    var written = 0
    for end in stride(from: dump.count - 1, to: 600, by: -41) {
      let part = Array(dump[..<end])
      guard let heap = try? load(part) else {
        #expect(throws: LoadError.self) { try Redacted(part) }
        continue
      }
      let redacted = try Redacted(part)
      written += 1
      #expect(redacted.report.truncation != nil)
      #expect(!redacted.contains("7731"))
      let again = try load(redacted.bytes)
      #expect(again.facts.truncation != nil)
      #expect(again.graph.objectCount == heap.graph.objectCount)
    }
    #expect(written > 10)
  }

  @Test func namesThatCouldStandInCode() {
    for name in ["map", "_events", "$1", "#secret", "get size", "content-type", "\u{e4}rger", "SSL_OP_ALL", "", "x86"] {
      #expect(V8RedactedText.isPlain(name), "\(name)")
    }
    for name in [
      "1", "a b", "a@b", "a.b", "/usr", "mary-2", "0123", "9f86d081884c7d659a2feaa0c55ad015", "a1b2c3d4e5f6a7b8c9d0",
      "\"",
    ] {
      #expect(!V8RedactedText.isPlain(name), "\(name)")
    }
    #expect(V8RedactedText.pseudonym(for: "a@b.example", number: 35) == "*xxxxxxxxxz")
    #expect(V8RedactedText.pseudonym(for: "a, \"b\"", number: 1) == ",xxxxxx1")
    #expect(V8RedactedText.pseudonym(for: "@", number: 1) == "*")
  }

  @Test func snapshotsOfJuliaAreRefused() throws {
    var writer = V8SnapshotWriter.sample()
    writer.nodeTypes.append("jl_task_t")
    let dump = writer.bytes()
    #expect(throws: LoadError.unsupported("a snapshot of Julia is not redacted: each text of it is a class")) {
      try Redacted(dump)
    }
  }

  @Test func aSnapshotOfNode() throws {
    let path = Fixture.path("v8-small.heapsnapshot.gz")
    let redacted = try Redacted(path: path)
    let before = try DumpLoading.load(path: path, options: .alone)
    let after = try load(redacted.bytes)
    #expect(before.graph.objectCount == after.graph.objectCount)
    try expectSameFindings(before, after)
    var texts: Set<String> = []
    var names = Set(before.graph.classes.map(\.name))
    for id in try #require(before.graph.objects) where before.graph.objectClass(of: ObjectID(id)).name == "Function" {
      if let name = before.details.summary(of: ObjectID(id)) { names.insert(name) }
    }
    for id in try #require(before.graph.objects) {
      let object = ObjectID(id)
      guard before.graph.objectClass(of: object).name == "(string)",
        let text = before.details.text(of: object, limit: 200)?.text, text.utf8.count >= 16, text.contains(" "),
        !names.contains(text)
      else { continue }
      texts.insert(text)
      if texts.count == 300 { break }
    }
    #expect(texts.count > 50)
    let left = texts.filter { redacted.contains($0) }
    #expect(left.isEmpty, "\(left.prefix(5))")
  }
}
