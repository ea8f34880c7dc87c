import ReferenceGraph

/// Names for objects that no pointer of a known type leads to: without debug information nobody knows the types of
/// variables. Interfaces tell the types of what they hold; what refers to objects of known types can be of one type only
/// when its size, the places of its pointers and all that these lead to fit that type alone.
extension GoTypePropagation {
  private static let rounds = 8

  mutating func matchLayouts(
    _ source: RuntimeTypeSource, _ layouts: GoLayouts, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result, _ file: MappedFile, _ progress: WorkProgress
  ) throws(ReadProblem) {
    var layouts = layouts
    try interfacesOfSegments(source, scan, rows)
    drain(scan, rows, file, progress)
    let shapes = GoMapShapes(source, table)
    for _ in 0..<Self.rounds {
      let before = named.objects
      matchMaps(shapes, layouts, scan, rows, progress)
      drain(scan, rows, file, progress)
      for id in 1..<max(rows.sizes.count, 1) {
        if id & 4095 == 0, progress.isCancelled { return }
        guard isUnknown(id, rows), let layout = layout(id, rows) else { continue }
        interfaces(of: id, layout, source, scan, rows)
        var best: [GoLayouts.Candidate] = []
        var most = 0
        for candidate in layouts.candidates(layout) {
          guard
            let evidence = evidence(
              candidate.type, count: candidate.count, at: id, layouts, depth: 3, scan, rows)
          else { continue }
          if evidence > most { (best, most) = ([], evidence) }
          if evidence == most, most > 0 { best.append(candidate) }
        }
        claim(id, best, layouts, scan, rows)
      }
      drain(scan, rows, file, progress)
      if named.objects == before { break }
    }
    nameMaps(shapes, scan, rows)
    drain(scan, rows, file, progress)
  }

  /// Takes object `id` for one of the only type that fits it.
  ///
  /// Where several do, and all say the same of what it refers to, that is named.
  private mutating func claim(
    _ id: Int, _ candidates: [GoLayouts.Candidate], _ layouts: GoLayouts, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    guard let first = candidates.first else { return }
    let name = table.name(of: first.type)
    let isAlone = candidates.allSatisfy { table.name(of: $0.type) == name }
    // Named types of slices of bytes are as good as slices of bytes.
    let isBytes = candidates.allSatisfy { isSliceOfBytes($0.type, layouts) }
    guard isAlone || isBytes else {
      let slots = placesOfBytes(first, layouts)
      if slots.isEmpty || !candidates.allSatisfy({ placesOfBytes($0, layouts) == slots }) { return }
      let base = contents(id, rows)
      for offset in slots {
        claim(
          word(bytes, at: base + offset), byte, count: word(bytes, at: base + offset + 2 * pointerSize), isArray: true,
          scan, rows)
      }
      return
    }
    let plain = candidates.first { table.name(of: $0.type) == "[]uint8" } ?? first
    claim(
      scan.addresses.address(of: ObjectID(id)), plain.type, count: plain.count, isArray: plain.count > 1, scan, rows)
  }

  /// Whether values of `type` are slices of elements of one byte.
  private func isSliceOfBytes(_ type: GoTypeTable.ID, _ layouts: GoLayouts) -> Bool {
    table[type].kind == .slice && layouts.layoutOfType[table[type].element]?.size == 1
  }

  /// Where slices of bytes lie in `candidate`, if it has no other pointers.
  private mutating func placesOfBytes(_ candidate: GoLayouts.Candidate, _ layouts: GoLayouts) -> [Int] {
    let compiled = slots.compiled(candidate.type, &table, source)
    var places: [Int] = []
    for index in 0..<Int(candidate.count) {
      for number in compiled.slots {
        let slot = slots.slots[number]
        guard slot.kind == .slice, layouts.layoutOfType[slot.type]?.size == 1 else { return [] }
        places.append(index * Int(compiled.size) + Int(slot.offset))
      }
    }
    return places
  }

