import CPrefetch
import Glibc
import ReferenceGraph

extension GoTypePropagation {
  /// Scans all that waits, and what comes to wait while it does.
  ///
  /// Returns early when the work is cancelled.
  mutating func drain(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, _ file: MappedFile, _ progress: WorkProgress
  ) {
    var pages = GoPageBudget(objects: rows.sizes.count)
    while true {
      if objects.isEmpty {
        // What is claimed last would wait for ever.
        takeClaims(scan, rows)
        if objects.isEmpty { return }
      }
      fetch(rows)
      pages.count &+= 1
      if pages.count & 4095 == 0 {
        if progress.isCancelled { return }
        pages.check(file)
      }
      scanObject(objects.next(), scan, rows)
    }
  }

  /// Asks for what scans of the next objects read.
  @inline(__always)
  private mutating func fetch(_ rows: borrowing GoRowBuilder.Result) {
    while true {
      let fetched = objects.fetch()
      if fetched == 0 { break }
      rows.offsets.prefetch(fetched)
      rows.classOfObject.prefetch(fetched)
      rows.contents.prefetch(fetched)
    }
    let ahead = objects.ahead
    guard ahead != 0 else { return }
    let row = Int(rows.offsets[ahead])
    rows.targets.prefetch(row)
    rows.fields.prefetch(row)
    // Claims fetch what they need of single values; pointers say what they lead to by themselves.
    let state = GoObjectState(rows.classOfObject[ahead])
    let compiled = slots.compiled(state.type, &table, source)
    if compiled.isPlain || compiled.isFlat && state.has(GoObjectState.isSimple) { return }
    let offset = rows.contents.offset(of: ahead)
    if offset < bytes.count, let base = bytes.baseAddress { refwalk_prefetch(base + offset) }
  }

  private mutating func scanObject(
    _ id: Int, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let state = GoObjectState(rows.classOfObject[id])
    let compiled = slots.compiled(state.type, &table, source)
    if state.has(GoObjectState.isSimple), compiled.isFlat, rows.interiorMark != 0 {
      return followSimple(id, compiled, scan, rows)
    }
    rows.classOfObject[id] = state.bits | GoObjectState.isScanned
    var base = rows.contents.offset(of: id)
    var room = Self.size(id, rows)
    if hasHeader(id, room, rows) {
      room &-= 8
      base &+= 8
    }
    var count = counts.count(of: id)
    if state.has(GoObjectState.isInterior) {
      let distance = UInt64(counts.distance(of: id))
      base &+= Int(distance)
      room = room > distance ? room &- distance : 0
      count = state.has(GoObjectState.isArray) ? room / max(compiled.size, 1) : 1
    }
    guard base >= 0, base &+ Int(room) <= bytes.count else { return }
    guard rows.interiorMark == 0 || room > UInt64(UInt32.max) else {
      return follow(id, at: base, room: Int(room), compiled, count: count, scan, rows)
    }
    self.scan(bytes, at: base, room: Int(room), compiled, count: count, depth: 0, scan, rows)
  }

  /// Looks at the references of object `id`, which holds one value and nothing in front of it.
  private mutating func followSimple(
    _ id: Int, _ type: GoPointerSlots.Compiled, _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let mark = rows.interiorMark
    let end = type.slots.upperBound
    var number = type.slots.lowerBound
    let last = Int(rows.offsets[id &+ 1])
    for reference in Int(rows.offsets[id])..<last {
      let place = rows.fields[reference]
      while number < end, slots.slots[number].place < place { number &+= 1 }
      guard number < end else { return }
      let slot = slots.slots[number]
      guard slot.place == place else { continue }
      let target = rows.targets[reference]
      if slot.kind == .pointer, target & mark == 0 {
        if slot.type != 0 { append(GoClaim(id: target, type: slot.type, count: 1, distance: 0), heap, rows) }
        continue
      }
      let base = rows.contents.offset(of: id)
      if slot.saysWithNeighbours, target & mark == 0 {
        append(number, slot, of: target, base: base, heap, rows)
        continue
      }
      let referent =
        target & mark == 0 ? GoReferent(id: target) : GoReferent(pointer: word(bytes, at: base &+ Int(place)))
      take(slot, referent, bytes, base: base, offset: Int(slot.offset), room: Int(type.size), heap, rows)
    }
  }

  /// Looks at the references of object `id`, whose values begin at `base` of the file.
  private mutating func follow(
    _ id: Int, at base: Int, room: Int, _ type: GoPointerSlots.Compiled, count: UInt64,
    _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard type.count > 0, type.size > 0, count > 0 else { return }
    let size = Int(truncatingIfNeeded: type.size)
    let range = type.slots
    let origin = base &- rows.contents.offset(of: id)
    var number = range.lowerBound
    // The element at work, and where the last one ends.
    var element = 0
    let limit = Int(clamping: min(UInt64(room), count.multipliedClamping(by: type.size)))
    var skipped = 0
    let last = Int(rows.offsets[id &+ 1])
    for reference in Int(rows.offsets[id])..<last {
      let place = Int(rows.fields[reference]) &- origin
      guard place >= skipped, place < limit else { continue }
      var inside = place &- element
      if inside >= size {
        let elements = inside < 2 &* size ? 1 : inside / size
        element &+= elements &* size
        inside &-= elements &* size
        number = range.lowerBound
      }
      while number < range.upperBound {
        let slot = slots.slots[number]
        guard Int(slot.place) < inside, slot.kind != .repeated || Int(slot.offset) &+ Int(slot.reach) <= inside else {
          break
        }
        number &+= 1
      }
      guard number < range.upperBound else { continue }
      let slot = slots.slots[number]
      if slot.kind == .repeated {
        guard Int(slot.place) <= inside else { continue }
        let offset = element &+ Int(slot.offset)
        scan(
          bytes, at: base &+ offset, room: room &- offset, slot.type, count: UInt64(slot.length), depth: 1, heap, rows)
        skipped = offset &+ Int(slot.reach)
      } else if Int(slot.place) == inside, place &+ pointerSize <= room {
        let target = rows.targets[reference]
        let referent =
          target & rows.interiorMark == 0
          ? GoReferent(id: target) : GoReferent(pointer: word(bytes, at: base &+ place))
        if slot.kind == .pointer {
          claim(referent, slot.type, heap, rows)
        } else {
          take(slot, referent, bytes, base: base, offset: element &+ Int(slot.offset), room: room, heap, rows)
        }
      }
    }
  }

