/// Why an array of a snapshot could not be read on; the reader's position says where.
enum V8ReadProblem: Error, BitwiseCopyable {
  /// Something else stands where a whole number should be.
  case noNumber
  /// A number of more than 19 digits.
  case tooLarge
  /// No comma between two numbers.
  case noComma
  /// The array ends in the middle of a record.
  case partialRecord

  /// One line for the error message.
  var text: String {
    switch self {
    case .noNumber: "no whole number where one should be"
    case .tooLarge: "a number of more than 19 digits"
    case .noComma: "no comma between two numbers"
    case .partialRecord: "the array ends in the middle of a record"
    }
  }
}

/// Reads the whole numbers of a JSON array, front to back.
///
/// The closing bracket is known to be there: no loop over digits or white space runs past it.
struct V8NumberReader {
  private let base: UnsafePointer<UInt8>
  /// Where the next number is looked for.
  private(set) var position: Int
  /// Where the closing bracket stands.
  let end: Int

  /// - Precondition: `array` lies in `bytes`, and a closing bracket stands right behind it.
  init(_ bytes: UnsafeRawBufferPointer, _ array: Range<Int>) {
    precondition(array.lowerBound >= 0 && array.upperBound < bytes.count)
    precondition(bytes[array.upperBound] == UInt8(ascii: "]"))
    base = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    position = array.lowerBound
    end = array.upperBound
    skipSpace()
  }

  /// Whether another number should follow.
  @inline(__always) var hasMore: Bool { position < end }

  /// Goes on reading at `offset`, which lies in the array.
  mutating func seek(to offset: Int) {
    precondition(offset <= end)
    position = offset
    skipSpace()
  }

  @inline(__always) private mutating func skipSpace() {
    while base[position] <= 0x20 { position &+= 1 }
  }

  /// The next number, and past the comma and the white space behind it.
  @inline(__always) mutating func next() throws(V8ReadProblem) -> UInt64 {
    var place = position
    var value = UInt64(base[place] &- 0x30)
    guard value <= 9 else { throw .noNumber }
    place &+= 1
    var byte = base[place]
    var digit = byte &- 0x30
    while digit <= 9 {
      value = value &* 10 &+ UInt64(digit)
      place &+= 1
      byte = base[place]
      digit = byte &- 0x30
    }
    guard place &- position <= 19 else { throw .tooLarge }
    while byte <= 0x20 {
      place &+= 1
      byte = base[place]
    }
    if byte == 0x2c {
      place &+= 1
      while base[place] <= 0x20 { place &+= 1 }
    } else if place != end {
      position = place
      throw .noComma
    }
    position = place
    return value
  }
}
