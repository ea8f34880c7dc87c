import ReferenceGraph
import Synchronization

/// How the table of a `Map` or `Set` lies in memory: some counts, the buckets, then the entries.
struct V8HashTable: Sendable {
  /// The slot of the first entry.
  let first: Int
  /// Slots of an entry: key, value and chain, or key and chain.
  let width: Int
  let places: Int

  var isMap: Bool { width == 3 }

  /// - Parameter words: the size of the table in words. Three counts, a bucket for every two entries, then key (and
  ///   value) and chain of each entry.
  init?(words: Int) {
    guard words > 5 else { return nil }
    for width in [3, 2] {
      // words = 2 + 3 + places / 2 + width * places
      let places = 2 * (words - 5) / (2 * width + 1)
      guard places >= 2, places & (places - 1) == 0, 5 + places / 2 + width * places == words else { continue }
      (first, self.width, self.places) = (3 + places / 2, width, places)
      return
    }
    return nil
  }

  /// The entry that a slot belongs to, and whether it is its value; nil for counts, buckets and chains.
  func place(of slot: Int) -> (entry: Int, isValue: Bool)? {
    guard slot >= first, (slot - first) % width < width - 1 else { return nil }
    return ((slot - first) / width, (slot - first) % width == 1)
  }
}

/// The tables of all Maps and Sets, found by one pass over the objects when the first is asked for.
final class V8HashTables: Sendable {
  private let known = Mutex<[UInt32: V8HashTable]?>(nil)

  func prepare(_ details: V8HeapSnapshotDetails) { _ = layout(of: .root, in: details) }

  /// How a table lies in memory; nil for all that is no table of a Map or Set.
  func layout(of table: ObjectID, in details: V8HeapSnapshotDetails) -> V8HashTable? {
    known.withLock { known in
      let all = known ?? Self.tables(details)
      known = all
      return all[table.rawValue]
    }
  }

  private static func tables(_ details: V8HeapSnapshotDetails) -> [UInt32: V8HashTable] {
    let graph = details.graph
    var result: [UInt32: V8HashTable] = [:]
    guard let objects = graph.objects, graph.fields.count > 0 else { return result }
    // By number of a name whether it is the one that is looked for: 0 while nobody has asked.
    let answers = FlatArray<UInt8>(zeroed: Int(clamping: details.nameCount))
    for id in objects {
      for k in graph.rows.range(of: ObjectID(id)) where V8Field.type(of: graph.fields[k]) == .internal {
        let field = graph.fields[k]
        let number = Int(field & V8Field.valueMask)
        guard field & V8Field.isLarge == 0, number < answers.count else { continue }
        if answers[number] == 0 { answers[number] = details.bareName(field, limit: 16) == "table" ? 2 : 1 }
        guard answers[number] == 2, details.node(ObjectID(id))?.type == .object else { continue }
        let table = graph.rows.targets[k]
        // Those of weak collections have other tables.
        guard !graph.objectClass(of: ObjectID(id)).name.hasPrefix("Weak"),
          let words = details.words(of: ObjectID(table)),
          let layout = V8HashTable(words: words)
        else { continue }
        result[table] = layout
      }
    }
    return result
  }
}
