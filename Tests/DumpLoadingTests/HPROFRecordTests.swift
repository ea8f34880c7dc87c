import ReferenceGraph
import Testing

@testable import DumpLoading

/// Records of JVM dumps, one by one.
struct HPROFRecordTests {
  @Test(arguments: [("1.0.1", 4), ("1.0.2", 4), ("1.0.2", 8), ("1.0.3", 8)])
  func aSmallProgram(_ version: String, _ idSize: Int) throws {
    let heap = try load(HPROFWriter.program(version: version, idSize: idSize).finished())
    let graph = heap.graph
    #expect(graph.objectCount == 10)
    #expect(heap.facts.truncation == nil && heap.facts.warnings.isEmpty && heap.facts.skipped.isEmpty)
    #expect(heap.facts.checks.allSatisfy { $0.holds })
    #expect(heap.references(of: 0x3000) == [0x3020, HPROFWriter.node])
    let first = try #require(heap.object(at: 0x3000))
    #expect(graph.objectClass(of: first).name == "demo.Node")
    let names = graph.references(of: first).map { heap.details.fieldName(graph.fields[$0.index], of: first) }
    #expect(names == [".next", "<class>"])
    let owner = try #require(heap.object(at: HPROFWriter.node))
    let held = try #require(graph.firstReference(from: owner, to: first))
    #expect(heap.details.fieldName(graph.fields[held.index], of: owner) == "static demo.Node.HEAD")
    #expect(heap.details.summary(of: owner) == "demo.Node")
    #expect(heap.details.values(of: first, from: 0, limit: 9).values.map(\.text) == ["demo.Node", "7"])
    #expect(heap.rootNames(.native) == ["JNI global demo.Loader"])
    // The classes of the Java runtime count as roots though only one is listed.
    #expect(heap.rootNames(.systemClass).count == 6)
    #expect(heap.rootNames(.systemClass).first == "system class java.lang.Object")
  }

