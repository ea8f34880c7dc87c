import CZlib
import Foundation
import Glibc
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Where the bytes of a dump may come from.
struct InputSourceTests {
  private let dump = GoDumpWriter.everyKind().bytes

  /// One gzip member.
  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    try #require(deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let count = output.count
    let result = input.withUnsafeMutableBufferPointer { from in
      output.withUnsafeMutableBufferPointer { to in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(from.count)
        stream.next_out = to.baseAddress
        stream.avail_out = UInt32(to.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    try #require(result == Z_STREAM_END)
    return Array(output[..<(count - Int(stream.avail_out))])
  }

  private func expectWhole(_ heap: Heap) {
    #expect(heap.graph.objectCount == 9)
    #expect(heap.facts.truncation == nil)
    #expect(heap.facts.dumpBytes == UInt64(dump.count))
  }

  @Test func gzipOfOneMemberAndSeveral() throws {
    let one = try load(gzip(dump))
    expectWhole(one)
    #expect(one.facts.fileBytes < one.facts.dumpBytes && one.facts.warnings.isEmpty)
    // The first members hold less than a header, or nothing.
    var pieces: [UInt8] = try gzip([]) + gzip(Array(dump[..<5])) + gzip(Array(dump[5..<9]))
    pieces += try gzip(Array(dump[9..<200])) + gzip(Array(dump[200...]))
    let many = try load(pieces)
    expectWhole(many)
    #expect(many.facts.warnings.isEmpty)
  }

  @Test func bytesBehindGzipData() throws {
    let packed = try gzip(dump)
    let padded = try load(packed + [UInt8](repeating: 0, count: 1000))
    expectWhole(padded)
    #expect(padded.facts.warnings.isEmpty)
    for garbage: [UInt8] in [[1, 2, 3], [0, 0, 7], [0x1f], [0x1f, 0x8c, 1, 2, 3, 4, 5, 6, 7, 8]] {
      let heap = try load(packed + garbage)
      if garbage != [0x1f] {
        expectWhole(heap)
        #expect(heap.facts.warnings == ["the gzip data is followed by bytes that are not gzip: left out"])
      }
    }
  }

  @Test func gzipDataThatEndsEarly() throws {
    let real = try Fixture.unpacked("small-after.heapdump.gz")
    let packed = try gzip(Array(real[..<600_000]))
    let whole = try load(packed).graph.objectCount
    var last = 0
    for percent in stride(from: 10, to: 100, by: 10) {
      let heap = try load(Array(packed[..<(packed.count * percent / 100)]))
      let truncation = try #require(heap.facts.truncation)
      #expect(truncation.hasPrefix("the gzip data ends early, at byte"))
      #expect(heap.graph.objectCount >= last && heap.graph.objectCount < whole)
      last = heap.graph.objectCount
    }
    #expect(last > whole / 2)
    #expect(loadError(Array(packed[..<8]))?.description.contains("the gzip data ends at once") == true)
    // Only the checksum is missing: nothing of the dump is, and yet it is said.
    let heap = try load(Array(try gzip(dump).dropLast(4)))
    #expect(heap.graph.objectCount == 9 && heap.facts.truncation != nil)
  }

  @Test func gzipDataThatIsDamaged() throws {
    var packed = try gzip(dump)
    packed[packed.count - 6] ^= 1
    // All of the dump came before it: it is shown, and that the end is not to be trusted.
    #expect(try load(packed).facts.truncation?.contains("incorrect data check") == true)
    let text = try gzip(Array("just some text, and more of it".utf8))
    #expect(loadError(text)?.description == "not a heap dump refwalk knows (first bytes \"just some text, \")")
    #expect(loadError(try gzip([])) == .empty)
    #expect(loadError([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9])?.description.contains("is damaged") == true)
  }

  /// One bit late in a packed dump: what came before it is shown, and that it is damaged is said.
  @Test(arguments: ["small-after.heapdump.gz", "jvm-small-live.hprof.gz", "v8-small.heapsnapshot.gz"], [0.6, 0.9])
  func oneFlippedBitInGzipData(name: String, share: Double) throws {
    let packed = try gzip(try Fixture.unpacked(name))
    let whole = try DumpLoading.load(path: Fixture.path(name), options: .alone).graph.objectCount
    for bit in [2, 5] as [UInt8] {
      var damaged = packed
      damaged[Int(Double(packed.count) * share)] ^= 1 << bit
      let heap = try load(damaged)
      #expect(heap.facts.truncation?.hasPrefix("the gzip data is damaged ") == true)
      // Nobody knows where, as long as all of it unpacks.
      if heap.facts.truncation?.contains("incorrect data check") == true {
        #expect(heap.facts.truncation?.contains("may be wrong") == true)
      }
      #expect(heap.graph.objectCount > whole / 4 && heap.graph.objectCount <= whole * 11 / 10, "\(bit)")
    }
  }

  /// A file of a few hundred kilobytes that would fill the temporary folder.
  @Test func aGzipBombIsRefused() throws {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    try #require(deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
    defer { deflateEnd(&stream) }
    var packed: [UInt8] = []
    var output = [UInt8](repeating: 0, count: 1 << 16)
    func add(_ bytes: [UInt8], _ flush: Int32) {
      var input = bytes
      let count = UInt32(input.count)
      input.withUnsafeMutableBufferPointer { from in
        stream.next_in = from.baseAddress
        stream.avail_in = count
        repeat {
          let room = output.count
          let used = output.withUnsafeMutableBufferPointer { to in
            stream.next_out = to.baseAddress
            stream.avail_out = UInt32(room)
            _ = deflate(&stream, flush)
            return room - Int(stream.avail_out)
          }
          packed += output[..<used]
        } while stream.avail_out == 0
      }
    }
    add(Array(HPROFWriter.program().finished()), Z_NO_FLUSH)
    let zeros = [UInt8](repeating: 0, count: 16 << 20)
    for _ in 0..<20 { add(zeros, Z_NO_FLUSH) }
    add([0], Z_FINISH)
    #expect(packed.count < 500_000)
    let error = try #require(loadError(packed))
    #expect(error.description.contains("unpack to more than"), "\(error)")
    #expect(error.description.contains("gzip -d"), "\(error)")
  }

  @Test func temporaryFolderThatCannotBeWritten() throws {
    let error = loadError(try gzip(dump), options: LoadOptions(temporaryFolder: "/nonexistent"))
    #expect(
      error?.description
        == "cannot be unpacked: no temporary file in /nonexistent: No such file or directory")
    // A plain file needs none.
    expectWhole(try load(dump, options: LoadOptions(temporaryFolder: "/nonexistent")))
  }

  /// Feeds `bytes` into a pipe from a thread of its own.
  private func feed(_ bytes: [UInt8], to descriptor: Int32) {
    Thread.detachNewThread {
      var done = 0
      while done < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, min(7, bytes.count - done)) }
        if count <= 0 { break }
        done += count
      }
      close(descriptor)
    }
  }

  @Test func standardInput() throws {
    let saved = dup(STDIN_FILENO)
    defer {
      dup2(saved, STDIN_FILENO)
      close(saved)
    }
    for bytes in [dump, try gzip(dump)] {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      dup2(ends[0], STDIN_FILENO)
      close(ends[0])
      feed(bytes, to: ends[1])
      let heap = try DumpLoading.load(path: "-", options: .alone)
      expectWhole(heap)
      #expect(heap.facts.path == "-" && heap.facts.fileBytes == UInt64(bytes.count))
    }
  }

  @Test func aPipeIsNotUnpackedBeforeItIsKnown() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer {
      close(ends[0])
      close(ends[1])
    }
    // The other end stays open: only the first bytes can have been waited for.
    let text = Array("no dump, but a text that goes on".utf8)
    #expect(text.withUnsafeBytes { write(ends[1], $0.baseAddress!, text.count) } == text.count)
    let path = "/dev/fd/\(ends[0])"
    #expect(throws: LoadError.unknownFormat(firstBytes: "\"no dump, but a t\"")) {
      _ = try DumpLoading.load(path: path, options: .alone)
    }
  }

  @Test func waitingForAPipeCanBeCancelled() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer {
      close(ends[0])
      close(ends[1])
    }
    let progress = WorkProgress(steps: DumpLoading.steps)
    Thread.detachNewThread {
      usleep(30_000)
      progress.cancel()
    }
    let path = "/dev/fd/\(ends[0])"
    #expect(throws: LoadError.cancelled) { _ = try DumpLoading.load(path: path, progress: progress) }
  }

  @Test func progressReachesTheEnd() throws {
    let progress = WorkProgress(steps: DumpLoading.steps)
    _ = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), progress: progress)
    #expect(progress.report.step == 2)
    #expect(progress.report.total == 3_426_227 && progress.report.done <= progress.report.total)
    #expect(progress.report.done > progress.report.total / 2)
  }
}
