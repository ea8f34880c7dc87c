import ReferenceGraph
import Testing

@testable import DumpLoading

/// Stripped programs: Fixtures/go-lean has them, their machine code zeroed, with the dumps that they wrote.
struct GoLeanTests {
  static func heap(_ dump: String, _ executable: String) throws -> Heap {
    let file = try ScratchFile(Fixture.unpacked("go-lean/\(executable).gz"))
    return try DumpLoading.load(
      path: Fixture.path("go-lean/\(dump).heapdump.gz"), options: LoadOptions(executable: file.path))
  }

  static func count(_ name: String, in heap: Heap) -> Int {
    let graph = heap.graph
    return (1...UInt32(graph.objectCount)).count { graph.objectClass(of: ObjectID($0)).name == name }
  }

  static func first(_ name: String, in heap: Heap) throws -> ObjectID {
    let graph = heap.graph
    let id = (1...UInt32(graph.objectCount)).first { graph.objectClass(of: ObjectID($0)).name == name }
    return ObjectID(try #require(id, "no \(name)"))
  }

  /// 32 bits, and 64 bits with the highest byte first.
  @Test(arguments: ["386", "s390x"])
  func methodValuesHaveTypesOnEverySystem(_ system: String) throws {
    let heap = try Self.heap("widgets-\(system)", "widgets-\(system)")
    #expect(Self.count("main.widget", in: heap) == 200)
    #expect(Self.count("closure main.(*widget).handle-fm", in: heap) == 200)
    #expect(Self.count("main.bus", in: heap) == 1)
    let handlers = try Self.first("[]func(int)", in: heap)
    let closure = heap.graph.target(of: try #require(heap.graph.references(of: handlers).first))
    #expect(heap.graph.objectClass(of: closure).name == "closure main.(*widget).handle-fm")
    let receiver = heap.details.values(of: closure, from: 0, limit: 10).values.map(\.name)
    #expect(receiver == ["function", "captured receiver"])
    #expect(heap.details.owner(of: closure) == .program && heap.facts.warnings.isEmpty)
  }
}
