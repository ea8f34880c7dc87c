import CPrefetch
import ReferenceGraph

/// Names objects: from where types are known (variables, stacks, type words in front of objects) along pointers to what
/// they point to, and from there on.
///
/// A claim says that at an address there are so many values of a type. Of two claims on an object the larger wins; what
/// the allocator wrote down beats all; pointers to the inside of an object count only when there is nothing else.
/// Claims and objects to be scanned wait in short queues while what they need comes from memory: nearly all of the time
/// is spent there. Memory: 8 bytes an object, the states lie where the classes will be.
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
  private var claims = GoClaimQueue()
  var objects: GoScanQueue
  /// Objects of the largest size that begins with a type word, but have spans of their own and none.
  var headerless: Set<UInt32> = []
  /// Objects and bytes named so far.
  private(set) var named = GoNamedShare()

  private(set) var runtimeTypes: [UInt64: GoTypeTable.ID] = [:]
  private var closures: [UInt64: GoTypeTable.ID] = [:]
  // The last few runtime types, interface tables and functions asked for.
  private let cachedTypes = GoWordCache()
  private let cachedTables = GoWordCache()
  private let cachedClosures = GoWordCache()

  private let addresses: AddressView?
  let pointerSize: Int
  private let isOrdinary: Bool
  private let heapLow: UInt64
  private let heapSpan: UInt64

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
    slots = GoPointerSlots(byte: byte, pointerSize: scan.params.pointerSize)
    pointerFreeClasses = rows.classes.map { $0.flags.contains(.pointerFree) }
    objects = GoScanQueue(objects: rows.sizes.count)
  }

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
      ? state.has(GoObjectState.isPointerFree) : pointerFreeClasses[Int(state.bits)]
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

  // MARK: claims

  /// `pointer` points to `count` values of `type`.
  @inline(__always)
  mutating func claim(
    _ pointer: UInt64, _ type: GoTypeTable.ID, count: UInt64 = 1, isArray: Bool = false,
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard type != 0, pointer &- heapLow < heapSpan else { return }
    claimLater(pointer, isArray ? type | GoClaim.isArray : type, UInt32(clamping: count), scan, rows)
  }

  /// `pointer` is a func value.
  @inline(__always)
  mutating func claimFunction(
    _ pointer: UInt64, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    claim(pointer, GoClaim.function, scan, rows)
  }

  /// As `claim`, for what a slot refers to.
  @inline(__always)
  mutating func claim(
    _ referent: GoReferent, _ type: GoTypeTable.ID, count: UInt64 = 1, isArray: Bool = false,
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard referent.id != 0 else { return claim(referent.pointer, type, count: count, isArray: isArray, scan, rows) }
    guard type != 0 else { return }
    let claim = GoClaim(
      id: referent.id, type: isArray ? type | GoClaim.isArray : type, count: UInt32(clamping: count), distance: 0)
    append(claim, scan, rows)
  }

  /// An interface holds a value of the runtime type at `address`; `referent` is what its data word refers to.
  mutating func claimInterface(
    _ address: UInt64, _ referent: GoReferent, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard referent.id != 0 || referent.pointer &- heapLow < heapSpan else { return }
    let type = runtimeType(address)
    guard type != 0 else { return }
    let compiled = slots.compiled(type, &table, source)
    guard compiled.isDirect else { return claim(referent, type, scan, rows) }
    for index in compiled.slots {
      let slot = slots.slots[index]
      claim(referent, slot.kind == .function ? GoClaim.function : slot.type, scan, rows)
    }
  }

  @inline(__always)
  private mutating func claimLater(
    _ pointer: UInt64, _ type: UInt32, _ count: UInt32, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    let id: UInt32
    let distance: UInt32
    if let near = addresses?.nearObject(atOrBelow: pointer) {
      id = near.id
      distance = UInt32(truncatingIfNeeded: near.distance)
    } else {
      guard let below = Self.farObject(atOrBelow: pointer, scan) else { return }
      (id, distance) = below
    }
    append(GoClaim(id: id, type: type, count: count, distance: distance), scan, rows)
  }

  @inline(__always)
  private mutating func append(
    _ claim: GoClaim, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    rows.classOfObject.prefetch(claim.id)
    rows.sizes.prefetch(claim.id)
    rows.contents.prefetch(Int(claim.id))
    if claims.isFull, let oldest = claims.next() { take(oldest, scan, rows) }
    claims.append(claim)
  }

  @inline(never)
  private static func farObject(
    atOrBelow pointer: UInt64, _ scan: borrowing GoFirstPass
  ) -> (id: UInt32, distance: UInt32)? {
    guard let below = scan.addresses.object(atOrBelow: pointer), pointer &- below.start < UInt64(UInt32.max) else {
      return nil
    }
    return (below.id.rawValue, UInt32(truncatingIfNeeded: pointer &- below.start))
  }

  /// Takes all claims that wait.
  mutating func takeClaims(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) {
    while let claim = claims.next() { take(claim, scan, rows) }
  }

  private mutating func take(
    _ claim: GoClaim, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let id = Int(claim.id)
    let old = GoObjectState(rows.classOfObject[id])
    // Most pointers lead to what is known already.
    let isKnown =
      old.bits & (GoObjectState.isTyped | GoObjectState.isInterior | GoObjectState.isFixed | GoObjectState.typeMask)
      == GoObjectState.isTyped | claim.type & ~GoClaim.isArray
    if isKnown, claim.distance == 0 {
      if claim.type & GoClaim.isArray == 0
        ? claim.count == 1
        : old.has(GoObjectState.isArray)
          && claim.count
            <= rows.contents.number(of: id)
      {
        return
      }
    }
    let whole = Self.size(id, rows)
    var room = whole
    var distance = UInt64(claim.distance)
    guard distance < room else { return }
    if isKnown, claim.count == 1, distance == 8, hasHeader(id, room, rows) { return }
    let hasNoPointers = isPointerFree(old)
    var base = 0
    if hasHeader(id, room, rows) {
      guard distance >= 8 else { return }
      distance &-= 8
      room &-= 8
      base = 8
    }
    let isArray = claim.type & GoClaim.isArray != 0
    var type = claim.type & ~GoClaim.isArray
    if type == GoClaim.function {
      guard room &- distance >= UInt64(pointerSize) else { return }
      type = closure(word(bytes, at: rows.contents.offset(of: id) &+ base &+ Int(distance)))
      guard type != 0 else { return }
    }
    var compiled = slots.compiled(type, &table, source)
    if compiled.isSpecial {
      type = special(type, at: rows.contents.offset(of: id) &+ base &+ Int(distance))
      compiled = slots.compiled(type, &table, source)
    }
    let size = compiled.size
    room &-= distance
    guard size > 0, claim.count > 0, size <= room else { return }
    let isTyped = old.has(GoObjectState.isTyped)
    let isExact = isTyped && !old.has(GoObjectState.isInterior)
    var flags = GoObjectState.isTyped | (isArray ? GoObjectState.isArray : 0)
    if hasNoPointers { flags |= GoObjectState.isPointerFree }
    if distance == 0 {
      if old.has(GoObjectState.isFixed) {
        if !old.has(GoObjectState.isScanned) {
          push(id, old, slots.compiled(old.type, &table, source), rows)
        }
        return
      }
      var fitting = claim.count == 1 ? 1 : min(UInt64(claim.count), size == 1 ? room : room / size)
      if isTyped, !isExact, old.type == type {
        // The rest of an array of which elements further on were known.
        let inside = UInt64(rows.contents.number(of: id))
        if inside % size == 0, inside / size >= fitting {
          fitting = inside / size + 1
          flags |= GoObjectState.isArray
        }
      }
      if isExact {
        if !isLarger(type, size &* fitting, isArray, than: old, id, rows) { return }
      }
      rows.contents.set(number: UInt32(clamping: fitting), of: id)
    } else {
      if isExact {
        // Slices that share an array: it has these elements too.
        let end = distance / size + min(UInt64(claim.count), room / size)
        guard old.type == type, !old.has(GoObjectState.isFixed), distance % size == 0,
          end > UInt64(rows.contents.number(of: id))
        else { return }
        rows.contents.set(number: UInt32(clamping: end), of: id)
        let state = GoObjectState(old.bits | GoObjectState.isArray)
        rows.classOfObject[id] = state.bits
        push(id, state, compiled, rows)
        return
      }
      if isTyped, table.entries[Int(old.type)].size >= size { return }
      flags |= GoObjectState.isInterior
      rows.contents.set(number: UInt32(truncatingIfNeeded: distance), of: id)
    }
    if !isTyped { named.add(whole) }
    let state = GoObjectState(flags | type | (old.bits & GoObjectState.isPending & (isTyped ? .max : 0)))
    rows.classOfObject[id] = state.bits
    push(id, state, compiled, rows)
  }

  /// Whether a claim on the whole of an object says more than what is known of it.
  private mutating func isLarger(
    _ type: GoTypeTable.ID, _ claimed: UInt64, _ isArray: Bool, than old: GoObjectState, _ id: Int,
    _ rows: borrowing GoRowBuilder.Result
  ) -> Bool {
    let known = table.entries[Int(old.type)].size &* UInt64(rows.contents.number(of: id))
    if claimed != known { return claimed > known }
    if old.type == type {
      if isArray, !old.has(GoObjectState.isArray) { rows.classOfObject[id] = old.bits | GoObjectState.isArray }
      return false
    }
    // A pointer to a structure of one field, and one to the field: the structure says more.
    return !isArray && !old.has(GoObjectState.isArray) && table.begins(type, with: old.type)
  }

  /// The allocator wrote down that the object holds values of `type`.
  mutating func fix(_ id: Int, _ type: GoTypeTable.ID, room: UInt64, _ rows: borrowing GoRowBuilder.Result) {
    let size = table.entries[Int(type)].size
    guard size > 0, size <= room else { return }
    named.add(Self.size(id, rows))
    rows.contents.set(number: UInt32(clamping: room / size), of: id)
    rows.classOfObject[id] =
      GoObjectState.isTyped | GoObjectState.isFixed | type | (room / size >= 2 ? GoObjectState.isArray : 0)
  }

  /// Takes an object down to be scanned, if it holds pointers and is not down already.
  @inline(__always)
  private mutating func push(
    _ id: Int, _ state: GoObjectState, _ type: GoPointerSlots.Compiled, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard type.count > 0, !state.has(GoObjectState.isPending), !state.has(GoObjectState.isPointerFree) else { return }
    rows.classOfObject[id] = state.bits | GoObjectState.isPending
    if objects.takesSoon { prefetch(id, type, rows) }
    objects.append(UInt32(truncatingIfNeeded: id))
  }

  /// Takes an object down to be scanned whose type the allocator wrote down.
  mutating func pushFixed(_ id: Int, _ rows: borrowing GoRowBuilder.Result) {
    let state = GoObjectState(rows.classOfObject[id])
    guard !state.has(GoObjectState.isScanned) else { return }
    push(id, state, slots.compiled(state.type, &table, source), rows)
  }

  /// Asks for what a scan of object `id` reads first.
  @inline(__always)
  func prefetch(_ id: Int, _ type: GoPointerSlots.Compiled, _ rows: borrowing GoRowBuilder.Result) {
    rows.offsets.prefetch(id)
    // Where all slots are pointers, the references say what they lead to.
    if type.isPlain { return }
    let offset = rows.contents.offset(of: id)
    if offset < bytes.count, let base = bytes.baseAddress { refwalk_prefetch(base + offset) }
  }

  // MARK: what words mean

  /// The type of what lies at `place` of the file and says itself what it is.
  private mutating func special(_ type: GoTypeTable.ID, at place: Int) -> GoTypeTable.ID {
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
