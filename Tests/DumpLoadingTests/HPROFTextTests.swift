import ReferenceGraph
import Testing

@testable import DumpLoading

/// Strings, numbers, enums and collections.
struct HPROFTextTests {
  private func bytes(_ text: String) -> [HPROFWriter.Value] { text.unicodeScalars.map { .byte(UInt8($0.value)) } }

  @Test func stringsOfNewVersions() throws {
    var dump = HPROFWriter.program()
    dump.primitiveArray(0x5000, bytes("Zürich"))
    dump.instance(0x5020, HPROFWriter.string, [.reference(0x5000), .byte(0)])
    dump.primitiveArray(0x5100, "日本☃".utf16.flatMap { [.byte(UInt8($0 & 255)), .byte(UInt8($0 >> 8))] })
    dump.instance(0x5120, HPROFWriter.string, [.reference(0x5100), .byte(1)])
    let heap = try load(dump.finished())
    func text(_ address: UInt64, limit: Int = 100) throws -> String? {
      heap.details.text(of: try #require(heap.object(at: address)), limit: limit)?.text
    }
    #expect(try text(0x5020) == "Zürich")
    #expect(try text(0x5120) == "日本☃")
    #expect(try text(0x5120, limit: 7) == "日本")
    #expect(heap.details.text(of: try #require(heap.object(at: 0x5120)), limit: 3)?.length == 3)
  }

  @Test func stringsOfOldVersionsShareArrays() throws {
    var dump = HPROFWriter(version: "1.0.1", idSize: 4)
    dump.defineClass(0x1000, "java/lang/Object")
    dump.defineClass(
      0x1100, "java/lang/String", superclass: 0x1000, fields: [("value", 2), ("offset", 10), ("count", 10)])
    dump.primitiveArray(0x5000, "see the sea".utf16.map { .char($0) })
    dump.instance(0x5100, 0x1100, [.reference(0x5000), .int(4), .int(3)])
    dump.instance(0x5200, 0x1100, [.reference(0x5000), .int(8), .int(300)])
    let heap = try load(dump.finished())
    #expect(heap.details.text(of: try #require(heap.object(at: 0x5100)), limit: 20)?.text == "the")
    // A range outside the array is damage: the whole array is shown.
    #expect(heap.details.text(of: try #require(heap.object(at: 0x5200)), limit: 20)?.text == "see the sea")
  }

  @Test func numbersEnumsAndCollections() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "java/lang/Integer", superclass: HPROFWriter.object, fields: [("value", 10)])
    dump.defineClass(0x1440, "java/lang/Double", superclass: HPROFWriter.object, fields: [("value", 7)])
    dump.defineClass(0x1480, "java/lang/Enum", superclass: HPROFWriter.object, fields: [("name", 2), ("ordinal", 10)])
    dump.defineClass(0x14c0, "demo/Color", superclass: 0x1480)
    dump.defineClass(0x1500, "java/util/AbstractMap", superclass: HPROFWriter.object)
    dump.defineClass(0x1540, "java/util/HashMap", superclass: 0x1500, fields: [("size", 10)])
    dump.defineClass(0x1580, "java/util/AbstractCollection", superclass: HPROFWriter.object)
    dump.defineClass(0x15c0, "java/util/HashSet", superclass: 0x1580, fields: [("map", 2)])
    dump.defineClass(
      0x1600, "java/util/ArrayDeque", superclass: 0x1580, fields: [("elements", 2), ("head", 10), ("tail", 10)])
    dump.defineClass(0x1640, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.primitiveArray(0x5000, bytes("RED"))
    dump.instance(0x5020, HPROFWriter.string, [.reference(0x5000), .byte(0)])
    dump.instance(0x5040, 0x1400, [.int(-42)])
    dump.instance(0x5060, 0x1440, [.double(2.5)])
    dump.instance(0x5080, 0x14c0, [.reference(0x5020), .int(0)])
    dump.instance(0x50a0, 0x1540, [.int(12_001)])
    dump.instance(0x50c0, 0x15c0, [.reference(0x50a0)])
    dump.objectArray(0x50e0, 0x1640, [0, 0, 0, 0])
    dump.instance(0x5140, 0x1600, [.reference(0x50e0), .int(3), .int(0)])
    let heap = try load(dump.finished())
    func summary(_ address: UInt64) -> String? { heap.object(at: address).flatMap { heap.details.summary(of: $0) } }
    #expect(summary(0x5040) == "-42")
    #expect(summary(0x5060) == "2.5")
    #expect(summary(0x5080) == "RED")
    #expect(summary(0x50a0) == "(12,001 entries)")
    #expect(summary(0x50c0) == "(12,001 elements)")
    #expect(summary(0x50e0) == "(4 elements)")
    #expect(summary(0x5140) == "(1 element)")
    #expect(summary(0x3000) == nil)
  }

  @Test func classNames() {
    #expect(JavaText.className("java/util/Map$Entry") == "java.util.Map$Entry")
    #expect(JavaText.className("[[Ljava/lang/String;") == "java.lang.String[][]")
    #expect(JavaText.className("[J") == "long[]")
    #expect(JavaText.className("demo/Job$$Lambda$2+0x0f") == "demo.Job$$Lambda$2+0x0f")
    #expect(JavaText.modifiedUTF8(UnsafeRawBufferPointer(start: nil, count: 0)) == "")
    let snow: [UInt8] = [0x41, 0xc0, 0x80, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0xff]
    snow.withUnsafeBytes { #expect(JavaText.modifiedUTF8($0) == "A\0😀\u{fffd}") }
  }
}

extension HPROFTextTests {
  @Test func dates() {
    #expect(HPROFLoader.timeText(0) == "1970-01-01 00:00:00 UTC")
    #expect(HPROFLoader.timeText(951_782_399_000) == "2000-02-28 23:59:59 UTC")
    #expect(HPROFLoader.timeText(951_825_600_000) == "2000-02-29 12:00:00 UTC")
    #expect(HPROFLoader.timeText(1_735_689_599_999) == "2024-12-31 23:59:59 UTC")
  }
}