  @Test func referenceKindsFollowTheHolder() throws {
    var dump = HPROFWriter.program()
    for (address, name) in [
      (UInt64(0x1400), "SoftReference"), (0x1480, "WeakReference"), (0x1500, "PhantomReference"),
      (0x1580, "FinalReference"),
    ] {
      dump.defineClass(address, "java/lang/ref/\(name)", superclass: HPROFWriter.reference)
    }
    dump.defineClass(0x1600, "demo/Key", superclass: 0x1480, fields: [("referent", 2)])
    for (number, known) in [UInt64(0x1400), 0x1480, 0x1500, 0x1580].enumerated() {
      dump.instance(0x4000 + UInt64(number) * 0x20, known, [.reference(0x3000), .reference(0x3020)])
    }
    // A field of the same name in a class below is an ordinary one.
    dump.instance(0x4100, 0x1600, [.reference(0x3020), .reference(0x3000), .reference(0)])
    let heap = try load(dump.finished())
    func kinds(_ address: UInt64) throws -> [ReferenceKind] {
      let id = try #require(heap.object(at: address))
      return heap.graph.references(of: id).map { heap.graph.kind(ofReference: Int($0.index)) }
        .filter { $0 != .classPointer }
    }
    #expect(try kinds(0x4000) == [.soft, .strong])
    #expect(try kinds(0x4020) == [.weak, .strong])
    #expect(try kinds(0x4040) == [.phantom, .strong])
    #expect(try kinds(0x4060) == [.final, .strong])
    #expect(try kinds(0x4100) == [.strong, .weak])
    let key = try #require(heap.object(at: 0x4100))
    #expect(
      heap.details.values(of: key, from: 0, limit: 9).values.map(\.name) == [
        ".referent", ".Reference.referent", ".queue",
      ])
  }

  @Test func localsBelongToTheirThread() throws {
    var dump = HPROFWriter.program()
    dump.stackFrame(1, method: "run", file: "Node.java", classSerial: 5, line: 42)
    dump.stackFrame(2, method: "park", file: "Node.java", classSerial: 5, line: -3)
    dump.stackTrace(9, thread: 1, frames: [2, 1])
    dump.primitiveArray(0x5000, "worker".unicodeScalars.map { .byte(UInt8($0.value)) })
    dump.instance(0x5020, HPROFWriter.string, [.reference(0x5000), .byte(0)])
    dump.instance(0x5040, HPROFWriter.thread, [.reference(0x5020)])
    dump.instance(0x5060, HPROFWriter.node, [.reference(0), .int(1)])
    dump.root(0x03, 0x5060, thread: 1, frame: 1)
    dump.root(0x02, 0x3020, thread: 1, frame: -1)
    dump.root(0x08, 0x5040, thread: 1, frame: 9)
    dump.root(0x03, 0x5060, thread: 77, frame: 0)
    dump.root(0x07, 0x9999)
    let heap = try load(dump.finished())
    let thread = try #require(heap.object(at: 0x5040))
    let places = heap.graph.references(of: thread)
    #expect(heap.references(of: 0x5040) == [0x5020, 0x5060, 0x3020])
    #expect(
      places.map { heap.details.fieldName(heap.graph.fields[$0.index], of: thread) }
        == [".name", "demo.Node.run(Node.java:42) local", "JNI local"])
    #expect(heap.rootNames(.thread) == ["thread \"worker\""])
    #expect(heap.rootNames(.frame) == ["local"])
    #expect(heap.rootNames(.monitor).isEmpty)
    let root = try #require(heap.graph.roots.firstIndex { $0.kind == .thread })
    #expect(
      heap.details.facts(ofRoot: root).filter { $0.label == "in" }.map(\.value)
        == ["demo.Node.park(native)", "demo.Node.run(Node.java:42)"])
  }

  @Test func androidsItems() throws {
    var dump = HPROFWriter.program(version: "1.0.3", idSize: 4)
    let name = dump.text("app")
    dump.item(0xfe, HPROFWriter.big(UInt32(1)) + dump.id(name))
    for tag: UInt8 in [0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x90] { dump.root(tag, 0x3000) }
    dump.root(0x8e, 0x3020, thread: 1, frame: 0)
    dump.item(0xc3, dump.id(0x6000) + HPROFWriter.big(UInt32(0)) + HPROFWriter.big(UInt32(4)) + [10])
    let heap = try load(dump.finished())
    #expect(heap.facts.skipped.isEmpty)
    #expect(heap.graph.roots.filter { $0.target == heap.object(at: 0x3000) }.count == 5)
    let array = try #require(heap.object(at: 0x6000))
    #expect(heap.graph.objectClass(of: array).name == "int[]")
    #expect(heap.facts.facts.contains(Fact("heaps of the runtime", "app")))
  }

  @Test func twoHeapsInOneFile() throws {
    var dump = HPROFWriter.program(version: "1.0.1")
    let items = dump.heap
    dump.endHeap(0x0c)
    dump.heap = items
    dump.instance(0x7000, HPROFWriter.node, [.reference(0x3000), .int(0)])
    dump.endHeap(0x0c)
    let first = try load(dump.bytes)
    #expect(first.graph.objectCount == 10)
    #expect(first.facts.warnings.contains { $0.contains("2 heaps") && $0.contains("--heap N") })
    let second = try load(dump.bytes, options: LoadOptions(heap: 2))
    #expect(second.graph.objectCount == 11)
    #expect("\(loadError(dump.bytes, options: LoadOptions(heap: 3))!)".contains("heap 3"))
  }

  @Test func arraysAndNames() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "[Ljava/util/HashMap$Node;", superclass: HPROFWriter.object)
    dump.defineClass(0x1480, "[[I", superclass: HPROFWriter.object)
    dump.objectArray(0x6000, 0x1400, [0x3000, 0, 0x3020, 0xdead])
    dump.objectArray(0x6100, 0x1480, [])
    // Some writers name the class of the elements.
    dump.objectArray(0x6200, HPROFWriter.node, [0x3000])
    dump.primitiveArray(0x6300, [.char(65), .char(0x20ac)])
    dump.instance(0x6400, 0xbeef, [.int(1)])
    let heap = try load(dump.finished())
    func name(_ address: UInt64) -> String? { heap.object(at: address).map { heap.graph.objectClass(of: $0).name } }
    #expect(name(0x6000) == "java.util.HashMap$Node[]")
    #expect(name(0x6100) == "int[][]")
    #expect(name(0x6200) == "demo.Node[]")
    #expect(name(0x6300) == "char[]")
    #expect(name(0x6400) == "unknown class @beef")
    #expect(heap.facts.warnings.contains { $0.contains("1 classes are not in the dump") })
    #expect(heap.references(of: 0x6000).prefix(2) == [0x3000, 0x3020])
    let array = try #require(heap.object(at: 0x6000))
    let values = heap.details.values(of: array, from: 1, limit: 3)
    #expect(values.total == 4 && values.values.map(\.name) == ["[1]", "[2]", "[3]"])
    #expect(values.values.map(\.text) == ["null", "demo.Node", "@dead, not in the dump"])
  }
}
