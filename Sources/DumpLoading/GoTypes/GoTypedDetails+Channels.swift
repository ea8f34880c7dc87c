import ReferenceGraph

extension GoTypedDetails {
  /// What waits in a channel whose elements hold no pointers: those lie behind its header, in a ring.
  struct ChannelBuffer {
    /// Where the ring begins in the object, how many elements it has room for, and bytes of one.
    var start: Int
    var room: Int
    var size: Int
    /// The element that is received next, and how many there are.
    var first: Int
    var count: Int
    var type: DynamicType
    /// The lines of one element; empty when only its value as a whole can be told.
    var leaves: [Leaf]

    /// How many lines there are in all.
    var total: Int { count * max(leaves.count, 1) }
  }

  /// Nil when `object` is no channel, its elements lie elsewhere, or nothing waits in it.
  func channelBuffer(
    of object: ObjectID, _ reading: Reading, _ contents: UnsafeRawBufferPointer
  ) -> ChannelBuffer? {
    guard table[reading.type].role == .channel, !reading.isArray else { return nil }
    func number(_ name: String) -> UInt64? {
      table.field(name, of: reading.type).map { field in
        let offset = Int(reading.header + field.offset)
        return table[field.type].size == 2
          ? unsigned(contents, offset, size: 2) : word(contents, offset)
      }
    }
    let address = graph.addresses.address(of: object)
    guard let buffer = number("buf"), let room = number("dataqsiz"), let count = number("qcount"),
      let first = number("recvx"), let size = number("elemsize"), let typeAddress = number("elemtype"),
      count > 0, count <= room, first < room, size > 0,
      buffer >= address + reading.header + reading.size, buffer - address < UInt64(contents.count),
      room <= (UInt64(contents.count) - (buffer - address)) / size
    else { return nil }
    var result = ChannelBuffer(
      start: Int(buffer - address), room: Int(room), size: Int(size), first: Int(first), count: Int(count),
      type: DynamicType(name: "", entry: .init()), leaves: [])
    if let id = classes.runtimeTypes[typeAddress], id != 0, table[id].size == size {
      result.type = DynamicType(name: table.name(of: id), entry: table[id])
      result.leaves = leaves(of: id)
      return result.leaves.isEmpty ? nil : result
    }
    guard let type = constants?.type(at: typeAddress), type.entry.size == size else { return nil }
    result.type = type
    return result
  }

  /// Line `line` on what waits in a channel: that which is received next comes first.
  func value(
    _ line: Int, of buffer: ChannelBuffer, _ contents: UnsafeRawBufferPointer
  ) -> FieldValue {
    let lines = max(buffer.leaves.count, 1)
    let index = (buffer.first + line / lines) % buffer.room
    let start = buffer.start + index * buffer.size
    let name = ".buf[\(index)]"
    guard !buffer.leaves.isEmpty else {
      let text = text(buffer.type.entry, name: buffer.type.name, contents, start, textLimit: 80)
      return FieldValue(name: name, text: text, target: nil)
    }
    let leaf = buffer.leaves[line % lines]
    return value(
      Leaf(name: name + leaf.name, type: leaf.type, offset: UInt64(start) + leaf.offset), contents, [:])
  }
}
