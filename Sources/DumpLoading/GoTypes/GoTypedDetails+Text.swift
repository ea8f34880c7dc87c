import Glibc
import ReferenceGraph
import TextSafety

extension GoTypedDetails {
  /// A value of `type` at `offset` of `memory` as text, without what it refers to.
  func text(_ type: GoTypeTable.ID, _ memory: UnsafeRawBufferPointer, _ offset: Int, textLimit: Int = 80) -> String {
    text(table[type], name: table.name(of: type), memory, offset, textLimit: textLimit)
  }

  func text(
    _ entry: GoTypeTable.Entry, name: String, _ memory: UnsafeRawBufferPointer, _ offset: Int, textLimit: Int
  ) -> String {
    let size = Int(clamping: entry.size)
    let pointerSize = params.pointerSize
    switch entry.kind {
    case .boolean: return unsigned(memory, offset, size: 1) == 0 ? "false" : "true"
    case .signed:
      let value = signed(memory, offset, size: size)
      return name == "time.Duration" ? Self.duration(value) : "\(value)"
    case .unsigned: return "\(unsigned(memory, offset, size: size))"
    case .float: return float(memory, offset, size: size)
    case .complex:
      return "(\(float(memory, offset, size: size / 2)), \(float(memory, offset + size / 2, size: size / 2)))"
    case .string: return string(memory, offset, limit: textLimit)
    case .slice:
      guard word(memory, offset) != 0 else { return "nil" }
      return "len \(word(memory, offset + pointerSize)), cap \(word(memory, offset + 2 * pointerSize))"
    case .interface, .emptyInterface:
      guard word(memory, offset) != 0 else { return "nil" }
      guard let dynamic = dynamicType(memory, offset, entry.kind) else { return "of a type that is not known" }
      let name = GoTypeTable.plainName(dynamic.name)
      let value = scalar(in: dynamic, at: word(memory, offset + pointerSize), textLimit: textLimit)
      return value.map { "\(name) \($0)" } ?? name
    case .map:
      let pointer = word(memory, offset)
      guard pointer != 0 else { return "nil" }
      // The number of entries comes first, since Go 1.24 with 64 bits everywhere.
      let width = table[entry.element].role == .swissMap ? 8 : pointerSize
      return self.memory(at: pointer, limit: 8).map { "len \(unsigned($0, 0, size: width))" } ?? hexadecimal(pointer)
    case .function:
      let pointer = word(memory, offset)
      guard pointer != 0 else { return "nil" }
      let code = self.memory(at: pointer, limit: 8).map { word($0, 0) }
      return code.flatMap { function(at: $0) } ?? hexadecimal(pointer)
    case .pointer, .channel, .unsafePointer:
      let pointer = word(memory, offset)
      return pointer == 0 ? "nil" : hexadecimal(pointer)
    case .structure where name == "time.Time": return time(memory, offset)
    case .structure, .closure, .array: return GoTypeTable.plainName(name)
    case .unknown:
      // The first word of a closure.
      let code = word(memory, offset)
      return function(at: code) ?? hexadecimal(code)
    }
  }

  private func float(_ memory: UnsafeRawBufferPointer, _ offset: Int, size: Int) -> String {
    size == 4
      ? "\(Float(bitPattern: UInt32(truncatingIfNeeded: unsigned(memory, offset, size: 4))))"
      : "\(Double(bitPattern: unsigned(memory, offset, size: 8)))"
  }

  /// A string in quotes; a long one is cut, with its length.
  private func string(_ memory: UnsafeRawBufferPointer, _ offset: Int, limit: Int) -> String {
    let length = word(memory, offset + params.pointerSize)
    guard let excerpt = excerpt(memory, offset, limit: limit) else {
      return "\(grouped(length)) bytes at \(hexadecimal(word(memory, offset)))"
    }
    return excerpt.isCut ? "\"\(excerpt.text)…\" (\(excerpt.length))" : "\"\(excerpt.text)\""
  }

  /// The text of a string; nil when the dump does not have it.
  func excerpt(_ memory: UnsafeRawBufferPointer, _ offset: Int, limit: Int) -> FieldValue.Excerpt? {
    let length = word(memory, offset + params.pointerSize)
    guard length > 0 else { return .init(text: "", isCut: false, length: "0 bytes") }
    let pointer = word(memory, offset)
    guard let bytes = self.memory(at: pointer, limit: Int(clamping: min(length, UInt64(limit)))), !bytes.isEmpty else {
      return nil
    }
    var end = bytes.count
    // Not in the middle of a character.
    if UInt64(end) < length {
      while end > 0, end > bytes.count - 4, bytes[end - 1] & 0xc0 == 0x80 { end -= 1 }
      if end > 0, bytes[end - 1] >= 0xc0 { end -= 1 }
    }
    let text = SafeText.line(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[0..<end]), as: UTF8.self))
    return .init(text: text, isCut: UInt64(bytes.count) < length, length: "\(grouped(length)) bytes")
  }

  /// A `time.Time` in UTC.
  private func time(_ memory: UnsafeRawBufferPointer, _ offset: Int) -> String {
    let wall = unsigned(memory, offset, size: 8)
    let ext = signed(memory, offset + 8, size: 8)
    if wall == 0, ext == 0 { return "zero time" }
    // With a monotonic reading, seconds since 1885 stand beside the nanoseconds; without, seconds since year 1.
    let sinceYearOne: Int64 = wall >> 63 != 0 ? Int64((wall << 1) >> 31) &+ 59_453_308_800 : ext
    let nanoseconds = wall & (1 << 30 - 1)
    var seconds = time_t(sinceYearOne &- 62_135_596_800)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil, nanoseconds < 1_000_000_000 else { return "no valid time" }
    func digits(_ value: some BinaryInteger, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    let clock = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
    return "\(date) \(clock).\(digits(nanoseconds / 1_000_000, 3)) UTC"
  }

  /// `1.5 s`, `20 ms`, `300 ns`.
  static func duration(_ nanoseconds: Int64) -> String {
    let units: [(Double, String)] = [(3.6e12, "h"), (6e10, "min"), (1e9, "s"), (1e6, "ms"), (1e3, "µs")]
    let value = Double(nanoseconds)
    for (size, name) in units where abs(value) >= size { return "\((value / size * 1000).rounded() / 1000) \(name)" }
    return "\(nanoseconds) ns"
  }
}
