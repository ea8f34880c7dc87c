import GraphAnalysis
import ReferenceGraph

/// Keeps those of many objects that retain most.
struct LargestObjects {
  private let tree: DominatorTree
  private let limit: Int
  private var found: [(size: UInt64, id: UInt32)] = []
  private var floor: UInt64 = 0
  /// How many were added, kept or not.
  private(set) var total = 0

  init(_ tree: DominatorTree, limit: Int) {
    self.tree = tree
    self.limit = limit
  }

  /// Adds an object; true when it is one of the largest so far.
  @discardableResult
  mutating func add(_ object: ObjectID) -> Bool {
    total += 1
    let size = tree.retainedSize(of: object)
    if found.count >= limit, size <= floor { return false }
    found.append((size, object.rawValue))
    if found.count >= 4 * limit { drop() }
    return true
  }

  /// The largest, by retained size; of equal ones the first.
  var objects: [ObjectID] {
    mutating get {
      drop()
      return found.map { ObjectID($0.id) }
    }
  }

  private mutating func drop() {
    found.sort { ($0.size, $1.id) > ($1.size, $0.id) }
    found.removeLast(max(0, found.count - limit))
    if found.count == limit { floor = found[limit - 1].size }
  }
}
