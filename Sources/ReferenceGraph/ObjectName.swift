/// An object as people name it: `@c000123400` or `0xc000123400` by its address, also inside of it, `@6171` or `6171`
/// where the dump numbers its objects, `#17` by refwalk's number.
///
/// One way for commands and screens: what one prints, the other takes.
public enum ObjectName: Hashable, Sendable, CustomStringConvertible {
  case address(UInt64)
  /// What may be a number of the dump's own, or an address in hexadecimal digits; nil for what only the one can be.
  case digits(number: UInt64?, address: UInt64?)
  case number(UInt32)

  /// The object that `text` names; nil when it names none.
  public init?(_ text: String) {
    var rest = Substring(text)
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    if rest.first == "#" {
      guard let digits = Self.digits(rest.dropFirst(), 10), let number = UInt32(exactly: digits), number > 0 else {
        return nil
      }
      self = .number(number)
      return
    }
    if rest.first == "@" { rest = rest.dropFirst() }
    if rest.hasPrefix("0x") || rest.hasPrefix("0X") {
      guard let address = Self.digits(rest.dropFirst(2), 16) else { return nil }
      self = .address(address)
      return
    }
    let number = Self.digits(rest, 10)
    let address = Self.digits(rest, 16)
    guard number != nil || address != nil else { return nil }
    self = .digits(number: number, address: address)
  }

  /// Whether `text` says by how it begins that it names an object, where other texts are taken too.
  public static func isMarked(_ text: String) -> Bool {
    text.hasPrefix("@") || text.hasPrefix("#") || text.hasPrefix("0x") || text.hasPrefix("0X")
  }

  /// Digits and nothing else: no sign.
  private static func digits(_ text: Substring, _ radix: Int) -> UInt64? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return UInt64(text, radix: radix)
  }

  /// The name as a person would type it: `0x7f12`, `@42`, `#17`.
  public var description: String {
    switch self {
    case .address(let address), .digits(nil, let address?): "0x" + String(address, radix: 16)
    case .digits(let number?, _): "@\(number)"
    case .digits(nil, nil): "@"
    case .number(let number): "#\(number)"
    }
  }

  /// The object of that name, for an address also one that the address lies inside of, and how many bytes inside.
  public func find(in graph: ReferenceGraph) -> (object: ObjectID, offset: UInt64)? {
    let isNumbered = graph.addresses.isNumbered
    let address: UInt64?
    switch self {
    case .number(let number): return Int(number) <= graph.objectCount ? (ObjectID(number), 0) : nil
    case .address(let value): address = value
    case .digits(let number, let value): address = isNumbered ? number : value
    }
    guard let address else { return nil }
    if isNumbered { return graph.addresses.object(at: address).map { ($0, 0) } }
    guard let found = graph.addresses.object(atOrBelow: address) else { return nil }
    let offset = address - found.start
    return offset < max(1, graph.size(of: found.id)) ? (found.id, offset) : nil
  }

  /// The object of that name.
  public func object(in graph: ReferenceGraph) -> ObjectID? { find(in: graph)?.object }
}
