import DumpLoading
import Foundation
import ReferenceGraph
import Testing

/// Which references lead to the insides of collections, in each format that knows collections.
@Suite struct CollectionPartsTests {
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples")

  private func heap(_ path: String, executable: String? = nil) throws -> Heap {
    let options = LoadOptions(executable: executable.map { Self.samples.appending(path: $0).path })
    return try DumpLoading.load(path: Self.samples.appending(path: path).path, options: options)
  }

  /// The names of the entries that lead to what a collection keeps, past its parts.
  private func entries(of object: ObjectID, in heap: Heap) -> [String] {
    var names: [String] = []
    var waiting = [object]
    var seen: Set<ObjectID> = [object]
    while let next = waiting.popLast() {
      for place in heap.graph.references(of: next) {
        let target = heap.graph.target(of: place)
        if heap.isInside(place) {
          if seen.insert(target).inserted { waiting.append(target) }
        } else {
          names.append(heap.fieldName(of: place))
        }
      }
    }
    return names
  }

  private func objects(of name: String, in heap: Heap) -> [ObjectID] {
    (1...UInt32(heap.graph.objectCount)).map { ObjectID($0) }.filter { heap.graph.objectClass(of: $0).name == name }
  }

  @Test func ofGo() throws {
    let heap = try heap("go-leaks/after.heapdump.gz", executable: "go-leaks/go-leaks")
    let map = try #require(objects(of: "map[string]*main.Product", in: heap).first)
    let names = entries(of: map, in: heap)
    #expect(names.filter { $0.hasPrefix("[\"") }.count == 2000)
    // Keys are contents: who asks for bare names does not get them.
    let group = try #require(objects(of: "map.group[string]*main.Product", in: heap).first)
    let bare = Set(
      heap.graph.references(of: group).map { heap.details.fieldName(heap.graph.fields[$0.index], of: group) })
    #expect(bare == ["[]", "key"])
    #expect(heap.isInside(try #require(heap.graph.references(of: map).first)))
    let session = try #require(objects(of: "main.SessionCache", in: heap).first)
    #expect(heap.graph.references(of: session).allSatisfy { !heap.isInside($0) })
  }

  @Test func ofV8() throws {
    let heap = try heap("node-leaks/node-leaks.heapsnapshot.gz")
    var (maps, sets) = (0, 0)
    for name in ["Map", "Set"] {
      for object in objects(of: name, in: heap) {
        guard let listed = heap.details.entries(of: object, from: 0, limit: .max) else { continue }
        // As many as there are in use, each with a name; a page of them is a part of all.
        let occupancy = heap.details.occupancy(of: object)
        #expect(listed.total == listed.values.count && (occupancy?.entries ?? 0) == listed.total)
        let page = heap.details.entries(of: object, from: 1, limit: 2)
        #expect(page?.values == Array(listed.values.dropFirst().prefix(2)))
        if listed.values.contains(where: { $0.name.hasPrefix("[\"") }) { maps += 1 }
        if name == "Set", !listed.values.isEmpty { sets += 1 }
      }
    }
    #expect(maps > 3 && sets > 1)
    // Small objects of the engine are shown as they are written.
    var constants: Set<String> = []
    for id in 1...UInt32(heap.graph.objectCount) {
      for value in heap.details.values(of: ObjectID(id), from: 0, limit: 20).values where value.target != nil {
        if let excerpt = value.excerpt { constants.insert(excerpt.text) }
      }
    }
    #expect(constants.isSuperset(of: ["null", "undefined", "true", "false"]), "\(constants.prefix(20))")
  }
}
