import ReferenceGraph

/// Names objects: from where types are known (variables, stacks, type words in front of objects) along pointers to what
/// they point to, and from there on.
///
/// A claim says that at an address there are so many values of a type. Of two claims on an object the larger wins; what
/// the allocator wrote down beats all; pointers to the inside of an object count only when there is nothing else.
/// Memory: 12 bytes an object at most, the states lie where the classes will be.
struct GoTypePropagation: ~Copyable {
  let bytes: UnsafeRawBufferPointer
  let params: GoParams
  let layout: GoSlotLayout
  let source: any GoTypeSource
  var table: GoTypeTable
  var slots: GoPointerSlots
  /// The type of a string's bytes.
  let byte: GoTypeTable.ID
  /// The runtime type by the address of an interface table.
  var interfaceTables: [UInt64: UInt64] = [:]
  /// By class: whether its objects hold no pointers.
  private let pointerFreeClasses: [Bool]
  /// By object: how many values of its type; for a claim to the inside how far inside.
  private let counts: FlatArray<UInt32>
  /// Objects to be scanned, each at most once.
  private let work: FlatArray<UInt32>
  private var workCount = 0
  /// Objects and bytes named so far.
  private(set) var named = GoNamedShare()

  private(set) var runtimeTypes: [UInt64: GoTypeTable.ID] = [:]
  private var closures: [UInt64: GoTypeTable.ID] = [:]
  // The last few runtime types asked for.
  private var cachedWords = [UInt64](repeating: 0, count: 512)
  private var cachedTypes = [GoTypeTable.ID](repeating: 0, count: 512)

  init(
    bytes: UnsafeRawBufferPointer, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result,
    source: any GoTypeSource, table: GoTypeTable
  ) {
    self.bytes = bytes
    params = scan.params
    layout = scan.layout
    self.source = source
    self.table = table
    var entry = GoTypeTable.Entry()
    entry.kind = .unsigned
    entry.size = 1
    entry.name = self.table.add(name: "byte")
    byte = self.table.add(entry)
    slots = GoPointerSlots(byte: byte)
    pointerFreeClasses = rows.classes.map { $0.flags.contains(.pointerFree) }
    counts = FlatArray(zeroed: rows.sizes.count)
    work = FlatArray(zeroed: rows.sizes.count)
  }

  // MARK: claims

