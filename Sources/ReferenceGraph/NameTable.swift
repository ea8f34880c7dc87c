/// The number of a text in a `NameTable`.
public struct NameID: Hashable, Sendable, BitwiseCopyable {
  /// An index into the table's texts, in the order they were first seen.
  public let rawValue: UInt32
  /// The number of the text at index `value` of a table.
  @inlinable public init(_ value: Int) { rawValue = UInt32(value) }
}

/// Texts that occur many times, each kept once.
public struct NameTable: Sendable {
  private var names: [String] = []
  private var numbers: [String: NameID] = [:]

  /// A table without texts.
  public init() {}

  /// The number of `name`, given now if it is new.
  public mutating func intern(_ name: String) -> NameID {
    if let known = numbers[name] { return known }
    let id = NameID(names.count)
    names.append(name)
    numbers[name] = id
    return id
  }

  /// How many different texts there are.
  public var count: Int { names.count }
  /// The text that `id` is the number of in this table.
  public subscript(id: NameID) -> String { names[Int(id.rawValue)] }
}
