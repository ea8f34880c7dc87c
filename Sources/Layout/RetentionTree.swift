import GraphAnalysis
import ReferenceGraph

/// A node of the retention tree: an object, or some of the objects below one taken together.
public enum RetentionNode: Hashable, Sendable {
  case object(ObjectID)
  /// Children that are alike: `8,111 × Session`; the number counts the groups of that parent.
  case group(parent: ObjectID, Int)
  /// All further children, none of which is worth a row of its own.
  case rest(parent: ObjectID)
  /// The parts that the parent is made of as a collection.
  case inside(parent: ObjectID)
}

/// The children of one object in the dominator tree as rows: those that are alike as one, wherever they stand, the
/// others alone while they are large, the rest as one.
///
/// Where entries are named, the parts of a collection are one row, and what they keep stands below the collection
/// itself.
public struct ChildArrangement: Sendable {
  /// Children of one class, or held by roots of one group, that are shown as one row.
  public struct Group: Sendable {
    /// What they have in common: their class, and what is said of their roots where those are alike.
    ///
    /// Text from a dump.
    public let name: String
    /// Index into `ReferenceGraph.classes`.
    public let classIndex: Int
    /// The objects, most retained first.
    public let members: [ObjectID]
    /// What the members retain together, in bytes.
    public let retained: UInt64
  }

  /// What stands in a row.
  public enum Entry: Sendable {
    case object(ObjectID)
    case group(Int)
    case rest
    case inside
  }

  /// The rows, in the order they are shown.
  public internal(set) var entries: [Entry] = []
  /// The groups that `Entry.group` counts.
  public internal(set) var groups: [Group] = []
  /// The children that `Entry.rest` stands for, most retained first.
  public internal(set) var rest: [ObjectID] = []
  /// What those retain together, in bytes.
  public internal(set) var restRetained: UInt64 = 0
  /// The tables and nodes of a collection that have no rows, ascending.
  public internal(set) var parts: [UInt32] = []
  /// The bytes of those themselves.
  public internal(set) var partBytes: UInt64 = 0

  /// Lists no longer than this have a row for every child.
  static let plainLimit = 12
  /// At most so many children have rows of their own in a longer list.
  static let singleLimit = 200
  /// So few of a kind do not make a group.
  static let groupMinimum = 4

  /// Arranges all children of `parent`; the work grows with their number.
  public init(of parent: ObjectID, analysis: HeapAnalysis) {
    let tree = analysis.dominators
    let found = CollectionInside(of: parent, analysis)
    let children = found.children
    (parts, partBytes) = (found.parts, found.bytes)
    // The bytes of parts may be counted with the collection already.
    let inside = partBytes == 0 ? [] : [(partBytes, Entry.inside)]
    guard children.count > Self.plainLimit else {
      entries = Self.ordered(children.map { (tree.retainedSize(of: $0), Entry.object($0)) } + inside)
      return
    }
    // A child is small under one in a thousand of the heap.
    let small = max(1, analysis.reachableBytes / 1000)
    let kinds = Kinds(of: children, below: parent, analysis)
    var alone: [ObjectID] = []
    for kind in kinds.ordered {
      var members = kind.members[...]
      var sum = kind.retained
      // One that outweighs all the others together stands alone.
      while let first = members.first, members.count >= Self.groupMinimum, 2 * tree.retainedSize(of: first) > sum,
        tree.retainedSize(of: first) >= small
      {
        alone.append(first)
        sum -= tree.retainedSize(of: first)
        members.removeFirst()
      }
      if members.count >= Self.groupMinimum, sum >= small || groups.count < 3 {
        groups.append(
          Group(name: kind.name, classIndex: kind.classIndex, members: Array(members), retained: sum))
        continue
      }
      for child in members {
        if tree.retainedSize(of: child) >= small, alone.count < Self.singleLimit {
          alone.append(child)
        } else {
          rest.append(child)
          restRetained += tree.retainedSize(of: child)
        }
      }
    }
    rest.sort { (tree.retainedSize(of: $0), $1) > (tree.retainedSize(of: $1), $0) }
    if rest.count == 1 {
      // It takes the row that would say that there is one more.
      alone += rest
      (rest, restRetained) = ([], 0)
    }
    var rows = alone.map { (tree.retainedSize(of: $0), Entry.object($0)) }
    rows += groups.indices.map { (groups[$0].retained, Entry.group($0)) }
    entries = Self.ordered(rows + inside)
    if rest.count > 0 { entries.append(.rest) }
  }