  /// Where `pointer` points: an object, how far into its contents, and how many bytes the contents have.
  @inline(__always)
  func locate(
    _ pointer: UInt64, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> (id: Int, distance: UInt64, room: UInt64)? {
    guard pointer &- params.heapLow < params.heapHigh &- params.heapLow else { return nil }
    if let exact = scan.addresses.object(at: pointer) {
      let id = exact.index
      let size = Self.size(id, rows)
      if size > layout.bitsLimit, hasHeader(id, size, rows) { return nil }
      return (id, 0, size)
    }
    guard let below = scan.addresses.object(atOrBelow: pointer) else { return nil }
    let id = below.id.index
    let size = Self.size(id, rows)
    var distance = pointer &- below.start
    guard distance < size else { return nil }
    if hasHeader(id, size, rows) {
      guard distance >= 8 else { return nil }
      distance &-= 8
      return (id, distance, size &- 8)
    }
    return (id, distance, size)
  }

  @inline(__always)
  static func size(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> UInt64 {
    let size = rows.sizes[id]
    return size == .max ? rows.largeSizes[UInt32(id)] ?? UInt64(size) : UInt64(size)
  }

  @inline(__always)
  func isPointerFree(_ state: GoObjectState) -> Bool {
    state.has(GoObjectState.isTyped)
      ? state.has(GoObjectState.isPointerFree) : pointerFreeClasses[Int(state.bits)]
  }

  @inline(__always)
  func hasHeader(_ id: Int, _ size: UInt64, _ rows: borrowing GoRowBuilder.Result) -> Bool {
    layout.hasHeader(size: size) && !isPointerFree(GoObjectState(rows.classOfObject[id]))
  }

  /// `pointer` points to `count` values of `type`.
  mutating func claim(
    _ pointer: UInt64, _ type: GoTypeTable.ID, count: UInt64 = 1, isArray: Bool = false,
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard type != 0, let place = locate(pointer, scan, rows) else { return }
    var type = type
    if table.entries[Int(type)].role == .trieNode { type = trieNode(type, at: place, rows) }
    let size = table.entries[Int(type)].size
    guard size > 0, count > 0 else { return }
    let room = place.room &- place.distance
    guard size <= room else { return }
    let old = GoObjectState(rows.classOfObject[place.id])
    let isTyped = old.has(GoObjectState.isTyped)
    let isExact = isTyped && !old.has(GoObjectState.isInterior)
    var flags = GoObjectState.isTyped | (isArray ? GoObjectState.isArray : 0)
    if isPointerFree(old) { flags |= GoObjectState.isPointerFree }
    let fitting = count == 1 ? 1 : min(count, room / size)
    if place.distance == 0 {
      if old.has(GoObjectState.isFixed) {
        if !old.has(GoObjectState.isScanned) { push(place.id, old, rows) }
        return
      }
      if isExact {
        let known = table.entries[Int(old.type)].size &* UInt64(counts[place.id])
        let claimed = size &* fitting
        if claimed <= known {
          if claimed == known, old.type == type, isArray, !old.has(GoObjectState.isArray) {
            rows.classOfObject[place.id] = old.bits | GoObjectState.isArray
          }
          return
        }
      }
      counts[place.id] = UInt32(clamping: fitting)
    } else {
      if isExact { return }
      if isTyped, table.entries[Int(old.type)].size >= size { return }
      flags |= GoObjectState.isInterior
      counts[place.id] = UInt32(clamping: place.distance)
    }
    if !isTyped { named.add(Self.size(place.id, rows)) }
    let state = GoObjectState(flags | type | (old.bits & GoObjectState.isPending & (isTyped ? .max : 0)))
    rows.classOfObject[place.id] = state.bits
    push(place.id, state, rows)
  }

  /// The allocator wrote down that the object holds values of `type`.
  mutating func fix(_ id: Int, _ type: GoTypeTable.ID, room: UInt64, _ rows: borrowing GoRowBuilder.Result) {
    let size = table.entries[Int(type)].size
    guard size > 0, size <= room else { return }
    named.add(Self.size(id, rows))
    counts[id] = UInt32(clamping: room / size)
    rows.classOfObject[id] =
      GoObjectState.isTyped | GoObjectState.isFixed | type | (room / size >= 2 ? GoObjectState.isArray : 0)
  }

  /// Takes an object down to be scanned, if it holds pointers and is not down already.
  @inline(__always)
  mutating func push(_ id: Int, _ state: GoObjectState, _ rows: borrowing GoRowBuilder.Result) {
    guard !state.has(GoObjectState.isPending), !state.has(GoObjectState.isPointerFree), workCount < work.count else {
      return
    }
    guard !slots.range(of: state.type, &table, source).isEmpty else { return }
    rows.classOfObject[id] = state.bits | GoObjectState.isPending
    work[workCount] = UInt32(id)
    workCount &+= 1
  }

  mutating func pop() -> Int? {
    guard workCount > 0 else { return nil }
    workCount &-= 1
    return Int(work[workCount])
  }

  func count(of id: Int) -> UInt64 { UInt64(counts[id]) }

  /// An entry or an inner node, as the node's first byte says.
  private mutating func trieNode(
    _ type: GoTypeTable.ID, at place: (id: Int, distance: UInt64, room: UInt64), _ rows: borrowing GoRowBuilder.Result
  ) -> GoTypeTable.ID {
    let base = contents(place.id, rows) + Int(place.distance)
    guard base < bytes.count else { return type }
    let name = table.name(of: type)
    guard let start = name.firstRange(of: ".node[") else { return type }
    let real =
      name[..<start.lowerBound] + (bytes[base] != 0 ? ".entry[" : ".indirect[") + name[start.upperBound...]
    let found = source.type(named: String(real), in: &table)
    return found == 0 ? type : found
  }

  // MARK: what words mean

  /// Where the contents of an object lie in the file, behind the word with its type.
  @inline(__always)
  func contents(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> Int {
    let start = rows.contents.offset(of: id)
    return hasHeader(id, Self.size(id, rows), rows) ? start &+ 8 : start
  }

  @inline(__always)
  mutating func runtimeType(_ address: UInt64) -> GoTypeTable.ID {
    let slot = Int(truncatingIfNeeded: (address >> 5) & 511)
    if cachedWords[slot] == address { return cachedTypes[slot] }
    let type: GoTypeTable.ID
    if let known = runtimeTypes[address] {
      type = known
    } else {
      type = address == 0 ? 0 : source.type(atRuntimeAddress: address, in: &table)
      runtimeTypes[address] = type
    }
    cachedWords[slot] = address
    cachedTypes[slot] = type
    return type
  }

  mutating func closure(_ entry: UInt64) -> GoTypeTable.ID {
    if let known = closures[entry] { return known }
    let type = entry == 0 ? 0 : source.closure(atEntry: entry, in: &table)
    closures[entry] = type
    return type
  }

  /// An interface holds a value of the runtime type at `address`; `word` is its data word.
  mutating func claimInterface(
    _ address: UInt64, _ word: UInt64, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard word != 0 else { return }
    let type = runtimeType(address)
    guard type != 0 else { return }
    guard table.isDirect(type) else { return claim(word, type, scan, rows) }
    for index in slots.range(of: type, &table, source) {
      let slot = slots.slots[index]
      if slot.kind == .function { claimFunction(word, scan, rows) } else { claim(word, slot.type, scan, rows) }
    }
  }

  /// `pointer` is a func value.
  mutating func claimFunction(
    _ pointer: UInt64, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard let place = locate(pointer, scan, rows), place.room &- place.distance >= 8 else { return }
    let entry = GoHeapDumpReader.word(bytes, at: contents(place.id, rows) &+ Int(place.distance), params)
    claim(pointer, closure(entry), scan, rows)
  }
}

/// How much of a heap has a name.
struct GoNamedShare {
  var objects = 0
  var bytes: UInt64 = 0

  @inline(__always)
  mutating func add(_ size: UInt64) {
    objects &+= 1
    bytes &+= size
  }
}
