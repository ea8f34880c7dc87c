import ReferenceGraph

/// Maps that no pointer of a known type leads to. Their headers all look the same; what a map keeps its entries in tells
/// which it is, by its size, the places of its pointers and what these lead to.
extension GoTypePropagation {
  /// Where a map keeps its entries.
  private struct Storage {
    /// The object, and the bytes of it that count.
    var id: Int
    var room: UInt64
    var isPointerFree: Bool
    /// How many buckets or groups it holds at least.
    var count: UInt64
    /// How many the runtime makes room for.
    var allocated: UInt64
  }

  /// Buckets and groups that are looked at for evidence.
  private static let evidenceLimit: UInt64 = 64

  mutating func matchMaps(
    _ shapes: GoMapShapes, _ layouts: GoLayouts, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result,
    _ progress: WorkProgress
  ) {
    for id in 1..<max(rows.sizes.count, 1) {
      if id & 4095 == 0, progress.isCancelled { return }
      guard isUnknownHeader(id, shapes, rows),
        let storage = shapes.areSwiss
          ? groups(of: id, shapes.header, scan, rows) : buckets(of: id, shapes.header, scan, rows)
      else { continue }
      let candidates = self.candidates(storage, shapes, layouts, scan, rows)
      guard let first = candidates.first else { continue }
      let name = table.name(of: first.header)
      guard candidates.allSatisfy({ table.name(of: $0.header) == name }) else {
        claimCommon(candidates, storage, scan, rows)
        continue
      }
      claim(scan.addresses.address(of: ObjectID(id)), first.header, scan, rows)
    }
  }

  /// Calls the headers that are left what they are, at least.
  mutating func nameMaps(
    _ shapes: GoMapShapes, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    // Those since Go 1.24 do not say enough.
    if shapes.areSwiss { return }
    var entry = GoTypeTable.Entry()
    entry.kind = .structure
    entry.size = shapes.header.size
    entry.name = table.add(name: "map")
    let type = table.add(entry)
    for id in 1..<max(rows.sizes.count, 1) {
      guard isUnknownHeader(id, shapes, rows), buckets(of: id, shapes.header, scan, rows) != nil else { continue }
      claim(scan.addresses.address(of: ObjectID(id)), type, scan, rows)
    }
  }

  /// Whether an object without a type has the size and the pointers of a map's header.
  private func isUnknownHeader(
    _ id: Int, _ shapes: GoMapShapes, _ rows: borrowing GoRowBuilder.Result
  ) -> Bool {
    UInt64(rows.sizes[id]) == shapes.header.size && isUnknown(id, rows)
      && layout(id, rows)?.mask == shapes.header.mask
  }

