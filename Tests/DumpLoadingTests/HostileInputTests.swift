import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// Input that is cut off, damaged, or made to do harm.
struct HostileInputTests {
  private let base = GoDumpWriter.base

  @Test func cutAtEveryByte() throws {
    let whole = GoDumpWriter.everyKind().bytes
    let file = try ScratchFile(whole)
    var opened = 0
    for length in 0..<whole.count {
      try file.replace(Array(whole[..<length]))
      do {
        let heap = try DumpLoading.load(path: file.path, options: .alone)
        opened += 1
        let truncation = heap.facts.truncation ?? "none"
        #expect(truncation.contains("at byte \(grouped(length))"))
        #expect(heap.graph.objectCount <= 9)
        #expect(heap.facts.checks.isEmpty || heap.facts.checks.allSatisfy { $0.holds })
      } catch {
        // Nothing to show yet: the header or the params record is not whole.
        #expect(length < 50, "\(length): \(error)")
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > whole.count - 50)
  }

  @Test func cutsNameTheRecord() throws {
    var dump = GoDumpWriter()
    dump.object(base, size: 16)
    let start = dump.bytes.count
    dump.object(base + 16, size: 100)
    let heap = try load(Array(dump.bytes[..<(start + 50)]))
    #expect(
      heap.facts.truncation == "the file ends at byte \(start + 50), in the object record at byte \(start)")
    #expect(heap.graph.objectCount == 1)
    let between = try load(dump.bytes)
    #expect(between.facts.truncation == "the file ends at byte \(dump.bytes.count), without its end record")
    #expect(between.facts.warnings.contains { $0.contains("cannot be verified") })
    #expect(between.graph.objectCount == 2)
  }

  /// Damaged bytes at places and with values that a fixed generator gives; never a crash.
  @Test(arguments: 0..<4)
  func randomDamage(_ part: UInt64) throws {
    let whole = GoDumpWriter.everyKind().bytes
    let file = try ScratchFile(whole)
    var random = SeededNumbers(part)
    var opened = 0
    for _ in 0..<5000 {
      var bytes = whole
      random.damage(&bytes, from: 16)
      try file.replace(bytes)
      do {
        let heap = try DumpLoading.load(path: file.path, options: .alone)
        opened += 1
        for id in heap.graph.objects ?? 1...1 where heap.graph.objectCount > 0 {
          _ = heap.details.values(of: ObjectID(id), from: 0, limit: 4)
          _ = heap.details.text(of: ObjectID(id), limit: 20)
        }
        for root in heap.graph.roots.indices { _ = heap.details.facts(ofRoot: root) }
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > 100)
  }

  @Test func randomBytesBehindTheHeader() throws {
    let file = try ScratchFile([0])
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<500 {
      var dump = GoDumpWriter()
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        dump.raw([UInt8(state >> 58), UInt8(truncatingIfNeeded: state >> 40)])
      }
      try file.replace(dump.bytes)
      _ = try? DumpLoading.load(path: file.path, options: .alone)
    }
  }

