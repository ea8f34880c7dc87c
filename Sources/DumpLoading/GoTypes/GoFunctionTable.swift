/// The runtime's own table of functions: names and lines, also of an executable without symbols.
struct GoFunctionTable: Sendable {
  private let image: ExecutableImage
  private let start: UInt64
  private let text: UInt64
  private let count: Int
  private let minimumStep: UInt64
  // Where parts begin, from the table's beginning.
  private let names: UInt64
  private let units: UInt64
  private let files: UInt64
  private let programs: UInt64
  private let entries: UInt64

  /// Nil when the table is not of Go 1.20 or newer.
  init?(image: ExecutableImage, module: GoModuleData) {
    self.image = image
    start = module.functionTable
    text = module.text
    guard let header = image.bytes(at: start, limit: 72), header.count == 72,
      header.loadUnaligned(fromByteOffset: 0, as: UInt32.self) == 0xffff_fff1, header[7] == 8
    else { return nil }
    minimumStep = UInt64(header[6])
    func word(_ index: Int) -> UInt64 { header.loadUnaligned(fromByteOffset: 8 + index * 8, as: UInt64.self) }
    guard word(0) < 1 << 28 else { return nil }
    count = Int(word(0))
    names = word(3)
    units = word(4)
    files = word(5)
    programs = word(6)
    entries = word(7)
  }

  private func number(_ offset: UInt64) -> UInt32? {
    guard let bytes = image.bytes(at: start &+ offset, limit: 4), bytes.count == 4 else { return nil }
    return UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
  }

  private func text(_ offset: UInt64) -> String? {
    guard let bytes = image.bytes(at: start &+ offset, limit: 4096), let end = bytes.firstIndex(of: 0) else {
      return nil
    }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[0..<end]), as: UTF8.self)
  }

  /// The offset of the record of the function that holds `address`, and where it begins.
  private func function(holding address: UInt64) -> (record: UInt64, entry: UInt64)? {
    guard address >= text, address - text <= UInt64(UInt32.max), count > 0 else { return nil }
    let wanted = UInt32(address - text)
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      guard let entry = number(entries &+ UInt64(middle) * 8) else { return nil }
      if entry <= wanted { low = middle + 1 } else { high = middle }
    }
    // The entry behind the last function says where that ends.
    guard low > 0, let end = number(entries &+ UInt64(low) * 8), low < count || wanted < end,
      let entry = number(entries &+ UInt64(low - 1) * 8), let record = number(entries &+ UInt64(low - 1) * 8 &+ 4)
    else { return nil }
    return (entries &+ UInt64(record), text &+ UInt64(entry))
  }

  /// The name of the function that holds the instruction at `address`, and where it begins.
  func name(at address: UInt64) -> (name: String, entry: UInt64)? {
    guard let function = function(holding: address), let offset = number(function.record &+ 4),
      let name = text(names &+ UInt64(offset)), !name.isEmpty
    else { return nil }
    return (name, function.entry)
  }

  /// Where in the source the instruction at `address` stands: `worker.go:41`.
  func line(at address: UInt64) -> String? {
    guard let function = function(holding: address), let fileProgram = number(function.record &+ 20),
      let lineProgram = number(function.record &+ 24), let unit = number(function.record &+ 32),
      let line = value(of: lineProgram, at: address, from: function.entry), line > 0,
      let file = value(of: fileProgram, at: address, from: function.entry), file >= 0,
      let place = number(units &+ (UInt64(unit) + UInt64(file)) * 4), let path = text(files &+ UInt64(place))
    else { return nil }
    return "\(path.split(separator: "/").last ?? ""):\(line)"
  }

  /// The value that a table of (value difference, code difference) pairs has at `address`.
  private func value(of program: UInt32, at address: UInt64, from entry: UInt64) -> Int32? {
    guard program != 0, let bytes = image.bytes(at: start &+ programs &+ UInt64(program), limit: 1 << 20) else {
      return nil
    }
    var cursor = ByteCursor(bytes, at: 0)
    var pc = entry
    var value: Int32 = -1
    while let zigzag = try? cursor.varint(), let step = try? cursor.varint() {
      if zigzag == 0, pc != entry { return nil }
      let bits = UInt32(truncatingIfNeeded: zigzag)
      value &+= Int32(bitPattern: bits & 1 != 0 ? ~(bits >> 1) : bits >> 1)
      pc &+= step &* minimumStep
      if address < pc { return value }
      if step == 0 { return nil }
    }
    return nil
  }
}