  /// What the header of a map before Go 1.24 says.
  private func buckets(
    of id: Int, _ header: GoMapShapes.Header, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> Storage? {
    let base = rows.contents.offset(of: id)
    let shift = UInt64(bytes[base + header.length])
    guard shift < 40, bytes[base + header.length - 1] < 16, word(bytes, at: base) <= 8 << shift,
      let found = object(at: word(bytes, at: base + header.storage), scan, rows), found.distance == 0
    else { return nil }
    let count: UInt64 = 1 << shift
    return Storage(
      id: found.id, room: found.room, isPointerFree: found.isPointerFree, count: count,
      allocated: shift < 4 ? count : count + count >> 4)
  }

  /// What the header of a map since Go 1.24 and the first of its tables say.
  private func groups(
    of id: Int, _ header: GoMapShapes.Header, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> Storage? {
    let base = rows.contents.offset(of: id)
    let length = word(bytes, at: base + header.length)
    guard let directory = object(at: word(bytes, at: base + header.storage), scan, rows), directory.distance == 0 else {
      return nil
    }
    guard length > 0 else {
      guard word64(base) <= 8 else { return nil }
      return Storage(
        id: directory.id, room: directory.room, isPointerFree: directory.isPointerFree, count: 1, allocated: 1)
    }
    guard length.nonzeroBitCount == 1, length.multipliedClamping(by: UInt64(pointerSize)) <= directory.room,
      let first = object(at: word(bytes, at: contents(directory.id, rows)), scan, rows), first.distance == 0,
      first.room >= UInt64(16 + 2 * pointerSize)
    else { return nil }
    // Behind 8 bytes and a word: where the groups lie, and their number less one in 8 bytes.
    let place = contents(first.id, rows) + 8 + pointerSize
    let count = word64(place + pointerSize) &+ 1
    guard count.nonzeroBitCount == 1, let found = object(at: word(bytes, at: place), scan, rows),
      found.distance == 0
    else { return nil }
    return Storage(
      id: found.id, room: found.room, isPointerFree: found.isPointerFree, count: count, allocated: count)
  }

  /// The number of 64 bits at `place` of the file.
  private func word64(_ place: Int) -> UInt64 {
    if pointerSize == 8 { return word(bytes, at: place) }
    let (first, second) = (word(bytes, at: place), word(bytes, at: place + 4))
    return params.isBigEndian ? first << 32 | second : second << 32 | first
  }

  /// The maps that can keep their entries there, of those the ones for which most speaks, if anything does.
  private mutating func candidates(
    _ storage: Storage, _ shapes: GoMapShapes, _ layouts: GoLayouts, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) -> [GoMapShapes.Shape] {
    let state = GoObjectState(rows.classOfObject[storage.id])
    let isKnown = state.has(GoObjectState.isTyped) && !state.has(GoObjectState.isInterior)
    var best: [GoMapShapes.Shape] = []
    var most = 0
    var fitting: [GoMapShapes.Shape] = []
    for shape in shapes.shapes {
      let wanted = storage.allocated.multipliedClamping(by: shape.size)
      guard wanted <= storage.room, storage.isPointerFree == shape.places.isEmpty,
        !isKnown || state.type == shape.storage,
        // The allocator's slots grow by less than three sixteenths, above 32 KiB by pages.
        storage.room - wanted <= (wanted + 8 > 32768 ? GoSlotLayout.pageSize - 1 : wanted / 16 * 3 + 16),
        isKnown || hasPointers(at: shape.places, every: Int(shape.size), in: storage, rows)
      else { continue }
      fitting.append(shape)
      let count = min(storage.count, Self.evidenceLimit)
      guard let evidence = evidence(shape.storage, count: count, at: storage.id, layouts, depth: 3, scan, rows) else {
        continue
      }
      if evidence > most { (best, most) = ([], evidence) }
      if evidence == most { best.append(shape) }
    }
    // That something speaks against the others says little when nothing speaks for it.
    return most > 0 ? best : fitting
  }

  /// Whether the pointers of the first two values in an object are at `places`, as the dump says.
  private func hasPointers(
    at places: [Int], every size: Int, in storage: Storage, _ rows: borrowing GoRowBuilder.Result
  ) -> Bool {
    guard !places.isEmpty else { return true }
    let whole = Int(Self.size(storage.id, rows))
    let start = rows.contents.offset(of: storage.id)
    let header = contents(storage.id, rows) - start
    var cursor = ByteCursor(bytes, at: start + whole)
    for index in 0..<min(Int(clamping: storage.count), 2) {
      for place in places {
        guard (try? GoHeapDumpReader.nextField(&cursor)) == header + index * size + place else { return false }
      }
    }
    return true
  }

  /// Names what all candidates say of the entries: the bytes of strings.
  private mutating func claimCommon(
    _ candidates: [GoMapShapes.Shape], _ storage: Storage, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    guard let first = candidates.first, candidates.allSatisfy({ $0.size == first.size }) else { return }
    let strings = candidates.map { shape in
      Set(slots.slots[slots.compiled(shape.storage, &table, source).slots].filter { $0.kind == .string }.map(\.offset))
    }
    let common = strings.dropFirst().reduce(strings[0]) { $0.intersection($1) }.sorted()
    guard !common.isEmpty else { return }
    let base = contents(storage.id, rows)
    for index in 0..<Int(clamping: storage.count) {
      for offset in common {
        let place = base + index * Int(first.size) + Int(offset)
        claim(word(bytes, at: place), byte, count: word(bytes, at: place + pointerSize), isArray: true, scan, rows)
      }
    }
  }
}
