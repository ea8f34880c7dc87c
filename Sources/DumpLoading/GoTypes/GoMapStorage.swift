/// How a group of a map, or a bucket of one before Go 1.24, keeps its entries: where keys and values lie, and which of
/// its slots have an entry.
///
/// What is left in the others is nothing the map has: what was deleted, moved or never there.
struct GoMapStorage {
  /// Values of one type at equal distances.
  struct Places {
    var type: GoTypeTable.ID
    /// Bytes of one of them.
    var size: UInt64
    /// Where the first one lies.
    var offset: UInt64
    /// From each to the next, in bytes.
    var stride: UInt64
  }

  /// Bytes of a group or bucket.
  let size: UInt64
  let keys: Places
  let values: Places
  /// The number of slots.
  let count: Int
  /// The byte that says of each slot what is in it.
  let marks: UInt64
  let marksName: String
  /// Whether a set top bit says that there is no entry; else bytes below `firstHash` do.
  let areControlBytes: Bool
  private let isBigEndian: Bool
  /// What lies behind the slots: buckets that are full go on elsewhere.
  let overflow: GoTypeTable.Field?

  /// Marks of buckets below this say that a slot is empty, or that its entry has moved.
  static let firstHash: UInt8 = 5

  /// Nil when `type` is no such storage, or one of another make.
  init?(_ type: GoTypeTable.ID, _ table: GoTypeTable, isBigEndian: Bool) {
    guard Self.isNamed(table.name(of: type)) else { return nil }
    func places(_ element: GoTypeTable.ID, _ offset: UInt64, every stride: UInt64? = nil) -> Places {
      let size = table[element].size
      return Places(type: element, size: size, offset: offset, stride: stride ?? size)
    }
    let slots: UInt64
    if let list = table.field("slots", of: type) {
      // Keys beside values.
      let pair = table[list.type].element
      guard let key = table.field("key", of: pair), let value = table.field("elem", of: pair) else { return nil }
      keys = places(key.type, list.offset + key.offset, every: table[pair].size)
      values = places(value.type, list.offset + value.offset, every: table[pair].size)
      slots = table[list.type].count
    } else {
      // All keys in front of all values.
      guard let keys = table.field("keys", of: type),
        let values = table.field("values", of: type) ?? table.field("elems", of: type)
      else { return nil }
      self.keys = places(table[keys.type].element, keys.offset)
      self.values = places(table[values.type].element, values.offset)
      slots = table[keys.type].count
    }
    let marks = ["ctrl", "tophash", "topbits"].lazy.compactMap { table.field($0, of: type) }.first
    guard let marks, slots > 0, slots <= 8, table[type].size > 0 else { return nil }
    size = table[type].size
    count = Int(slots)
    self.marks = marks.offset
    marksName = table.name(of: marks)
    areControlBytes = marksName == "ctrl"
    self.isBigEndian = isBigEndian
    overflow = table.field("overflow", of: type)
  }

  /// Whether a type of this name is a group or bucket.
  static func isNamed(_ name: String) -> Bool {
    name.hasPrefix("bucket<") || RuntimeTypeSource.isMapStorage(name)
  }

  /// Whether objects of a class of this name are parts of maps: directories, tables, groups, buckets.
  static func isPartOfMap(_ name: String) -> Bool {
    var name = name[...]
    while let prefix = ["[]", "*"].first(where: { name.hasPrefix($0) }) { name = name.dropFirst(prefix.count) }
    return ["map.table[", "map.group[", "map.groups[", "map.bucket["].contains { name.hasPrefix($0) }
      || name == "runtime.mapextra"
  }

  /// How many of them an object has room for.
  func number(in room: UInt64) -> Int {
    let number = Int(clamping: room / size)
    // Groups are allocated by powers of two; behind them lies what the allocator gave too much.
    return areControlBytes && number > 0 ? 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount) : number
  }

  /// Which slots have an entry, a bit for each, of what begins `start` bytes into `memory`.
  func fullSlots(_ memory: UnsafeRawBufferPointer, at start: Int) -> UInt8 {
    let first = start + Int(clamping: marks)
    guard start >= 0, first + 8 <= memory.count else { return 0 }
    var full: UInt8 = 0
    for slot in 0..<count {
      // Control bytes are a word, the first slot its lowest byte.
      let mark = memory[first + (areControlBytes && isBigEndian ? 7 - slot : slot)]
      if areControlBytes ? mark & 0x80 == 0 : mark >= Self.firstHash { full |= 1 << UInt8(slot) }
    }
    return full
  }

  /// The slot that `offset` of a group or bucket lies in, and whether in its value; nil when in none.
  func slot(holding offset: UInt64) -> (index: Int, isValue: Bool)? {
    if let index = index(of: offset, in: values) { return (index, true) }
    return index(of: offset, in: keys).map { ($0, false) }
  }

  private func index(of offset: UInt64, in places: Places) -> Int? {
    guard offset >= places.offset, places.size > 0 else { return nil }
    let (index, rest) = (offset - places.offset).quotientAndRemainder(dividingBy: places.stride)
    return rest < places.size && index < UInt64(count) ? Int(index) : nil
  }
}
