/// What of a value is no pointer and yet needed to show what the value is: lengths and capacities, the types of
/// interfaces, the code of closures, counts of maps and channels.
///
/// All else is zeroed in a redacted dump.
struct GoTypeWords {
  enum Kind: UInt8 {
    /// As it is.
    case plain
    /// The bytes of a map's group that say which slots have an entry, with 7 bits of each hash; the same of a bucket.
    case control, hashes
    /// A byte that only has to be another than zero.
    case mark
  }

  struct Word: BitwiseCopyable {
    /// Bytes from the beginning of the value, and how many.
    var offset: Int
    var length: Int
    var kind = Kind.plain
  }

  /// Fields of structures of the runtime that are kept, by what the structure is for.
  static let fields: [GoTypeTable.Role: [String]] = [
    .swissMap: ["used", "dirLen", "globalDepth", "globalShift"],
    .swissTable: ["used", "capacity", "growthLeft", "localDepth", "index"],
    .swissGroups: ["lengthMask"],
    .oldMap: ["count", "flags", "B", "noverflow", "nevacuate"],
    // Of one whose elements hold no pointers, the dump calls none of its own words a pointer.
    .channel: ["qcount", "dataqsiz", "buf", "elemsize", "elemtype", "closed", "sendx", "recvx"],
    .pool: ["localSize", "victimSize"],
    .trieNode: ["isEntry"],
  ]
  /// The period tells a ticker from a timer.
  static let timerField = "period"

  private let pointerSize: Int
  private let isBigEndian: Bool
  private var known: [GoTypeTable.ID: [Word]] = [:]
  /// What the runtime allocates for a timer; found when it is asked for first.
  private var timer: GoTypeTable.ID?

  /// The most words of one value, and of all types together.
  private static let limit = 1 << 20
  private static let totalLimit = 1 << 23
  private var total = 0

  init(_ params: GoParams) {
    pointerSize = params.pointerSize
    isBigEndian = params.isBigEndian
  }

  /// The words of a value of `type`, ascending.
  mutating func words(of type: GoTypeTable.ID, _ table: GoTypeTable) -> [Word] { words(of: type, depth: 0, table) }

  private mutating func words(of type: GoTypeTable.ID, depth: Int, _ table: GoTypeTable) -> [Word] {
    if let words = known[type] { return words }
    var list: [Word] = []
    // A type that lies in itself, which a damaged file may have, has none.
    known[type] = []
    if total < Self.totalLimit { add(type, at: 0, depth: depth, &list, table) }
    list.sort { $0.offset < $1.offset }
    known[type] = list
    total += list.count
    return list
  }

  // Recursion over how types lie in each other, which ends soon.
  private mutating func add(
    _ type: GoTypeTable.ID, at base: Int, depth: Int, _ list: inout [Word], _ table: GoTypeTable
  ) {
    guard depth < 32, list.count < Self.limit, type != 0 else { return }
    let entry = table[type]
    switch entry.kind {
    case .string: list.append(Word(offset: base + pointerSize, length: pointerSize))
    case .slice: list.append(Word(offset: base + pointerSize, length: 2 * pointerSize))
    case .interface, .emptyInterface: list.append(Word(offset: base, length: pointerSize))
    case .array:
      let size = Int(clamping: table[entry.element].size)
      let inner = words(of: entry.element, depth: depth + 1, table)
      guard size > 0, !inner.isEmpty else { return }
      for index in 0..<Int(clamping: entry.count) {
        guard list.count < Self.limit else { return }
        for word in inner {
          list.append(Word(offset: base &+ index &* size &+ word.offset, length: word.length, kind: word.kind))
        }
      }
    case .closure:
      // Cleanups are told by the last of the words.
      let isCleanup = table.name(of: type).hasPrefix(GoCleanups.closure)
      list.append(Word(offset: base, length: isCleanup ? min(4 * pointerSize, Int(clamping: entry.size)) : pointerSize))
      if !isCleanup { addFields(type, at: base, depth: depth, &list, table) }
    case .structure: addStructure(type, at: base, depth: depth, &list, table)
    default: break
    }
  }

  private mutating func addStructure(
    _ type: GoTypeTable.ID, at base: Int, depth: Int, _ list: inout [Word], _ table: GoTypeTable
  ) {
    if let storage = GoMapStorage(type, table, isBigEndian: isBigEndian) {
      list.append(
        Word(
          offset: base + Int(clamping: storage.marks), length: 8, kind: storage.areControlBytes ? .control : .hashes))
      if let overflow = storage.overflow {
        list.append(Word(offset: base + Int(clamping: overflow.offset), length: pointerSize))
      }
    }
    let role = table[type].role
    if role == .timer {
      if timer == nil {
        let index = table.entries.indices.first { table.names[Int(table.entries[$0].name)] == "runtime.timeTimer" }
        timer = index.map { GoTypeTable.ID($0) } ?? 0
      }
      if let timer, timer != 0, timer != type { return add(timer, at: base, depth: depth + 1, &list, table) }
    }
    var kept = Self.fields[role] ?? []
    if table.name(of: type) == "runtime.timer" { kept.append(Self.timerField) }
    if !kept.isEmpty {
      for field in table.fields(of: type) where kept.contains(table.name(of: field)) {
        let size = Int(clamping: table[field.type].size)
        if size > 0, size <= 8 { list.append(Word(offset: base + Int(clamping: field.offset), length: size)) }
      }
    }
    addFields(type, at: base, depth: depth, &list, table)
  }

  private mutating func addFields(
    _ type: GoTypeTable.ID, at base: Int, depth: Int, _ list: inout [Word], _ table: GoTypeTable
  ) {
    for field in table.fields(of: type) {
      add(field.type, at: base + Int(clamping: field.offset), depth: depth + 1, &list, table)
    }
  }
}
