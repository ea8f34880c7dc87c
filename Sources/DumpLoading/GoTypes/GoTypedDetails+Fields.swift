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
    let storage = mapStorage(reading.type)
    if reading.isArray || index > 0, storage == nil { name = "[\(index)]" }
    let start = index * reading.size + reading.header
    let rest = offset % reading.size
    if let storage, let slot = mapSlot(storage, rest, object: object, start: start) {
      return name + slot.name + table.path(slot.type, rest - slot.offset)
    }
    return name + table.path(reading.type, rest)
  }
}