  /// Whether nothing is known of an object with pointers that is small enough to be told by its layout.
  func isUnknown(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> Bool {
    let state = GoObjectState(rows.classOfObject[id])
    return (!state.has(GoObjectState.isTyped) || state.has(GoObjectState.isInterior)) && !isPointerFree(state)
      && rows.sizes[id] <= maskedSize
  }

  /// The largest objects, in bytes, that are told by their layouts: a bit for each word, and no type word in front.
  private var maskedSize: Int {
    let words = 64 * pointerSize
    return layout.bitsLimit > 0 ? min(words, Int(layout.bitsLimit)) : words
  }

  /// Where an object has pointers, as the dump says behind its contents.
  func layout(_ id: Int, _ rows: borrowing GoRowBuilder.Result) -> GoLayouts.Layout? {
    let size = Int(rows.sizes[id])
    var cursor = ByteCursor(bytes, at: rows.contents.offset(of: id) + size)
    var mask: UInt64 = 0
    while let field = try? GoHeapDumpReader.nextField(&cursor) {
      guard field % pointerSize == 0, field < 64 * pointerSize else { return nil }
      mask |= 1 << UInt64(field / pointerSize)
    }
    return mask == 0 ? nil : GoLayouts.Layout(slot: UInt64(size), mask: mask)
  }

  // MARK: interfaces

  /// A word that names a type and behind it a pointer, of which the first is none to the collector: an interface.
  private mutating func interfacePair(
    _ first: UInt64, _ second: UInt64, _ source: RuntimeTypeSource, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    guard first != 0 else { return }
    let address = runtimeType(ofTable: first)
    if address != 0 {
      claimInterface(address, GoReferent(pointer: second), scan, rows)
    } else if source.isKnownType(first) {
      claimInterface(first, GoReferent(pointer: second), scan, rows)
    }
  }

  private mutating func interfaces(
    of id: Int, _ layout: GoLayouts.Layout, _ source: RuntimeTypeSource, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) {
    let base = rows.contents.offset(of: id)
    for index in 1..<64 where layout.mask >> UInt64(index) & 1 == 1 && layout.mask >> UInt64(index - 1) & 1 == 0 {
      interfacePair(
        word(bytes, at: base + pointerSize * (index - 1)), word(bytes, at: base + pointerSize * index), source, scan,
        rows)
    }
  }

  /// A pointer to an object without pointers, a length and a capacity that the object has room for and is not too large
  /// for: a slice of bytes.
  private mutating func byteSlice(
    at place: Int, end: Int, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) {
    guard place + 3 * pointerSize <= end, let target = object(at: word(bytes, at: place), scan, rows),
      target.distance == 0,
      target.isPointerFree, !GoObjectState(rows.classOfObject[target.id]).has(GoObjectState.isTyped)
    else { return }
    let length = word(bytes, at: place + pointerSize)
    let capacity = word(bytes, at: place + 2 * pointerSize)
    guard length <= capacity, capacity <= target.room, capacity > target.room / 2 else { return }
    claim(word(bytes, at: place), byte, count: capacity, isArray: true, scan, rows)
  }

  private mutating func interfacesOfSegments(
    _ source: RuntimeTypeSource, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    var places: [GoContents] = []
    for offset in scan.catalog.data + scan.catalog.bss {
      var cursor = try reader.cursor(at: offset)
      places.append(try GoHeapDumpReader.segment(&cursor, pointerSize: pointerSize).contents)
    }
    for entry in scan.catalog.frames {
      var cursor = try reader.cursor(at: entry.offset)
      places.append(try GoHeapDumpReader.frame(&cursor, pointerSize: pointerSize).contents)
    }
    for contents in places {
      var fields = ByteCursor(bytes, at: contents.fields)
      var last = -pointerSize
      while let field = try GoHeapDumpReader.nextField(&fields) {
        if field >= pointerSize, last != field - pointerSize {
          let base = contents.bytes.lowerBound
          interfacePair(word(bytes, at: base + field - pointerSize), word(bytes, at: base + field), source, scan, rows)
        }
        byteSlice(at: contents.bytes.lowerBound + field, end: contents.bytes.upperBound, scan, rows)
        last = field
      }
    }
  }

  // MARK: evidence

  /// How many pointers of `count` values of `type` at the beginning of object `id` lead to what the type says; nil when
  /// one does not.
  mutating func evidence(
    _ type: GoTypeTable.ID, count: UInt64, at id: Int, _ layouts: GoLayouts, depth: Int,
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> Int? {
    let compiled = slots.compiled(type, &table, source)
    let base = contents(id, rows)
    var sum = 0
    for index in 0..<Int(count) {
      for number in compiled.slots {
        let slot = slots.slots[number]
        let place = base + index * Int(compiled.size) + Int(slot.offset)
        guard let found = evidence(slot, at: place, layouts, depth: depth, scan, rows) else { return nil }
        sum += found
      }
    }
    return sum
  }

  private mutating func evidence(
    _ slot: GoPointerSlots.Slot, at place: Int, _ layouts: GoLayouts, depth: Int, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) -> Int? {
    let pointer = word(bytes, at: place)
    let next = word(bytes, at: place + pointerSize)
    let target = object(at: pointer, scan, rows)
    switch slot.kind {
    case .pointer:
      guard let target, target.distance == 0 else { return 0 }
      return evidence(of: slot.type, in: target.id, layouts, depth: depth, scan, rows)
    case .string:
      guard pointer != 0 else { return next == 0 ? 0 : nil }
      guard next > 0, next < 1 << 40 else { return nil }
      guard let target else { return 0 }
      return target.isPointerFree && next <= target.room ? 0 : nil
    case .slice:
      let capacity = word(bytes, at: place + 2 * pointerSize)
      guard next <= capacity, capacity < 1 << 40 else { return nil }
      guard let target else { return pointer == 0 && capacity > 0 ? nil : 0 }
      let size = slots.compiled(slot.type, &table, source).size
      guard capacity.multipliedClamping(by: size) <= target.room else { return nil }
      guard let layout = layouts.layoutOfType[slot.type] else { return 0 }
      guard (layout.mask == 0) == target.isPointerFree else { return nil }
      // The allocator's slot is hardly larger than what was asked for.
      return target.distance == 0 && capacity * size * 2 > target.room ? 1 : 0
    case .interface:
      if pointer == 0 { return next == 0 ? 0 : nil }
      return runtimeType(ofTable: pointer) != 0 ? 1 : nil
    case .emptyInterface:
      if pointer == 0 { return next == 0 ? 0 : nil }
      return runtimeType(pointer) != 0 ? 1 : nil
    case .function:
      guard let target else { return 0 }
      return closure(word(bytes, at: contents(target.id, rows) + Int(target.distance))) != 0 ? 1 : nil
    default: return 0
    }
  }

  /// Whether object `id` can be one of `type`.
  private mutating func evidence(
    of type: GoTypeTable.ID, in id: Int, _ layouts: GoLayouts, depth: Int, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) -> Int? {
    let state = GoObjectState(rows.classOfObject[id])
    if state.has(GoObjectState.isTyped), !state.has(GoObjectState.isInterior) {
      let known = state.type
      return known == type || table.begins(known, with: type) || table.begins(type, with: known) ? 2 : nil
    }
    guard let wanted = layouts.layoutOfType[type] else { return 0 }
    guard wanted.mask != 0, rows.sizes[id] <= maskedSize else {
      return (wanted.mask == 0) == isPointerFree(state) && wanted.size <= Self.size(id, rows) ? 0 : nil
    }
    guard !isPointerFree(state), let layout = layout(id, rows), layout.slot == GoLayouts.slot(wanted.size),
      layout.mask == wanted.mask
    else { return nil }
    // A chain of objects of the right layouts is a sign, though nothing is known of any of them.
    guard depth > 0 else { return 1 }
    return evidence(type, count: 1, at: id, layouts, depth: depth - 1, scan, rows).map { min($0, 1) }
  }

  /// The object that `pointer` leads to.
  func object(
    at pointer: UInt64, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> (id: Int, distance: UInt64, room: UInt64, isPointerFree: Bool)? {
    guard pointer &- params.heapLow < params.heapHigh &- params.heapLow,
      let below = scan.addresses.object(atOrBelow: pointer)
    else { return nil }
    let id = below.id.index
    let size = Self.size(id, rows)
    var distance = pointer &- below.start
    guard distance < size else { return nil }
    var room = size &- distance
    if hasHeader(id, size, rows) {
      guard distance >= 8 else { return nil }
      distance &-= 8
      room = size &- 8 &- distance
    }
    return (id, distance, room, isPointerFree(GoObjectState(rows.classOfObject[id])))
  }
}
