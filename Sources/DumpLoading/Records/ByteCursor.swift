/// Why a cursor could not read what was asked for.
enum ReadProblem: Error, BitwiseCopyable {
  /// The bytes end here, where more of the record should be.
  case ended
  /// A length that is plausible, but more than the bytes that are left.
  case cutLength(UInt64)
  /// A length or count that no dump of this kind has, and that the bytes that are left do not hold.
  case absurdLength(UInt64)
  /// A variable-length integer of more than 64 bits.
  case longVarint
  /// A field list has an entry of a kind that is not known.
  case fieldKind(UInt64)
  /// A field lies beyond the end of the contents it belongs to.
  case fieldOutside(offset: UInt64, length: UInt64)
  /// The tag is of no known record.
  case unknownTag(UInt64)

  /// True when a file that was cut off explains it.
  var isTruncation: Bool {
    switch self {
    case .ended, .cutLength: true
    default: false
    }
  }

  /// One line for the error message.
  var text: String {
    switch self {
    case .ended: "the file ends inside it"
    case .cutLength(let length), .absurdLength(let length):
      "length \(grouped(length)) is past the end of the file"
    case .longVarint: "an integer of more than 64 bits"
    case .fieldKind(let kind): "field kind \(grouped(kind)) is not known"
    case .fieldOutside(let offset, let length):
      "a field at offset \(grouped(offset)) is past the end of its \(grouped(length)) bytes"
    case .unknownTag(let tag): "unknown record kind \(hexadecimal(tag))"
    }
  }
}

/// Reads integers and ranges from bytes, front to back, never beyond their end.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  /// Where the next read begins.
  var position: Int

  @inline(__always) init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  /// An unsigned integer in base 128, lowest digits first.
  @inline(__always) mutating func varint() throws(ReadProblem) -> UInt64 {
    let start = position
    guard start >= 0, start < bytes.count else { throw .ended }
    let first = bytes[start]
    if first < 0x80 {
      position = start &+ 1
      return UInt64(first)
    }
    guard bytes.count &- start >= 8 else { return try slowVarint() }
    // Up to 8 digits of 7 bits at once: cut after the first byte without a continuation bit, then close the gaps.
    var word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    let stops = ~word & 0x8080_8080_8080_8080
    guard stops != 0 else { return try slowVarint() }
    position = start &+ (stops.trailingZeroBitCount &>> 3) &+ 1
    word &= stops ^ (stops &- 1)
    word &= 0x7f7f_7f7f_7f7f_7f7f
    word = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) &>> 1
    word = (word & 0x0000_3fff_0000_3fff) | (word & 0x3fff_0000_3fff_0000) &>> 2
    return (word & 0x0fff_ffff) | (word & 0x0fff_ffff_0000_0000) &>> 4
  }

  private mutating func slowVarint() throws(ReadProblem) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.count else { throw .ended }
      let digit = UInt64(bytes[position])
      position += 1
      guard shift < 63 || digit <= 1 else { throw .longVarint }
      value |= (digit & 0x7f) << shift
      if digit < 0x80 { return value }
      shift += 7
    }
  }

  /// A length and that many bytes.
  ///
  /// More than `limit` that the file does not hold is absurd; less was cut off.
  @inline(__always) mutating func range(limit: UInt64) throws(ReadProblem) -> Range<Int> {
    let length = try varint()
    guard length <= UInt64(bytes.count &- position) else {
      throw length <= limit ? .cutLength(length) : .absurdLength(length)
    }
    let start = position
    position = start &+ Int(truncatingIfNeeded: length)
    return start..<position
  }

  /// A text; bytes that are not UTF-8 are replaced.
  mutating func text() throws(ReadProblem) -> String {
    let range = try range(limit: 1 << 16)
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
