import ReferenceGraph

/// What the last few words asked for meant: a value by the address it is for, one for each group of addresses.
struct GoWordCache: ~Copyable {
  struct Entry: BitwiseCopyable {
    var address: UInt64
    var value: UInt64
  }

  private let entries: FlatArray<Entry>

  private static let count = 512

  init() { entries = FlatArray(zeroed: Self.count) }

  @inline(__always)
  private func slot(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &>> 5 ^ address &>> 14) & UInt64(Self.count &- 1))
  }

  /// Nil when it is not known, and for address 0.
  @inline(__always)
  subscript(address: UInt64) -> UInt64? {
    let entry = entries[slot(address)]
    return entry.address == address && address != 0 ? entry.value : nil
  }

  @inline(__always)
  func set(_ value: UInt64, for address: UInt64) { entries[slot(address)] = Entry(address: address, value: value) }
}
