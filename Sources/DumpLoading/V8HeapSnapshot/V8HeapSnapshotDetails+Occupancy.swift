import ReferenceGraph
import Synchronization

extension V8HeapSnapshotDetails {
  /// How full a `Map`, a `Set`, an array, an object with a table of properties, or an emitter is.
  ///
  /// Small numbers are no nodes of a snapshot: entries of nothing else are not counted, but for properties, whose names
  /// are. Only of these it is known that the other places are empty.
  func occupancy(of object: ObjectID) -> Occupancy? {
    guard object != .root, object.index <= graph.objectCount, let node = node(object), node.type == .object,
      graph.rows.range(of: object).count <= 1 << 20
    else { return nil }
    if graph.objectClass(of: object).name == "Array" { return array(object) }
    var tables: [String: ObjectID] = [:]
    for k in graph.rows.range(of: object) {
      let field = graph.fields[k]
      let type = V8Field.type(of: field)
      guard type == .internal || type == .property else { continue }
      let name = bareName(field, limit: 16)
      switch (type, name) {
      case (.internal, "table"), (.internal, "properties"), (.property, "_events"):
        tables[name] = ObjectID(graph.rows.targets[k])
      default: continue
      }
    }
    if let table = tables["table"] { return hashTable(table) }
    if let events = tables["_events"] { return listeners(events) }
    return tables["properties"].flatMap { dictionary($0) }
  }

  private func array(_ object: ObjectID) -> Occupancy? {
    var entries = 0
    var elements: ObjectID?
    for k in graph.rows.range(of: object) {
      let field = graph.fields[k]
      if V8Field.type(of: field) == .element {
        entries += 1
      } else if V8Field.type(of: field) == .internal, bareName(field, limit: 16) == "elements" {
        elements = ObjectID(graph.rows.targets[k])
      }
    }
    guard entries > 0 else { return nil }
    let places = elements.flatMap { words(of: $0) }.map { $0 - 2 } ?? entries
    return Occupancy(entries: entries, places: max(entries, places), unusedBytes: 0)
  }

  /// The table of a `Map` or `Set`.
  private func hashTable(_ table: ObjectID) -> Occupancy? {
    guard let layout = words(of: table).flatMap({ V8HashTable(words: $0) }) else { return nil }
    let used = Set(slots(of: table).compactMap { layout.place(of: $0)?.entry })
    return used.isEmpty ? nil : Occupancy(entries: used.count, places: layout.places, unusedBytes: 0)
  }

  /// A table of properties by name: some counts, then name, value and details of each.
  ///
  /// Nil for the short list of values that most objects have.
  private func dictionary(_ table: ObjectID) -> Occupancy? {
    guard graph.objectClass(of: table).name == "(object properties)", let words = words(of: table), words > 12 else {
      return nil
    }
    var places = 1
    while 3 * places * 2 <= words - 2 - 3 { places *= 2 }
    let first = words - 2 - 3 * places
    guard first >= 3, first <= 8 else { return nil }
    let entries = slots(of: table).count { $0 >= first && ($0 - first) % 3 == 0 }
    guard entries > 0, entries <= places else { return nil }
    return Occupancy(
      entries: entries, places: places, unusedBytes: UInt64(3 * (places - entries) * pointerSize.value(in: self)))
  }

  /// All listeners of an emitter: its table has a function for each event, or an array of them.
  private func listeners(_ events: ObjectID) -> Occupancy? {
    var entries = 0
    for k in graph.rows.range(of: events)
    where V8Field.type(of: graph.fields[k]) == .property && graph.kinds[k] != ReferenceKind.metadata.rawValue {
      let target = ObjectID(graph.rows.targets[k])
      let objectClass = graph.objectClass(of: target)
      if objectClass.flags.contains(.function) {
        entries += 1
      } else if objectClass.name == "Array" {
        entries += graph.rows.range(of: target).count { V8Field.type(of: graph.fields[$0]) == .element }
      }
    }
    return entries > 0 ? Occupancy(entries: entries, places: entries, unusedBytes: 0) : nil
  }

  /// The size of a table in words, as the file has it: the objects that own tables are shown with their bytes.
  func words(of table: ObjectID) -> Int? {
    guard let node = node(table), node.selfSize < 1 << 40 else { return nil }
    let width = pointerSize.value(in: self)
    return Int(node.selfSize) % width == 0 ? Int(node.selfSize) / width : nil
  }

  /// The numbers of the slots that refer to something: where an entry was, newer versions have a hole.
  private func slots(of table: ObjectID) -> [Int] {
    graph.rows.range(of: table).compactMap { k in
      let type = V8Field.type(of: graph.fields[k])
      if graph.objectClass(of: ObjectID(graph.rows.targets[k])).name == "system / Hole" { return nil }
      return type == .internal || type == .hidden || type == .element ? Int(bareName(graph.fields[k], limit: 24)) : nil
    }
  }
}

/// How many bytes a reference takes in the heap that was dumped: 8, or 4 where pointers are compressed, as in Chrome.
final class V8PointerSize: Sendable {
  private let known = Mutex<Int?>(nil)

  /// Told by functions, which have 7 words or more but never 12.
  func value(in details: V8HeapSnapshotDetails) -> Int {
    known.withLock { known in
      if let known { return known }
      var size = 8
      guard let objects = details.graph.objects else { return size }
      for id in objects where details.graph.objectClass(of: ObjectID(id)).flags.contains(.function) {
        guard let bytes = details.node(ObjectID(id))?.selfSize, bytes > 0 else { continue }
        size = bytes < 48 ? 4 : 8
        break
      }
      known = size
      return size
    }
  }
}
