/// Where values of a type hold pointers, and what each pointer means: compiled once for each type that occurs.
struct GoPointerSlots {
  enum Kind: UInt8 {
    /// Points to one `type`.
    case pointer
    /// Points to `type` × capacity, which stands two words behind.
    case slice
    /// Points to `type` × length, which stands behind.
    case string
    case interface, emptyInterface
    case function
    /// Points to one `other`, or when there is a directory to `type` × its length, which stands `reach` behind.
    case swissDirectory
    /// Points to `type` × (mask + 1); the mask stands `reach` behind.
    case swissGroups
    /// Points to `type` << the byte that stands `reach` behind.
    case buckets
    /// Points to values whose number stands `reach` behind, and whose runtime type `otherReach` behind.
    case channelBuffer
    /// Points to `type` × the number that stands `reach` behind.
    case counted
    /// No pointer: `length` values of `type` lie here, `reach` bytes.
    case repeated
  }

  struct Slot: BitwiseCopyable {
    var offset: UInt32
    /// Where the pointer is: behind `offset` in interfaces, whose first word names a type.
    var place: UInt32 = 0
    var kind: Kind
    var type: GoTypeTable.ID
    var other: GoTypeTable.ID = 0
    var reach: Int32 = 0
    var otherReach: Int32 = 0
    var length: UInt32 = 0

    /// Whether the words around it say what it points to, and how many.
    @inline(__always) var saysWithNeighbours: Bool {
      switch kind {
      case .slice, .string, .interface, .emptyInterface: true
      default: false
      }
    }
  }

  /// What claims need to know of a type.
  struct Compiled: BitwiseCopyable {
    /// Bytes of a value.
    var size: UInt64 = 0
    /// The first of its slots and their number.
    var first: UInt32 = 0
    var count: UInt32 = 0
    var isKnown = false
    /// What lies there says what it is: a node of a hash trie, or a channel of elements that are not known.
    var isSpecial = false
    /// Whether an interface holds the value itself.
    var isDirect = false
    /// Whether all slots are plain pointers.
    var isPlain = false
    /// Whether no slot stands for several.
    var isFlat = false

    @inline(__always) var slots: Range<Int> { Int(first)..<Int(first) &+ Int(count) }
  }

  private(set) var slots: [Slot] = []
  /// By type.
  private var compiled: [Compiled] = []
  /// The type of a string's bytes.
  private let byte: GoTypeTable.ID
  private let pointerSize: Int
  /// Parts of the type at work that were looked at: an array of arrays without a pointer adds nothing to a list.
  private var steps = 0
  private static let stepLimit = 200_000
  /// The most slots of all types together.
  private static let totalLimit = 1 << 23

  /// Arrays up to this many elements are taken apart.
  private static let shortArray: UInt64 = 16

  init(byte: GoTypeTable.ID, pointerSize: Int) {
    self.byte = byte
    self.pointerSize = pointerSize
  }

  /// What is needed of `type`, read from the table when it is asked for first.
  @inline(__always)
  mutating func compiled(_ type: GoTypeTable.ID, _ table: inout GoTypeTable, _ source: any GoTypeSource) -> Compiled {
    let index = Int(type)
    if index < compiled.count, compiled[index].isKnown { return compiled[index] }
    return compile(type, &table, source)
  }

  /// The slots of `type` as a range of `slots`.
  mutating func range(of type: GoTypeTable.ID, _ table: inout GoTypeTable, _ source: any GoTypeSource) -> Range<Int> {
    compiled(type, &table, source).slots
  }

  @inline(never)
  private mutating func compile(
    _ type: GoTypeTable.ID, _ table: inout GoTypeTable, _ source: any GoTypeSource
  ) -> Compiled {
    var list: [Slot] = []
    steps = 0
    if slots.count < Self.totalLimit { flatten(type, at: 0, depth: 0, &list, &table, source) }
    for index in list.indices {
      let isInterface = list[index].kind == .interface || list[index].kind == .emptyInterface
      list[index].place = list[index].offset &+ (isInterface ? UInt32(pointerSize) : 0)
    }
    list.sort { $0.place < $1.place }
    while compiled.count < table.entries.count { compiled.append(Compiled()) }
    let result = Compiled(
      size: table[type].size, first: UInt32(slots.count), count: UInt32(list.count), isKnown: true,
      isSpecial: table[type].role == .trieNode
        || table[type].role == .channel && table.name(of: type) == "runtime.hchan",
      isDirect: table.isDirect(type),
      isPlain: list.allSatisfy { $0.kind == .pointer }, isFlat: list.allSatisfy { $0.kind != .repeated })
    compiled[Int(type)] = result
    slots += list
    return result
  }

