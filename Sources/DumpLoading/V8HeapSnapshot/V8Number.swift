/// Why an array of a snapshot could not be read on; the reader's position says where.
enum V8ReadProblem: Error, BitwiseCopyable {
  /// Something else stands where a whole number should be.
  case noNumber
  /// A number of more than 64 bits.
  case tooLarge
  /// No comma between two numbers.
  case noComma
  /// The array ends in the middle of a record.
  case partialRecord

  /// One line for the error message.
  var text: String {
    switch self {
    case .noNumber: "no whole number where one should be"
    case .tooLarge: "a number too large for 64 bits"
    case .noComma: "no comma between two numbers"
    case .partialRecord: "the array ends in the middle of a record"
    }
  }
}

/// Reads the whole numbers of a JSON array, front to back: a plain digit loop.
///
/// The closing bracket is known to be there, also when the file is written to meanwhile (`MappedFile.hold`): no loop over
/// digits or white space runs past it.
struct V8NumberReader {
  private let start: UnsafePointer<UInt8>
  /// Where the next number is looked for.
  private var cursor: UnsafePointer<UInt8>
  /// Where the closing bracket stands.
  private let end: UnsafePointer<UInt8>

  /// - Precondition: `array` lies in `bytes`, and a closing bracket stands right behind it.
  init(_ bytes: UnsafeRawBufferPointer, _ array: Range<Int>) {
    precondition(array.lowerBound >= 0 && array.upperBound < bytes.count)
    precondition(bytes[array.upperBound] == UInt8(ascii: "]"))
    start = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    cursor = start + array.lowerBound
    end = start + array.upperBound
    skipSpace()
  }

  /// Whether another number should follow.
  @inline(__always) var hasMore: Bool { cursor < end }

  /// The offset in the bytes at which the next number is looked for.
  @inline(__always) var position: Int { cursor - start }

  @inline(__always) private mutating func skipSpace() {
    while cursor.pointee <= 0x20 { cursor += 1 }
  }

  /// The number of many digits that stands between `start` and `end`.
  @inline(never) private static func wide(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(V8ReadProblem) -> UInt64 {
    var value: UInt64 = 0
    var cursor = start
    while cursor < end {
      let product = value.multipliedReportingOverflow(by: 10)
      let sum = product.partialValue.addingReportingOverflow(UInt64(cursor.pointee &- 0x30))
      if product.overflow || sum.overflow { throw .tooLarge }
      value = sum.partialValue
      cursor += 1
    }
    return value
  }

  /// The next number, and past the comma and the white space behind it.
  /// - Throws: `partialRecord` when the array ends here.
  @inline(__always) mutating func next() throws(V8ReadProblem) -> UInt64 {
    var next = cursor
    var value = UInt64(next.pointee &- 0x30)
    guard value <= 9 else { throw next == end ? .partialRecord : .noNumber }
    next += 1
    var byte = next.pointee
    while byte &- 0x30 <= 9 {
      value = value &* 10 &+ UInt64(byte &- 0x30)
      next += 1
      byte = next.pointee
    }
    if next - cursor > 19 { value = try Self.wide(cursor, next) }
    while byte != 0x2c {
      if byte > 0x20 {
        cursor = next
        guard next == end else { throw .noComma }
        return value
      }
      next += 1
      byte = next.pointee
    }
    next += 1
    while next.pointee <= 0x20 { next += 1 }
    cursor = next
    return value
  }
}

/// Reads a few numbers of an array again, with commas between them, and nothing beyond `end`.
struct V8BoundedNumbers {
  let bytes: UnsafeRawBufferPointer
  var position: Int
  let end: Int

  /// The next number; nil where there is none, or none of 64 bits.
  mutating func next() -> UInt64? {
    skip(while: { $0 <= 0x20 })
    let start = position
    var value: UInt64 = 0
    while position < end, case let digit = bytes[position] &- 0x30, digit <= 9 {
      let product = value.multipliedReportingOverflow(by: 10)
      let sum = product.partialValue.addingReportingOverflow(UInt64(digit))
      if product.overflow || sum.overflow { return nil }
      value = sum.partialValue
      position += 1
    }
    guard position > start else { return nil }
    skip(while: { $0 <= 0x20 || $0 == 0x2c })
    return value
  }

  private mutating func skip(while isSkipped: (UInt8) -> Bool) {
    while position < end, isSkipped(bytes[position]) { position += 1 }
  }
}
