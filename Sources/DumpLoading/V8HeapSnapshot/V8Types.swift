/// What V8 says a node is.
///
/// The numbers are refwalk's own: a snapshot names its types.
enum V8NodeType: UInt8 {
  case hidden, array, string, object, code, closure, regexp, number, native, synthetic, concatenated, sliced, symbol
  case bigint, shape, wasm, other

  /// The type of this name in `snapshot.meta`.
  init(name: String) {
    switch name {
    case "hidden": self = .hidden
    case "array": self = .array
    case "string": self = .string
    case "object": self = .object
    case "code": self = .code
    case "closure": self = .closure
    case "regexp": self = .regexp
    case "number": self = .number
    case "native": self = .native
    case "synthetic": self = .synthetic
    case "concatenated string": self = .concatenated
    case "sliced string": self = .sliced
    case "symbol": self = .symbol
    case "bigint": self = .bigint
    case "object shape": self = .shape
    case "wasm object": self = .wasm
    default: self = .other
    }
  }

  /// The name of the class that all nodes of the type are put into; nil when the node's own name decides.
  var className: String? {
    switch self {
    case .string: "(string)"
    case .code: "(compiled code)"
    case .closure: "Function"
    case .regexp: "RegExp"
    case .number: "(number)"
    case .concatenated: "(concatenated string)"
    case .sliced: "(sliced string)"
    case .symbol: "(symbol)"
    case .bigint: "(bigint)"
    case .shape: "(object shape)"
    case .wasm: "(wasm object)"
    case .hidden, .array, .object, .native, .synthetic, .other: nil
    }
  }
}

/// What V8 says a reference is.
enum V8EdgeType: UInt8 {
  case context, element, property, `internal`, hidden, shortcut, weak, other

  init(name: String) {
    switch name {
    case "context": self = .context
    case "element": self = .element
    case "property": self = .property
    case "internal": self = .internal
    case "hidden": self = .hidden
    case "shortcut": self = .shortcut
    case "weak": self = .weak
    default: self = .other
    }
  }

  /// Whether its name is a number, and not the index of a text.
  var isNumbered: Bool { self == .element || self == .hidden }
}

/// The number of a field in `ReferenceGraph.fields`: the type of the reference in the upper 3 bits, below them its
/// index or the number of its name; values that do not fit stand in a table.
enum V8Field {
  static let shift: UInt32 = 29
  static let isLarge: UInt32 = 1 << 28
  static let valueMask: UInt32 = isLarge - 1

  @inline(__always) static func type(of field: UInt32) -> V8EdgeType {
    V8EdgeType(rawValue: UInt8(truncatingIfNeeded: field >> shift)) ?? .other
  }
}

/// Values of fields that take more than 28 bits, each once.
struct V8LargeValues: Sendable {
  private(set) var values: [UInt64] = []
  private var numbers: [UInt64: UInt32] = [:]

  /// The lower part of a field for `value`.
  mutating func number(of value: UInt64) -> UInt32 {
    if let known = numbers[value] { return known | V8Field.isLarge }
    let number = UInt32(values.count) & V8Field.valueMask
    values.append(value)
    numbers[value] = number
    return number | V8Field.isLarge
  }

  /// The index or number of a name that stands in `field`.
  func value(of field: UInt32) -> UInt64 {
    let low = field & V8Field.valueMask
    guard field & V8Field.isLarge != 0 else { return UInt64(low) }
    return values.indices.contains(Int(low)) ? values[Int(low)] : .max
  }
}
