import ReferenceGraph

/// How much of maps, channels, arrays and texts is in use.
extension GoTypedDetails {
  /// So many references are gone through to find who refers to an array.
  private static let holderLimit = 1 << 26
  /// The most references to an array that are looked at.
  private static let holdersOfArray = 1 << 16

  /// How full `object` is by its type; nil where that is no collection, or not known.
  ///
  /// `root` gives the first three words of the variable that a root is, and what they are; nil where that is not known.
  func occupancy(
    of object: ObjectID, root: (Int) -> (words: [UInt64], value: GoRoots.Value)?
  ) -> Occupancy? {
    guard let reading = reading(of: object), let record = locator.record(at: graph.addresses.address(of: object)) else {
      return nil
    }
    let contents = UnsafeRawBufferPointer(rebasing: bytes[record.contents.bytes])
    switch table[reading.type].role {
    case .swissMap: return swissMap(reading, contents)
    case .oldMap: return oldMap(reading, contents)
    case .channel: return channel(reading, contents)
    default: break
    }
    if let storage = mapStorage(reading.type) {
      let number = storage.number(in: UInt64(max(contents.count - Int(reading.header), 0)))
      let entries = (0..<number).reduce(0) {
        $0 + storage.fullSlots(contents, at: Int(reading.header) + $1 * Int(storage.size)).nonzeroBitCount
      }
      return Self.occupancy(of: storage, entries: entries, places: number * storage.count)
    }
    guard reading.isArray else { return nil }
    return array(object, reading, room: UInt64(max(contents.count - Int(reading.header), 0)), root)
  }

  private static func occupancy(of storage: GoMapStorage, entries: Int, places: Int) -> Occupancy? {
    guard entries >= 0, entries <= places, places > 0 else { return nil }
    let free = UInt64(places - entries)
    return Occupancy(
      entries: entries, places: places,
      unusedBytes: free.multipliedClamping(by: storage.size) / UInt64(storage.count))
  }

  // MARK: maps

  /// A map since Go 1.24: its header says how many entries there are, its tables how many places.
  private func swissMap(_ reading: Reading, _ contents: UnsafeRawBufferPointer) -> Occupancy? {
    guard let directory = table.field("dirPtr", of: reading.type), let length = table.field("dirLen", of: reading.type)
    else { return nil }
    // The number of entries comes first, with 64 bits everywhere.
    let entries = Int(clamping: unsigned(contents, Int(reading.header), size: 8))
    let tables = word(contents, Int(reading.header + length.offset))
    let start = word(contents, Int(reading.header + directory.offset))
    let tableType = table[table[table[directory.type].element].element].element
    guard
      let groups = table.field("groups", of: tableType)
        ?? table.field("groups", of: table[table[directory.type].element].element),
      let mask = table.field("lengthMask", of: groups.type), let data = table.field("data", of: groups.type),
      let storage = mapStorage(table[data.type].element)
    else { return nil }
    if tables == 0 { return start == 0 ? nil : Self.occupancy(of: storage, entries: entries, places: storage.count) }
    guard tables <= 1 << 24, let pointers = memory(at: start, limit: Int(tables) * params.pointerSize),
      pointers.count == Int(tables) * params.pointerSize
    else { return nil }
    var number = 0
    var last: UInt64 = 0
    for index in 0..<Int(tables) {
      let pointer = word(pointers, index * params.pointerSize)
      // Tables that were not divided yet stand there several times.
      guard pointer != last else { continue }
      last = pointer
      let place = Int(groups.offset + mask.offset)
      guard let memory = memory(at: pointer, limit: place + 8), memory.count == place + 8 else { return nil }
      let groupMask = unsigned(memory, place, size: 8)
      guard groupMask < 1 << 32 else { return nil }
      number += Int(groupMask) + 1
    }
    return Self.occupancy(of: storage, entries: entries, places: number * storage.count)
  }

  /// A map before Go 1.24, without the buckets that others overflow into.
  private func oldMap(_ reading: Reading, _ contents: UnsafeRawBufferPointer) -> Occupancy? {
    guard let shift = table.field("B", of: reading.type), let buckets = table.field("buckets", of: reading.type),
      let storage = mapStorage(table[buckets.type].element)
    else { return nil }
    let entries = Int(clamping: word(contents, Int(reading.header)))
    let bits = unsigned(contents, Int(reading.header + shift.offset), size: 1)
    guard bits < 40, word(contents, Int(reading.header + buckets.offset)) != 0 else { return nil }
    return Self.occupancy(
      of: storage, entries: min(entries, storage.count << Int(bits)), places: storage.count << Int(bits))
  }

