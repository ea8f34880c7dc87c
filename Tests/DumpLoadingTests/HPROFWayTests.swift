import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Which way from a root is taken where there are several, and what it says of who holds.
struct HPROFWayTests {
  private func object(_ address: UInt64, _ graph: ReferenceGraph) throws -> ObjectID {
    let found = graph.addresses.object(at: address)
    return try #require(found)
  }

  private func program() -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "java/lang/ref/WeakReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x1440, "java/lang/ref/SoftReference", superclass: HPROFWriter.reference)
    return dump
  }

  /// A chain of ten nodes: the last is reached by a reference object too, which is nearer to a root.
  @Test(arguments: [UInt64(0x1400), 0x1440])
  func strongReferencesFirst(_ kind: UInt64) throws {
    var dump = program()
    for number in UInt64(0)..<10 {
      let next = number == 9 ? 0 : 0xa020 + 0x20 * number
      dump.instance(0xa000 + 0x20 * number, HPROFWriter.node, [.reference(next), .int(0)])
    }
    dump.instance(0x9000, kind, [.reference(0xa120), .reference(0)])
    dump.root(0x01, 0x9000)
    dump.root(0x01, 0xa000)
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let last = try object(0xa120, analysis.graph)
    let path = analysis.path(to: last)
    #expect(path.count == 10)
    #expect(analysis.paths.distance(of: last) == 10)
    #expect(path.allSatisfy { $0.source == .root || analysis.graph.kind(ofReference: Int($0.index)) == .strong })
    #expect(analysis.pathPolicy(to: last).kinds.isDisjoint(with: analysis.retaining.lastOnPaths))
    // Both ways retain: the reference object and the chain.
    #expect(analysis.dominators.dominator(of: last) == .root)
  }

  /// A reference object that refers to its referent by an ordinary field too.
  @Test func whatIsStronglyHeldBesides() throws {
    var dump = program()
    dump.defineClass(0x1480, "demo/Entry", superclass: 0x1400, fields: [("value", 2)])
    dump.instance(0xa000, HPROFWriter.node, [.reference(0xa000), .int(0)])
    dump.instance(0x9000, 0x1480, [.reference(0xa000), .reference(0xa000), .reference(0)])
    dump.root(0x01, 0x9000)
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let node = try object(0xa000, analysis.graph)
    let component = try #require(analysis.components.component(of: node))
    #expect(analysis.holder(of: component)?.words == "a handle of native code, until that gives it up")
  }

  @Test(arguments: [
    (UInt64(0x1400), "a weak reference only, until the next collection"),
    (0x1440, "a soft reference only, until memory is short"),
  ])
  func onlyLooselyHeld(_ kind: UInt64, _ words: String) throws {
    var dump = program()
    dump.instance(0xa000, HPROFWriter.node, [.reference(0xa020), .int(0)])
    dump.instance(0xa020, HPROFWriter.node, [.reference(0xa000), .int(0)])
    dump.instance(0x9000, kind, [.reference(0xa000), .reference(0)])
    dump.root(0x01, 0x9000)
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let node = try object(0xa000, analysis.graph)
    let component = try #require(analysis.components.component(of: node))
    #expect(analysis.holder(of: component)?.words == words)
    #expect(analysis.pathPolicy(to: node) == analysis.retaining)
  }

  /// A thread's frame holds a ring, and its ThreadLocals a large array.
  @Test func shareOfAThread() throws {
    var dump = program()
    dump.defineClass(
      0x1480, "java/lang/ThreadLocal$ThreadLocalMap", superclass: HPROFWriter.object, fields: [("table", 2)])
    dump.defineClass(0x14c0, "demo/Value", superclass: HPROFWriter.object, fields: [("data", 2)])
    dump.defineClass(
      0x1500, "demo/Worker", superclass: HPROFWriter.thread, fields: [("threadLocals", 2), ("self", 2), ("tid", 11)])
    dump.defineClass(
      0x1540, "demo/Pool", superclass: HPROFWriter.thread, fields: [("threadLocals", 2), ("self", 2), ("tid", 11)])
    dump.primitiveArray(0xc000, [HPROFWriter.Value](repeating: .long(1), count: 4000))
    dump.instance(0xa000, 0x14c0, [.reference(0xc000)])
    dump.instance(0xa020, 0x1480, [.reference(0xa000)])
    dump.primitiveArray(0x1_c000, [HPROFWriter.Value](repeating: .long(1), count: 5000))
    dump.instance(0xb000, 0x14c0, [.reference(0x1_c000)])
    dump.instance(0x9000, 0x1540, [.reference(0xa020), .reference(0x9000), .long(31), .reference(0)])
    dump.instance(0x9040, 0x1500, [.reference(0), .reference(0x9040), .long(32), .reference(0)])
    dump.stackFrame(0x77, method: "work", file: "Work.java", classSerial: 11, line: 42)
    dump.stackTrace(2, thread: 2, frames: [0x77])
    dump.root(0x08, 0x9000, thread: 1, frame: 1)
    dump.root(0x08, 0x9040, thread: 2, frame: 2)
    dump.root(0x03, 0xb000, thread: 2, frame: 0)
    dump.primitiveArray(0x2_c000, [HPROFWriter.Value](repeating: .long(1), count: 6000))
    dump.instance(0x9080, HPROFWriter.thread, [.reference(0)])
    dump.root(0x08, 0x9080, thread: 3, frame: 3)
    dump.root(0x03, 0x2_c000, thread: 3, frame: -1)
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let reasons = analysis.suspects.flatMap(\.reasons)
    #expect(
      reasons.contains {
        $0.hasPrefix("a ThreadLocal of thread #31 holds demo.Value: ")
          && $0.hasSuffix("until remove() or the thread's end")
      }, "\(reasons)")
    #expect(
      reasons.contains {
        $0.contains("thread #32 holds demo.Value in a local variable, ") && $0.contains("Work.java:42")
      },
      "\(reasons)")
    // No cycle: an array that a method's variable holds.
    #expect(
      reasons.contains { $0.hasPrefix("held by a local variable of a thread, until its method returns: thread 3") },
      "\(reasons)")
    #expect(!reasons.contains { $0.hasPrefix("an array of 0") })
    let value = try object(0xb000, analysis.graph)
    #expect(analysis.holderName(of: analysis.path(to: value))?.hasSuffix("work(Work.java:42) local") == true)
    let data = try object(0xc000, analysis.graph)
    #expect(analysis.holderName(of: analysis.path(to: data)) == "thread #31 .threadLocals")
  }

  /// Classes of lambdas have other names in each run of a program: the keys of shapes have not.
  @Test func keysFromRunToRun() throws {
    func key(_ lambda: String) throws -> String {
      var dump = program()
      dump.defineClass(0x1480, lambda, superclass: HPROFWriter.object, loader: 0x2000, fields: [("arg$1", 2)])
      dump.instance(0xa000, HPROFWriter.node, [.reference(0xa020), .int(0)])
      dump.instance(0xa020, 0x1480, [.reference(0xa000)])
      dump.root(0x01, 0xa000)
      let analysis = try DumpLoadingTests.analysis(dump.finished())
      let component = try #require(analysis.components.component(of: try object(0xa000, analysis.graph)))
      return analysis.shapes[analysis.components[component].shape].key
    }
    let keys = try [
      "demo/A$$Lambda$1+0x00007f00", "demo/A$$Lambda$14+0x00007f99", "demo/A$$Lambda+0x1", "demo/B$$Lambda+0x1",
    ]
    .map(key)
    #expect(keys[0] == keys[1] && keys[0] == keys[2] && keys[0] != keys[3])
    #expect(
      ShapeStep.lastingName("java.lang.invoke.LambdaForm$DMH+0x00007f630101[]") == "java.lang.invoke.LambdaForm$DMH[]")
    #expect(ShapeStep.lastingName("demo.Node[][]") == "demo.Node[][]")
  }

  @Test func numbersThatAreNone() throws {
    var dump = program()
    dump.defineClass(0x1480, "demo/Numbers", superclass: HPROFWriter.object, fields: [("a", 7), ("b", 7), ("c", 6)])
    dump.instance(0xa000, 0x1480, [.double(.nan), .double(-.infinity), .float(.infinity)])
    dump.root(0x01, 0xa000)
    let heap = try load(dump.finished())
    let object = try object(0xa000, heap.graph)
    #expect(heap.details.values(of: object, from: 0, limit: 3).values.map(\.text) == ["NaN", "-Infinity", "Infinity"])
  }

  /// In the second of four segments a tag, or the length of an array, is none: the segments after it are read.
  @Test(arguments: [false, true])
  func damageInOneSegment(_ isLength: Bool) throws {
    var dump = program()
    dump.endHeap()
    let ending = dump.bytes.count - 9
    var bytes = Array(dump.bytes[..<ending])
    func segment(_ number: UInt64, damaged: Bool) -> [UInt8] {
      var items = HPROFWriter()
      for index in UInt64(0)..<100 {
        items.instance(0x10_0000 * number + 0x20 * index, HPROFWriter.node, [.reference(0), .int(0)])
        if damaged, index == 50, !isLength { items.heap.append(0x77) }
        if damaged, index == 50, isLength {
          items.heap += [0x22] + HPROFWriter.big(UInt64(0xff0000)) + HPROFWriter.big(UInt32(0))
          items.heap += HPROFWriter.big(UInt32(0x7fff_ffff)) + HPROFWriter.big(HPROFWriter.object)
        }
      }
      return [0x1c] + HPROFWriter.big(UInt32(0)) + HPROFWriter.big(UInt32(items.heap.count)) + items.heap
    }
    for number in UInt64(1)...4 { bytes += segment(number, damaged: number == 2) }
    bytes += [0x2c] + [UInt8](repeating: 0, count: 8)
    let heap = try load(bytes)
    let nodes = (1...UInt32(heap.graph.objectCount)).count {
      heap.graph.objectClass(of: ObjectID($0)).name == "demo.Node"
    }
    // Two of `program` itself, and 51 of the damaged segment.
    #expect(nodes == 2 + 300 + 51)
    #expect(heap.facts.skipped.reduce(0) { $0 + $1.count } == 1)
  }
}
