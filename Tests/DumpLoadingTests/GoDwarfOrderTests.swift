import Testing

@testable import DumpLoading

/// Debug information of processors with the highest byte first, and the lowest.
struct GoDwarfOrderTests {
  private struct Bytes {
    let isBigEndian: Bool
    var all: [UInt8] = []

    mutating func number<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { all += $0 }
    }
    mutating func numbers(_ values: UInt8...) { all += values }
    mutating func text(_ value: String) { all += Array(value.utf8) + [0] }
  }

  /// One unit with a type and a variable of it, as Go writes them.
  private func information(isBigEndian: Bool) -> [UInt8] {
    var unit = Bytes(isBigEndian: isBigEndian)
    unit.number(UInt16(4))
    unit.number(UInt32(0))
    unit.numbers(8)
    unit.numbers(1)
    let type = UInt32(unit.all.count + 4)
    unit.numbers(2)
    unit.text("int")
    unit.numbers(5, 8)
    unit.number(UInt64(0x1280))
    unit.numbers(3)
    unit.text("main.count")
    unit.numbers(9, 3)
    unit.number(UInt64(0x12_3456))
    unit.number(type)
    unit.numbers(0)
    var whole = Bytes(isBigEndian: isBigEndian)
    whole.number(UInt32(unit.all.count))
    return whole.all + unit.all
  }

  private func executable(isBigEndian: Bool) -> [UInt8] {
    // Of each kind its number, tag, whether others lie in it, and (attribute, form) pairs.
    let kinds: [UInt8] =
      [1, 0x11, 1, 0, 0] + [2, 0x24, 0, 0x03, 0x08, 0x3e, 0x0b, 0x0b, 0x0b, 0x84, 0x52, 0x01, 0, 0]
      + [3, 0x34, 0, 0x03, 0x08, 0x02, 0x0a, 0x49, 0x13, 0, 0] + [0]
    let sections: [(name: String, type: UInt32, bytes: [UInt8])] = [
      ("", 0, []), (".debug_abbrev", 1, kinds), (".debug_info", 1, information(isBigEndian: isBigEndian)),
      (".shstrtab", 3, Array("\0.debug_abbrev\0.debug_info\0.shstrtab\0".utf8)),
    ]
    var headers = Bytes(isBigEndian: isBigEndian)
    var contents: [UInt8] = []
    var name = 0
    for section in sections {
      headers.number(UInt32(name))
      headers.number(section.type)
      for number in [0, 0, 64 + contents.count, section.bytes.count] { headers.number(UInt64(number)) }
      headers.number(UInt64(0))
      for number in [section.type == 0 ? 0 : 1, 0] { headers.number(UInt64(number)) }
      contents += section.bytes
      name += section.name.utf8.count + 1
    }
    while contents.count % 8 != 0 { contents.append(0) }
    var file = Bytes(isBigEndian: isBigEndian)
    file.numbers(0x7f, 0x45, 0x4c, 0x46, 2, isBigEndian ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    for number: UInt16 in [2, isBigEndian ? 22 : 62] { file.number(number) }
    file.number(UInt32(1))
    for number in [0, 0, 64 + contents.count] { file.number(UInt64(number)) }
    file.number(UInt32(0))
    for number: UInt16 in [64, 0, 0, 64, UInt16(sections.count), UInt16(sections.count - 1)] { file.number(number) }
    return file.all + contents + headers.all
  }

  @Test(arguments: [false, true])
  func addressesOfVariables(isBigEndian: Bool) throws {
    let file = try ScratchFile(executable(isBigEndian: isBigEndian))
    var warning: String?
    let program = try #require(DwarfProgram(path: file.path, isCancelled: { false }, warning: &warning))
    #expect(program.variables.map(\.name) == ["main.count"])
    #expect(program.variables.map(\.address) == [0x12_3456])
    #expect(program.typesByDistance.keys.sorted() == [0x1280])
    var table = GoTypeTable()
    let type = program.type(at: program.variables[0].type, in: &table)
    #expect(table.name(of: type) == "int" && table[type].kind == .signed && table[type].size == 8)
  }
}
