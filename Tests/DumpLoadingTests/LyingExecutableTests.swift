import ReferenceGraph
import Testing

@testable import DumpLoading

/// Executables that say of themselves what cannot be: debug data is left out, or they are refused.
struct LyingExecutableTests {
  private static let dump = Fixture.path("small-after.heapdump.gz")

  /// A section of an ELF file of 64 bits: where its header lies, and its parts.
  private struct Section {
    var header: Int
    var name: String
    var offset: Int
    var size: Int
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> Int {
    Int(truncatingIfNeeded: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) })
  }

  private func put(_ value: UInt64, in bytes: inout [UInt8], at offset: Int, count: Int = 8) {
    for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
  }

  private func sections(_ bytes: [UInt8]) -> [Section] {
    let table = word(bytes, 0x28)
    let count = Int(bytes[0x3c]) | Int(bytes[0x3d]) << 8
    let names = table + 64 * (Int(bytes[0x3e]) | Int(bytes[0x3f]) << 8)
    let texts = word(bytes, names + 24)
    return (0..<count).map { index in
      let header = table + index * 64
      let name = texts + (word(bytes, header) & 0xffff_ffff)
      return Section(
        header: header, name: String(decoding: bytes[name...].prefix { $0 != 0 }, as: UTF8.self),
        offset: word(bytes, header + 24), size: word(bytes, header + 32))
    }
  }

  private func load(_ executable: [UInt8]) throws -> Heap {
    let file = try ScratchFile(executable)
    return try DumpLoading.load(path: Self.dump, options: LoadOptions(executable: file.path))
  }

  /// The executable without debug information and symbols, whose types come from the runtime's data.
  private func stripped() throws -> [UInt8] {
    var bytes = try Fixture.unpacked("leaky.elf.gz")
    for section in sections(bytes) where word(bytes, section.header + 8) & 2 == 0 && section.name != ".shstrtab" {
      bytes[section.header + 4] = 0
    }
    return bytes
  }

  /// What the debug information of an executable gives, and why it gives nothing.
  private func program(_ executable: [UInt8]) throws -> (isThere: Bool, warning: String?) {
    let file = try ScratchFile(executable)
    var warning: String?
    let program = DwarfProgram(path: file.path, isCancelled: { false }, warning: &warning)
    return (program != nil, warning)
  }

  @Test(arguments: [UInt64(1) << 31, 1 << 34, 1 << 62, UInt64.max] as [UInt64])
  func debugSectionsThatSayTheyAreGigabytes(_ size: UInt64) throws {
    var bytes = try Fixture.unpacked("leaky.elf.gz")
    var old = bytes
    let info = try #require(sections(bytes).first { $0.name == ".debug_info" })
    // Packed by zlib, it says: kind, reserved, size, alignment.
    put(0x800, in: &bytes, at: info.header + 8)
    put(1, in: &bytes, at: info.offset)
    put(size, in: &bytes, at: info.offset + 8)
    put(1, in: &bytes, at: info.offset + 16)
    let found = try program(bytes)
    #expect(!found.isThere && found.warning?.hasPrefix("debug information left out: the executable has ") == true)
    // The old way.
    let names = try #require(sections(old).first { $0.name == ".shstrtab" })
    let place = try #require(
      (names.offset..<names.offset + names.size).first { old[$0...].starts(with: Array(".debug_info".utf8)) })
    for (index, byte) in ".zdebug_inf".utf8.enumerated() { old[place + index] = byte }
    for (index, byte) in "ZLIB".utf8.enumerated() { old[info.offset + index] = byte }
    for index in 0..<8 { old[info.offset + 4 + index] = UInt8(truncatingIfNeeded: size >> UInt64(56 - 8 * index)) }
    let foundOld = try program(old)
    #expect(!foundOld.isThere && foundOld.warning?.hasPrefix("debug information left out") == true)
    guard size == 1 << 31 else { return }
    // The dump opens all the same.
    let heap = try load(bytes)
    #expect(heap.graph.objectCount == 49_952)
    #expect(heap.facts.warnings.contains { $0.hasPrefix("debug information left out") })
  }

  /// Of a program for amd64.
  private static let params = GoParams(
    isBigEndian: false, pointerSize: 8, heapLow: 0, heapHigh: 0, architecture: "amd64", version: "go1.27", processors: 1
  )

  /// The places of parts of the table of functions, and the numbers in it, as large as they can be.
  @Test func tablesOfFunctionsWhoseOffsetsOverflow() throws {
    let whole = try stripped()
    let table = try #require(sections(whole).first { $0.name == ".gopclntab" })
    func ask(_ bytes: [UInt8]) throws {
      let file = try ScratchFile(bytes)
      let image = try #require(ExecutableImage(path: file.path, slide: 0))
      let module = try #require(GoModuleData(image: image, params: Self.params))
      guard let functions = GoFunctionTable(image: image, module: module, params: Self.params) else { return }
      for step in 0..<200 {
        _ = functions.name(at: module.text &+ UInt64(step * 97))
        _ = functions.line(at: module.text &+ UInt64(step * 97))
      }
    }
    for field in 1..<8 {
      for value in [UInt64.max, UInt64.max - 3, UInt64.max - UInt64(table.offset), 1 << 63] as [UInt64] {
        var bytes = whole
        put(value, in: &bytes, at: table.offset + 8 + field * 8)
        try ask(bytes)
      }
    }
    // All records of functions at once.
    let functions = table.offset + word(whole, table.offset + 8 + 7 * 8)
    var bytes = whole
    for place in stride(from: functions, to: min(functions + 4000, bytes.count), by: 4) {
      put(0xffff_fffc, in: &bytes, at: place, count: 4)
    }
    try ask(bytes)
  }

  /// What says where the types lie says that they go on to the end of all addresses.
  @Test func typesWithoutEnd() throws {
    let whole = try stripped()
    let functions = try #require(sections(whole).first { $0.name == ".gopclntab" })
    let address = word(whole, functions.header + 16)
    let data = try #require(sections(whole).first { [".go.module", ".noptrdata"].contains($0.name) })
    let place = try #require(
      stride(from: data.offset, to: data.offset + data.size - 320, by: 8).first { word(whole, $0) == address })
    func module(_ bytes: [UInt8]) throws -> GoModuleData? {
      let file = try ScratchFile(bytes)
      return ExecutableImage(path: file.path, slide: 0).flatMap { GoModuleData(image: $0, params: Self.params) }
    }
    for end in [UInt64.max, UInt64.max - 7, 1 << 63, 1 << 40] as [UInt64] {
      var bytes = whole
      put(end, in: &bytes, at: place + 38 * 8)
      let types = try #require(try module(bytes)).types
      #expect(types.upperBound - types.lowerBound < UInt64(bytes.count))
    }
    for (low, high) in [(0, UInt64.max), (UInt64.max - 1, UInt64.max)] as [(UInt64, UInt64)] {
      var bytes = whole
      for field in [26, 28] {
        put(low, in: &bytes, at: place + field * 8)
        put(high, in: &bytes, at: place + (field + 1) * 8)
      }
      let found = try #require(try module(bytes))
      #expect(throws: LoadError.self) { try found.slide(data: 0..<64, bss: 0..<64, isPositionIndependent: true) }
    }
  }

  /// Names of types that are made of each other double with each step.
  @Test func namesThatDouble() {
    var table = GoTypeTable()
    var name = "x"
    for _ in 0..<64 {
      let number = table.add(name: "map[\(name)]\(name)")
      name = table.names[Int(number)]
      #expect(name.utf8.count < 5000)
    }
  }

  /// Arrays of arrays without a pointer: there are more ways through them than can be gone.
  @Test func arraysOfArraysOfNothing() {
    final class NoSource: GoTypeSource {
      var pointerSize: UInt64 { 8 }
      func type(atRuntimeAddress address: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID { 0 }
      func type(named name: String, in table: inout GoTypeTable) -> GoTypeTable.ID { 0 }
      func closure(atEntry entry: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID { 0 }
      func isType(atRuntimeAddress address: UInt64) -> Bool { false }
    }
    var table = GoTypeTable()
    var inner = GoTypeTable.Entry()
    inner.kind = .unsigned
    inner.size = 1
    var type = table.add(inner)
    for _ in 0..<30 {
      var array = GoTypeTable.Entry()
      array.kind = .array
      array.size = 16
      array.count = 16
      array.element = type
      type = table.add(array)
    }
    var slots = GoPointerSlots(byte: 0, pointerSize: 8)
    #expect(slots.range(of: type, &table, NoSource()).isEmpty)
  }
}
