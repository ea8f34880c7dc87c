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

  /// The row of `source` sorted by target, where it is long and has been asked for before.
  private mutating func keys(of source: UInt32, _ range: Range<Int>) -> [UInt64]? {
    guard range.count > Self.longRow else { return nil }
    if let keys = sorted[source] { return keys }
    if askedOnce.insert(source).inserted { return nil }
    var keys = range.map { UInt64(graph.rows.targets[$0]) << 32 | UInt64($0 - range.lowerBound) }
    sortKeys(&keys)
    sorted[source] = keys
    return keys
  }

  /// Calls `body` with the index of each reference from `source` to one of `targets`, ascending.
  ///
  /// These ascend, and `isTarget` is whether an object is one of them.
  mutating func each(
    from source: UInt32, toAnyOf targets: some Collection<UInt32>, isTarget: (UInt32) -> Bool, _ body: (Int) -> Void
  ) {
    let range = graph.rows.range(of: ObjectID(source))
    guard let keys = keys(of: source, range) else {
      for k in range where isTarget(graph.rows.targets[k]) { body(k) }
      return
    }
    var found: [Int] = []
    for target in targets {
      var low = Self.first(of: target, in: keys)
      while low < keys.count, keys[low] >> 32 == UInt64(target) {
        found.append(range.lowerBound + Int(keys[low] & 0xffff_ffff))
        low += 1
      }
    }
    found.sort()
    for k in found { body(k) }
  }

  private static func first(of target: UInt32, in keys: [UInt64]) -> Int {
    keys.indices.bisection(where: { keys[$0] >> 32 >= UInt64(target) })
  }

  /// Calls `body` with the index of each reference from `source` to `target`, ascending, until it returns false.
  mutating func each(from source: UInt32, to target: UInt32, _ body: (Int) -> Bool) {
    let range = graph.rows.range(of: ObjectID(source))
    guard let keys = keys(of: source, range) else {
      for k in range where graph.rows.targets[k] == target {
        if !body(k) { return }
      }
      return
    }
    var low = Self.first(of: target, in: keys)
    while low < keys.count, keys[low] >> 32 == UInt64(target) {
      if !body(range.lowerBound + Int(keys[low] & 0xffff_ffff)) { return }
      low += 1
    }
  }
}
