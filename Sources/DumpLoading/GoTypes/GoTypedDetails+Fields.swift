import ReferenceGraph

extension GoTypedDetails {
  /// The name of what lies `field` bytes into `object`; nil when its type is not known.
  ///
  /// Values of maps are `[]`: their keys are contents of the dump.
  func fieldName(_ field: UInt32, of object: ObjectID) -> String? { name(field, of: object, withKeys: false) }

  /// The name of a value or key of a map by what the key is, `["key"]`; nil for what is none.
  func entryName(_ field: UInt32, of object: ObjectID) -> String? {
    guard let reading = reading(of: object), mapStorage(reading.type) != nil else { return nil }
    return name(field, of: object, withKeys: true)
  }

  private func name(_ field: UInt32, of object: ObjectID, withKeys: Bool) -> String? {
    guard let reading = reading(of: object) else { return nil }
    var offset = UInt64(field)
    if reading.header > 0 {
      guard offset >= reading.header else { return "type word" }
      offset -= reading.header
    }
    let index = offset / reading.size
    var name = ""
    let storage = mapStorage(reading.type)
    if reading.isArray || index > 0, storage == nil { name = "[\(index)]" }
    let start = index * reading.size + reading.header
    let rest = offset % reading.size
    if let storage, let slot = mapSlot(storage, rest, object: object, start: start) {
      let bare = slot.name.hasPrefix("key ") ? "key" : "[]"
      return name + (withKeys ? slot.name : bare) + table.path(slot.type, rest - slot.offset)
    }
    return name + table.path(reading.type, rest)
  }
}
