import ReferenceGraph
import Testing

@testable import DumpLoading

/// Memory outside of the heap, and how much of collections and buffers is in use.
struct HPROFOutsideTests {
  private static let direct: UInt64 = 0x1500
  private static let cleaner: UInt64 = 0x1580
  private static let deallocator: UInt64 = 0x15c0

  /// `java.nio` as JDK 8 to 25 lay it out.
  private func library(counted: Int64? = nil) -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(
      0x1400, "java/nio/Buffer", superclass: HPROFWriter.object,
      fields: [("mark", 10), ("position", 10), ("limit", 10), ("capacity", 10), ("address", 11)])
    dump.defineClass(0x1440, "java/nio/ByteBuffer", superclass: 0x1400, fields: [("hb", 2), ("offset", 10)])
    dump.defineClass(0x1480, "java/nio/HeapByteBuffer", superclass: 0x1440)
    dump.defineClass(0x14c0, "java/nio/MappedByteBuffer", superclass: 0x1440, fields: [("fd", 2)])
    dump.defineClass(
      Self.direct, "java/nio/DirectByteBuffer", superclass: 0x14c0, fields: [("att", 2), ("cleaner", 2)])
    dump.defineClass(0x1540, "java/nio/DirectIntBufferU", superclass: 0x1400, fields: [("att", 2)])
    dump.defineClass(
      Self.cleaner, "jdk/internal/ref/Cleaner", superclass: HPROFWriter.reference,
      fields: [("next", 2), ("prev", 2), ("thunk", 2)])
    dump.defineClass(
      Self.deallocator, "java/nio/DirectByteBuffer$Deallocator", superclass: HPROFWriter.object,
      fields: [("address", 11), ("size", 11), ("capacity", 10)])
    if let counted {
      dump.defineClass(
        0x1600, "java/util/concurrent/atomic/AtomicLong", superclass: HPROFWriter.object, fields: [("value", 11)])
      dump.instance(0x5000, 0x1600, [.long(counted)])
      dump.defineClass(
        0x1640, "java/nio/Bits", superclass: HPROFWriter.object, statics: [("TOTAL_CAPACITY", .reference(0x5000))])
    }
    return dump
  }

  /// A buffer, fields of the class itself first.
  private func buffer(
    _ address: UInt64, capacity: Int32, att: UInt64 = 0, cleaner: UInt64 = 0, fd: UInt64 = 0,
    in dump: inout HPROFWriter
  ) {
    dump.instance(
      address, Self.direct,
      [
        .reference(att), .reference(cleaner), .reference(fd), .reference(0), .int(0), .int(-1), .int(0),
        .int(capacity), .int(capacity), .long(0x7f00_0000),
      ])
  }

  private func own(
    _ address: UInt64, capacity: Int32, hasRun: Bool = false, in dump: inout HPROFWriter
  ) {
    buffer(address, capacity: capacity, cleaner: address + 0x80, in: &dump)
    dump.instance(
      address + 0x80, Self.cleaner,
      [
        .reference(hasRun ? address + 0x80 : 0), .reference(0), .reference(address + 0xc0), .reference(address),
        .reference(0),
      ])
    dump.instance(
      address + 0xc0, Self.deallocator, [.long(hasRun ? 0 : 0x7f00_0000), .long(Int64(capacity)), .int(capacity)])
  }

  @Test func directBuffersStandForMemoryOutside() throws {
    var dump = library(counted: 3 << 20)
    own(0x6000, capacity: 1 << 20, in: &dump)
    own(0x6200, capacity: 2 << 20, in: &dump)
    // Given back by hand; a view; a mapped file; one of native code.
    own(0x6400, capacity: 5 << 20, hasRun: true, in: &dump)
    buffer(0x6600, capacity: 1 << 20, att: 0x6000, in: &dump)
    buffer(0x6700, capacity: 7 << 20, fd: 0x3000, in: &dump)
    buffer(0x6800, capacity: 4096, in: &dump)
    dump.instance(
      0x6900, 0x1540, [.reference(0x6000), .int(-1), .int(0), .int(64), .int(64), .long(0x7f00_0000)])
    let heap = try load(dump.finished())
    func bytes(_ address: UInt64) throws -> UInt64 {
      heap.details.outsideBytes(of: try #require(heap.object(at: address)))
    }
    #expect(try bytes(0x6000) == 1 << 20)
    #expect(try bytes(0x6200) == 2 << 20)
    #expect(try bytes(0x6800) == 4096)
    for address: UInt64 in [0x6400, 0x6600, 0x6700, 0x6900, 0x6080, 0x60c0, 0x3000] {
      #expect(try bytes(address) == 0)
    }
    #expect(heap.details.outsideObjects.map(\.bytes) == [1 << 20, 2 << 20, 4096])
    let facts = heap.facts.facts
    #expect(
      facts.contains(
        Fact(
          "direct buffers",
          "3.0 MiB (3,145,728 bytes) outside of the heap, 2 buffers; java.nio.Bits counts the same")))
    #expect(facts.contains { $0.label == "direct buffers without a cleaner" && $0.value.hasPrefix("4.0 KiB") })
    #expect(facts.contains { $0.label == "mapped files" && $0.value.hasPrefix("7.0 MiB") })
  }

  /// The object is collected, the memory not yet given back: it is that of what will give it back.
  @Test func memoryOfCollectedBuffers() throws {
    var dump = library(counted: 9000)
    own(0x6000, capacity: 5000, in: &dump)
    dump.instance(
      0x7000, Self.cleaner, [.reference(0), .reference(0), .reference(0x7040), .reference(0), .reference(0)])
    dump.instance(0x7040, Self.deallocator, [.long(0x7f11_0000), .long(4000), .int(4000)])
    let heap = try load(dump.finished())
    #expect(heap.details.outsideBytes(of: try #require(heap.object(at: 0x7040))) == 4000)
    #expect(heap.facts.facts.contains { $0.label == "direct buffers" && $0.value.hasSuffix("counts the same") })
    #expect(heap.facts.facts.contains { $0.label == "direct buffers that are collected" })
  }

  @Test func androidRegistersNativeMemory() throws {
    var dump = HPROFWriter.program(version: "1.0.3")
    dump.defineClass(
      0x1500, "sun/misc/Cleaner", superclass: HPROFWriter.reference, fields: [("thunk", 2)])
    dump.defineClass(
      0x1540, "libcore/util/NativeAllocationRegistry", superclass: HPROFWriter.object, fields: [("size", 11)])
    dump.defineClass(
      0x1580, "libcore/util/NativeAllocationRegistry$CleanerThunk", superclass: HPROFWriter.object,
      fields: [("nativePtr", 11), ("this$0", 2)])
    dump.instance(0x6000, HPROFWriter.node, [.reference(0), .int(0)])
    dump.instance(0x6040, 0x1500, [.reference(0x6080), .reference(0x6000), .reference(0)])
    dump.instance(0x6080, 0x1580, [.long(0x7f00), .reference(0x60c0)])
    dump.instance(0x60c0, 0x1540, [.long(8_294_401)])
    let heap = try load(dump.finished())
    #expect(heap.details.outsideBytes(of: try #require(heap.object(at: 0x6000))) == 8_294_400)
  }

  @Test func noFactsWithoutBuffers() throws {
    let heap = try load(HPROFWriter.program().finished())
    #expect(heap.details.outsideObjects.isEmpty)
    #expect(!heap.facts.facts.contains { $0.value.contains("outside of the heap") })
  }

  // MARK: Occupancy

  @Test func collectionsSayHowFullTheyAre() throws {
    var dump = library()
    dump.defineClass(
      0x1700, "java/util/AbstractMap", superclass: HPROFWriter.object)
    dump.defineClass(
      0x1740, "java/util/HashMap", superclass: 0x1700, fields: [("table", 2), ("size", 10)])
    dump.defineClass(0x1780, "[Ljava/util/HashMap$Node;", superclass: HPROFWriter.object)
    dump.defineClass(0x17c0, "java/util/HashSet", superclass: HPROFWriter.object, fields: [("map", 2)])
    dump.defineClass(
      0x1800, "java/util/ArrayList", superclass: HPROFWriter.object, fields: [("elementData", 2), ("size", 10)])
    dump.defineClass(0x1840, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.defineClass(
      0x1880, "java/lang/AbstractStringBuilder", superclass: HPROFWriter.object,
      fields: [("value", 2), ("coder", 8), ("count", 10)])
    dump.defineClass(0x18c0, "java/lang/StringBuilder", superclass: 0x1880)
    dump.defineClass(
      0x1900, "java/io/ByteArrayOutputStream", superclass: HPROFWriter.object, fields: [("buf", 2), ("count", 10)])
    dump.objectArray(0x10000, 0x1780, [UInt64](repeating: 0, count: 1024))
    dump.instance(0x9000, 0x1740, [.reference(0x10000), .int(3)])
    dump.instance(0x9040, 0x17c0, [.reference(0x9000)])
    // A table that is as large as its entries need is in use.
    dump.objectArray(0x20000, 0x1780, [UInt64](repeating: 0, count: 16))
    dump.instance(0x9080, 0x1740, [.reference(0x20000), .int(12)])
    dump.objectArray(0x30000, 0x1840, [UInt64](repeating: 0, count: 100))
    dump.instance(0x90c0, 0x1800, [.reference(0x30000), .int(4)])
    dump.primitiveArray(0x40000, [HPROFWriter.Value](repeating: .byte(65), count: 60))
    dump.instance(0x9100, 0x18c0, [.reference(0x40000), .byte(0), .int(10)])
    dump.instance(0x9140, 0x18c0, [.reference(0x40000), .byte(1), .int(10)])
    dump.instance(0x9180, 0x1900, [.reference(0x40000), .int(59)])
    func heapBuffer(_ address: UInt64, position: Int32, limit: Int32) {
      dump.instance(
        address, 0x1480,
        [.reference(0x40000), .int(0), .int(-1), .int(position), .int(limit), .int(60), .long(0)])
    }
    heapBuffer(0x91c0, position: 12, limit: 60)
    heapBuffer(0x9200, position: 0, limit: 7)
    heapBuffer(0x9240, position: 0, limit: 60)
    let heap = try load(dump.finished())
    func occupancy(_ address: UInt64) throws -> Occupancy? {
      heap.details.occupancy(of: try #require(heap.object(at: address)))
    }
    let size = UInt64(try #require(heap.details as? HPROFDetails).referenceSize)
    let map = Occupancy(entries: 3, places: 1024, unusedBytes: 1008 * size)
    #expect(try occupancy(0x9000) == map)
    #expect(try occupancy(0x9040) == map)
    #expect(try occupancy(0x9080) == Occupancy(entries: 12, places: 16, unusedBytes: 0))
    #expect(try occupancy(0x90c0) == Occupancy(entries: 4, places: 100, unusedBytes: 96 * size))
    #expect(try occupancy(0x9100) == Occupancy(entries: 10, places: 60, unusedBytes: 50))
    #expect(try occupancy(0x9140) == Occupancy(entries: 10, places: 30, unusedBytes: 40))
    #expect(try occupancy(0x9180) == Occupancy(entries: 59, places: 60, unusedBytes: 1))
    #expect(try occupancy(0x91c0) == Occupancy(entries: 12, places: 60, unusedBytes: 48))
    #expect(try occupancy(0x9200) == Occupancy(entries: 7, places: 60, unusedBytes: 53))
    #expect(try occupancy(0x9240) == nil, "nobody can tell what of it is in use")
    #expect(try occupancy(0x3000) == nil)
    #expect(try occupancy(0x40000) == nil)
  }
}
