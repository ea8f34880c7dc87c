/// What becomes of the texts of a snapshot when it is redacted.
enum V8RedactedText {
  /// Whether a property could have this name in code: letters, digits and `_ $ #`, or letters and hyphens.
  ///
  /// What looks like a key that was made by chance is none: many characters, a quarter of them digits.
  static func isPlain(_ text: String) -> Bool {
    if text.isEmpty { return true }
    var name = text[...]
    if name.hasPrefix("<symbol "), name.hasSuffix(">") {
      // `Symbol.iterator`, `nodejs.util.inspect.custom`.
      return isPlain(String(name.dropFirst(8).dropLast()).replacing(".", with: "_"))
    }
    for prefix in ["get ", "set "] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    var digits = 0
    var hyphens = 0
    for scalar in name.unicodeScalars {
      switch scalar {
      case "_", "$", "#": continue
      case "-": hyphens += 1
      case "0"..."9": digits += 1
      default: guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else { return false }
      }
    }
    if hyphens > 0, digits > 0 { return false }
    return name.utf8.count < 16 || digits * 4 < name.utf8.count
  }

  /// A name in the place of one that is not `isPlain`: as long, no name of code either, and another for each number.
  static func pseudonym(for text: String, number: Int) -> String {
    // In the name of a class texts with these are quoted, and quotes and backslashes take two characters.
    let isQuoted = text.contains { ",'\"{}".contains($0) }
    let escapes = isQuoted ? text.utf16.count { $0 == 0x22 || $0 == 0x5c } : 0
    let length = max(1, text.utf16.count + escapes)
    let digits = String(number, radix: 36).suffix(length - 1)
    return (isQuoted ? "," : "*") + String(repeating: "x", count: length - 1 - digits.count) + digits
  }

  /// A kept name, as it stands in the file, without what else it says: attributes of elements, what stands behind the
  /// `?` of an address, what a `data:` address holds, what the objects of a pair in a WeakMap are called.
  ///
  /// Nil when there is none of that.
  static func cleaned(_ bytes: UnsafeRawBufferPointer, isTag: Bool, isPair: Bool) -> [UInt8]? {
    if isPair { return pair(bytes) }
    if isTag, let cleaned = tag(bytes) { return cleaned }
    return address(bytes)
  }

  private static let filler = UInt8(ascii: "x")

  private static func replaced(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8]? {
    guard !range.isEmpty else { return nil }
    var result = Array(bytes)
    for index in range { result[index] = filler }
    return result
  }

  private static func tag(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    let start = bytes.starts(with: "Detached <".utf8) ? 9 : 0
    guard bytes.count > start, bytes[start] == UInt8(ascii: "<"),
      let space = bytes[start...].firstIndex(of: 0x20)
    else { return nil }
    let end = bytes.last == UInt8(ascii: ">") ? bytes.count - 1 : bytes.count
    return replaced(bytes, space + 1..<max(space + 1, end))
  }

  private static func address(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    if let data = firstRange(of: "data:", in: bytes),
      data.lowerBound == 0 || [0x20, 0x2f].contains(bytes[data.lowerBound - 1])
    {
      return replaced(bytes, data.upperBound..<bytes.count)
    }
    guard let scheme = firstRange(of: "://", in: bytes) else { return nil }
    guard let query = bytes[scheme.upperBound...].firstIndex(where: { $0 == 0x3f || $0 == 0x23 }) else { return nil }
    return replaced(bytes, query + 1..<bytes.count)
  }

  /// `7 / part of key (A @9) -> value (B @11) pair in WeakMap (table @13)`: the numbers stay.
  private static func pair(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let key = firstRange(of: " / part of key (", in: bytes),
      let end = lastRange(of: " pair in WeakMap (table @", in: bytes), end.lowerBound > key.upperBound
    else { return replaced(bytes, 0..<bytes.count) }
    var result = Array(bytes)
    let middle = key.upperBound..<end.lowerBound
    var kept: Set<Int> = []
    // `9) -> value (` of the key, and `11)` of the value.
    func keep(_ range: Range<Int>) { kept.formUnion(range) }
    func number(endingAt end: Int) -> Int? {
      var start = end
      while start > middle.lowerBound, bytes[start - 1] &- 0x30 <= 9 { start -= 1 }
      guard start < end, start > middle.lowerBound + 1, bytes[start - 1] == UInt8(ascii: "@"),
        bytes[start - 2] == 0x20
      else { return nil }
      return start - 2
    }
    let part = UnsafeRawBufferPointer(rebasing: bytes[middle])
    if let arrow = firstRange(of: ") -> value (", in: part) {
      let range = middle.lowerBound + arrow.lowerBound..<middle.lowerBound + arrow.upperBound
      if let start = number(endingAt: range.lowerBound) { keep(start..<range.upperBound) }
    }
    if middle.count > 1, bytes[middle.upperBound - 1] == UInt8(ascii: ")"),
      let start = number(endingAt: middle.upperBound - 1)
    {
      keep(start..<middle.upperBound)
    }
    for index in middle where !kept.contains(index) { result[index] = filler }
    return result
  }

  private static func firstRange(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    range(of: text, in: bytes, from: stride(from: 0, through: bytes.count - text.utf8CodeUnitCount, by: 1))
  }

  private static func lastRange(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    range(of: text, in: bytes, from: stride(from: bytes.count - text.utf8CodeUnitCount, through: 0, by: -1))
  }

  private static func range(
    of text: StaticString, in bytes: UnsafeRawBufferPointer, from starts: StrideThrough<Int>
  ) -> Range<Int>? {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for start in starts where bytes[start] == wanted[0] {
      if bytes[start..<start + wanted.count].elementsEqual(wanted) { return start..<start + wanted.count }
    }
    return nil
  }
}
