import ReferenceGraph
import Testing

@testable import DumpLoading

/// Dumps of a JVM without what their objects hold.
struct HPROFRedactionTests {
  private typealias Writer = HPROFWriter

  /// A program with secrets in all places, and collections whose counts stand in all places.
  private func program(version: String = "1.0.2", idSize: Int = 8) -> HPROFWriter {
    var dump = Writer.program(version: version, idSize: idSize)
    // A constant of the program's code, which nothing names.
    _ = dump.text(Redacted.secret)
    dump.defineClass(
      0x1500, "demo/Account", superclass: Writer.object, loader: 0x2000,
      statics: [
        ("TOKEN", .long(Redacted.number)), ("LIMIT", .int(Redacted.smallNumber)), ("NAME", .reference(0x4040)),
      ],
      fields: [
        ("balance", 11), ("owner", 2), ("rate", 7), ("size", 10), ("isOpen", 4), ("letter", 5), ("next", 2),
        ("small", 9), ("share", 6),
      ])
    dump.instance(
      0x4000, 0x1500,
      [
        .long(Redacted.number), .reference(0x4040), .double(Double(bitPattern: UInt64(Redacted.number))),
        .int(Redacted.smallNumber), .boolean(true), .char(0x50e4), .reference(0x3000), .short(0x5ec2),
        .float(Float(bitPattern: UInt32(Redacted.smallNumber))),
      ])
    let units = Array(Redacted.secret.utf16)
    dump.instance(0x4040, Writer.string, [.reference(0x4080), .byte(0)])
    dump.primitiveArray(0x4080, units.map { .byte(UInt8($0)) })
    dump.instance(0x40c0, Writer.string, [.reference(0x4100), .byte(1)])
    dump.primitiveArray(0x4100, units.flatMap { [.byte(UInt8($0 & 255)), .byte(UInt8($0 >> 8))] })
    dump.primitiveArray(0x4200, units.map { .char($0) })
    dump.primitiveArray(0x4300, [.long(Redacted.number), .long(1)])
    dump.primitiveArray(0x4340, [.int(Redacted.smallNumber)])
    dump.primitiveArray(0x4380, [.double(Double(bitPattern: UInt64(Redacted.number)))])
    // The name of a class, as class objects have it.
    dump.instance(0x4400, Writer.string, [.reference(0x4440), .byte(0)])
    dump.primitiveArray(0x4440, Array("demo.Account".utf8).map { .byte($0) })
    dump.objectArray(0x4500, Writer.object, [0x4000, 0x4040, 0x40c0, 0x4200, 0x4300, 0x4340, 0x4380])
    dump.root(0x01, 0x4500)
    dump.instance(0x4600, Writer.thread, [.reference(0x4040)])
    dump.root(0x08, 0x4600, thread: 1, frame: 1)
    addCollections(&dump)
    return dump
  }

  private func addCollections(_ dump: inout HPROFWriter) {
    let map: UInt64 = 0x1600
    let collection: UInt64 = 0x1640
    let numbers: UInt64 = 0x1680
    dump.defineClass(map, "java/util/AbstractMap", superclass: Writer.object)
    dump.defineClass(collection, "java/util/AbstractCollection", superclass: Writer.object)
    dump.defineClass(
      numbers, "java/util/concurrent/atomic/AtomicInteger", superclass: Writer.object, fields: [("value", 10)])
    dump.defineClass(0x16c0, "[Ljava/lang/Object;", superclass: Writer.object)
    dump.defineClass(
      0x1700, "java/util/ArrayList", superclass: collection,
      fields: [("elementData", 2), ("size", 10), ("modCount", 10)])
    dump.objectArray(0x5000, 0x16c0, [UInt64](repeating: 0x3000, count: 40))
    dump.instance(0x5200, 0x1700, [.reference(0x5000), .int(37), .int(Redacted.smallNumber)])
    // A class of the program's that is a list: its own count is none.
    dump.defineClass(
      0x1740, "demo/Basket", superclass: 0x1700, loader: 0x2000, fields: [("count", 10), ("price", 11)])
    dump.instance(
      0x5280, 0x1740,
      [.int(Redacted.smallNumber), .long(Redacted.number), .reference(0x5000), .int(40), .int(Redacted.smallNumber)])
    dump.defineClass(
      0x1780, "java/util/concurrent/LinkedBlockingQueue", superclass: collection,
      fields: [("count", 2), ("capacity", 10)])
    dump.instance(0x5300, 0x1780, [.reference(0x5340), .int(Redacted.smallNumber)])
    dump.instance(0x5340, numbers, [.int(1234)])
    // A counter that no collection has.
    dump.instance(0x5380, numbers, [.int(Redacted.smallNumber)])
    dump.defineClass(
      0x17c0, "java/util/concurrent/ConcurrentHashMap", superclass: map,
      fields: [("table", 2), ("counterCells", 2), ("baseCount", 11)])
    dump.defineClass(
      0x1800, "java/util/concurrent/ConcurrentHashMap$CounterCell", superclass: Writer.object, fields: [("value", 11)])
    dump.instance(0x5400, 0x17c0, [.reference(0), .reference(0x5440), .long(500)])
    dump.objectArray(0x5440, 0x16c0, [0x5480, 0])
    dump.instance(0x5480, 0x1800, [.long(77)])
    dump.defineClass(0x1840, "java/util/EnumSet", superclass: collection, fields: [("universe", 2)])
    dump.defineClass(0x1880, "java/util/JumboEnumSet", superclass: 0x1840, fields: [("elements", 2), ("size", 10)])
    dump.instance(0x5500, 0x1880, [.reference(0x5540), .int(3), .reference(0)])
    dump.primitiveArray(0x5540, [.long(0b1011), .long(0)])
    dump.objectArray(0x5600, 0x16c0, [0x5200, 0x5280, 0x5300, 0x5380, 0x5400, 0x5500, 0x4400])
    dump.root(0x01, 0x5600)
  }

