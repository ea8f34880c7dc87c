import CPrefetch
import ReferenceGraph

extension GoTypePropagation {
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
  mutating func append(
    _ claim: GoClaim, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    rows.classOfObject.prefetch(claim.id)
    if claim.type & GoClaim.isArray != 0 { counts.prefetch(claim.id) }
    if let oldest = claims.append(claim) { take(oldest, scan, rows) }
  }

  /// As `append`, for slots that say only with other words what they mean.
  @inline(__always)
  mutating func append(
    _ number: Int, _ slot: GoPointerSlots.Slot, of target: UInt32, base: Int, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    rows.classOfObject.prefetch(target)
    let place = base &+ Int(slot.offset)
    if place < bytes.count, let memory = bytes.baseAddress { refwalk_prefetch(memory + place) }
    if slot.kind == .slice || slot.kind == .string { counts.prefetch(target) }
    if let oldest = claims.append(GoClaim(id: target, slot: number, base: base)) { take(oldest, scan, rows) }
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
    guard let (number, base) = claim.deferred else { return takeSimply(claim, scan, rows) }
    let slot = slots.slots[number]
    let place = base &+ Int(slot.offset)
    switch slot.kind {
    case .string, .slice:
      let count = word(bytes, at: place &+ (slot.kind == .slice ? 2 &* pointerSize : pointerSize))
      guard slot.type != 0 else { return }
      let type = slot.type | GoClaim.isArray
      takeSimply(GoClaim(id: claim.id, type: type, count: UInt32(clamping: count), distance: 0), scan, rows)
    case .interface, .emptyInterface:
      let first = word(bytes, at: place)
      let type = runtimeType(slot.kind == .interface ? runtimeType(ofTable: first) : first)
      guard type != 0 else { return }
      let compiled = slots.compiled(type, &table, source)
      guard compiled.isDirect else {
        return takeSimply(GoClaim(id: claim.id, type: type, count: 1, distance: 0), scan, rows)
      }
      for index in compiled.slots {
        let inner = slots.slots[index]
        let type = inner.kind == .function ? GoClaim.function : inner.type
        if type != 0 { takeSimply(GoClaim(id: claim.id, type: type, count: 1, distance: 0), scan, rows) }
      }
    default: break
    }
  }

  /// What most claims say is known already, or the first that is known of an object.
  @inline(__always)
  private mutating func takeSimply(
    _ claim: GoClaim, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let id = Int(claim.id)
    let old = GoObjectState(rows.classOfObject[id])
    let type = claim.type & ~GoClaim.isArray
    guard claim.distance == 0 else { return takeCarefully(claim, scan, rows) }
    if Self.isKnown(type, old) {
      let isKnown =
        claim.type == type
        ? claim.count == 1
        : old.has(GoObjectState.isArray) && UInt64(claim.count) <= counts.count(of: id)
      if isKnown { return }
    } else if !old.has(GoObjectState.isTyped), type < GoClaim.function {
      let slot = slotsOfClasses[Int(old.bits)]
      let compiled = slots.compiled(type, &table, source)
      if !compiled.isSpecial, compiled.size > 0, compiled.size <= slot.room, claim.count > 0 {
        var state = GoObjectState.isTyped | slot.flags | type
        if claim.count == 1 {
          state |= claim.type == type ? GoObjectState.isSimple : GoObjectState.isArray
        } else {
          if claim.type != type { state |= GoObjectState.isArray }
          let room = compiled.size == 1 ? slot.room : slot.room / compiled.size
          counts.set(count: min(UInt64(claim.count), room), of: id)
        }
        rows.classOfObject[id] = state
        named.add(slot.room)
        if compiled.count > 0, slot.flags == 0 { objects.insert(id) }
        return
      }
    }
    takeCarefully(claim, scan, rows)
  }

  /// Whether the whole of an object is known to hold values of `type`, and may hold more of them.
  @inline(__always)
  private static func isKnown(_ type: GoTypeTable.ID, _ state: GoObjectState) -> Bool {
    state.bits & (GoObjectState.isTyped | GoObjectState.isInterior | GoObjectState.isFixed | GoObjectState.typeMask)
      == GoObjectState.isTyped | type
  }

