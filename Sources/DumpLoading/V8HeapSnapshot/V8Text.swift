/// Texts of a snapshot: JSON strings.
enum V8Text {
  /// The text of a JSON string between its quotes.
  ///
  /// Escapes and surrogate pairs are resolved; lone surrogates, unknown escapes and bytes that are not UTF-8 come out
  /// as U+FFFD.
  ///
  /// `limit` is the most bytes of UTF-8 that are wanted; a few more may come.
  static func decode(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, limit: Int = .max) -> String {
    var text: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      // Not in the middle of a character.
      if text.count >= limit, byte & 0xc0 != 0x80 { break }
      guard byte == 0x5c else {
        text.append(byte)
        index += 1
        continue
      }
      guard index + 1 < range.upperBound else { break }
      let escape = bytes[index + 1]
      index += 2
      switch escape {
      case UInt8(ascii: "n"): text.append(0x0a)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0d)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0c)
      case 0x22, 0x5c, 0x2f: text.append(escape)
      case UInt8(ascii: "u"):
        let unit = codeUnit(bytes, index, range.upperBound)
        index = min(index + 4, range.upperBound)
        var scalar = unit.flatMap { Unicode.Scalar($0) }
        if let unit, unit & 0xfc00 == 0xd800, index + 6 <= range.upperBound, bytes[index] == 0x5c,
          bytes[index + 1] == UInt8(ascii: "u"), let low = codeUnit(bytes, index + 2, range.upperBound),
          low & 0xfc00 == 0xdc00
        {
          scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
          index += 6
        }
        text.append(contentsOf: String(scalar ?? "\u{fffd}").utf8)
      default: text.append(contentsOf: "\u{fffd}".utf8)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Four hexadecimal digits at `index`.
  private static func codeUnit(_ bytes: UnsafeRawBufferPointer, _ index: Int, _ end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[index..<(index + 4)] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
