/// Writes small ELF files with a symbol table.
struct ElfWriter {
  enum Kind: UInt8 {
    case variable = 1
    case function = 2
  }

  var isPositionIndependent = false
  var machine: UInt16 = 62
  var hasSymbols = true
  private var symbols: [(name: String, kind: Kind, address: UInt64, size: UInt64)] = []

  init() {}

  mutating func add(_ name: String, _ kind: Kind, at address: UInt64, size: UInt64) {
    symbols.append((name, kind, address, size))
  }

  /// The file.
  var bytes: [UInt8] {
    func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    var strings: [UInt8] = [0]
    var table = [UInt8](repeating: 0, count: 24)
    for symbol in symbols {
      table += number(UInt32(strings.count)) + [0x10 | symbol.kind.rawValue, 0] + number(UInt16(1))
      table += number(symbol.address) + number(symbol.size)
      strings += Array(symbol.name.utf8) + [0]
    }
    let stringsAt = 64 + table.count
    let sectionsAt = (stringsAt + strings.count + 7) & ~7
    func section(_ type: UInt32, _ offset: Int, _ size: Int, link: UInt32, entry: UInt64) -> [UInt8] {
      number(UInt32(0)) + number(type) + number(UInt64(0)) + number(UInt64(0)) + number(UInt64(offset))
        + number(UInt64(size)) + number(link) + number(UInt32(0)) + number(UInt64(8)) + number(entry)
    }
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += number(UInt16(isPositionIndependent ? 3 : 2)) + number(machine) + number(UInt32(1))
    file += number(UInt64(0)) + number(UInt64(0)) + number(UInt64(sectionsAt)) + number(UInt32(0))
    file += number(UInt16(64)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt16(64))
    file += number(UInt16(hasSymbols ? 3 : 1)) + number(UInt16(0))
    file += table + strings
    file += [UInt8](repeating: 0, count: sectionsAt - file.count)
    file += [UInt8](repeating: 0, count: 64)
    file += section(2, 64, table.count, link: 2, entry: 24)
    file += section(3, stringsAt, strings.count, link: 0, entry: 0)
    return file
  }
}