  /// Looks at the pointers of `count` values of `type` that begin at `base` of `memory`, of which `room` bytes count.
  mutating func scan(
    _ memory: UnsafeRawBufferPointer, at base: Int, room: Int, _ type: GoTypeTable.ID, count: UInt64, depth: Int,
    _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let compiled = slots.compiled(type, &table, source)
    scan(memory, at: base, room: room, compiled, count: count, depth: depth, heap, rows)
  }

  private mutating func scan(
    _ memory: UnsafeRawBufferPointer, at base: Int, room: Int, _ type: GoPointerSlots.Compiled, count: UInt64,
    depth: Int, _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard type.count > 0, type.size > 0, depth < 32 else { return }
    let range = type.slots
    let size = Int(truncatingIfNeeded: type.size)
    var element = 0
    for _ in 0..<count {
      guard element < room else { return }
      for index in range {
        let slot = slots.slots[index]
        let offset = element &+ Int(slot.offset)
        guard offset &+ pointerSize <= room else { break }
        if slot.kind == .pointer {
          claim(word(memory, at: base &+ offset), slot.type, heap, rows)
        } else if slot.kind == .repeated {
          scan(
            memory, at: base &+ offset, room: room &- offset, slot.type, count: UInt64(slot.length),
            depth: depth &+ 1, heap, rows)
        } else {
          let place = element &+ Int(slot.place)
          guard place &+ pointerSize <= room else { break }
          let pointer = word(memory, at: base &+ place)
          if pointer != 0 {
            take(slot, GoReferent(pointer: pointer), memory, base: base, offset: offset, room: room, heap, rows)
          }
        }
      }
      element &+= size
    }
  }

  private mutating func take(
    _ slot: GoPointerSlots.Slot, _ referent: GoReferent, _ memory: UnsafeRawBufferPointer, base: Int, offset: Int,
    room: Int, _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    /// The word `distance` bytes further on, 0 beyond what counts.
    func neighbour(_ distance: Int, _ self: borrowing GoTypePropagation) -> UInt64 {
      let place = offset &+ distance
      guard place >= 0, place &+ self.pointerSize <= room else { return 0 }
      return self.word(memory, at: base &+ place)
    }
    switch slot.kind {
    case .pointer: claim(referent, slot.type, heap, rows)
    case .slice:
      claim(referent, slot.type, count: neighbour(2 &* pointerSize, self), isArray: true, heap, rows)
    case .string:
      claim(referent, slot.type, count: neighbour(pointerSize, self), isArray: true, heap, rows)
    case .interface:
      let type = runtimeType(ofTable: neighbour(0, self))
      if type != 0 { claimInterface(type, referent, heap, rows) }
    case .emptyInterface: claimInterface(neighbour(0, self), referent, heap, rows)
    case .function: claim(referent, GoClaim.function, heap, rows)
    case .swissDirectory:
      let length = neighbour(Int(slot.reach), self)
      if length == 0 {
        claim(referent, slot.other, isArray: true, heap, rows)
      } else {
        claim(referent, slot.type, count: length, isArray: true, heap, rows)
      }
    case .swissGroups:
      // The mask has 64 bits everywhere: its low word comes second where the highest byte comes first.
      let low = pointerSize == 4 && params.isBigEndian ? 4 : 0
      claim(referent, slot.type, count: neighbour(Int(slot.reach) &+ low, self) &+ 1, isArray: true, heap, rows)
    case .buckets:
      let place = offset &+ Int(slot.reach)
      guard place >= 0, place < room else { return }
      let shift = UInt64(memory[base &+ place])
      claim(referent, slot.type, count: shift < 48 ? 1 << shift : 1, isArray: true, heap, rows)
    case .channelBuffer:
      let type = runtimeType(neighbour(Int(slot.otherReach), self))
      claim(referent, type, count: neighbour(Int(slot.reach), self), isArray: true, heap, rows)
    case .counted: claim(referent, slot.type, count: neighbour(Int(slot.reach), self), isArray: true, heap, rows)
    case .repeated: break
    }
  }
}

/// Gives pages of the file back when the scan has touched many.
struct GoPageBudget {
  var count = 0
  private var faults = Self.faults()
  /// Page faults after which pages are given back: each brings up to 16 pages.
  private let limit: Int

  /// A few bytes for each of `objects`, 16 MiB at least.
  init(objects: Int) { limit = max(256, objects / 65536 * 3) }

  mutating func check(_ file: MappedFile) {
    let now = Self.faults()
    guard now - faults > limit else { return }
    file.giveBackAll()
    faults = now
  }

  private static func faults() -> Int {
    var usage = rusage()
    getrusage(1, &usage)  // RUSAGE_THREAD, which the module does not export
    return usage.ru_minflt + usage.ru_majflt
  }
}
