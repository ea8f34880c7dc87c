import ReferenceGraph

/// Keeps those of many objects that retain most, in memory that does not grow with how many are added.
public struct LargestObjects {
  private let tree: DominatorTree
  private let limit: Int
  /// How many are kept before the smallest are dropped again.
  private let room: Int
  private var found: [(size: UInt64, id: UInt32)] = []
  private var floor: UInt64 = 0
  /// How many were added, kept or not.
  public private(set) var total = 0

  /// None yet; at most `limit` will be kept.
  public init(_ tree: DominatorTree, limit: Int) {
    self.tree = tree
    self.limit = max(0, limit)
    room = max(4096, 4 * min(self.limit, Int.max / 4))
  }

  /// Adds an object; true when it is one of the largest so far.
  @discardableResult
  public mutating func add(_ object: ObjectID) -> Bool {
    total += 1
    let size = tree.retainedSize(of: object)
    if found.count >= limit, size <= floor { return false }
    found.append((size, object.rawValue))
    if found.count >= room { drop() }
    return true
  }

  /// The largest, most retained first; of equal ones those with the lowest numbers, where they were added in that order.
  public var objects: [ObjectID] {
    mutating get {
      drop()
      return found.map { ObjectID($0.id) }
    }
  }

  private mutating func drop() {
    found.sort { ($0.size, $1.id) > ($1.size, $0.id) }
    found.removeLast(max(0, found.count - limit))
    if limit > 0, found.count == limit { floor = found[limit - 1].size }
  }
}
