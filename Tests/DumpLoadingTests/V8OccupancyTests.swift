import ReferenceGraph
import Testing

@testable import DumpLoading

/// How many entries tables have, and room for how many.
///
/// Sizes are those of Node.js 20 and 24, and of Chrome.
@Suite struct V8OccupancyTests {
  /// A heap with functions of a size that tells how large references are.
  private func writer(pointers: UInt64) -> V8SnapshotWriter {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    writer.edge(root, "element", "1", to: writer.node("closure", "f", size: 8 * pointers))
    return writer
  }

  private func occupancy(_ writer: inout V8SnapshotWriter, _ object: Int) throws -> Occupancy? {
    try load(writer.bytes()).details.occupancy(of: ObjectID(object))
  }

  /// 128 places take 3 + 64 + 3 * 128 words and a header of two.
  @Test(arguments: [UInt64(8), 4]) func entriesOfAMap(pointers: UInt64) throws {
    var writer = writer(pointers: pointers)
    let map = writer.node("object", "Map", size: 4 * pointers)
    let table = writer.node("array", "", size: 453 * pointers)
    let hole = writer.node("hidden", "system / Hole")
    writer.edge(map, "internal", "table", to: table)
    for entry in 0..<40 {
      let key = writer.node("object", "Key")
      writer.edge(table, "internal", "\(67 + 3 * entry)", to: key)
      // Every other value is a small number, which is no node.
      if entry % 2 == 0 { writer.edge(table, "internal", "\(68 + 3 * entry)", to: key) }
    }
    // Where an entry was.
    writer.edge(table, "internal", "\(67 + 3 * 41)", to: hole)
    #expect(try occupancy(&writer, map) == Occupancy(entries: 40, places: 128, unusedBytes: 0))
  }

  @Test func entriesOfASet() throws {
    var writer = writer(pointers: 8)
    let set = writer.node("object", "Set", size: 32)
    let table = writer.node("array", "", size: 325 * 8)
    writer.edge(set, "internal", "table", to: table)
    for entry in 0..<100 { writer.edge(table, "internal", "\(67 + 2 * entry)", to: writer.node("object", "Item")) }
    #expect(try occupancy(&writer, set) == Occupancy(entries: 100, places: 128, unusedBytes: 0))
  }

  /// A map of small numbers has no entry that a snapshot shows: nobody can tell.
  @Test func entriesOfNothingButNumbersAreNotKnown() throws {
    var writer = writer(pointers: 8)
    let map = writer.node("object", "Map", size: 32)
    writer.edge(map, "internal", "table", to: writer.node("array", "", size: 453 * 8))
    #expect(try occupancy(&writer, map) == nil)
  }

  /// 8,192 places take 6 + 3 * 8,192 words and a header of two.
  ///
  /// The names are there whatever the values are.
  @Test func propertiesInATable() throws {
    var writer = writer(pointers: 8)
    let object = writer.node("object", "Object", size: 24)
    let table = writer.node("array", "(object properties)", size: (8 + 3 * 8192) * 8)
    writer.edge(object, "internal", "properties", to: table)
    for entry in 0..<40 {
      writer.edge(table, "internal", "\(6 + 3 * 100 * entry)", to: writer.node("string", "n\(entry)"))
    }
    #expect(
      try occupancy(&writer, object) == Occupancy(entries: 40, places: 8192, unusedBytes: 3 * (8192 - 40) * 8))
  }

  @Test func elementsOfAnArray() throws {
    var writer = writer(pointers: 8)
    let array = writer.node("object", "Array", size: 32)
    let table = writer.node("array", "(object elements)", size: 16 + 8 * 150)
    writer.edge(array, "internal", "elements", to: table)
    for index in 0..<100 { writer.element(array, UInt64(index), to: writer.node("object", "Item")) }
    #expect(try occupancy(&writer, array) == Occupancy(entries: 100, places: 150, unusedBytes: 0))
  }

  @Test func listenersOfAnEmitter() throws {
    var writer = writer(pointers: 8)
    let bus = writer.node("object", "Bus")
    let events = writer.node("object", "Object")
    let list = writer.node("object", "Array")
    writer.edge(bus, "property", "_events", to: events)
    writer.edge(events, "property", "price", to: list)
    writer.edge(events, "property", "end", to: writer.node("closure", "onEnd", size: 64))
    writer.edge(events, "property", "__proto__", to: writer.node("closure", "odd", size: 64))
    for index in 0..<30 { writer.element(list, UInt64(index), to: writer.node("closure", "listener", size: 64)) }
    #expect(try occupancy(&writer, bus) == Occupancy(entries: 31, places: 31, unusedBytes: 0))
  }
}
