import Glibc
import ReferenceGraph

extension GoTypePropagation {
  /// Scans all that waits, and what comes to wait while it does. Returns early when the work is cancelled.
  mutating func drain(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, _ file: MappedFile, _ progress: WorkProgress
  ) {
    var pages = GoPageBudget()
    while let id = pop() {
      pages.count &+= 1
      if pages.count & 4095 == 0 {
        if progress.isCancelled { return }
        pages.check(file)
      }
      scanObject(id, scan, rows)
    }
  }

  private mutating func scanObject(
    _ id: Int, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let state = GoObjectState(rows.classOfObject[id] & ~GoObjectState.isPending | GoObjectState.isScanned)
    rows.classOfObject[id] = state.bits
    var base = contents(id, rows)
    var room = Self.size(id, rows)
    if hasHeader(id, room, rows) { room &-= 8 }
    var count = self.count(of: id)
    if state.has(GoObjectState.isInterior) {
      let size = table.entries[Int(state.type)].size
      base &+= Int(count)
      room = room > count ? room &- count : 0
      count = state.has(GoObjectState.isArray) ? room / max(size, 1) : 1
    }
    guard base >= 0, base &+ Int(room) <= bytes.count else { return }
    self.scan(bytes, at: base, room: Int(room), state.type, count: count, depth: 0, scan, rows)
  }

  /// Looks at the pointers of `count` values of `type` that begin at `base` of `memory`, of which `room` bytes count.
  mutating func scan(
    _ memory: UnsafeRawBufferPointer, at base: Int, room: Int, _ type: GoTypeTable.ID, count: UInt64, depth: Int,
    _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let range = slots.range(of: type, &table, source)
    let size = table.entries[Int(type)].size
    guard !range.isEmpty, size > 0, depth < 32 else { return }
    var element = 0
    for _ in 0..<count {
      guard element < room else { return }
      for index in range {
        let slot = slots.slots[index]
        let offset = element &+ Int(truncatingIfNeeded: slot.offset)
        guard offset >= 0, offset &+ params.pointerSize <= room else { break }
        if slot.kind == .repeated {
          scan(
            memory, at: base &+ offset, room: room &- offset, slot.type, count: slot.length, depth: depth &+ 1, heap,
            rows)
        } else {
          take(slot, memory, base: base, offset: offset, room: room, heap, rows)
        }
      }
      element &+= Int(truncatingIfNeeded: size)
    }
  }

  @inline(__always)
  private mutating func take(
    _ slot: GoPointerSlots.Slot, _ memory: UnsafeRawBufferPointer, base: Int, offset: Int, room: Int,
    _ heap: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    let params = self.params
    let word = params.pointerSize
    /// The word `distance` bytes further on, 0 beyond what counts.
    func neighbour(_ distance: Int) -> UInt64 {
      let place = offset &+ distance
      guard place >= 0, place &+ word <= room else { return 0 }
      return GoHeapDumpReader.word(memory, at: base &+ place, params)
    }
    let pointer = neighbour(0)
    switch slot.kind {
    case .pointer: claim(pointer, slot.type, heap, rows)
    case .slice:
      guard pointer != 0 else { return }
      claim(pointer, slot.type, count: neighbour(2 &* word), isArray: true, heap, rows)
    case .string:
      guard pointer != 0 else { return }
      claim(pointer, slot.type, count: neighbour(word), isArray: true, heap, rows)
    case .interface:
      guard pointer != 0, let type = interfaceTables[pointer] else { return }
      claimInterface(type, neighbour(word), heap, rows)
    case .emptyInterface:
      guard pointer != 0 else { return }
      claimInterface(pointer, neighbour(word), heap, rows)
    case .function: claimFunction(pointer, heap, rows)
    case .swissDirectory:
      let length = neighbour(Int(slot.reach))
      if length == 0 {
        claim(pointer, slot.other, isArray: true, heap, rows)
      } else {
        claim(pointer, slot.type, count: length, isArray: true, heap, rows)
      }
    case .swissGroups:
      claim(pointer, slot.type, count: neighbour(Int(slot.reach)) &+ 1, isArray: true, heap, rows)
    case .buckets:
      let place = offset &+ Int(slot.reach)
      guard place >= 0, place < room else { return }
      let shift = UInt64(memory[base &+ place])
      claim(pointer, slot.type, count: shift < 48 ? 1 << shift : 1, isArray: true, heap, rows)
    case .channelBuffer:
      let type = runtimeType(neighbour(Int(slot.otherReach)))
      claim(pointer, type, count: neighbour(Int(slot.reach)), isArray: true, heap, rows)
    case .counted: claim(pointer, slot.type, count: neighbour(Int(slot.reach)), isArray: true, heap, rows)
    case .repeated: break
    }
  }
}

/// Gives pages of the file back when the scan has touched many.
struct GoPageBudget {
  var count = 0
  private var faults = Self.faults()
  /// Page faults after which pages are given back: each brings up to 16 pages.
  private static let limit = 512

  mutating func check(_ file: MappedFile) {
    let now = Self.faults()
    guard now - faults > Self.limit else { return }
    file.giveBackAll()
    faults = now
  }

  private static func faults() -> Int {
    var usage = rusage()
    getrusage(1, &usage)  // RUSAGE_THREAD, which the module does not export
    return usage.ru_minflt + usage.ru_majflt
  }
}
