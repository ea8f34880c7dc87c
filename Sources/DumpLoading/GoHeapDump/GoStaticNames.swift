/// Names for values that the linker laid out and that have no symbol: what `var prices = &topic{}` points to, where
/// only symbols are known and no types.
///
/// A place in such a value is named by the variable that points to it, `main.prices.+8`.
struct GoStaticNames {
  /// Where values begin, ascending, with the variables that point there.
  private var values: [(start: UInt64, name: String)] = []
  private let symbols: ExecutableSymbols

  /// Through so many pointers a value may be reached.
  private static let depth = 4
  private static let valueLimit = 1 << 16

  /// Follows the pointers of `segments`, the memory of variables, each with the offsets of its pointers.
  init(_ symbols: ExecutableSymbols, segments: [(memory: Range<UInt64>, pointers: [(address: UInt64, value: UInt64)])])
  {
    self.symbols = symbols
    var links: [(address: UInt64, value: UInt64)] = []
    for segment in segments {
      for pointer in segment.pointers
      where segments.contains(where: { $0.memory.contains(pointer.value) })
        && symbols.variable(at: pointer.value) == nil
      {
        links.append(pointer)
      }
    }
    for _ in 0..<Self.depth {
      var found: [(start: UInt64, name: String)] = []
      links.removeAll { link in
        guard let name = symbols.variable(at: link.address) ?? name(at: link.address) else { return false }
        found.append((link.value, name))
        return true
      }
      if found.isEmpty || values.count > Self.valueLimit { break }
      values += found
      values.sort { $0.start < $1.start }
    }
  }

  /// The place in a value at `address`; nil where no variable is known to point to its beginning.
  func name(at address: UInt64) -> String? {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    // Behind a variable that has a symbol another value begins.
    guard low > 0, !symbols.hasVariable(in: values[low - 1].start..<address) else { return nil }
    return "\(values[low - 1].name).+\(address - values[low - 1].start)"
  }
}
