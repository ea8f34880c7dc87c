import ReferenceGraph

/// Roots that are alike, as the format tells them: goroutines that wait in one function, threads in one method.
public struct RootGroups: Sendable {
  /// Some roots that are alike.
  public struct Group: Sendable {
    /// What they have in common: `goroutines [chan send] main.produce main.go:17`.
    public let name: String
    /// Indices into `ReferenceGraph.roots`, ascending.
    public fileprivate(set) var roots: [Int] = []
    /// How many goroutines or threads they are of; one may have many roots.
    public fileprivate(set) var count = 0
    /// The longest that one of them has waited at least, in seconds, where the dump says that.
    public fileprivate(set) var longestWait: UInt64?
    /// The function that started them, where that is known and the same for all.
    public fileprivate(set) var creator: String?
  }

  /// Those of at least two goroutines or threads each.
  public let groups: [Group]
  /// The group of the first root that refers to an object.
  private let groupOfObject: [UInt32: Int]

  /// So many roots are asked which group they belong to.
  private static let rootLimit = 2_000_000

  init(_ context: RetentionContext, details: any ObjectDetails, progress: WorkProgress) throws(Cancelled) {
    var numbers: [String: Int] = [:]
    var found: [Group] = []
    var members: [Set<UInt64>] = []
    var objects: [UInt32: Int] = [:]
    for (index, root) in context.graph.roots.prefix(Self.rootLimit).enumerated() {
      if index & 0xffff == 0 { try progress.check(index) }
      guard context.retains(index, from: 0), let group = details.group(ofRoot: index) else { continue }
      let number = numbers[group.name] ?? found.count
      if number == found.count {
        numbers[group.name] = number
        found.append(Group(name: group.name))
        found[number].creator = group.creator
        members.append([])
      }
      found[number].roots.append(index)
      members[number].insert(group.member)
      if let waiting = group.waiting { found[number].longestWait = max(found[number].longestWait ?? 0, waiting) }
      if found[number].creator != group.creator { found[number].creator = nil }
      if objects[root.target.rawValue] == nil { objects[root.target.rawValue] = number }
    }
    // One alone is known by its root.
    var kept: [Group] = []
    var places: [Int?] = []
    for number in found.indices {
      found[number].count = members[number].count
      places.append(found[number].count > 1 ? kept.count : nil)
      if found[number].count > 1 { kept.append(found[number]) }
    }
    groups = kept
    groupOfObject = objects.compactMapValues { places[$0] }
  }

  /// An index into `groups`: the group of what holds `object` itself; nil when that is no root of a group.
  public func group(of object: ObjectID) -> Int? { groupOfObject.isEmpty ? nil : groupOfObject[object.rawValue] }

  var isEmpty: Bool { groups.isEmpty }
}
