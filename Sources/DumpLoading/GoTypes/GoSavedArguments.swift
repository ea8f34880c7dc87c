/// Where a function saves arguments that come in registers: in the order of the parameters, from the beginning of the
/// caller's frame (Go's internal ABI).
///
/// The debug information often knows only the register, which a call has overwritten.
struct GoSavedArguments {
  /// Registers for integers and pointers, and for floats, on amd64.
  private static let registers = (integers: 9, floats: 15)

  private var integers = 0
  private var floats = 0
  private var end: UInt64 = 0
  private var isKnown = true

  /// The place of the next parameter, in bytes; nil from the first on that does not come in registers.
  mutating func place(of type: GoTypeTable.ID, _ table: GoTypeTable) -> Int? {
    guard isKnown, let alignment = take(type, table, depth: 0), integers <= Self.registers.integers,
      floats <= Self.registers.floats
    else {
      isKnown = false
      return nil
    }
    let place = (end + alignment - 1) / alignment * alignment
    end = place + table[type].size
    return Int(clamping: place)
  }

  /// Counts the registers of a value; its alignment in bytes, nil when it does not come in registers.
  private mutating func take(_ type: GoTypeTable.ID, _ table: GoTypeTable, depth: Int) -> UInt64? {
    let entry = table[type]
    switch entry.kind {
    case .boolean, .signed, .unsigned:
      integers += 1
      return max(1, min(entry.size, 8))
    case .float:
      floats += 1
      return max(1, min(entry.size, 8))
    case .complex:
      floats += 2
      return max(1, entry.size / 2)
    case .pointer, .map, .channel, .function, .unsafePointer: integers += 1
    case .string, .interface, .emptyInterface: integers += 2
    case .slice: integers += 3
    case .structure:
      guard depth < 16 else { return nil }
      var alignment: UInt64 = 1
      for field in table.fields(of: type) {
        guard let own = take(field.type, table, depth: depth + 1) else { return nil }
        alignment = max(alignment, own)
      }
      return alignment
    case .array where entry.count <= 1 && depth < 16:
      return entry.count == 0 ? 1 : take(entry.element, table, depth: depth + 1)
    case .array, .closure, .unknown: return nil
    }
    return 8
  }
}
