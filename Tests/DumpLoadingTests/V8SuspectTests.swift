import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// What the words on a suspect name of a program in JavaScript: its own emitters and variables, not those of Node.
@Suite struct V8SuspectTests {
  /// An emitter whose listeners keep it by the variable `self`, with a timer; its constructor stands in `script`, and
  /// the listeners do, or in `listeners`.
  ///
  /// Nil where that is no cycle of the program's.
  private func reasons(
    _ emitter: String, _ counts: [String: Int], script: String, listeners listenerScript: String? = nil
  ) throws -> [String]? {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "global", size: 40)
    writer.edge(root, "shortcut", "global", to: global)
    func shared(_ script: String) -> Int {
      let name = writer.node("string", script)
      let file = writer.node("code", "script")
      writer.edge(file, "internal", "name", to: name)
      let shared = writer.node("code", "shared")
      writer.edge(shared, "internal", "script", to: file)
      return shared
    }
    let own = shared(script)
    let ofListeners = listenerScript.map { shared($0) } ?? own
    func function(_ name: String) -> Int {
      let closure = writer.node("closure", name)
      let isListener = name == "listener"
      writer.edge(closure, "internal", "shared", to: isListener ? ofListeners : own)
      writer.locations.append([closure * 7, isListener && listenerScript != nil ? 6 : 5, 11, 6])
      return closure
    }
    let prototype = writer.node("object", emitter)
    writer.edge(prototype, "property", "constructor", to: function(emitter))
    let object = writer.node("object", emitter)
    writer.locations.append([object * 7, 5, 11, 6])
    writer.edge(object, "property", "__proto__", to: prototype)
    writer.edge(global, "property", "it", to: object)
    let events = writer.node("object", "Object")
    writer.edge(object, "property", "_events", to: events)
    let context = writer.node("object", "system / Context")
    let timer = writer.node("object", "Timeout")
    writer.edge(context, "context", "Buffer", to: timer)
    writer.edge(context, "context", "self", to: object)
    writer.edge(timer, "property", "_onTimeout", to: object)
    for (event, count) in counts.sorted(by: { $0.key < $1.key }) {
      let listeners = (0..<count).map { _ in function("listener") }
      for listener in listeners { writer.edge(listener, "internal", "context", to: context) }
      if count == 1 {
        writer.edge(events, "property", event, to: listeners[0])
      } else {
        let list = writer.node("object", "Array")
        for (index, listener) in listeners.enumerated() { writer.element(list, UInt64(index), to: listener) }
        writer.edge(events, "property", event, to: list)
      }
    }
    let heap = try load(writer.bytes())
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    return analysis.suspects.first { $0.kind == .heldCycle }?.reasons
  }

  @Test func theEmitterWithMostListeners() throws {
    let many = try #require(try reasons("Bus", ["tick": 30, "order": 12, "end": 1], script: "file:///srv/app.js"))
    #expect(
      many.contains(
        "43 listeners of Bus, 30 of them (\"tick\"), are part of it: until they are taken away they keep what they use")
    )
    #expect(many.contains("a timer is part of it: until it is cleared its callback keeps what it uses"))
    #expect(many.contains("a function keeps the variable self, which leads back to the function"))
    let one = try #require(try reasons("Bus", ["tick": 1], script: "file:///srv/app.js"))
    #expect(one.contains("a listener of Bus (\"tick\") is part of it: until it is taken away it keeps what it uses"))
  }

  /// Node's own agent has a listener from the start, and its scripts have variables.
  @Test func whatNodeHasItselfIsNotNamed() throws {
    #expect(try reasons("Agent", ["free": 11], script: "node:_http_agent") == nil)
    let program = "file:///srv/app.js"
    let few = try #require(try reasons("Agent", ["free": 1], script: "node:_http_agent", listeners: program))
    #expect(!few.contains { $0.contains("listener") })
    // More than ten of one event are no longer usual, whosever the emitter is.
    let many = try #require(try reasons("Agent", ["free": 11], script: "node:_http_agent", listeners: program))
    #expect(many.contains { $0.hasPrefix("11 listeners of Agent (\"free\") are part of it") })
  }
}
