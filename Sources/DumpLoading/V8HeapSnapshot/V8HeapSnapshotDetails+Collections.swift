import ReferenceGraph

/// Maps, Sets and arrays by their entries. A `Map` or `Set` keeps them in a table, an array in a store of its own: neither
/// is anything the program has made.
extension V8HeapSnapshotDetails {
  var knowsCollections: Bool { true }

  func prepare() { tables.prepare(self) }

  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    guard V8Field.type(of: field) == .internal, object != .root, let source = node(object), source.type == .object,
      let part = node(target), part.type == .array || part.type == .hidden
    else { return false }
    switch bareName(field, limit: 16) {
    case "table": return tables.layout(of: target, in: self) != nil
    case "elements": return true
    default: return false
    }
  }

  func entryName(_ field: UInt32, of object: ObjectID) -> String? {
    guard object != .root, let slot = slot(field) else { return nil }
    if let layout = tables.layout(of: object, in: self) {
      guard let place = layout.place(of: slot) else { return nil }
      if !layout.isMap { return "[\(place.entry)]" }
      let key = place.isValue ? target(at: slot - 1, of: object) : target(at: slot, of: object)
      let name = key.map(keyText) ?? Self.smallNumber
      return place.isValue ? "[\(name)]" : "key \(name)"
    }
    guard graph.objectClass(of: object).name == "(object elements)", !isDictionary(object) else { return nil }
    return "[\(slot)]"
  }

  func entries(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)? {
    guard let store = store(of: object) else { return nil }
    var entries: [(name: String, target: ObjectID?)] = []
    if let layout = tables.layout(of: store, in: self) {
      var pairs: [Int: (key: ObjectID?, value: ObjectID?)] = [:]
      for (slot, target) in filledSlots(of: store) {
        guard let place = layout.place(of: slot) else { continue }
        if place.isValue {
          pairs[place.entry, default: (nil, nil)].value = target
        } else {
          pairs[place.entry, default: (nil, nil)].key = target
        }
      }
      for (entry, pair) in pairs.sorted(by: { $0.key < $1.key }) {
        if layout.isMap {
          entries.append(("[\(pair.key.map(keyText) ?? Self.smallNumber)]", pair.value))
        } else {
          entries.append(("[\(entry)]", pair.key))
        }
      }
    } else {
      entries = filledSlots(of: store).map { ("[\($0.slot)]", $0.target) }
    }
    let start = max(0, min(first, entries.count))
    let shown = entries[start..<min(entries.count, start + max(0, min(limit, entries.count)))]
    return (shown.map { value(named: $0.name, $0.target) }, entries.count)
  }

  /// What stands for a number that is no node of its own.
  private static let smallNumber = "small number"

  /// The table or store of a collection; nil for what is none, or for one so large that to list it would be felt.
  private func store(of object: ObjectID) -> ObjectID? {
    guard object != .root, object.index <= graph.objectCount, let node = node(object), node.type == .object else {
      return nil
    }
    let isArray = graph.objectClass(of: object).name == "Array"
    for k in graph.rows.range(of: object) where V8Field.type(of: graph.fields[k]) == .internal {
      let target = ObjectID(graph.rows.targets[k])
      guard graph.rows.range(of: target).count <= Self.listedLimit else { continue }
      switch bareName(graph.fields[k], limit: 16) {
      case "table" where tables.layout(of: target, in: self) != nil: return target
      // Where the array refers to its elements itself they are among its fields.
      case "elements" where isArray && !isDictionary(target) && !hasElements(object): return target
      default: continue
      }
    }
    return nil
  }

  private static let listedLimit = 1 << 15

  private func hasElements(_ object: ObjectID) -> Bool {
    graph.rows.range(of: object).contains { V8Field.type(of: graph.fields[$0]) == .element }
  }

  /// Whether elements lie in a table by their index: a few words in front, then index, value and details of each.
  private func isDictionary(_ store: ObjectID) -> Bool {
    let row = graph.rows.range(of: store)
    let slots = row.prefix(64).compactMap { slot(graph.fields[$0]) }
    return slots.count > 1 && slots.allSatisfy { $0 >= 5 && ($0 - 5) % 3 == 0 }
  }

  /// The slots that refer to something, ascending.
  private func filledSlots(of store: ObjectID) -> [(slot: Int, target: ObjectID)] {
    graph.rows.range(of: store).compactMap { k -> (slot: Int, target: ObjectID)? in
      let target = ObjectID(graph.rows.targets[k])
      guard let slot = slot(graph.fields[k]), graph.objectClass(of: target).name != "system / Hole" else { return nil }
      return (slot, target)
    }.sorted { $0.slot < $1.slot }
  }

  private func slot(_ field: UInt32) -> Int? {
    switch V8Field.type(of: field) {
    case .internal, .hidden, .element: Int(bareName(field, limit: 24))
    default: nil
    }
  }

  private func target(at slot: Int, of table: ObjectID) -> ObjectID? {
    let row = graph.rows.range(of: table)
    guard row.count <= Self.listedLimit else { return nil }
    for k in row where self.slot(graph.fields[k]) == slot { return ObjectID(graph.rows.targets[k]) }
    return nil
  }

  /// `"name"`, `42`, `Session @7`.
  private func keyText(_ key: ObjectID) -> String {
    if let node = node(key) {
      switch node.type {
      case .string, .concatenated, .number, .bigint, .symbol, .hidden, .sliced:
        if let text = summary(of: key) { return text }
      default: break
      }
    }
    return "\(graph.objectClass(of: key).name) @\(address(key))"
  }
}