  // Recursion over how types lie in each other, which ends soon: a type that holds itself is no type of Go's.
  private mutating func flatten(
    _ type: GoTypeTable.ID, at base: UInt64, depth: Int, _ list: inout [Slot], _ table: inout GoTypeTable,
    _ source: any GoTypeSource
  ) {
    steps += 1
    guard depth < 32, list.count < 20_000, steps < Self.stepLimit else { return }
    let entry = table[type]
    switch entry.kind {
    case .pointer, .map, .channel:
      if entry.element != 0 { list.append(Slot(offset: UInt32(clamping: base), kind: .pointer, type: entry.element)) }
    case .slice: list.append(Slot(offset: UInt32(clamping: base), kind: .slice, type: entry.element))
    case .string: list.append(Slot(offset: UInt32(clamping: base), kind: .string, type: byte))
    case .interface: list.append(Slot(offset: UInt32(clamping: base), kind: .interface, type: 0))
    case .emptyInterface: list.append(Slot(offset: UInt32(clamping: base), kind: .emptyInterface, type: 0))
    case .function: list.append(Slot(offset: UInt32(clamping: base), kind: .function, type: 0))
    case .array:
      let size = table[entry.element].size
      guard size > 0, entry.count > 0 else { return }
      if entry.count <= Self.shortArray {
        for index in 0..<entry.count {
          flatten(entry.element, at: base &+ index &* size, depth: depth + 1, &list, &table, source)
        }
      } else {
        var inner: [Slot] = []
        flatten(entry.element, at: 0, depth: depth + 1, &inner, &table, source)
        if !inner.isEmpty {
          list.append(
            Slot(
              offset: UInt32(clamping: base), kind: .repeated, type: entry.element,
              reach: Int32(clamping: entry.count.multipliedClamping(by: size)), length: UInt32(clamping: entry.count)))
        }
      }
    case .structure, .closure: flattenStructure(type, at: base, depth: depth, &list, &table, source)
    default: break
    }
  }

  private mutating func flattenStructure(
    _ type: GoTypeTable.ID, at base: UInt64, depth: Int, _ list: inout [Slot], _ table: inout GoTypeTable,
    _ source: any GoTypeSource
  ) {
    let entry = table[type]
    switch entry.role {
    case .timer:
      let whole = source.type(named: "runtime.timeTimer", in: &table)
      if whole != 0, whole != type {
        // The channel comes first; the runtime has it without its type.
        for field in table.fields(of: type).prefix(1) {
          flatten(field.type, at: base &+ field.offset, depth: depth + 1, &list, &table, source)
        }
        return flatten(whole, at: base, depth: depth + 1, &list, &table, source)
      }
    case .atomicPointer:
      if let slot = atomicPointer(type, &table, source) {
        let pointee = table.unshaped(slot.type, nil, source)
        list.append(Slot(offset: UInt32(clamping: base &+ slot.offset), kind: .pointer, type: pointee))
        return
      }
    default: break
    }
    let first = list.count
    defer {
      if table.isTrieNode(beginning: type) {
        for index in first..<list.count where list[index].kind == .pointer {
          list[index].type = table.unshaped(list[index].type, type, source)
        }
      }
    }
    for field in table.fields(of: type) {
      if let special = special(field, entry.role, type, &table, source) {
        if special.type != 0 || special.kind == .channelBuffer {
          var slot = special
          slot.offset = UInt32(clamping: base &+ field.offset)
          list.append(slot)
        }
      } else {
        flatten(field.type, at: base &+ field.offset, depth: depth + 1, &list, &table, source)
      }
    }
  }

  /// The slot of a field that means more than its type says; nil for ordinary fields.
  private func special(
    _ field: GoTypeTable.Field, _ role: GoTypeTable.Role, _ type: GoTypeTable.ID, _ table: inout GoTypeTable,
    _ source: any GoTypeSource
  ) -> Slot? {
    func reach(_ name: String) -> Int32? {
      table.field(name, of: type).map { Int32(clamping: Int64(bitPattern: $0.offset &- field.offset)) }
    }
    let name = table.name(of: field)
    let pointee = table[field.type].element
    switch (role, name) {
    case (.swissMap, "dirPtr"):
      guard let length = reach("dirLen") else { return nil }
      let groups = table.field("groups", of: table[pointee].element)
      let data = groups.flatMap { table.field("data", of: $0.type) }
      let group = data.map { table[$0.type].element } ?? 0
      return Slot(offset: 0, kind: .swissDirectory, type: pointee, other: group, reach: length)
    case (.swissGroups, "data"):
      return reach("lengthMask").map { Slot(offset: 0, kind: .swissGroups, type: pointee, reach: $0) }
    case (.oldMap, "buckets"), (.oldMap, "oldbuckets"):
      return reach("B").map { Slot(offset: 0, kind: .buckets, type: pointee, reach: $0) }
    case (.channel, "buf"):
      guard let count = reach("dataqsiz"), let element = reach("elemtype") else {
        // The type is known, and the number of elements stands in front.
        return Slot(offset: 0, kind: .counted, type: field.type, reach: -Int32(pointerSize))
      }
      return Slot(offset: 0, kind: .channelBuffer, type: 0, reach: count, otherReach: element)
    case (.pool, "local"), (.pool, "victim"):
      let local = source.type(named: "sync.poolLocal", in: &table)
      return reach(name + "Size").map { Slot(offset: 0, kind: .counted, type: local, reach: $0) }
    default: return nil
    }
  }

  /// The pointer in an `atomic.Pointer[T]`, whose T only an array of no elements, or the name, tells.
  private func atomicPointer(
    _ type: GoTypeTable.ID, _ table: inout GoTypeTable, _ source: any GoTypeSource
  ) -> (offset: UInt64, type: GoTypeTable.ID)? {
    for field in table.fields(of: type) where table[field.type].kind == .array {
      let pointer = table[field.type].element
      guard table[pointer].kind == .pointer, let value = table.field("v", of: type) else { continue }
      return (value.offset, table[pointer].element)
    }
    guard let argument = GoTypeTable.typeArgument(table.name(of: type)) else { return nil }
    let pointee = source.type(named: argument, in: &table)
    return pointee == 0 ? nil : (0, pointee)
  }
}
