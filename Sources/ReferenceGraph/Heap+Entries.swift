extension Heap {
  /// How many entries a collection, an array, a table or an emitter holds: pairs of a map, elements of a list or an
  /// array that refer to something.
  ///
  /// Nil where `object` is none of these, or nobody can tell.
  ///
  /// Not the number of its references: a map's table refers to keys, values and more. Goes through the whole of a large
  /// collection: not for the thread of the keys.
  public func entryCount(of object: ObjectID) -> Int? {
    guard object != .root, object.index <= graph.objectCount else { return nil }
    if let occupancy = details.occupancy(of: object) { return occupancy.entries }
    if let total = details.entries(of: object, from: 0, limit: 0)?.total { return total }
    guard graph.objectClass(of: object).flags.contains(.array) else { return nil }
    return elementCount(of: object)
  }

  /// The elements of an array that hold references.
  ///
  /// An element with several counts once: `[3].key` and `[3].value`.
  private func elementCount(of array: ObjectID) -> Int {
    let row = graph.rows.range(of: array)
    guard graph.fields.count > 0 else { return row.count }
    var count = 0
    var last: UInt64?
    var lastField: UInt32?
    for k in row where graph.fields[k] != lastField {
      lastField = graph.fields[k]
      let name = details.fieldName(graph.fields[k], of: array)
      guard let index = Self.elementIndex(name), index != last else { continue }
      last = index
      count += 1
    }
    return count
  }

  /// 3 of `[3]` and of `[3].key`; nil for all other names.
  private static func elementIndex(_ name: String) -> UInt64? {
    var bytes = name.utf8.makeIterator()
    guard bytes.next() == UInt8(ascii: "["), let first = bytes.next(), (0x30...0x39).contains(first) else { return nil }
    var index = UInt64(first - 0x30)
    while let byte = bytes.next(), (0x30...0x39).contains(byte) { index = index &* 10 &+ UInt64(byte - 0x30) }
    return index
  }
}
