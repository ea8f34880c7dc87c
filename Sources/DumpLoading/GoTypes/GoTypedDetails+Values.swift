import ReferenceGraph

extension GoTypedDetails {
  /// A field that is shown on a line of its own.
  struct Leaf {
    var name: String
    var type: GoTypeTable.ID
    var offset: UInt64
  }

  /// Arrays inside a value up to this many elements are shown element by element.
  private static let shortArray: UInt64 = 64
  /// The most lines of one value.
  private static let leafLimit = 4096

  /// The fields of `object`, from `first` on; nil when its type is not known, or it is an array of bytes.
  ///
  /// `rootWords` gives the first three words of the variable that a root is, where that is known.
  func values(
    of object: ObjectID, from first: Int, limit: Int, rootWords: (Int) -> [UInt64]?
  ) -> (values: [FieldValue], total: Int)? {
    guard let reading = reading(of: object), let record = locator.record(at: graph.addresses.address(of: object)),
      !(reading.isArray && reading.size == 1)
    else { return nil }
    let contents = UnsafeRawBufferPointer(rebasing: bytes[record.contents.bytes])
    if let storage = mapStorage(reading.type) {
      return entries(of: object, storage, contents, header: Int(reading.header), from: first, limit: limit)
    }
    let room = UInt64(contents.count) - min(reading.header, UInt64(contents.count))
    let count = reading.isArray ? elementCount(of: object, reading, room: room, rootWords: rootWords) : 1
    let leaves = leaves(of: reading.type)
    guard !leaves.isEmpty, count > 0 else { return nil }
    let fields = count * leaves.count
    let buffer = channelBuffer(of: object, reading, contents)
    let total = fields + (buffer?.total ?? 0)
    guard first >= 0, first < total, limit > 0 else { return ([], total) }
    let last = min(total, first + min(limit, total))
    let from = UInt64(first / leaves.count) * reading.size + reading.header
    let to = UInt64((min(last, fields) - 1) / leaves.count + 1) * reading.size + reading.header
    let targets = graph.targets(of: object, fields: Int(clamping: from)..<Int(clamping: max(from, to)))
    var values: [FieldValue] = []
    for index in first..<last {
      if let buffer, index >= fields {
        values.append(value(index - fields, of: buffer, contents))
        continue
      }
      var leaf = leaves[index % leaves.count]
      let element = UInt64(index / leaves.count)
      leaf.offset += reading.header + element * reading.size
      guard leaf.offset < UInt64(contents.count) else { break }
      if reading.isArray { leaf.name = "[\(element)]" + leaf.name }
      values.append(value(leaf, contents, targets))
    }
    return (values, total)
  }

  /// The line on what lies at `leaf.offset` of an object's `contents`.
  func value(_ leaf: Leaf, _ contents: UnsafeRawBufferPointer, _ targets: [Int: ObjectID]) -> FieldValue {
    let kind = table[leaf.type].kind
    // The reference of an interface is its second word.
    let pointer =
      kind == .interface || kind == .emptyInterface ? leaf.offset + UInt64(params.pointerSize) : leaf.offset
    return FieldValue(
      name: leaf.name.isEmpty ? "value" : leaf.name, text: text(leaf.type, contents, Int(leaf.offset)),
      target: targets[Int(clamping: pointer)], excerpt: excerpt(leaf.type, contents, Int(leaf.offset)),
      note: note(leaf.type, contents, Int(leaf.offset)))
  }

  /// The lines that one value of `type` takes, from its beginning.
  func leaves(of type: GoTypeTable.ID) -> [Leaf] {
    var leaves: [Leaf] = []
    var steps = 20 * Self.leafLimit
    addLeaves(type, name: "", at: 0, depth: 0, &leaves, &steps)
    return leaves
  }

  // Recursion over how types lie in each other, which ends soon.
  private func addLeaves(
    _ type: GoTypeTable.ID, name: String, at offset: UInt64, depth: Int, _ leaves: inout [Leaf], _ steps: inout Int
  ) {
    // Types that lie in themselves, which a damaged file may have, have no leaves and no end.
    steps -= 1
    guard leaves.count < Self.leafLimit, depth < 32, steps > 0 else { return }
    let entry = table[type]
    switch entry.kind {
    case .structure where table.name(of: type) == "time.Time": break
    case .structure, .closure:
      if entry.kind == .closure { leaves.append(Leaf(name: "function", type: 0, offset: offset)) }
      for field in table.fields(of: type) where table[field.type].size > 0 {
        let part = table.name(of: field)
        let inner = entry.kind == .closure ? "captured " + GoTypeTable.capturedName(part) : name + "." + part
        addLeaves(field.type, name: inner, at: offset &+ field.offset, depth: depth + 1, &leaves, &steps)
      }
      return
    case .array:
      let size = table[entry.element].size
      guard size > 0, entry.count > 0, entry.count <= Self.shortArray else { break }
      for index in 0..<entry.count {
        addLeaves(
          entry.element, name: name + "[\(index)]", at: offset &+ index &* size, depth: depth + 1, &leaves, &steps)
      }
      return
    default: break
    }
    if entry.size > 0 { leaves.append(Leaf(name: name, type: type, offset: offset)) }
  }

  /// Whether text may be read from an object: it has bytes, or its type is not known.
  func mayBeText(_ object: ObjectID) -> Bool {
    guard let reading = reading(of: object) else { return true }
    return reading.isArray && reading.size == 1
  }
}
