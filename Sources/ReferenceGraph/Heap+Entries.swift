extension Heap {
  /// How many entries a collection, an array, a table or an emitter holds: pairs of a map, elements of a list or an
  /// array that refer to something. Nil where `object` is none of these, or nobody can tell.
  ///
  /// Not the number of its references: a map's table refers to keys, values and more. Goes through the whole of a large
  /// collection: not for the thread of the keys.
  /// - Parameter atHand: whether a collection of very many that nobody has asked for yet is left out: see
  ///   `ObjectDetails.hasEntriesAtHand`.
  public func entryCount(of object: ObjectID, atHand: Bool = false) -> Int? {
    guard object != .root, object.index <= graph.objectCount else { return nil }
    if let occupancy = details.occupancy(of: object) { return occupancy.entries }
    if !atHand || details.hasEntriesAtHand(of: object),
      let total = details.entries(of: object, from: 0, limit: 0)?.total
    {
      return total
    }
    let flags = graph.objectClass(of: object).flags
    guard flags.contains(.array), !flags.contains(.pointerFree) else { return nil }
    return elementCount(of: object)
  }

  /// The elements of an array that hold references. An element with several counts once: `[3].key` and `[3].value`.
  private func elementCount(of array: ObjectID) -> Int {
    let row = graph.rows.range(of: array)
    guard graph.fields.count > 0 else { return row.count }
    var count = 0
    var last: UInt64?
    var lastField: UInt32?
    for k in row.prefix(Self.namedElements) where graph.fields[k] != lastField {
      lastField = graph.fields[k]
      let name = details.fieldName(graph.fields[k], of: array)
      guard let index = Self.elementIndex(name), index != last else { continue }
      last = index
      count += 1
    }
    return count + max(0, row.count - Self.namedElements)
  }

  /// References of an array beyond these are taken for an element each.
  private static let namedElements = 1 << 20

  /// 3 of `[3]` and of `[3].key`, 16 of `+16`, a word of which no more is known; nil for all other names.
  private static func elementIndex(_ name: String) -> UInt64? {
    var bytes = name.utf8.makeIterator()
    guard let sign = bytes.next(), sign == UInt8(ascii: "[") || sign == UInt8(ascii: "+"), let first = bytes.next(),
      (0x30...0x39).contains(first)
    else { return nil }
    var index = UInt64(first - 0x30)
    while let byte = bytes.next(), (0x30...0x39).contains(byte) { index = index &* 10 &+ UInt64(byte - 0x30) }
    return index
  }
}
