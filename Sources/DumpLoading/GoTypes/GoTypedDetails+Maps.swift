import ReferenceGraph
import Synchronization

extension GoTypedDetails {
  /// Keeps what was found out of the object that was asked for last: screens ask for a page at a time.
  final class LastSlots: Sendable {
    private let slots = Mutex<GoFullSlots?>(nil)

    func slots(of object: ObjectID, make: () -> GoFullSlots) -> GoFullSlots {
      if let last = slots.withLock({ $0 }), last.object == object { return last }
      let made = make()
      slots.withLock { $0 = made }
      return made
    }
  }

  /// Where in a map the value or key lies that has byte `offset` of a group or bucket: `["key"]` or `key "key"`.
  ///
  /// `start` is where the group or bucket begins in `object`.
  func mapSlot(
    _ storage: GoMapStorage, _ offset: UInt64, object: ObjectID, start: UInt64
  ) -> (name: String, type: GoTypeTable.ID, offset: UInt64)? {
    guard let slot = storage.slot(holding: offset) else { return nil }
    let address = graph.addresses.address(of: object) &+ start
    let memory = self.memory(at: address, limit: Int(clamping: storage.size))
    let full = memory.map { storage.fullSlots($0, at: 0) } ?? 0
    let key = memory.flatMap { full >> UInt8(slot.index) & 1 == 1 ? keyName(storage, slot.index, $0, at: 0) : nil }
    let name = key ?? "empty slot \(slot.index)"
    let places = slot.isValue ? storage.values : storage.keys
    return (
      slot.isValue ? "[\(name)]" : "key \(name)", places.type, places.offset + UInt64(slot.index) * places.stride
    )
  }

  /// A key as a program would write it; `slot 3` when that is too much to say.
  private func keyName(_ storage: GoMapStorage, _ slot: Int, _ memory: UnsafeRawBufferPointer, at start: Int) -> String
  {
    let keys = storage.keys
    let offset = start + Int(keys.offset) + slot * Int(keys.stride)
    switch table[keys.type].kind {
    case .boolean, .signed, .unsigned, .float, .complex, .string:
      guard offset + Int(clamping: keys.size) <= memory.count else { break }
      return text(keys.type, memory, offset, textLimit: 40)
    default: break
    }
    return "slot \(slot)"
  }

  /// The entries in `object`, which keeps some of a map: in front a line on how many slots are full, then key and value of
  /// each of those.
  func entries(
    of object: ObjectID, _ storage: GoMapStorage, _ contents: UnsafeRawBufferPointer, header: Int, from first: Int,
    limit: Int
  ) -> (values: [FieldValue], total: Int) {
    let number = storage.number(in: UInt64(max(contents.count - header, 0)))
    let size = Int(clamping: storage.size)
    let keys = leaves(of: storage.keys.type)
    let values = leaves(of: storage.values.type)
    let linesOfSlot = keys.count + values.count
    func hasMore(_ index: Int) -> Bool {
      storage.overflow.map { word(contents, header + index * size + Int($0.offset)) != 0 } ?? false
    }
    func full(_ index: Int) -> UInt8 { storage.fullSlots(contents, at: header + index * size) }
    func lines(_ index: Int) -> Int { full(index).nonzeroBitCount * linesOfSlot + (hasMore(index) ? 1 : 0) }
    let slots = lastSlots.slots(of: object) { GoFullSlots(of: object, number: number, linesOf: lines) }
    let total = slots.total + 1
    guard first >= 0, first < total, limit > 0 else { return ([], total) }
    let last = min(total, first + min(limit, total))
    var rows: [FieldValue] = []
    if first == 0 {
      let count = (0..<number).reduce(0) { $0 + full($1).nonzeroBitCount }
      rows.append(
        FieldValue(
          name: "." + storage.marksName, text: "\(grouped(count)) of \(grouped(number * storage.count)) slots full",
          target: nil))
    }
    var line = max(first - 1, 0)
    while line < last - 1, let place = slots.place(of: line, linesOf: lines) {
      let start = header + place.index * size
      let targets = graph.targets(of: object, fields: start..<start + size)
      let inGroup = slotLines(storage, full(place.index), keys, values, contents, at: start)
      let end = min(place.before + lines(place.index), last - 1)
      while line < end {
        let index = line - place.before
        if index < inGroup.count {
          rows.append(value(inGroup[index], contents, targets))
        } else if let overflow = storage.overflow {
          let leaf = Leaf(name: ".overflow", type: overflow.type, offset: UInt64(start) + overflow.offset)
          rows.append(value(leaf, contents, targets))
        }
        line += 1
      }
    }
    return (rows, total)
  }

  /// The lines on the entries of one group or bucket.
  private func slotLines(
    _ storage: GoMapStorage, _ full: UInt8, _ keys: [Leaf], _ values: [Leaf], _ contents: UnsafeRawBufferPointer,
    at start: Int
  ) -> [Leaf] {
    var lines: [Leaf] = []
    for slot in 0..<storage.count where full >> UInt8(slot) & 1 == 1 {
      let name = keyName(storage, slot, contents, at: start)
      for (leaves, places, name) in [(keys, storage.keys, "key \(name)"), (values, storage.values, "[\(name)]")] {
        let base = UInt64(start) + places.offset + UInt64(slot) * places.stride
        for leaf in leaves { lines.append(Leaf(name: name + leaf.name, type: leaf.type, offset: base + leaf.offset)) }
      }
    }
    return lines
  }
}
