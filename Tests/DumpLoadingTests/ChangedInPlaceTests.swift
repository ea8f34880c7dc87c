import Glibc
import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// A file that another program writes to while it is open: names become others or none, and nothing else happens.
struct ChangedInPlaceTests {
  private func look(at heap: Heap) {
    HeapExercise.run(heap, limit: 300)
    for object in heap.graph.objects ?? 1...1 where heap.graph.objectCount > 0 && object % 7 == 0 {
      _ = heap.values(of: ObjectID(object), from: 0, limit: 40)
    }
    guard let pattern = TextPattern("e") else { return }
    try? heap.details.search(pattern, in: heap.graph, progress: WorkProgress()) { _, _ in true }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY)
    defer { close(descriptor) }
    try #require(bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == bytes.count)
  }

  private func check(_ dump: [UInt8], _ part: Int) throws {
    var random = SeededNumbers(UInt64(part))
    let file = try ScratchFile(dump)
    var heap = try DumpLoading.load(path: file.path, options: .alone)
    #expect(!heap.facts.hasChanged)
    for round in 0..<4 {
      var other = dump
      switch round {
      case 0: other = [UInt8](repeating: UInt8(ascii: "7"), count: dump.count)
      case 1: other = [UInt8](repeating: [0, 0x20, 0xff, 0x22][part % 4], count: dump.count)
      case 2: for place in other.indices { other[place] = UInt8(random.below(256)) }
      default:
        // The same dump, moved by a few bytes.
        let shift = 1 + random.below(9)
        other = Array(dump[shift...] + dump[..<shift])
      }
      try write(other, to: file.path)
      look(at: heap)
      #expect(heap.facts.hasChanged)
      // In the middle of an object's life, too.
      try write(dump, to: file.path)
      heap = try DumpLoading.load(path: file.path, options: .alone)
    }
  }

  @Test(arguments: 0..<4) func aSnapshotOfV8(_ part: Int) throws {
    var writer = V8SnapshotWriter.sample()
    try check(writer.bytes(), part)
  }

  @Test func aRealSnapshotOfV8() throws { try check(Fixture.unpacked("v8-small.heapsnapshot.gz"), 1) }

  @Test(arguments: 0..<4) func aDumpOfAJVM(_ part: Int) throws {
    try check(HPROFWriter.program().finished(), part)
  }

  @Test func aDumpOfGo() throws { try check(Fixture.unpacked("small-before.heapdump.gz"), 2) }

  /// The bracket behind the numbers stays when the pages are given back, and read again from the file.
  @Test func whatIsHeldStays() throws {
    let file = try ScratchFile([UInt8](repeating: 1, count: 20_000))
    let descriptor = open(file.path, O_RDONLY)
    defer { close(descriptor) }
    let mapped = try MappedFile(descriptor: descriptor)
    try mapped.hold(0x5d, at: 5000)
    try mapped.hold(0x5d, at: 19_999)
    try write([UInt8](repeating: 2, count: 20_000), to: file.path)
    mapped.drop(from: 0, to: 20_000)
    #expect(mapped.bytes[0] == 2 && mapped.bytes[8192] == 2)
    #expect(mapped.bytes[5000] == 0x5d && mapped.bytes[19_999] == 0x5d)
  }
}
