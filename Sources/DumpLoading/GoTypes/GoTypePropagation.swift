import ReferenceGraph

/// Names objects: from where types are known (variables, stacks, type words in front of objects) along pointers to what
/// they point to, and from there on.
///
/// A claim says that at an address there are so many values of a type. Of two claims on an object the larger wins; what
/// the allocator wrote down beats all; pointers to the inside of an object count only when there is nothing else.
/// Claims and objects to be scanned wait in short queues while what they need comes from memory: most of the time is
/// spent there. Memory: 5 bytes an object, the states lie where the classes will be.
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
  /// What objects of a class without a type have in common.
  struct Slot: BitwiseCopyable {
    /// Bytes of an object; 0 when that, or whether it begins with its type, has to be looked up.
    var room: UInt64
    /// `isPointerFree` when its objects hold no pointers.
    var flags: UInt32
  }
  /// By class.
  let slotsOfClasses: [Slot]
  var claims = GoClaimQueue()
  var objects: GoScanQueue
  var counts: GoObjectCounts
  /// Objects of the largest size that begins with a type word, but have spans of their own and none.
  var headerless: Set<UInt32> = []
  /// Objects and bytes named so far.
  var named = GoNamedShare()

  private(set) var runtimeTypes: [UInt64: GoTypeTable.ID] = [:]
  private var closures: [UInt64: GoTypeTable.ID] = [:]
  // The last few runtime types, interface tables and functions asked for.
  private let cachedTypes = GoWordCache()
  private let cachedTables = GoWordCache()
  private let cachedClosures = GoWordCache()

  let addresses: AddressView?
  let pointerSize: Int
  /// Whether channels have a word on the timer that feeds them: since Go 1.23.
  let hasChannelTimers: Bool
  /// Set when the program has timers.
  private(set) var embeddedTimer: GoEmbeddedTimer?
  private let isOrdinary: Bool
  let heapLow: UInt64
  let heapSpan: UInt64

  init(
    bytes: UnsafeRawBufferPointer, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result,
    source: any GoTypeSource, table: GoTypeTable
  ) {
    self.bytes = bytes
    params = scan.params
    addresses = AddressView(unsafelyViewing: scan.addresses)
    pointerSize = scan.params.pointerSize
    isOrdinary = scan.params.pointerSize == 8 && !scan.params.isBigEndian
    heapLow = scan.params.heapLow
    heapSpan = scan.params.heapHigh &- scan.params.heapLow
    layout = scan.layout
    self.source = source
    self.table = table
    var entry = GoTypeTable.Entry()
    entry.kind = .unsigned
    entry.size = 1
    entry.name = self.table.add(name: "byte")
    byte = self.table.add(entry)
    hasChannelTimers = scan.version.minor >= 23
    slots = GoPointerSlots(byte: byte, pointerSize: scan.params.pointerSize)
    slotsOfClasses = zip(rows.classes, rows.slotSizes).map { [layout] objectClass, size in
      let isPointerFree = objectClass.flags.contains(.pointerFree)
      let isPlain = size < UInt64(UInt32.max) && (isPointerFree || !layout.hasHeader(size: size))
      return Slot(room: isPlain ? size : 0, flags: isPointerFree ? GoObjectState.isPointerFree : 0)
    }
    objects = GoScanQueue(objects: rows.sizes.count)
    counts = GoObjectCounts(objects: rows.sizes.count)
  }

  /// Finds what is known by the names of types, once all types are read.
  mutating func findNamedTypes() { embeddedTimer = GoEmbeddedTimer(source, &table) }

  // MARK: objects

  /// The word at `offset` of `memory`, 0 beyond its end.
  @inline(__always)
  func word(_ memory: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
    guard isOrdinary else { return GoHeapDumpReader.word(memory, at: offset, params) }
    guard offset >= 0, offset <= memory.count &- 8 else { return 0 }
    return UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  static func size(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> UInt64 {
    let size = rows.sizes[id]
    return size == .max ? rows.largeSizes[UInt32(id)] ?? UInt64(size) : UInt64(size)
  }

  @inline(__always)
  func isPointerFree(_ state: GoObjectState) -> Bool {
    state.has(GoObjectState.isTyped)
      ? state.has(GoObjectState.isPointerFree) : slotsOfClasses[Int(state.bits)].flags != 0
  }

  @inline(__always)
  func hasHeader(_ id: Int, _ size: UInt64, _ rows: borrowing GoRowBuilder.Result) -> Bool {
    layout.hasHeader(size: size) && !isPointerFree(GoObjectState(rows.classOfObject[id]))
      && (size < layout.headerLimit || !headerless.contains(UInt32(truncatingIfNeeded: id)))
  }

  /// Where the contents of an object lie in the file, behind the word with its type.
  @inline(__always)
  func contents(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> Int {
    let start = rows.contents.offset(of: id)
    return hasHeader(id, Self.size(id, rows), rows) ? start &+ 8 : start
  }

  // MARK: what words mean

  /// The type of what lies at `place` of the file and says itself what it is.
  mutating func special(_ type: GoTypeTable.ID, at place: Int) -> GoTypeTable.ID {
    table[type].role == .channel ? channel(type, at: place) : trieNode(type, at: place)
  }

  /// The channel of one type of elements, as its header says.
  private mutating func channel(_ type: GoTypeTable.ID, at place: Int) -> GoTypeTable.ID {
    guard place < bytes.count, let field = table.field("elemtype", of: type) else { return type }
    let element = runtimeType(word(bytes, at: place &+ Int(clamping: field.offset)))
    guard element != 0 else { return type }
    let found = source.type(named: "hchan<\(table.name(of: element))>", in: &table)
    return found == 0 ? type : found
  }

  /// An entry or an inner node, as the node's first byte says.
  private mutating func trieNode(_ type: GoTypeTable.ID, at place: Int) -> GoTypeTable.ID {
    guard place < bytes.count else { return type }
    let name = table.name(of: type)
    guard let start = name.firstRange(of: ".node[") else { return type }
    let real =
      name[..<start.lowerBound] + (bytes[place] != 0 ? ".entry[" : ".indirect[") + name[start.upperBound...]
    let found = source.type(named: String(real), in: &table)
    return found == 0 ? type : found
  }

  @inline(__always)
  mutating func runtimeType(_ address: UInt64) -> GoTypeTable.ID {
    if let known = cachedTypes[address] { return GoTypeTable.ID(truncatingIfNeeded: known) }
    let type: GoTypeTable.ID
    if let known = runtimeTypes[address] {
      type = known
    } else {
      type = address == 0 ? 0 : source.type(atRuntimeAddress: address, in: &table)
      runtimeTypes[address] = type
    }
    cachedTypes.set(UInt64(type), for: address)
    return type
  }

  /// The runtime type that the interface table at `address` is for, 0 when there is no such table.
  @inline(__always)
  mutating func runtimeType(ofTable address: UInt64) -> UInt64 {
    if let known = cachedTables[address] { return known }
    let type = interfaceTables[address] ?? 0
    cachedTables.set(type, for: address)
    return type
  }

  mutating func closure(_ entry: UInt64) -> GoTypeTable.ID {
    if let known = cachedClosures[entry] { return GoTypeTable.ID(truncatingIfNeeded: known) }
    let type: GoTypeTable.ID
    if let known = closures[entry] {
      type = known
    } else {
      type = entry == 0 ? 0 : source.closure(atEntry: entry, in: &table)
      closures[entry] = type
    }
    cachedClosures.set(UInt64(type), for: entry)
    return type
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
