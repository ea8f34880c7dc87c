import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// What the sample knows of its objects.
struct SampleDetails: ObjectDetails {
  var fields: [String] = []
  var texts: [ObjectID: String] = [:]
  var rootFacts: [Fact] = []

  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    Int(field) < fields.count ? fields[Int(field)] : "+\(field)"
  }
  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
    texts[object].map { (String(decoding: $0.utf8.prefix(limit), as: UTF8.self), $0.utf8.count) }
  }
  func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
  func facts(ofRoot index: Int) -> [Fact] { rootFacts }
}

/// A small heap with cycles in it, named as a test needs them.
struct SampleHeap {
  var builder = ReferenceGraphBuilder()
  var details = SampleDetails()

  mutating func add(_ name: String, _ size: UInt64 = 16, at address: UInt64? = nil) -> ObjectID {
    builder.add(ObjectClass(name: name), size: size, address: address)
  }

  mutating func refer(_ source: ObjectID, _ field: String, _ target: ObjectID, kind: ReferenceKind = .strong) {
    let number = details.fields.firstIndex(of: field) ?? details.fields.count
    if number == details.fields.count { details.fields.append(field) }
    builder.refer(source, to: target, field: UInt32(number), kind: kind)
  }

  func analysis(path: String = "/data/app.heapdump") throws -> HeapAnalysis {
    let policy = ReferencePolicy(name: "retaining", summary: "all but weak", kinds: [.strong, .maybe])
    let facts = DumpFacts(
      format: "Go heap dump", producer: "go1.27.3 amd64", path: path, fileBytes: 1, dumpBytes: 1,
      retainingPolicies: [policy], cyclePolicies: [policy])
    let heap = Heap(graph: builder.build(), facts: facts, details: details)
    return try HeapAnalysis(
      heap: heap, options: AnalysisOptions(retaining: policy, cycles: policy),
      progress: WorkProgress(steps: HeapAnalysis.steps))
  }

  /// A cache in a global whose sessions refer back to it, with a token; pairs of nodes; garbage that refers in a ring.
  static func shop() throws -> HeapAnalysis {
    var heap = SampleHeap()
    let registry = heap.add("main.Registry", 48, at: 0xc000_0100)
    let cache = heap.add("main.SessionCache", 48, at: 0xc000_0200)
    let table = heap.add("[]*main.Session", 1024, at: 0xc000_0300)
    let session = heap.add("main.Session", 96, at: 0xc000_0800)
    let second = heap.add("main.Session", 96, at: 0xc000_0900)
    let token = heap.add("string", 64, at: 0xc000_0a00)
    let blob = heap.add("[]byte", 432_013_312, at: 0xc000_1000)
    heap.builder.addRoot(registry, kind: .data, name: "global main.sessions", address: 0x55_0010)
    heap.builder.addRoot(cache, kind: .frame, name: "goroutine 17 [chan receive] main.worker", reference: .maybe)
    heap.refer(registry, ".cache", cache)
    heap.refer(cache, ".entries", table)
    heap.refer(table, "[0]", session)
    heap.refer(table, "[1]", second)
    heap.refer(session, ".owner", cache)
    heap.refer(second, ".owner", cache)
    heap.refer(session, ".token", token)
    heap.refer(session, ".peer", session)
    heap.refer(second, ".cart", blob, kind: .maybe)
    heap.details.texts[token] = "hunter2\u{1b}[31m"
    heap.details.rootFacts = [Fact("written by", "main.init")]
    for number in 0..<3 {
      let left = heap.add("main.Node", 32)
      let right = heap.add("main.Leaf", 32)
      heap.refer(left, ".next", right)
      heap.refer(right, ".back", left)
      if number < 2 { heap.refer(blob, "[\(number)]", left) }
    }
    return try heap.analysis()
  }

  /// The shop some time earlier, elsewhere in memory: one session without a cart, one pair of nodes, and a parser with
  /// its scope that is gone later.
  static func earlierShop() throws -> HeapAnalysis {
    var heap = SampleHeap()
    let parser = heap.add("main.Parser", 512, at: 0xc001_0000)
    let scope = heap.add("main.Scope", 64, at: 0xc001_0200)
    heap.builder.addRoot(parser, name: "global main.parser")
    heap.refer(parser, ".scope", scope)
    heap.refer(scope, ".parser", parser)
    let registry = heap.add("main.Registry", 48, at: 0xc001_0300)
    let cache = heap.add("main.SessionCache", 48, at: 0xc001_0400)
    let table = heap.add("[]*main.Session", 2048, at: 0xc001_1000)
    let session = heap.add("main.Session", 96, at: 0xc001_2000)
    let blob = heap.add("[]byte", 4096, at: 0xc001_3000)
    heap.builder.addRoot(registry, kind: .data, name: "global main.sessions", address: 0x55_0010)
    heap.refer(registry, ".cache", cache)
    heap.refer(cache, ".entries", table)
    heap.refer(table, "[0]", session)
    heap.refer(session, ".owner", cache)
    heap.refer(session, ".peer", session)
    heap.builder.addRoot(blob, name: "global main.blob")
    for number in 0..<5 {
      let left = heap.add("main.Node", 32)
      let right = heap.add("main.Leaf", 32)
      heap.refer(left, ".next", right)
      heap.refer(right, ".back", left)
      if number < 1 { heap.refer(blob, "[\(number)]", left) }
    }
    return try heap.analysis(path: "/data/monday.heapdump")
  }

  /// Names that try to break out of every format.
  static func hostile() throws -> HeapAnalysis {
    var heap = SampleHeap()
    let first = heap.add("evil\"];\n}\u{1b}[31m\\", 16, at: 0x1000)
    let second = heap.add("<b>|`x``</b>\\|&lt;\u{202e}\t\\N", 16, at: 0x2000)
    heap.builder.addRoot(first, name: "root\u{7}\" -> n0\u{85}\\")
    heap.refer(first, ".a\"\u{9b}31m\\", second)
    heap.refer(second, "\n\r", first)
    heap.details.texts[second] = "SECRET"
    return try heap.analysis()
  }
}

/// A mark for everything in `analysis` that can have one: every shape, the cycles of the first, one object.
func marks(on analysis: HeapAnalysis) -> MarkSet {
  var set = MarkSet()
  let time = 1_700_000_000
  for (number, shape) in analysis.shapes.enumerated() {
    let report = analysis.report(on: shape.components[0])
    if number == 0 {
      set.set(
        Mark(
          cycle: report, in: analysis, note: "never evicted; see #1182\nSession.owner: only logout() | uses it\u{7}",
          at: time))
    }
    set.set(Mark(shape: number, report: report, in: analysis, verdict: .unsure, at: time))
  }
  set.set(Mark(object: ObjectID(1), in: analysis, verdict: .expected, note: "by design", at: time))
  set.set(sampleMark(0xdead, note: "gone?"))
  return set
}
