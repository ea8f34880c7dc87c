import ReferenceGraph

extension GoTypedDetails {
  /// The name of what lies `field` bytes into `object`; nil when its type is not known.
  func fieldName(_ field: UInt32, of object: ObjectID) -> String? {
    guard let reading = reading(of: object) else { return nil }
    var offset = UInt64(field)
    if reading.header > 0 {
      guard offset >= reading.header else { return "type word" }
      offset -= reading.header
    }
    let index = offset / reading.size
    var name = ""
    if reading.isArray || index > 0, !isMapStorage(reading.type) { name = "[\(index)]" }
    let start = index * reading.size + reading.header
    let rest = offset % reading.size
    if let slot = mapSlot(reading.type, rest, object: object, start: start) {
      return name + slot.name + table.path(slot.type, rest - slot.offset)
    }
    return name + table.path(reading.type, rest)
  }

  func isMapStorage(_ type: GoTypeTable.ID) -> Bool {
    let name = table.name(of: type)
    return name.hasPrefix("noalg.map.group[") || name.hasPrefix("map.group[") || name.hasPrefix("bucket<")
  }

  /// The key or value that `offset` lies in, when `type` is the storage of a map.
  private func mapSlot(
    _ type: GoTypeTable.ID, _ offset: UInt64, object: ObjectID, start: UInt64
  ) -> (name: String, type: GoTypeTable.ID, offset: UInt64)? {
    guard isMapStorage(type) else { return nil }
    // Since Go 1.24 keys lie beside values, before that all keys lie in front of all values.
    if let slots = table.field("slots", of: type), offset >= slots.offset {
      let pair = table[slots.type].element
      let size = table[pair].size
      guard size > 0, let key = table.field("key", of: pair), let value = table.field("elem", of: pair) else {
        return nil
      }
      let base = slots.offset + (offset - slots.offset) / size * size
      let isKey = offset - base < value.offset || table[value.type].size == 0
      let name = keyName(key.type, at: start + base + key.offset, of: object, slot: (offset - slots.offset) / size)
      return isKey ? ("key " + name, key.type, base + key.offset) : ("[" + name + "]", value.type, base + value.offset)
    }
    guard let keys = table.field("keys", of: type),
      let values = table.field("values", of: type) ?? table.field("elems", of: type)
    else { return nil }
    let inValues = offset >= values.offset
    let list = inValues ? values : keys
    let element = table[list.type].element
    let size = table[element].size
    let keyType = table[keys.type].element
    guard offset >= list.offset, size > 0, table[list.type].size > offset - list.offset else { return nil }
    let index = (offset - list.offset) / size
    let name = keyName(keyType, at: start + keys.offset + index * table[keyType].size, of: object, slot: index)
    return inValues
      ? ("[" + name + "]", element, list.offset + index * size)
      : ("key " + name, element, list.offset + index * size)
  }

  /// A key as a program would write it; `slot 3` when that is too much to say.
  private func keyName(_ type: GoTypeTable.ID, at offset: UInt64, of object: ObjectID, slot: UInt64) -> String {
    let address = graph.addresses.address(of: object) &+ offset
    switch table[type].kind {
    case .boolean, .signed, .unsigned, .float, .string:
      guard let memory = memory(at: address, limit: 16), memory.count >= Int(clamping: table[type].size) else { break }
      return text(type, memory, 0, textLimit: 40)
    default: break
    }
    return "slot \(slot)"
  }
}
