import Glibc

/// A JSON value of the small part of a snapshot that describes it.
indirect enum V8JSON {
  case object([String: V8JSON])
  case array([V8JSON])
  case text(String)
  case number(UInt64)
  /// Any other number, true, false, null.
  case other

  subscript(key: String) -> V8JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }
  var items: [V8JSON]? { if case .array(let items) = self { items } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: UInt64? { if case .number(let number) = self { number } else { nil } }
}

/// Walks through JSON text without a tree of it.
///
/// Offsets are those in the file.
struct V8JSONScanner {
  /// What is wrong with the text, at `position`.
  struct Problem: Error {
    let text: String
    /// The text ends where more should follow.
    var isEnd = false
  }

  let bytes: UnsafeRawBufferPointer
  var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  static let end = Problem(text: "the file ends inside it", isEnd: true)

  /// The next byte that is no white space, not taken.
  mutating func peek() throws(Problem) -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      if byte > 0x20 { return byte }
      position += 1
    }
    throw Self.end
  }

  /// Takes `byte`, with white space before it.
  mutating func take(_ byte: Unicode.Scalar) throws(Problem) {
    guard try peek() == UInt8(ascii: byte) else { throw Problem(text: "no \(byte) where one should be") }
    position += 1
  }

  /// Takes `byte` if it comes next.
  mutating func takes(_ byte: Unicode.Scalar) throws(Problem) -> Bool {
    guard try peek() == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  /// Takes a string; where its text lies, with its escapes.
  mutating func string() throws(Problem) -> Range<Int> {
    try take("\"")
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x22 {
        position += 1
        return start..<(position - 1)
      }
      position += byte == 0x5c ? 2 : 1
    }
    position = bytes.count
    throw Self.end
  }

  /// Passes over any value.
  ///
  /// Counts brackets instead of descending into them: no depth is too much.
  mutating func skipValue() throws(Problem) {
    var depth = 0
    while true {
      switch try peek() {
      case 0x22: _ = try string()
      case 0x5b, 0x7b:
        depth += 1
        position += 1
      case 0x5d, 0x7d:
        guard depth > 0 else { throw Problem(text: "no value where one should be") }
        depth -= 1
        position += 1
      case 0x2c, 0x3a:
        guard depth > 0 else { throw Problem(text: "no value where one should be") }
        position += 1
      default:
        // A number, true, false, null.
        let start = position
        while position < bytes.count {
          let byte = bytes[position]
          if byte <= 0x20 || byte == 0x2c || byte == 0x3a || byte == 0x22 { break }
          if byte == 0x5b || byte == 0x5d || byte == 0x7b || byte == 0x7d { break }
          position += 1
        }
        if start == position { throw Problem(text: "no value where one should be") }
      }
      if depth == 0 { return }
    }
  }

  /// Passes over an array of numbers, whose values are not looked at: where they lie, a closing bracket behind them.
  mutating func numberArray() throws(Problem) -> Range<Int> {
    try take("[")
    let start = position
    guard start < bytes.count,
      let found = memchr(bytes.baseAddress! + start, 0x5d, bytes.count - start)
    else {
      position = bytes.count
      throw Self.end
    }
    let end = UnsafeRawPointer(found) - bytes.baseAddress!
    position = end + 1
    return start..<end
  }

  /// Reads a value of no more than `depth` levels.
  mutating func value(depth: Int = 8) throws(Problem) -> V8JSON {
    guard depth > 0 else { throw Problem(text: "nested too deep") }
    switch try peek() {
    case 0x22: return .text(V8Text.decode(bytes, try string()))
    case 0x5b:
      position += 1
      var items: [V8JSON] = []
      if try takes("]") { return .array(items) }
      repeat { items.append(try value(depth: depth - 1)) } while try takes(",")
      try take("]")
      return .array(items)
    case 0x7b:
      position += 1
      var members: [String: V8JSON] = [:]
      if try takes("}") { return .object(members) }
      repeat {
        let key = V8Text.decode(bytes, try string())
        try take(":")
        let member = try value(depth: depth - 1)
        if members[key] == nil { members[key] = member }
      } while try takes(",")
      try take("}")
      return .object(members)
    default:
      let start = position
      try skipValue()
      let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
      return UInt64(text).map { .number($0) } ?? .other
    }
  }
}
