/// The type of a field or of an array's elements.
enum HPROFType: UInt8 {
  case object = 2
  case boolean = 4
  case char = 5
  case float = 6
  case double = 7
  case byte = 8
  case short = 9
  case int = 10
  case long = 11

  /// Bytes of a value in the file.
  @inline(__always) func size(identifier: Int) -> Int {
    switch self {
    case .object: identifier
    case .boolean, .byte: 1
    case .char, .short: 2
    case .float, .int: 4
    case .double, .long: 8
    }
  }

  /// As Java names it.
  var name: String { self == .object ? "java.lang.Object" : "\(self)" }

  /// The letter of the type in a descriptor.
  init?(letter: UInt8) {
    switch letter {
    case UInt8(ascii: "Z"): self = .boolean
    case UInt8(ascii: "C"): self = .char
    case UInt8(ascii: "F"): self = .float
    case UInt8(ascii: "D"): self = .double
    case UInt8(ascii: "B"): self = .byte
    case UInt8(ascii: "S"): self = .short
    case UInt8(ascii: "I"): self = .int
    case UInt8(ascii: "J"): self = .long
    default: return nil
    }
  }
}

/// The sizes of the types by their numbers, 0 for numbers that are no type.
struct HPROFTypeSizes {
  let identifier: Int

  @inline(__always) func size(_ type: UInt8) throws(ReadProblem) -> Int {
    guard let type = HPROFType(rawValue: type) else { throw .fieldKind(UInt64(type)) }
    return type.size(identifier: identifier)
  }
}
