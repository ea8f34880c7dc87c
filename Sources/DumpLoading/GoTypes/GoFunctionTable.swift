/// The runtime's own table of functions: names and lines, also of an executable without symbols.
struct GoFunctionTable: Sendable {
  private let image: ExecutableImage
  private let start: UInt64
  private let text: UInt64
  private let count: Int
  private let data: UInt64
  private let minimumStep: UInt64
  private let isBigEndian: Bool
  // Where parts begin, from the table's beginning.
  private let names: UInt64
  private let units: UInt64
  private let files: UInt64
  private let programs: UInt64
  private let entries: UInt64

  /// Nil when the table is not of Go 1.20 or newer.
  init?(image: ExecutableImage, module: GoModuleData, params: GoParams) {
    self.image = image
    start = module.functionTable
    text = module.text
    data = module.functionData
    isBigEndian = params.isBigEndian
    let size = params.pointerSize
    // Eight bytes, then eight words.
    guard let header = image.bytes(at: start, limit: 8 + 8 * size), header.count == 8 + 8 * size,
      Self.number(header, params.isBigEndian) == 0xffff_fff1, Int(header[7]) == size
    else { return nil }
    minimumStep = UInt64(header[6])
    func word(_ index: Int) -> UInt64 { GoHeapDumpReader.word(header, at: 8 + index * size, params) }
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
    return Self.number(bytes, isBigEndian)
  }

  /// The number of 32 bits at the beginning of `bytes`.
  private static func number(_ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool) -> UInt32 {
    let number = bytes.loadUnaligned(as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: number) : UInt32(littleEndian: number)
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
    function(holding: address).flatMap { line(at: address, in: $0) }
  }

  private func line(at address: UInt64, in function: (record: UInt64, entry: UInt64)) -> String? {
    guard let fileProgram = number(function.record &+ 20),
      let lineProgram = number(function.record &+ 24), let unit = number(function.record &+ 32),
      let line = value(of: lineProgram, at: address, from: function.entry), line > 0,
      let file = value(of: fileProgram, at: address, from: function.entry), file >= 0,
      let place = number(units &+ (UInt64(unit) + UInt64(file)) * 4), let path = text(files &+ UInt64(place))
    else { return nil }
    return "\(path.split(separator: "/").last ?? ""):\(line)"
  }

  // MARK: functions put into others

  /// A call whose function the compiler put into another.
  private struct InlinedCall {
    var function: String
    /// An instruction that stands where the call is, in bytes from the beginning of the outer function.
    var place: UInt64
  }

  /// The function that holds the instruction at `address`, then those put into it that it stands in, inwards, each with
  /// its place in the source.
  ///
  /// Empty when there is no such function.
  func places(at address: UInt64) -> [(function: String, line: String?)] {
    guard let function = function(holding: address), let name = name(at: address)?.name else { return [] }
    var inwards: [(function: String, line: String?)] = []
    var address = address
    // As deep as the compiler goes; a table that leads in circles ends here.
    while inwards.count < 100 {
      let line = line(at: address, in: function)
      guard let index = inlinedIndex(at: address, in: function) ?? wrappedIndex(name), index >= 0,
        let call = inlinedCall(Int(index), of: function.record)
      else {
        inwards.append((name, line))
        break
      }
      inwards.append((call.function, line))
      if line == nil, inlinedIndex(at: address, in: function) == nil {
        inwards.append((name, nil))
        break
      }
      address = function.entry &+ call.place
    }
    return inwards.reversed()
  }

  /// Of a function that a `go` statement makes the only call is that of the function it starts.
  private func wrappedIndex(_ name: String) -> Int32? {
    name.split(separator: ".").last?.hasPrefix("gowrap") == true ? 0 : nil
  }

  /// Which of the calls put into a function the instruction at `address` belongs to: negative for none, nil when the table
  /// does not say.
  private func inlinedIndex(at address: UInt64, in function: (record: UInt64, entry: UInt64)) -> Int32? {
    // Of the tables behind the record the one with the number 2.
    guard let count = number(function.record + 28), count > 2, let program = number(function.record + 44 + 2 * 4) else {
      return nil
    }
    return value(of: program, at: address, from: function.entry)
  }

  private func inlinedCall(_ index: Int, of record: UInt64) -> InlinedCall? {
    // Behind the tables: where more is said of the function, the calls put into it being number 3.
    guard let tables = number(record + 28), tables < 1 << 16,
      let counts = image.bytes(at: start &+ record + 40, limit: 4), counts.count == 4, counts[3] > 3,
      let offset = number(record + 44 + UInt64(tables) * 4 + 3 * 4), offset != .max,
      let call = image.bytes(at: data &+ UInt64(offset) &+ UInt64(index) * 16, limit: 16), call.count == 16
    else { return nil }
    func field(_ place: Int) -> UInt32 { Self.number(UnsafeRawBufferPointer(rebasing: call[place...]), isBigEndian) }
    guard let name = text(names &+ UInt64(field(4))), !name.isEmpty else { return nil }
    return InlinedCall(function: name, place: UInt64(field(8)))
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