  // MARK: channels

  /// What waits in a channel, of what there is room for; nil for one without room.
  private func channel(_ reading: Reading, _ contents: UnsafeRawBufferPointer) -> Occupancy? {
    // In all versions: the number of elements, the room, a pointer, then the size of one.
    let size = params.pointerSize
    let count = word(contents, Int(reading.header))
    let room = word(contents, Int(reading.header) + size)
    guard room > 0, room < 1 << 40, count <= room else { return nil }
    let element = unsigned(contents, Int(reading.header) + 3 * size, size: 2)
    return Occupancy(entries: Int(count), places: Int(room), unusedBytes: (room - count) * element)
  }

  // MARK: arrays

  /// The elements that slices, strings and channels can tell of, of those there is room for.
  ///
  /// Nil when something refers to the array of which nobody knows how much it uses.
  private func array(
    _ object: ObjectID, _ reading: Reading, room: UInt64, _ root: (Int) -> (words: [UInt64], value: GoRoots.Value)?
  ) -> Occupancy? {
    let places = room / reading.size
    guard places > 1, graph.rows.targets.count <= Self.holderLimit else { return nil }
    let first = graph.addresses.address(of: object) &+ reading.header
    let holders = references(to: object)
    guard !holders.isEmpty, holders.count <= Self.holdersOfArray else { return nil }
    var used: [Range<UInt64>] = []
    for place in holders {
      if place.source == .root, graph.roots[Int(place.index)].reference == .maybe { continue }
      guard let (pointer, bytes) = extent(of: place, root), pointer >= first else { return nil }
      let start = min(pointer - first, room)
      used.append(start..<start + min(bytes, room - start))
    }
    guard !used.isEmpty else { return nil }
    var sum: UInt64 = 0
    var end: UInt64 = 0
    for range in used.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > end {
      sum += range.upperBound - max(range.lowerBound, end)
      end = range.upperBound
    }
    return Occupancy(entries: Int(clamping: sum / reading.size), places: Int(clamping: places), unusedBytes: room - sum)
  }

  /// Where what a reference uses begins, and its bytes: as many as the slice or string has that it is the first word of.
  private func extent(
    of place: ReferencePlace, _ root: (Int) -> (words: [UInt64], value: GoRoots.Value)?
  ) -> (pointer: UInt64, bytes: UInt64)? {
    if place.source == .root {
      guard let (words, value) = root(Int(place.index)) else { return nil }
      switch value {
      case .string: return (words[0], words[1])
      case .slice:
        // The variable's type is not at hand any more: what it refers to has that of its elements.
        guard words[1] <= words[2] else { return nil }
        let size = reading(of: graph.target(of: place))?.size ?? 1
        return (words[0], words[1].multipliedClamping(by: size))
      case .unknown, .other: return nil
      }
    }
    guard let reading = reading(of: place.source), let words = words(at: place) else { return nil }
    let field = UInt64(graph.fields[place.index])
    guard field >= reading.header else { return nil }
    if table[reading.type].role == .channel { return channelExtent(place, reading, words[0]) }
    var offset = (field - reading.header) % reading.size
    var type = reading.type
    if let storage = mapStorage(reading.type), let slot = storage.slot(holding: offset) {
      let places = slot.isValue ? storage.values : storage.keys
      offset -= places.offset + UInt64(slot.index) * places.stride
      type = places.type
    }
    guard let leaf = leaves(of: type).first(where: { $0.offset == offset }) else { return nil }
    switch table[leaf.type].kind {
    case .string: return (words[0], words[1])
    case .slice where words[1] <= words[2]:
      return (words[0], words[1].multipliedClamping(by: table[table[leaf.type].element].size))
    default: return nil
    }
  }

  /// The elements that wait in a channel, wherever in its ring they lie.
  private func channelExtent(
    _ place: ReferencePlace, _ reading: Reading, _ buffer: UInt64
  ) -> (pointer: UInt64, bytes: UInt64)? {
    let size = UInt64(params.pointerSize)
    guard UInt64(graph.fields[place.index]) == reading.header + 2 * size,
      let record = locator.record(at: graph.addresses.address(of: place.source))
    else { return nil }
    let contents = UnsafeRawBufferPointer(rebasing: bytes[record.contents.bytes])
    let count = word(contents, Int(reading.header))
    return (buffer, count.multipliedClamping(by: unsigned(contents, Int(reading.header + 3 * size), size: 2)))
  }
}