  /// A list is in the order of retained sizes, whatever its rows stand for.
  private static func ordered(_ rows: [(UInt64, Entry)]) -> [Entry] {
    rows.enumerated().sorted { ($0.element.0, $1.offset) > ($1.element.0, $0.offset) }.map(\.element.1)
  }

  /// Whether an object is one of the parts that have no rows.
  public func isPart(_ object: ObjectID) -> Bool {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle] < object.rawValue { low = middle + 1 } else { high = middle }
    }
    return low < parts.count && parts[low] == object.rawValue
  }

  /// Children by what they have in common.
  private struct Kinds {
    struct Kind {
      let name: String
      let classIndex: Int
      /// By retained size, descending.
      var members: [ObjectID] = []
      var retained: UInt64 = 0
    }

    private struct Key: Hashable {
      let classIndex: UInt32
      let group: Int?
    }

    private var kinds: [Kind] = []
    /// Those that retain most together first.
    var ordered: [Kind] {
      kinds.enumerated().sorted { ($0.element.retained, $1.offset) > ($1.element.retained, $0.offset) }.map(\.element)
    }

    /// Sorts `children`, which come most retained first, into kinds that are alike.
    init(of children: [ObjectID], below parent: ObjectID, _ analysis: HeapAnalysis) {
      let graph = analysis.graph
      let roots = parent == .root ? analysis.rootGroups : nil
      var numbers: [Key: Int] = [:]
      for child in children {
        let key = Key(classIndex: graph.classOfObject[child.index], group: roots?.group(of: child))
        let number = numbers[key] ?? kinds.count
        if number == kinds.count {
          numbers[key] = number
          var name = graph.classes[Int(key.classIndex)].name
          if let group = key.group, let known = roots?.groups[group] {
            name += ", held by \(Count.text(known.count)) \(known.name)"
          }
          kinds.append(Kind(name: name, classIndex: Int(key.classIndex)))
        }
        kinds[number].members.append(child)
        kinds[number].retained += analysis.dominators.retainedSize(of: child)
      }
    }
  }
}

/// The dominator tree as a source of rows.
public struct RetentionTree: TreeSource {
  let analysis: HeapAnalysis
  /// Arrangements made so far; a node without one counts as folded.
  let arrangements: [ObjectID: ChildArrangement]

  /// The tree as far as it is unfolded: below a node without an arrangement nothing is shown.
  public init(analysis: HeapAnalysis, arrangements: [ObjectID: ChildArrangement]) {
    self.analysis = analysis
    self.arrangements = arrangements
  }

  /// Lists longer than this are arranged off the screen's thread.
  public static let inlineLimit = 2048

  /// Whether to arrange the children of an object would be felt by who waits for it.
  public static func isLong(_ object: ObjectID, _ analysis: HeapAnalysis) -> Bool {
    analysis.dominators.childCount(of: object) > inlineLimit || CollectionInside.isLarge(object, analysis)
  }

  /// How many rows `node` unfolds into; one at most where its children have not been arranged.
  public func childCount(of node: RetentionNode) -> Int {
    switch node {
    case .object(let id):
      arrangements[id]?.entries.count ?? min(1, analysis.dominators.childCount(of: id))
    case .group(let parent, let number): arrangements[parent]?.groups[number].members.count ?? 0
    case .rest(let parent): arrangements[parent]?.rest.count ?? 0
    case .inside: 0
    }
  }

  /// The node in row `index` below `node`.
  public func child(of node: RetentionNode, at index: Int) -> RetentionNode {
    switch node {
    case .object(let id):
      switch arrangements[id]?.entries[index] {
      case .object(let child): return .object(child)
      case .group(let number): return .group(parent: id, number)
      case .inside: return .inside(parent: id)
      case .rest, nil: return .rest(parent: id)
      }
    case .group(let parent, let number): return .object(arrangements[parent]!.groups[number].members[index])
    case .rest(let parent): return .object(arrangements[parent]!.rest[index])
    case .inside: preconditionFailure("the inside of a collection has no rows")
    }
  }

  /// The bytes that go when what the node stands for goes.
  public func retainedSize(of node: RetentionNode) -> UInt64 {
    switch node {
    case .object(let id): analysis.dominators.retainedSize(of: id)
    case .group(let parent, let number): arrangements[parent]?.groups[number].retained ?? 0
    case .rest(let parent): arrangements[parent]?.restRetained ?? 0
    case .inside(let parent): arrangements[parent]?.partBytes ?? 0
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