  @Test func absurdLengths() throws {
    func error(_ fill: (inout GoDumpWriter) -> Void) -> String {
      var dump = GoDumpWriter()
      fill(&dump)
      return loadError(dump.bytes)?.description ?? "none"
    }
    let start = grouped(GoDumpWriter().bytes.count)
    #expect(
      error { $0.numbers(1, base, 1 << 40) }
        == "object record at byte \(start): length 1,099,511,627,776 is past the end of the file")
    #expect(error { $0.numbers(1, base, .max) }.contains("length 18,446,744,073,709,551,615"))
    #expect(error { $0.numbers(13, 0, 1 << 50) }.hasPrefix("bss segment record at byte \(start): length"))
    #expect(error { $0.numbers(3, 0, 8, 1 << 30) }.hasPrefix("type record at byte \(start): length"))
    #expect(error { $0.numbers(16, 1, 2, 1 << 60) }.hasPrefix("allocation profile record at byte \(start): length"))
    #expect(error { $0.number(0x90) } == "next record at byte \(start): unknown record kind 0x90")
    #expect(error { $0.raw([1] + Array(repeating: 0xff, count: 12)) }.contains("integer of more than 64 bits"))
    #expect(error { $0.raw(Array(repeating: 0x80, count: 100)) }.contains("integer of more than 64 bits"))
    #expect(error { $0.numbers(1, base, 0, 1, 0, 0) }.contains("a field at offset 0 is past the end of its 0 bytes"))
    #expect(
      error {
        $0.numbers(1, base)
        $0.contentsAndLength([UInt8](repeating: 0, count: 16))
        $0.numbers(1, 9, 0)
      } == "object record at byte \(start): a field at offset 9 is past the end of its 16 bytes")
    #expect(
      error {
        $0.numbers(1, base)
        $0.contentsAndLength([UInt8](repeating: 0, count: 16))
        $0.numbers(1, .max, 0)
      }.contains("field at offset 18,446,744,073,709,551,615"))
    #expect(error { $0.numbers(1, base, 0, 2, 0, 0) }.contains("field kind 2 is not known"))
    #expect(
      error {
        $0.numbers(5, 1, 2, 3, 0, 4, 5, 6)
        $0.text("f")
        $0.numbers(1, 64, 0)
      } == "stack frame record at byte \(start): a field at offset 64 is past the end of its 0 bytes")
  }

  @Test func paramsThatAreWrong() {
    func error(_ numbers: [UInt64], texts: Bool = true) -> String {
      var dump = GoDumpWriter()
      let header = Array(dump.bytes[..<16])
      let length = dump.bytes.count
      for number in numbers { dump.number(number) }
      if texts {
        dump.text("amd64")
        dump.text("go1.27")
        dump.number(1)
      }
      return loadError(header + dump.bytes[length...])?.description ?? "none"
    }
    #expect(error([6, 0, 16, 0, 1]) == "params record at byte 16: pointers of 16 bytes")
    #expect(error([6, 0, 8, 9, 1]) == "params record at byte 16: the heap ends before it begins")
    #expect(error([1, 0xc000, 0, 0]) == "object record at byte 16: the first record is not the params record")
    #expect(error([6, 0, 8], texts: false) == "ends in its params record at byte 19: nothing to show")
    #expect(error([], texts: false) == "ends in its params record at byte 16: nothing to show")
    #expect(error([77]).hasPrefix("params record at byte 16: unknown record kind 0x4d"))
  }

  @Test func filesThatAreNoDumps() throws {
    #expect(loadError([]) == .empty)
    #expect(
      loadError(Array("hello\nworld, how are you".utf8))?.description
        == "not a heap dump refwalk knows (first bytes \"hello\\nworld, how\")")
    #expect(loadError([0x7f, 0x45, 0x4c])?.description == "not a heap dump refwalk knows (first bytes 7f 45 4c)")
    #expect(throws: LoadError.cannotRead("No such file or directory")) {
      _ = try DumpLoading.load(path: "/nonexistent/file", options: .alone)
    }
    #expect(throws: LoadError.cannotRead("Is a directory")) { _ = try DumpLoading.load(path: "/tmp", options: .alone) }
  }

  @Test(
    arguments: [
      ([0x0a, 0x04, 0x08, 0x01, 0x10, 0x02, 0x0a, 0x04, 0x08], "a pprof profile"),
      ([0x5a, 0x04, 0x08, 0x01, 0x10, 0x02, 0x60, 0x80, 0x80], "a pprof profile"),
      ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0], "an executable"),
      ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0], "a core file"),
      ([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], "a core file"),
      ([0x28, 0xb5, 0x2f, 0xfd, 0x04], "a file packed with zstd"),
      (Array("goroutine 1 [running]:\n".utf8), "a text of goroutines' stacks"),
      (Array("go 1.23 trace\0\0\0".utf8), "a trace of a Go program"),
      (Array("{\"head\":{\"callFrame\":{}}}".utf8), "a profile of V8"),
    ] as [([UInt8], String)])
  func filesThatAreTakenForDumps(bytes: [UInt8], name: String) throws {
    let words = try #require(loadError(bytes)?.description)
    #expect(words.hasPrefix("not a heap dump but \(name)"))
    #expect(!words.contains("\n"))
  }

  @Test func cancelledWork() throws {
    let progress = WorkProgress(steps: DumpLoading.steps)
    progress.cancel()
    #expect(throws: LoadError.cancelled) {
      _ = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), progress: progress)
    }
    let file = try ScratchFile(GoDumpWriter.everyKind().bytes)
    #expect(throws: LoadError.cancelled) { _ = try DumpLoading.load(path: file.path, progress: progress) }
  }

  @Test func messagesAreSafeForATerminal() {
    let error = LoadError.executableMismatch("function \u{1b}[31mmain\n.x")
    #expect(error.description == "executable does not match: function ·[31mmain·.x")
    #expect(grouped(1_234_567) == "1,234,567" && grouped(999) == "999" && grouped(-1234) == "-1,234")
  }
}
