import ReferenceGraph
import Testing

@testable import DumpLoading

/// Go heap dumps without what their objects, variables and stacks hold.
struct GoRedactionTests {
  private static let base = GoDumpWriter.base

  /// A program with secrets in objects, in words between pointers, in variables and on stacks.
  private func program(pointerSize: Int = 8, isBigEndian: Bool = false) -> GoDumpWriter {
    let base: UInt64 = pointerSize == 8 ? Self.base : 0x4000_0000
    var dump = GoDumpWriter(
      version: "go1.22.0", low: base, high: base + 0x40_0000, pointerSize: pointerSize, isBigEndian: isBigEndian,
      architecture: pointerSize == 8 ? "amd64" : "386")
    let number = pointerSize == 8 ? UInt64(Redacted.number) : UInt64(Redacted.smallNumber)
    let word = pointerSize
    dump.object(base, size: 4 * word, [word: base + 0x2000, 3 * word: base], others: [0: number, 2 * word: number])
    dump.object(base + 0x2000, text: Redacted.secret, size: 64)
    dump.object(base + 0x4000, size: 640, [8: base, 632: base + 0x2010], others: [0: 0x50_0000, 16: number])
    dump.goroutine(id: 1, status: 4, reason: "select")
    dump.frame("main.main", size: 6 * word, [word: base + 0x4000], others: [2 * word: number, 3 * word: base + 0x2000])
    dump.segment(isData: true, 0x60_0000, size: 4 * word, [0: base])
    var contents = dump.contents(8 * word, [word: base + 0x2000, 2 * word: number])
    contents.replaceSubrange(4 * word..<4 * word + 4, with: Array("7731".utf8))
    dump.numbers(13, 0x61_0000)
    dump.contentsAndLength(contents)
    dump.fields([word])
    dump.memStats(objects: 3, bytes: 0)
    return dump
  }

  @Test(arguments: [(8, false), (8, true), (4, false), (4, true)])
  func nothingOfTheContentsIsLeft(pointerSize: Int, isBigEndian: Bool) throws {
    var dump = program(pointerSize: pointerSize, isBigEndian: isBigEndian)
    dump.end()
    let redacted = try Redacted(dump.bytes)
    #expect(redacted.bytes.count == dump.bytes.count)
    #expect(!redacted.contains("7731"))
    #expect(!redacted.contains(number: Redacted.number))
    #expect(!redacted.contains(number: Redacted.smallNumber))
    let (before, after) = (try load(dump.bytes), try load(redacted.bytes))
    #expect(before.graph.rootNames.count > 0)
    expectSame(before, after)
    try expectSameFindings(before, after)
    #expect(redacted.report.warnings.count == 1)
    #expect(redacted.contains("main.main"))
  }

  @Test func everyKindOfRecord() throws {
    let dump = GoDumpWriter.everyKind()
    let redacted = try Redacted(dump.bytes)
    #expect(redacted.bytes.count == dump.bytes.count)
    #expect(!redacted.contains("hello"))
    expectSame(try load(dump.bytes), try load(redacted.bytes))
  }

  @Test func cutAnywhere() throws {
    var dump = program()
    dump.end()
    let bytes = dump.bytes
    var written = 0
    for end in 20..<bytes.count {
      let part = Array(bytes[..<end])
      guard let heap = try? load(part) else {
        #expect(throws: LoadError.self) { try Redacted(part) }
        continue
      }
      let redacted = try Redacted(part)
      written += 1
      #expect(redacted.report.truncation != nil)
      #expect(!redacted.contains("7731"))
      #expect(redacted.bytes.count <= end)
      expectSame(heap, try load(redacted.bytes))
    }
    #expect(written > 20)
  }

  /// Eight letters where the dump says that there is a pointer are no address.
  @Test func lettersAreNoAddress() throws {
    var dump = GoDumpWriter()
    dump.numbers(1, Self.base)
    dump.contentsAndLength(Array("secret77".utf8) + [UInt8](repeating: 0, count: 24))
    dump.fields([0, 8])
    dump.end()
    #expect(try !Redacted(dump.bytes).contains("secret77"))
  }

  /// Behind the end of the dump nothing is read.
  @Test func whatFollowsTheEndIsLeftOut() throws {
    var dump = program()
    dump.end()
    dump.raw(Array(Redacted.secret.utf8))
    let redacted = try Redacted(dump.bytes)
    #expect(!redacted.contains("7731"))
    #expect(redacted.report.warnings.count == 2)
  }

  /// With the executable, and without: types, fields and sizes are the same in the redacted dump.
  @Test(arguments: ["small-after.heapdump.gz", "small-before.heapdump.gz"], [true, false])
  func aDumpOfAProgram(_ name: String, isTyped: Bool) throws {
    let executable = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    var options = LoadOptions.alone
    if isTyped { options.executable = executable.path }
    let path = Fixture.path(name)
    let redacted = try Redacted(path: path, options: options)
    #expect(redacted.report.warnings.isEmpty == isTyped)
    let before = try DumpLoading.load(path: path, options: options)
    let after = try load(redacted.bytes, options: options)
    expectSame(before, after)
    try expectSameFindings(before, after)
    var texts: Set<String> = []
    for id in try #require(before.graph.objects) {
      guard let text = before.details.text(of: ObjectID(id), limit: 100)?.text, text.utf8.count >= 10,
        text.contains(where: { " -=:".contains($0) })
      else { continue }
      texts.insert(text)
      if texts.count == 300 { break }
    }
    #expect(texts.count > 30)
    let left = texts.filter { redacted.contains($0) }
    #expect(left.isEmpty, "\(left.prefix(5))")
  }
}
