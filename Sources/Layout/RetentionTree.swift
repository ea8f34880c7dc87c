import GraphAnalysis
import ReferenceGraph

/// A node of the retention tree: an object, or some of the objects below one taken together.
public enum RetentionNode: Hashable, Sendable {
  case object(ObjectID)
  /// Many small children of one class: `8,111 × Session`; the number counts the groups of that parent.
  case group(parent: ObjectID, Int)
  /// All further children, none of which is worth a row of its own.
  case rest(parent: ObjectID)
}

/// The children of one object in the dominator tree as rows: large ones alone, small ones by class, the rest as one.
public struct ChildArrangement: Sendable {
  /// Children of one class that are shown as one row.
  public struct Group: Sendable {
    public let classIndex: Int
    /// By retained size, descending.
    public let members: [ObjectID]
    public let retained: UInt64
  }

  /// What stands in a row.
  public enum Entry: Sendable {
    case object(ObjectID)
    case group(Int)
    case rest
  }

  public internal(set) var entries: [Entry] = []
  public internal(set) var groups: [Group] = []
  public internal(set) var rest: [ObjectID] = []
  public internal(set) var restRetained: UInt64 = 0

  /// Lists no longer than this have a row for every child.
  static let plainLimit = 40
  /// At most so many children have rows of their own in a longer list.
  static let singleLimit = 200
  /// So few of a class do not make a group.
  static let groupMinimum = 4

  /// Arranges all children of `parent`; the work grows with their number.
  public init(of parent: ObjectID, analysis: HeapAnalysis) {
    let tree = analysis.dominators
    let count = tree.childCount(of: parent)
    let children = tree.children(of: parent, 0..<count)
    // A child is small under one in a thousand of the heap, and where its parent has much more than it.
    let small = max(1, analysis.reachableBytes / 1000)
    let single = max(small, parent == .root ? 0 : tree.retainedSize(of: parent) / 100)
    guard count > Self.plainLimit else {
      entries = children.map { .object($0) }
      return
    }
    var singles = 0
    while singles < min(count, Self.singleLimit), tree.retainedSize(of: children[singles]) >= single { singles += 1 }
    var members: [UInt32: [ObjectID]] = [:]
    var sums: [UInt32: UInt64] = [:]
    for child in children[singles...] {
      let number = analysis.graph.classOfObject[child.index]
      members[number, default: []].append(child)
      sums[number, default: 0] += tree.retainedSize(of: child)
    }
    var alone = Array(children[..<singles])
    let order = sums.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    for (number, sum) in order {
      let list = members[number]!
      if list.count >= Self.groupMinimum, sum >= small || groups.count < 3 {
        groups.append(Group(classIndex: Int(number), members: list, retained: sum))
      } else {
        for child in list {
          if tree.retainedSize(of: child) >= small, alone.count < Self.singleLimit {
            alone.append(child)
          } else {
            rest.append(child)
            restRetained += tree.retainedSize(of: child)
          }
        }
      }
    }
    rest.sort { (tree.retainedSize(of: $0), $1) > (tree.retainedSize(of: $1), $0) }
    // A list is in the order of retained sizes, whatever its rows stand for.
    var rows = alone.map { (tree.retainedSize(of: $0), Entry.object($0)) }
    rows += groups.indices.map { (groups[$0].retained, Entry.group($0)) }
    entries = rows.enumerated().sorted { ($0.element.0, $1.offset) > ($1.element.0, $0.offset) }.map(\.element.1)
    if rest.count > 0 { entries.append(.rest) }
  }
}

/// The dominator tree as a source of rows.
public struct RetentionTree: TreeSource {
  let analysis: HeapAnalysis
  /// Arrangements made so far; a node without one counts as folded.
  let arrangements: [ObjectID: ChildArrangement]

  public init(analysis: HeapAnalysis, arrangements: [ObjectID: ChildArrangement]) {
    self.analysis = analysis
    self.arrangements = arrangements
  }

  /// Lists longer than this are arranged off the screen's thread.
  public static let inlineLimit = 2048

  public func childCount(of node: RetentionNode) -> Int {
    switch node {
    case .object(let id):
      arrangements[id]?.entries.count ?? min(1, analysis.dominators.childCount(of: id))
    case .group(let parent, let number): arrangements[parent]?.groups[number].members.count ?? 0
    case .rest(let parent): arrangements[parent]?.rest.count ?? 0
    }
  }

  public func child(of node: RetentionNode, at index: Int) -> RetentionNode {
    switch node {
    case .object(let id):
      switch arrangements[id]?.entries[index] {
      case .object(let child): return .object(child)
      case .group(let number): return .group(parent: id, number)
      case .rest, nil: return .rest(parent: id)
      }
    case .group(let parent, let number): return .object(arrangements[parent]!.groups[number].members[index])
    case .rest(let parent): return .object(arrangements[parent]!.rest[index])
    }
  }

  /// The bytes that go when what the node stands for goes.
  public func retainedSize(of node: RetentionNode) -> UInt64 {
    switch node {
    case .object(let id): analysis.dominators.retainedSize(of: id)
    case .group(let parent, let number): arrangements[parent]?.groups[number].retained ?? 0
    case .rest(let parent): arrangements[parent]?.restRetained ?? 0
    }
  }

  /// The index of the entry of `parent` that is, or holds, `child`, and of `child` within it if it holds more.
  public func position(of child: ObjectID, under parent: ObjectID) -> (entry: Int, member: Int?)? {
    guard let arrangement = arrangements[parent] else { return nil }
    for (index, entry) in arrangement.entries.enumerated() {
      switch entry {
      case .object(let id) where id == child: return (index, nil)
      case .group(let number):
        let group = arrangement.groups[number]
        guard Int(analysis.graph.classOfObject[child.index]) == group.classIndex else { continue }
        if let member = group.members.firstIndex(of: child) { return (index, member) }
      case .rest:
        if let member = arrangement.rest.firstIndex(of: child) { return (index, member) }
      default: continue
      }
    }
    return nil
  }
}
