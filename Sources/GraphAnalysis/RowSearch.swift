import ReferenceGraph

/// Finds the references from one object to another where the same objects are asked for again and again: a large array may
/// be what refers to each of a hundred thousand others.
struct RowSearch {
  private let graph: ReferenceGraph
  /// Of objects with many references that were asked for twice: target in the upper half, index in the row in the lower,
  /// ascending.
  private var sorted: [UInt32: [UInt64]] = [:]
  private var askedOnce: Set<UInt32> = []

  /// Shorter rows are gone through each time.
  private static let longRow = 64

  init(_ graph: ReferenceGraph) { self.graph = graph }

  /// Calls `body` with the index of each reference from `source` to `target`, ascending, until it returns false.
  mutating func each(from source: UInt32, to target: UInt32, _ body: (Int) -> Bool) {
    let range = graph.rows.range(of: ObjectID(source))
    if range.count > Self.longRow, sorted[source] == nil, !askedOnce.insert(source).inserted {
      var keys = range.map { UInt64(graph.rows.targets[$0]) << 32 | UInt64($0 - range.lowerBound) }
      sortKeys(&keys)
      sorted[source] = keys
    }
    guard let keys = sorted[source] else {
      for k in range where graph.rows.targets[k] == target {
        if !body(k) { return }
      }
      return
    }
    var low = keys.indices.bisection(where: { keys[$0] >> 32 >= UInt64(target) })
    while low < keys.count, keys[low] >> 32 == UInt64(target) {
      if !body(range.lowerBound + Int(keys[low] & 0xffff_ffff)) { return }
      low += 1
    }
  }
}
