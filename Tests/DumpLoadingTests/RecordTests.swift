import ReferenceGraph
import Testing

@testable import DumpLoading

/// Every record kind, and the odd things that records may say.
struct RecordTests {
  private let base = GoDumpWriter.base

  @Test func everyKindOfRecord() throws {
    let heap = try load(GoDumpWriter.everyKind().bytes)
    #expect(heap.graph.objectCount == 9)
    #expect(heap.graph.totalSize == 272)
    #expect(heap.facts.checks.count == 2 && heap.facts.checks.allSatisfy { $0.holds })
    #expect(heap.facts.truncation == nil && heap.facts.warnings.isEmpty && heap.facts.skipped.isEmpty)
    #expect(heap.facts.producer == "go1.21.0 amd64")
    #expect(heap.references(of: base) == [base + 32, base + 32])
    #expect(heap.references(of: base + 224) == [base, base])
    var kinds: [RootKind: Int] = [:]
    for root in heap.graph.roots { kinds[root.kind, default: 0] += 1 }
    #expect(
      kinds == [
        .data: 2, .bss: 1, .frame: 1, .frameMaybe: 1, .deferred: 2, .panic: 2, .goroutine: 3, .finalizer: 3,
        .finalizerQueue: 2, .other: 1,
      ])
    #expect(heap.rootNames(.data) == ["data+0x0", "data+0x10"])
    #expect(heap.rootNames(.bss) == ["bss+0x8"])
    #expect(heap.rootNames(.frame) == ["goroutine 17 [chan receive, 2 h 3 m] main.worker"])
    #expect(heap.rootNames(.frameMaybe) == ["goroutine 17 [chan receive, 2 h 3 m] main.worker (maybe)"])
    #expect(heap.rootNames(.deferred) == Array(repeating: "defer in goroutine 17 main.worker", count: 2))
    #expect(heap.rootNames(.panic) == Array(repeating: "panic in goroutine 17", count: 2))
    let finalizer = "finalizer of object @c000000020"
    #expect(heap.rootNames(.finalizer) == ["function of \(finalizer)", finalizer, finalizer])
    #expect(heap.rootNames(.other) == ["odd root"])
    // The frame's slot, not the frame, is where the root is stored.
    #expect(heap.graph.roots.first { $0.kind == .frame }?.address == 0x7000_0008)
    let facts = Dictionary(heap.facts.facts.map { ($0.label, $0.value) }) { first, _ in first }
    #expect(facts["goroutines"] == "2: 1 chan receive, 1 syscall")
    #expect(facts["GC cycles"] == "3")
    #expect(facts["pointers that hit no object"] == "0")
  }

  @Test func detailsOfOneObject() throws {
    let heap = try load(GoDumpWriter.everyKind().bytes)
    let id = try #require(heap.object(at: base))
    let (values, total) = heap.details.values(of: id, from: 1, limit: 2)
    #expect(total == 4)
    #expect(values.map(\.name) == ["+8", "+16"])
    #expect(values.map(\.text) == ["0xc000000020", "0xc000000024"])
    #expect(values.map(\.target) == [ObjectID(2 as UInt32), ObjectID(2 as UInt32)])
    #expect(heap.details.values(of: id, from: 4, limit: 10).values.isEmpty)
    #expect(heap.details.values(of: id, from: -1, limit: 10).values.isEmpty)
    #expect(heap.details.values(of: .root, from: 0, limit: 10).total == 0)
    #expect(heap.details.values(of: ObjectID(99), from: 0, limit: 10).total == 0)
    #expect(heap.details.fieldName(16, of: id) == "+16")
    #expect(heap.details.text(of: id, limit: 10) == nil)
    let text = try #require(heap.object(at: base + 0x4000))
    #expect(heap.details.text(of: text, limit: 5)?.text == "hello")
    #expect(heap.details.text(of: text, limit: 5)?.length == 12)
    #expect(heap.details.allocationStack(of: text).map(\.line) == [12, 3])
    #expect(heap.details.facts(ofRoot: 3).contains(Fact("waiting", "2 h 3 m or more")))
  }

  @Test func pointersToTheInsideAndBehindTheEnd() throws {
    var dump = GoDumpWriter()
    // To itself, forward, backward; and to the gap behind an object, forward and backward.
    dump.object(base, size: 48, [0: base + 47, 8: base + 0x1005, 16: base + 0x1010, 24: base + 48, 32: base + 0x1000])
    dump.object(base + 0x1000, size: 16, [0: base + 47, 8: base + 48])
    dump.object(base + 0x2000, size: 16, [0: base - 8, 8: base + 0x2008])
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.references(of: base) == [base, base + 0x1000, base + 0x1000])
    #expect(heap.references(of: base + 0x1000) == [base])
    #expect(heap.references(of: base + 0x2000) == [base + 0x2000])
    let fields = heap.graph.references(of: ObjectID(1)).map { heap.graph.fields[$0.index] }
    #expect(fields == [0, 8, 32])
    #expect(heap.facts.facts.contains(Fact("pointers that hit no object", "3")))
  }

  @Test(arguments: [(4, false), (4, true), (8, true), (8, false)])
  func pointerSizesAndByteOrders(_ pointerSize: Int, _ isBigEndian: Bool) throws {
    let base: UInt64 = 0x1000_0000
    var dump = GoDumpWriter(
      low: base, high: base + 0x10_0000, pointerSize: pointerSize, isBigEndian: isBigEndian, architecture: "any")
    dump.object(base, size: 16, [0: base + 16, pointerSize: base + 35])
    dump.object(base + 16, size: 16)
    dump.object(base + 32, size: 16, [16 - pointerSize: base])
    dump.segment(isData: true, 0x1000, size: 16, [8: base + 32])
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.references(of: base) == [base + 16, base + 32])
    #expect(heap.references(of: base + 32) == [base])
    #expect(heap.graph.roots.count == 1)
    #expect(heap.details.values(of: ObjectID(1), from: 0, limit: 100).total == 16 / pointerSize)
  }

  @Test func objectsInAnyOrderAndTwice() throws {
    var dump = GoDumpWriter()
    let order: [UInt64] = [5, 1, 9, 3, 7, 2, 1, 8, 0, 4, 6, 5]
    for slot in order {
      dump.object(base + slot * 64, size: 64, [0: base + (slot + 1) % 10 * 64])
    }
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == 10)
    for slot in UInt64(0)..<10 { #expect(heap.references(of: base + slot * 64) == [base + (slot + 1) % 10 * 64]) }
    #expect(heap.facts.skipped.map(\.what) == ["object at an address another has"])
    #expect(heap.facts.skipped.map(\.count) == [2])
    // The values come from the record that counts.
    #expect(heap.details.values(of: ObjectID(2), from: 0, limit: 1).values.first?.text == hexadecimal(base + 128))
  }

  @Test func interleavedPages() throws {
    // One page in two pieces of the file, with a record of another kind in between.
    var dump = GoDumpWriter()
    for slot in [0, 2, 4] as [UInt64] { dump.object(base + slot * 32, size: 32, [8: base + 32]) }
    dump.type(1, size: 8, "main.T")
    for slot in [1, 3, 5] as [UInt64] { dump.object(base + slot * 32, size: 32, [8: base]) }
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == 6)
    for slot in UInt64(0)..<6 { #expect(heap.references(of: base + slot * 32) == [slot % 2 == 0 ? base + 32 : base]) }
  }

  @Test func sparseAndUnalignedAddresses() throws {
    var dump = GoDumpWriter(low: 0, high: .max)
    let addresses: [UInt64] = (0..<40).map { 0x1_0000_0003 &* UInt64($0 * $0 + 1) } + [.max - 64]
    for address in addresses { dump.object(address, size: 16, [0: addresses[0], 8: address + 3]) }
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == addresses.count)
    for address in addresses { #expect(heap.references(of: address) == [addresses[0], address]) }
  }

  @Test func objectsOutsideTheHeapAreCounted() throws {
    var dump = GoDumpWriter()
    dump.object(base, size: 16, [0: base])
    let second = dump.bytes.count
    dump.object(base - 16, size: 16)
    dump.object(base + 0x0400_0000 - 8, size: 16)
    dump.object(base + 16, size: 16)
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == 2)
    #expect(
      heap.facts.skipped
        == [SkippedRecords(what: "object outside the heap", count: 2, firstOffset: UInt64(second))])
  }

  @Test func aDumpWithoutObjects() throws {
    var dump = GoDumpWriter()
    dump.memStats(objects: 1, bytes: 8)
    dump.end()
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == 0 && heap.graph.referenceCount == 0 && heap.graph.roots.isEmpty)
    #expect(heap.facts.checks.map(\.holds) == [false, false])
    #expect(heap.facts.warnings.contains { $0.hasPrefix("MemStats.HeapObjects is 1, but 0 were found") })
    #expect(heap.graph.objectClass(of: .root).name == "object")
  }

  @Test func bytesBehindTheEndAreReported() throws {
    var dump = GoDumpWriter()
    dump.object(base, size: 16)
    dump.end()
    dump.raw([1, 2, 3])
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == 1 && heap.facts.truncation == nil)
    #expect(heap.facts.warnings.contains("3 bytes behind the end record were left out"))
  }

  @Test func durations() {
    #expect(GoGoroutineNames.duration(seconds: 9) == "9 s")
    #expect(GoGoroutineNames.duration(seconds: 200) == "3 m 20 s")
    #expect(GoGoroutineNames.duration(seconds: 7380) == "2 h 3 m")
    #expect(GoGoroutineNames.duration(seconds: 7200) == "2 h")
    #expect(GoGoroutineNames.duration(seconds: 90_000) == "1 d 1 h")
  }
}