  @inline(never)
  private mutating func takeCarefully(
    _ claim: GoClaim, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let id = Int(claim.id)
    let old = GoObjectState(rows.classOfObject[id])
    let whole = Self.size(id, rows)
    var room = whole
    var distance = UInt64(claim.distance)
    guard distance < room else { return }
    let isKnown = Self.isKnown(claim.type & ~GoClaim.isArray, old)
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
    if distance > 0, let timer = embeddedTimer, type == timer.inner, distance == timer.distance {
      let place = rows.contents.offset(of: id) &+ base &+ Int(distance)
      let isTicker = timer.ticker != 0 && timer.period.map { word(bytes, at: place &+ $0) != 0 } == true
      type = isTicker ? timer.ticker : timer.timer
      distance = 0
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
        if !old.has(GoObjectState.isScanned) { push(id, old, slots.compiled(old.type, &table, source)) }
        return
      }
      var fitting = claim.count == 1 ? 1 : min(UInt64(claim.count), size == 1 ? room : room / size)
      if isTyped, !isExact, old.type == type {
        // The rest of an array of which elements further on were known.
        let inside = UInt64(counts.distance(of: id))
        if inside % size == 0, inside / size >= fitting {
          fitting = inside / size + 1
          flags |= GoObjectState.isArray
        }
      }
      if isExact {
        if !isLarger(type, size &* fitting, isArray, than: old, id, rows) { return }
      }
      counts.set(count: fitting, of: id)
    } else {
      if isExact {
        // Slices that share an array: it has these elements too.
        let end = distance / size + min(UInt64(claim.count), room / size)
        guard old.type == type, !old.has(GoObjectState.isFixed), distance % size == 0,
          end > counts.count(of: id)
        else { return }
        counts.set(count: end, of: id)
        let state = GoObjectState(old.bits & ~GoObjectState.isSimple | GoObjectState.isArray)
        rows.classOfObject[id] = state.bits
        push(id, state, compiled)
        return
      }
      if isTyped, table.entries[Int(old.type)].size >= size { return }
      flags |= GoObjectState.isInterior
      counts.set(distance: UInt32(truncatingIfNeeded: distance), of: id)
    }
    if !isTyped { named.add(whole) }
    let state = GoObjectState(flags | type)
    rows.classOfObject[id] = state.bits
    push(id, state, compiled)
  }

  /// Whether a claim on the whole of an object says more than what is known of it.
  private mutating func isLarger(
    _ type: GoTypeTable.ID, _ claimed: UInt64, _ isArray: Bool, than old: GoObjectState, _ id: Int,
    _ rows: borrowing GoRowBuilder.Result
  ) -> Bool {
    let known = table.entries[Int(old.type)].size &* counts.count(of: id)
    if claimed != known { return claimed > known }
    if old.type == type {
      if isArray, !old.has(GoObjectState.isArray) {
        rows.classOfObject[id] = old.bits & ~GoObjectState.isSimple | GoObjectState.isArray
      }
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
    counts.set(count: room / size, of: id)
    rows.classOfObject[id] =
      GoObjectState.isTyped | GoObjectState.isFixed | type | (room / size >= 2 ? GoObjectState.isArray : 0)
  }

  /// Takes an object down to be scanned, if it holds pointers.
  @inline(__always)
  private mutating func push(_ id: Int, _ state: GoObjectState, _ type: GoPointerSlots.Compiled) {
    guard type.count > 0, !state.has(GoObjectState.isPointerFree) else { return }
    objects.insert(id)
  }

  /// Takes an object down to be scanned whose type the allocator wrote down.
  mutating func pushFixed(_ id: Int, _ rows: borrowing GoRowBuilder.Result) {
    let state = GoObjectState(rows.classOfObject[id])
    guard !state.has(GoObjectState.isScanned) else { return }
    push(id, state, slots.compiled(state.type, &table, source))
  }
}
