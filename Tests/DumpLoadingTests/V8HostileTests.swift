import Foundation
import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// Snapshots that are cut off, damaged, or made to do harm.
struct V8HostileTests {
  private func look(at heap: Heap) {
    for id in heap.graph.objects ?? 1...1 where heap.graph.objectCount > 0 {
      let object = ObjectID(id)
      _ = heap.details.values(of: object, from: 0, limit: 8)
      _ = heap.details.text(of: object, limit: 40)
      _ = heap.details.distance(of: object)
    }
    for root in heap.graph.roots.indices { _ = heap.details.facts(ofRoot: root) }
  }

  @Test func cutAtEveryByte() throws {
    var writer = V8SnapshotWriter.sample()
    let whole = writer.bytes()
    let strings = whole.count - Array(writer.text().split(separator: "\"strings\"").last!.utf8).count
    let file = try ScratchFile(whole)
    for length in 1..<whole.count {
      try file.replace(Array(whole[..<length]))
      do {
        let heap = try DumpLoading.load(path: file.path)
        #expect(length >= strings && heap.facts.truncation?.contains("byte \(grouped(length))") == true)
        look(at: heap)
      } catch {
        #expect(length <= strings + 4, "\(length): \(error)")
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func whatFollowsTheSnapshotIsTold() throws {
    var writer = V8SnapshotWriter.sample()
    let snapshot = writer.bytes()
    #expect(try load(snapshot + Array(" \n".utf8)).facts.warnings.isEmpty)
    let twice = try load(snapshot + snapshot)
    #expect(twice.graph.objectCount == writer.nodes.count - 1)
    #expect(twice.facts.warnings.contains { $0.contains("bytes follow the snapshot, from byte") })
  }

  @Test func wrongFigures() throws {
    var writer = V8SnapshotWriter.sample()
    writer.nodeCount = 1 << 60
    writer.edgeCount = 3
    let heap = try load(writer.bytes())
    #expect(heap.graph.objectCount == writer.nodes.count - 1)
    #expect(heap.facts.checks.map(\.holds) == [false, false, true])
    #expect(heap.facts.warnings.count == 2)
    let text = writer.text()
    func error(_ old: String, _ new: String) -> String {
      guard let range = text.range(of: old) else { return "no \(old)" }
      return loadError(Array(text.replacingCharacters(in: range, with: new).utf8))?.description ?? "none"
    }
    #expect(error("\"edge_count\",", "\"edges\",").contains("node_fields has no edge_count"))
    #expect(error("\"nodes\":[9", "\"nodes\":[-9").contains("no whole number"))
    #expect(error("\"nodes\":[9", "\"nodes\":[99999999999999999999").contains("too large"))
    #expect(error("\"nodes\":[9", "\"nodes\":[9 9").contains("no comma"))
    #expect(error("\"nodes\":[9", "\"nodes\":[[9").contains("no whole number"))
    #expect(error("\"nodes\":[9", "\"nodes\":[],\"x\":[9").contains("there are none"))
    #expect(error("\"nodes\":[9", "\"nodes\":[9,9").contains("ends in the middle of a record"))
    #expect(error("\"nodes\"", "\"knots\"") == "cannot be read: the snapshot has no nodes")
    #expect(error("{\"snapshot\":{", "{\"snapshot\":[[[[[[[[[[[[{").contains("snapshot record at byte"))
    #expect(error("{\"snapshot\":{", "{\"snapshot\":1,\"x\":{").contains("no meta"))
    #expect(error("\"edges\":[", "\"edges\":[1,2,").contains("edge"))
  }

  @Test func indicesOutOfRange() throws {
    var writer = V8SnapshotWriter.sample()
    let text = writer.text()
    // To a node that is not there, into the middle of a node, and to the root.
    let start = try #require(text.range(of: "\"edges\":[")?.upperBound)
    let end = try #require(text[start...].firstIndex(of: "]"))
    var numbers = text[start..<end].split(separator: ",").map { UInt64($0) ?? 0 }
    numbers[3 * 5 + 2] = 7_000_000
    numbers[3 * 6 + 2] += 1
    numbers[3 * 7 + 2] = 0
    numbers[3 * 8 + 1] = 400_000_000
    let edges = numbers.map(String.init).joined(separator: ",")
    let heap = try load(Array((text[..<start] + edges + text[end...]).utf8))
    #expect(heap.facts.skipped.map(\.count) == [2, 1])
    #expect(heap.facts.warnings.contains { $0.hasPrefix("1 names are not in the table of strings") })
    look(at: heap)
    // No strings at all.
    let strings = try #require(text.range(of: "\"strings\":[")?.upperBound)
    let bare = try load(Array((text[..<strings] + "]}").utf8))
    #expect(bare.facts.warnings.contains { $0.contains("names are not in the table of strings, which has 0") })
    look(at: bare)
  }

  @Test func typesAndLocationsOutOfRange() throws {
    var writer = V8SnapshotWriter.sample()
    writer.locations.append([700_000, 1, 2, 3])
    // Two places for one object, which is of one class all the same.
    writer.locations += [[4 * 7, 5, 1, 1], [4 * 7, 5, 2, 2]]
    _ = writer.node("no such type", "x")
    let heap = try load(writer.bytes())
    #expect(heap.facts.skipped.map(\.what) == ["location of a node that is not there"])
    #expect(heap.facts.warnings == ["1 nodes and references are of types that refwalk does not know"])
    #expect(heap.graph.objectClass(of: ObjectID(4)).name == "App")
    look(at: heap)
  }

  @Test func deepNestingAndOddText() throws {
    var writer = V8SnapshotWriter.sample()
    writer.extra = "\"deep\":" + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000) + ","
    #expect(try load(writer.bytes()).graph.objectCount == writer.nodes.count - 1)
    writer.extra = "\"deep\":" + String(repeating: "[", count: 200_000)
    #expect(loadError(writer.bytes()) != nil)
    var odd = V8SnapshotWriter.sample()
    let names = ["\\ud800", "\\udc00\\ud800x", "\\u12", "\\q", "\\uZZZZ", "\\ud83d\\u0041"]
    for name in names { odd.element(3, 0, to: odd.node("string", name)) }
    var bytes = odd.bytes()
    if let place = bytes.indices.last(where: { bytes[$0] == UInt8(ascii: "Z") }) {
      bytes[place] = 0xff
      bytes[place - 1] = 0xc3
    }
    let heap = try load(bytes)
    look(at: heap)
    let first = ObjectID(UInt32(odd.nodes.count - names.count))
    #expect(heap.details.text(of: first, limit: 10)?.text == "\u{fffd}")
  }

  /// Damage at places and with values that a fixed generator gives; never a crash.
  @Test(arguments: 0..<2)
  func randomDamage(_ part: UInt64) throws {
    var writer = V8SnapshotWriter.sample()
    let whole = writer.bytes()
    let file = try ScratchFile(whole)
    var random = SeededNumbers(part)
    let likely = Array("0123456789,[]{}\":\\u \n".utf8)
    var opened = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0...random.below(4) {
        let place = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(likely[random.below(likely.count)], at: place)
        default: bytes[place] = likely[random.below(likely.count)]
        }
      }
      try file.replace(bytes)
      do {
        let heap = try DumpLoading.load(path: file.path)
        opened += 1
        look(at: heap)
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > 100)
  }
}
