/// Reads the records of objects that follow each other, fast: it says only whether a record can be read.
///
/// What is wrong with one that cannot, a `ByteCursor` tells.
struct GoObjectCursor {
  private let bytes: UnsafeRawBufferPointer
  private let base: UnsafeRawPointer
  private let end: Int
  /// Where the next read begins.
  var position: Int
  /// Bytes of the object that `head` read last, and where they lie.
  private(set) var length = 0
  private(set) var contents = 0

  /// A cursor on a record at `position` of `bytes`, which are not empty.
  @inline(__always) init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    self.bytes = bytes
    base = bytes.baseAddress!
    end = bytes.count
    self.position = position
  }

  /// Reads a record up to its fields; the object's address, nil when no whole record of an object lies here.
  @inline(__always) mutating func head() -> UInt64? {
    guard position >= 0, position < end, base.load(fromByteOffset: position, as: UInt8.self) == 1 else { return nil }
    position &+= 1
    guard let address = digits(), let length = digits(), length <= UInt64(end &- position) else { return nil }
    self.length = Int(truncatingIfNeeded: length)
    contents = position
    position &+= self.length
    return address
  }

  /// The offset of the next field, `.max` behind the last one, nil when there is no good one.
  ///
  /// `limit` is the last offset of a field.
  @inline(__always) mutating func field(limit: Int) -> Int? {
    guard position &+ 2 <= end else { return longField(limit: limit) }
    let pair = UInt16(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt16.self))
    if pair & 0xff == 0 {
      position &+= 1
      return .max
    }
    // Nearly all entries have two bytes: the kind, and an offset under 128.
    guard pair & 0x80ff == 1 else { return longField(limit: limit) }
    position &+= 2
    let offset = Int(pair &>> 8)
    return offset <= limit ? offset : nil
  }

  @inline(__always) private mutating func longField(limit: Int) -> Int? {
    let (offset, next) = Self.longField(bytes, position, limit: limit)
    guard next >= 0 else { return nil }
    position = next
    return offset
  }

  /// An entry of more than two bytes, or at the end of the file, and where it ends: -1 when it is no good one.
  @inline(never) private static func longField(
    _ bytes: UnsafeRawBufferPointer, _ position: Int, limit: Int
  ) -> (Int, Int) {
    var cursor = GoObjectCursor(bytes, at: position)
    guard let kind = cursor.digits(), kind <= 1 else { return (0, -1) }
    if kind == 0 { return (.max, cursor.position) }
    guard let offset = cursor.digits(), limit >= 0, offset <= UInt64(limit) else { return (0, -1) }
    return (Int(truncatingIfNeeded: offset), cursor.position)
  }

  /// The word of 8 bytes at `offset` of the object, lowest byte first.
  /// - Precondition: `offset` is what `field` gave, with a limit of `length` less 8.
  @inline(__always) func word(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: contents &+ offset, as: UInt64.self))
  }

  /// A variable-length integer.
  @inline(__always) private mutating func digits() -> UInt64? {
    if position &+ 8 <= end {
      var word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      if word & 0x80 == 0 {
        position &+= 1
        return word & 0x7f
      }
      // Cut after the first byte without a continuation bit, then close the gaps between the digits.
      let stops = ~word & 0x8080_8080_8080_8080
      if stops != 0 {
        position &+= (stops.trailingZeroBitCount &>> 3) &+ 1
        word &= stops ^ (stops &- 1)
        word &= 0x7f7f_7f7f_7f7f_7f7f
        word = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) &>> 1
        word = (word & 0x0000_3fff_0000_3fff) | (word & 0x3fff_0000_3fff_0000) &>> 2
        return (word & 0x0fff_ffff) | (word & 0x0fff_ffff_0000_0000) &>> 4
      }
    }
    let (value, next) = Self.slowDigits(bytes, position)
    guard next >= 0 else { return nil }
    position = next
    return value
  }

  /// An integer of any length, and where it ends: -1 when it is none.
  @inline(never) private static func slowDigits(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> (UInt64, Int) {
    var cursor = ByteCursor(bytes, at: position)
    guard let value = try? cursor.varint() else { return (0, -1) }
    return (value, cursor.position)
  }
}