  private func check(_ dump: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> Redacted {
    let redacted = try Redacted(dump)
    #expect(!redacted.contains(Redacted.secret), sourceLocation: sourceLocation)
    #expect(!redacted.contains("7731"), sourceLocation: sourceLocation)
    #expect(!redacted.contains(number: Redacted.number), sourceLocation: sourceLocation)
    #expect(!redacted.contains(number: Redacted.smallNumber), sourceLocation: sourceLocation)
    #expect(!redacted.contains(number: UInt16(0x50e4)), sourceLocation: sourceLocation)
    let (before, after) = (try load(dump), try load(redacted.bytes))
    expectSame(before, after, sourceLocation: sourceLocation)
    try expectSameFindings(before, after, sourceLocation: sourceLocation)
    return redacted
  }

  @Test(arguments: [4, 8], ["1.0.1", "1.0.2", "1.0.3"])
  func nothingOfTheContentsIsLeft(idSize: Int, version: String) throws {
    let dump = program(version: version, idSize: idSize).finished()
    let redacted = try check(dump)
    #expect(redacted.report.truncation == nil)
    #expect(redacted.report.warnings.isEmpty)
    #expect(redacted.bytes.count == dump.count)
    // Names stay, and so does the name of a class as a text.
    #expect(redacted.contains("demo/Account"))
    #expect(redacted.contains("demo.Account"))
    let heap = try load(redacted.bytes)
    func summary(_ address: UInt64) throws -> String? {
      heap.details.summary(of: try #require(heap.object(at: address)))
    }
    #expect(try summary(0x5200) == "(37 elements)")
    #expect(try summary(0x5280) == "(40 elements)")
    #expect(try summary(0x5300) == "(1,234 elements)")
    #expect(try summary(0x5400) == "(577 entries)")
    #expect(try summary(0x5500) == "(3 elements)")
  }

  /// One record of all, segments of a few items, items that go on in the next segment.
  @Test func segmentsOfAllKinds() throws {
    var whole = program()
    whole.endHeap(0x0c)
    #expect(try check(whole.bytes).bytes.count == whole.bytes.count)
    for isSplit in [false, true] {
      var dump = program()
      dump.addSystemClasses()
      let heap = dump.heap
      var cuts = Array(dump.items.enumerated().filter { $0.offset % 5 == 0 }.map(\.element).dropFirst()) + [heap.count]
      if isSplit { cuts = cuts.map { $0 == heap.count ? $0 : $0 + 7 } }
      dump.heap = []
      var start = 0
      for cut in cuts {
        dump.record(0x1c, Array(heap[start..<cut]))
        start = cut
      }
      dump.record(0x2c, [])
      let redacted = try check(dump.bytes)
      #expect(isSplit || redacted.bytes.count == dump.bytes.count)
    }
  }

  @Test func cutAnywhere() throws {
    let dump = program().finished()
    var written = 0
    for end in stride(from: 40, to: dump.count - 1, by: 37) {
      let part = Array(dump[..<end])
      guard let heap = try? load(part) else {
        #expect(throws: LoadError.self) { try Redacted(part) }
        continue
      }
      let redacted = try Redacted(part)
      written += 1
      #expect(redacted.report.truncation != nil)
      #expect(!redacted.contains("7731"))
      #expect(!redacted.contains(number: Redacted.number))
      let again = try load(redacted.bytes)
      #expect(again.facts.truncation != nil)
      #expect(again.graph.objectCount == heap.graph.objectCount)
      #expect(again.graph.referenceCount == heap.graph.referenceCount)
    }
    #expect(written > 20)
  }

  /// What is damage, and what lies in no record that is known, is not copied.
  @Test func whatIsNotUnderstoodIsGone() throws {
    var dump = program()
    dump.record(0x07, HPROFWriter.big(UInt32(1)) + HPROFWriter.big(UInt32(2)) + [UInt8](repeating: 7, count: 16))
    for tag: UInt8 in [0x06, 0x0d, 0x0e, 0x0b, 0x42, 0x03] { dump.record(tag, Array(Redacted.secret.utf8)) }
    // A frame and a class with more bytes than they need.
    let id = [UInt8](repeating: 0, count: 8)
    dump.record(0x04, id + id + id + id + [0, 0, 0, 1, 0, 0, 0, 1] + Array(Redacted.secret.utf8))
    dump.endHeap()
    let bytes = dump.bytes
    #expect(try check(bytes).bytes.count == bytes.count)
    // Behind an item of no kind there is nothing to read in the segment.
    var broken = program()
    broken.heap += [0x77] + Array(Redacted.secret.utf8) + [UInt8](repeating: 0x61, count: 5000)
    let redacted = try Redacted(broken.finished())
    #expect(!redacted.contains("7731"))
    #expect(redacted.report.warnings.count == 1)
    #expect(try load(redacted.bytes).graph.objectCount == load(broken.finished()).graph.objectCount)
  }

  @Test(arguments: ["jvm-small-live.hprof.gz", "jvm-25-compact.hprof.gz", "jdk11-mat.hprof.gz"])
  func dumpsOfMachines(_ name: String) throws {
    let path = Fixture.path(name)
    let redacted = try Redacted(path: path)
    let before = try DumpLoading.load(path: path, options: .alone)
    let after = try load(redacted.bytes)
    expectSame(before, after)
    try expectSameFindings(before, after)
  }
}
