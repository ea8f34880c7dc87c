/// Writes Go heap dumps record by record, right ones and wrong ones.
struct GoDumpWriter {
  private(set) var bytes: [UInt8] = Array("go1.7 heap dump\n".utf8)
  let pointerSize: Int
  let isBigEndian: Bool

  init(
    version: String = "go1.21.0", low: UInt64 = 0xc0_0000_0000, high: UInt64 = 0xc0_0400_0000, pointerSize: Int = 8,
    isBigEndian: Bool = false, architecture: String = "amd64"
  ) {
    self.pointerSize = pointerSize
    self.isBigEndian = isBigEndian
    numbers(6, isBigEndian ? 1 : 0, UInt64(pointerSize), low, high)
    text(architecture)
    text(version)
    number(4)
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }

  mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func numbers(_ values: UInt64...) { for value in values { number(value) } }

  mutating func text(_ value: String) {
    number(UInt64(value.utf8.count))
    bytes += Array(value.utf8)
  }

  /// `size` bytes with pointers at the offsets that are the keys.
  func contents(_ size: Int, _ words: [Int: UInt64]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    for (offset, word) in words {
      for index in 0..<pointerSize {
        let shift = UInt64(isBigEndian ? pointerSize - 1 - index : index) * 8
        result[offset + index] = UInt8(truncatingIfNeeded: word >> shift)
      }
    }
    return result
  }

  mutating func contentsAndLength(_ contents: [UInt8]) {
    number(UInt64(contents.count))
    bytes += contents
  }

  mutating func fields(_ offsets: [Int]) {
    for offset in offsets.sorted() { numbers(1, UInt64(offset)) }
    number(0)
  }

  /// An object whose pointers lie at the offsets that are the keys; `others` are words that are no pointers.
  mutating func object(
    _ address: UInt64, size: Int, _ pointers: [Int: UInt64] = [:], others: [Int: UInt64] = [:]
  ) {
    numbers(1, address)
    contentsAndLength(contents(size, pointers.merging(others) { first, _ in first }))
    fields(Array(pointers.keys))
  }

  mutating func object(_ address: UInt64, text: String, size: Int) {
    numbers(1, address)
    contentsAndLength(Array(text.utf8) + [UInt8](repeating: 0, count: size - text.utf8.count))
    fields([])
  }

  mutating func otherRoot(_ name: String, _ address: UInt64) {
    number(2)
    text(name)
    number(address)
  }

  mutating func type(_ address: UInt64, size: UInt64, _ name: String) {
    numbers(3, address, size)
    text(name)
    number(1)
  }

  mutating func goroutine(
    id: UInt64, status: UInt64 = 4, since: UInt64 = 0, reason: String = "", context: UInt64 = 0,
    deferred: UInt64 = 0, panic: UInt64 = 0
  ) {
    numbers(4, 0x1000 + id, 0x2000, id, 0x3000, status, 0, 0, since)
    text(reason)
    numbers(context, 0, deferred, panic)
  }

  mutating func frame(
    _ function: String, stackPointer: UInt64 = 0x7000_0000, size: Int, _ pointers: [Int: UInt64] = [:],
    others: [Int: UInt64] = [:], entry: UInt64 = 0x40_1000
  ) {
    numbers(5, stackPointer, 0, 0)
    contentsAndLength(contents(size, pointers.merging(others) { first, _ in first }))
    numbers(entry, entry + 16, entry + 16)
    text(function)
    fields(Array(pointers.keys))
  }

  mutating func finalizer(_ object: UInt64, function: UInt64 = 0, code: UInt64 = 0, isQueued: Bool = false) {
    numbers(isQueued ? 11 : 7, object, function, code, 0, 0)
  }

  mutating func segment(isData: Bool, _ address: UInt64, size: Int, _ pointers: [Int: UInt64] = [:]) {
    numbers(isData ? 12 : 13, address)
    contentsAndLength(contents(size, pointers))
    fields(Array(pointers.keys))
  }

  mutating func deferred(_ address: UInt64, stackPointer: UInt64 = 0, function: UInt64 = 0, code: UInt64 = 0) {
    numbers(14, address, 0x1000, stackPointer, 0, function, code, 0)
  }

  mutating func panic(_ address: UInt64, data: UInt64 = 0) { numbers(15, address, 0x1000, 0, data, 0, 0) }

  mutating func memStats(objects: UInt64, bytes allocated: UInt64) {
    number(10)
    for index in 0..<24 { number(index == 6 ? allocated : index == 11 ? objects : 0) }
    for _ in 0..<256 { number(0) }
    number(3)
  }

  mutating func profile(_ bucket: UInt64, _ stack: [(String, String, UInt64)]) {
    numbers(16, bucket, 48, UInt64(stack.count))
    for (function, file, line) in stack {
      text(function)
      text(file)
      number(line)
    }
    numbers(1, 0)
  }

  mutating func sample(_ address: UInt64, _ bucket: UInt64) { numbers(17, address, bucket) }

  mutating func end() { number(0) }
}

extension GoDumpWriter {
  static let base: UInt64 = 0xc0_0000_0000

  /// A dump with every kind of record: nine objects and 21 roots.
  static func everyKind() -> GoDumpWriter {
    var dump = GoDumpWriter()
    dump.type(0x50_0000, size: 24, "main.Session")
    dump.numbers(8, 0x50_1000, 0x50_0000)
    for index in 0..<8 {
      let next = base + UInt64((index + 1) % 8) * 32
      dump.object(base + UInt64(index) * 32, size: 32, [8: next, 16: next + 4, 24: 0])
    }
    dump.object(base + 0x4000, text: "hello, world", size: 16)
    dump.goroutine(
      id: 17, since: 5_000_000_000, reason: "chan receive", context: base, deferred: base + 32, panic: base + 64)
    dump.frame("main.worker", size: 40, [8: base + 96], others: [16: base + 128, 24: 5, 32: base - 64])
    dump.deferred(base + 160, stackPointer: 0x7000_0000, function: base + 192, code: 0x40_1000)
    dump.panic(base + 224, data: base + 0x4000)
    dump.goroutine(id: 18, status: 3, since: 5_000_000_000 + 7_380_000_000_000)
    dump.numbers(9, 0x9000, 1, 77)
    dump.segment(isData: true, 0x60_0000, size: 32, [0: base, 16: base + 40])
    dump.segment(isData: false, 0x61_0000, size: 64, [8: base + 0x4000, 16: 0, 24: base + 0x3000])
    dump.finalizer(base + 32, function: base + 64, code: 0x40_2000)
    dump.finalizer(base + 64, function: base, isQueued: true)
    dump.otherRoot("odd root", base + 96)
    dump.memStats(objects: 9, bytes: 272)
    dump.profile(99, [("main.make", "main.go", 12), ("main.main", "main.go", 3)])
    dump.sample(base + 0x4000, 99)
    dump.end()
    return dump
  }
}
