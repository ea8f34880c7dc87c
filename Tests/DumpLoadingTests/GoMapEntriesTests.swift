import ReferenceGraph
import Testing

@testable import DumpLoading

/// What maps keep their entries in has more slots than entries.
struct GoMapEntriesTests {
  /// What a map keeps its entries in, in all its tables and old buckets.
  private func storage(of map: ObjectID, in heap: Heap) -> Set<ObjectID> {
    let inside = ["map.group[", "map.table[", "[]*map.table[", "map.bucket["]
    var found: Set<ObjectID> = []
    var waiting = [map]
    while let next = waiting.popLast() {
      for place in heap.graph.references(of: next) {
        let target = heap.graph.target(of: place)
        let name = heap.graph.objectClass(of: target).name
        if inside.contains(where: name.hasPrefix), found.insert(target).inserted { waiting.append(target) }
      }
    }
    return found.filter {
      let name = heap.graph.objectClass(of: $0).name
      return name.hasPrefix("map.group[") || name.hasPrefix("map.bucket[")
    }
  }

  /// Maps with keys that take one line, their lengths and the lines on their keys.
  private func maps(_ heap: Heap) throws -> [(length: Int, keys: Int)] {
    let graph = heap.graph
    var maps: [(length: Int, keys: Int)] = []
    for id in try #require(graph.objects).map({ ObjectID($0) }) {
      let name = graph.objectClass(of: id).name
      guard ["map[string]", "map[int]", "map[uint64]", "map[int32]"].contains(where: name.hasPrefix) else { continue }
      let header = heap.details.values(of: id, from: 0, limit: 1).values[0]
      guard [".used", ".count"].contains(header.name), let length = Int(header.text) else { continue }
      var keys = 0
      for part in storage(of: id, in: heap) {
        let rows = heap.details.values(of: part, from: 0, limit: .max)
        #expect(rows.values.count == rows.total)
        keys += rows.values.count { $0.name.hasPrefix("key ") }
      }
      maps.append((length, keys))
    }
    return maps
  }

  @Test(arguments: ["small-after", "small-before"]) func groupsShowAsManyEntriesAsTheMapHas(_ name: String) throws {
    let maps = try maps(GoTypesFixture.heap(name))
    #expect(maps.count > 10 && maps.contains { $0.length > 20 })
    for map in maps { #expect(map.keys == map.length) }
  }

  @Test func bucketsShowAsManyEntriesAsTheMapHas() throws {
    let file = try ScratchFile(Fixture.unpacked("go-kinds/kinds.gz"))
    let maps = try maps(
      DumpLoading.load(
        path: Fixture.path("go-kinds/kinds.heapdump.gz"), options: LoadOptions(executable: file.path)))
    #expect(maps.contains { $0.length == 2 })
    for map in maps { #expect(map.keys == map.length) }
  }

  @Test func pagesOfEntriesAreThoseOfTheWhole() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let graph = heap.graph
    let groups = try #require(graph.objects).map { ObjectID($0) }
      .filter { graph.objectClass(of: $0).name.hasPrefix("map.group[") }
    let largest = try #require(groups.max { graph.size(of: $0) < graph.size(of: $1) })
    let all = heap.details.values(of: largest, from: 0, limit: .max)
    #expect(all.total > 100)
    #expect(all.values[0].name == ".ctrl" && all.values[0].text.hasSuffix("slots full"))
    for first in [1, 2, all.total / 2, all.total - 1] {
      #expect(heap.details.values(of: largest, from: first, limit: 3).values == Array(all.values[first...].prefix(3)))
    }
    #expect(heap.details.values(of: largest, from: all.total, limit: 3).values.isEmpty)
    // Names of references are those of the lines.
    let names = Set(all.values.map(\.name))
    for place in graph.references(of: largest) {
      let name = heap.fieldName(of: place)
      #expect(names.contains(name) || names.contains { $0.hasPrefix(name) })
    }
  }

  /// A group of four kinds of slots on machines of both orders of bytes, and a bucket.
  @Test(arguments: [false, true]) func slotsAreFullByTheirMarks(_ isBigEndian: Bool) throws {
    var table = GoTypeTable()
    func type(_ kind: GoTypeTable.Kind, _ name: String, size: UInt64, element: UInt32 = 0, count: UInt64 = 0) -> UInt32
    {
      var entry = GoTypeTable.Entry()
      (entry.kind, entry.size, entry.element, entry.count) = (kind, size, element, count)
      entry.name = table.add(name: name)
      return table.add(entry)
    }
    let number = type(.unsigned, "uint64", size: 8)
    let pair = type(.structure, "", size: 16)
    table.setFields([("key", number, 0), ("elem", number, 8)], of: pair)
    let group = type(.structure, "map.group[uint64]uint64", size: 136)
    let slots = type(.array, "[8]", size: 128, element: pair, count: 8)
    table.setFields([("ctrl", number, 0), ("slots", slots, 8)], of: group)
    let bucket = type(.structure, "bucket<uint64,uint64>", size: 144)
    let words = type(.array, "[8]uint64", size: 64, element: number, count: 8)
    table.setFields(
      [("tophash", number, 0), ("keys", words, 8), ("values", words, 72), ("overflow", number, 136)], of: bucket)

    let groups = try #require(GoMapStorage(group, table, isBigEndian: isBigEndian))
    // Full, deleted, empty, full …
    var marks: [UInt8] = [0x00, 0xfe, 0x80, 0x7f, 0x80, 0x80, 0x80, 0x01]
    if isBigEndian { marks.reverse() }
    let memory = marks + [UInt8](repeating: 0, count: 128)
    #expect(memory.withUnsafeBytes { groups.fullSlots($0, at: 0) } == 0b1000_1001)
    #expect(memory.withUnsafeBytes { groups.fullSlots($0, at: 132) } == 0)
    #expect(groups.slot(holding: 8).map { "\($0)" } == "(index: 0, isValue: false)")
    #expect(groups.slot(holding: 135).map { "\($0)" } == "(index: 7, isValue: true)")
    #expect(groups.slot(holding: 0) == nil && groups.slot(holding: 136) == nil)
    // Three groups' room is that of two, and what the allocator gave too much.
    #expect(groups.number(in: 136 * 3) == 2 && groups.number(in: 135) == 0)

    let buckets = try #require(GoMapStorage(bucket, table, isBigEndian: isBigEndian))
    let hashes: [UInt8] = [0, 1, 2, 3, 4, 5, 0, 255]
    #expect(hashes.withUnsafeBytes { buckets.fullSlots($0, at: 0) } == 0b1010_0000)
    #expect(buckets.slot(holding: 72).map { "\($0)" } == "(index: 0, isValue: true)")
    #expect(buckets.slot(holding: 136) == nil && buckets.number(in: 144 * 3) == 3)
  }
}
