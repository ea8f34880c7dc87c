import ReferenceGraph
import Testing

@testable import DumpLoading

/// Which slots are objects, and which objects begin with their type.
struct SlotLayoutTests {
  private let base = GoDumpWriter.base

  /// A page of 8 KiB full of slots, only the first of which may hold pointers.
  private func page(_ version: String, size: Int, hasPointers: Bool) throws -> Int {
    var dump = GoDumpWriter(version: version)
    for slot in 0..<(8192 / size) {
      dump.object(base + UInt64(slot * size), size: size, hasPointers && slot == 0 ? [0: base] : [:])
    }
    // The next page is judged for itself.
    dump.object(base + 8192, size: size)
    dump.end()
    return try load(dump.bytes).graph.objectCount - 1
  }

  @Test func slotsThatAreNoObjects() throws {
    #expect(try page("go1.21.13", size: 16, hasPointers: true) == 512)
    #expect(try page("go1.22.0", size: 16, hasPointers: true) == (8192 - 128) / 16)
    #expect(try page("go1.22.0", size: 16, hasPointers: false) == 512)
    #expect(try page("go1.25.5", size: 48, hasPointers: true) == (8192 - 128) / 48)
    #expect(try page("go1.26.6", size: 48, hasPointers: true) == (8192 - 256) / 48)
    #expect(try page("go1.26.6", size: 48, hasPointers: false) == (8192 - 128) / 48)
    #expect(try page("go1.26.6", size: 8, hasPointers: true) == (8192 - 128) / 8)
    #expect(try page("go1.26.6", size: 8, hasPointers: false) == 1024)
    #expect(try page("go1.27.3", size: 512, hasPointers: true) == 15)
    #expect(try page("go1.27.3", size: 1024, hasPointers: true) == 8)
    // Experiments that switch the collector.
    #expect(try page("go1.25.5 X:greenteagc", size: 48, hasPointers: false) == (8192 - 128) / 48)
    #expect(try page("go1.26.6 X:nogreenteagc", size: 48, hasPointers: false) == 8192 / 48)
    #expect(try page("devel go1.28-abcdef Mon Jan 1", size: 48, hasPointers: false) == (8192 - 128) / 48)
    #expect(try page("unknown", size: 16, hasPointers: true) == 512)
  }

  @Test func classesAreSizesUnlessTheObjectSaysItsType() throws {
    var dump = GoDumpWriter(version: "go1.27.3")
    dump.type(0x50_0000, size: 600, "main.Order")
    dump.type(0x50_1000, size: 40, "runtime.p")
    dump.type(0x50_2000, size: 8, "main.")
    dump.object(base, size: 48, [0: base])
    dump.object(base + 0x2000, size: 48)
    dump.object(base + 0x4000, size: 640, [8: base], others: [0: 0x50_0000])
    dump.object(base + 0x6000, size: 1024, [8: base], others: [0: 0x50_1000])
    dump.object(base + 0x8000, size: 1024, [8: base], others: [0: 0x50_2000])
    dump.object(base + 0xa000, size: 1024, [8: base], others: [0: 0x50_3000])
    // Without pointers there is no header, whatever the first word is.
    dump.object(base + 0xc000, size: 1024, others: [0: 0x50_0000])
    dump.object(base + 0xe000, size: 512, [8: base], others: [0: 0x50_0000])
    dump.end()
    let graph = try load(dump.bytes).graph
    let classes = (graph.objects ?? 1...1).map { graph.objectClass(of: ObjectID($0)) }
    #expect(
      classes.map(\.name) == [
        "48 B", "48 B, no pointers", "main.Order", "[]runtime.p", "1024 B", "1024 B", "1024 B, no pointers", "512 B",
      ])
    #expect(classes[0].flags == .untyped)
    #expect(classes[1].flags == [.untyped, .pointerFree])
    #expect(classes[2].flags == [])
    #expect(classes[3].flags == [.array, .runtime])
  }
}
