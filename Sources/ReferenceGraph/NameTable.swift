/// The number of a text in a `NameTable`.
public struct NameID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  @inlinable public init(_ value: Int) { rawValue = UInt32(value) }
}

/// Texts that occur many times, each kept once.
public struct NameTable: Sendable {
  private var names: [String] = []
  private var numbers: [String: NameID] = [:]

  public init() {}

  /// The number of `name`, given now if it is new.
  public mutating func intern(_ name: String) -> NameID {
    if let known = numbers[name] { return known }
    let id = NameID(names.count)
    names.append(name)
    numbers[name] = id
    return id
  }

  public var count: Int { names.count }
  public subscript(id: NameID) -> String { names[Int(id.rawValue)] }
}
