import ReferenceGraph

/// What the analyses of single objects and components look things up in.
struct RetentionContext: Sendable {
  let graph: ReferenceGraph
  /// The references that keep objects alive, and those that make cycles.
  let retaining: PolicyFilter
  let cycles: PolicyFilter
  let keepsAllRetaining: Bool
  /// Whether there are roots of a later tier than the first: see `RootTier`.
  let hasTiers: Bool
  /// Whether every reference keeps its target alive.
  var retainsAll: Bool { keepsAllRetaining && !hasTiers }
  /// Kinds of references that paths go through only where no others lead.
  let lastOnPaths: ReferenceKinds
  let keepsAllCycles: Bool
  /// Whether some objects have tables that list their values once more: see `ObjectClass.Flags.backingStore`.
  let hasTables: Bool
  let tree: DominatorTree
  let paths: ShortestPaths
  let referrers: ReferenceRows
  /// Roots that keep their targets alive, in the order of the targets: target in the upper half, index in the lower.
  private let rootsByTarget: [UInt64]
  /// By object that stands for a group of roots: the root that names it.
  let groupRoots: [UInt32: Int]
  /// What roots reach that the dump records.
  let recorded: Freed
  /// What holds objects although the dump has no root for it, or may hold them; and what each of it holds, nil where
  /// that is nothing.
  let knowledge: UnreachableKnowledge
  private(set) var unrecorded: UnrecordedHolders?
  let possible: PossibleHolders?
  /// What objects are that nothing holds, nor may hold, as far as is known.
  let unheld: Hold

  init(
    heap: Heap, options: AnalysisOptions, tree: DominatorTree, paths: ShortestPaths, referrers: ReferenceRows
  ) {
    graph = heap.graph
    knowledge = heap.details.unreachable(heap.facts.unreachable) { tree.isReachable($0) }
    retaining = PolicyFilter(options.retaining, graph: graph)
    possible = PossibleHolders(knowledge, graph, tree, retaining)
    // In a dump that was cut short nobody can say.
    unheld = heap.facts.truncation == nil && knowledge.rest == .garbage ? .garbage : .notKnown
    cycles = PolicyFilter(options.cycles, graph: graph)
    keepsAllRetaining = retaining.keepsEverything
    lastOnPaths = options.retaining.lastOnPaths
    keepsAllCycles = cycles.keepsEveryObjectReference
    hasTables = graph.classes.contains { $0.flags.contains(.backingStore) }
    self.tree = tree
    self.paths = paths
    self.referrers = referrers
    var keys: [UInt64] = []
    var hasTiers = false
    var groups: [UInt32: Int] = [:]
    for (index, root) in graph.roots.enumerated() {
      if retaining.keeps(reference: index, from: 0) {
        let tier = retaining.tier(ofRoot: index)
        if tier > .certain { hasTiers = true }
        if tree.tier(of: root.target) == tier {
          keys.append(UInt64(root.target.rawValue) << 32 | UInt64(root.standing) << 30 | UInt64(index))
        }
      }
      if graph.objectClass(of: root.target).flags.contains(.rootGroup), groups[root.target.rawValue] == nil {
        groups[root.target.rawValue] = index
      }
    }
    self.hasTiers = hasTiers
    groupRoots = groups
    recorded = Self.recorded(tree)
    sortKeys(&keys)
    rootsByTarget = keys
    looseInLongRows = keepsAllRetaining ? [] : Self.loose(graph, retaining)
    unrecorded = UnrecordedHolders(knowledge, graph, tree, paths) { roots(of: $0).first }
  }

  /// All that roots reach, without what only roots hold that the dump does not record.
  private static func recorded(_ tree: DominatorTree) -> Freed {
    var bytes = tree.retained[0]
    var place = tree.tierEnds[.finalizer]
    while place < tree.tierEnds.all {
      bytes -= tree.retained[place]
      place += tree.counts[place]
    }
    return Freed(bytes: bytes, objects: Int(tree.tierEnds[.finalizer]) - 1)
  }

  /// Objects that refer to more are asked for one of their references often.
  private static let longRow = 256
  /// Of objects with many references: source in the upper half, target in the lower, where none of them retains the target.
  private let looseInLongRows: Set<UInt64>

  private static func loose(_ graph: ReferenceGraph, _ retaining: PolicyFilter) -> Set<UInt64> {
    var loose: Set<UInt64> = []
    for source in 1..<UInt32(max(1, graph.rows.rowCount)) {
      let range = graph.rows.range(of: ObjectID(source))
      guard range.count > longRow else { continue }
      let pair = { (k: Int) in UInt64(source) << 32 | UInt64(graph.rows.targets[k]) }
      let before = loose.count
      for k in range where !retaining.keeps(reference: k, from: source) { loose.insert(pair(k)) }
      if loose.count > before {
        for k in range where retaining.keeps(reference: k, from: source) { loose.remove(pair(k)) }
      }
    }
    return loose
  }

  /// Whether a root retains `target`.
  private func hasRoot(_ target: UInt32) -> Bool {
    let first = firstRoot(of: target)
    return first < rootsByTarget.count && rootsByTarget[first] >> 32 == UInt64(target)
  }

  /// Where the roots of `target` begin in the order of targets.
  private func firstRoot(of target: UInt32) -> Int {
    rootsByTarget.indices.bisection(where: { rootsByTarget[$0] >> 32 >= UInt64(target) })
  }

  /// The roots that retain `target`, those of its tier: indices into `graph.roots`, those first that explain most: see
  /// `Root.standing`.
  func roots(of target: UInt32) -> [Int] {
    var low = firstRoot(of: target)
    var result: [Int] = []
    while low < rootsByTarget.count, rootsByTarget[low] >> 32 == UInt64(target) {
      result.append(Int(rootsByTarget[low] & 0x3fff_ffff))
      low += 1
    }
    return result
  }

  /// Calls `body` with each of those, at most `limit` of them; returns whether that were all.
  func eachRoot(of target: UInt32, limit: Int, _ body: (Int) -> Void) -> Bool {
    let first = firstRoot(of: target)
    var slot = first
    while slot < rootsByTarget.count, rootsByTarget[slot] >> 32 == UInt64(target) {
      if slot - first == limit { return false }
      body(Int(rootsByTarget[slot] & 0x3fff_ffff))
      slot += 1
    }
    return true
  }

  /// Whether the reference at `index`, in the row of `source` or of the roots, keeps its target alive.
  @inline(__always) func retains(_ index: Int, from source: UInt32) -> Bool {
    (keepsAllRetaining || retaining.keeps(reference: index, from: source))
      && (!hasTiers || isOfTier(index, from: source))
  }

  /// Whether a reference does not lead into an earlier tier.
  private func isOfTier(_ index: Int, from source: UInt32) -> Bool {
    if source == 0 { return tree.tier(of: graph.roots[index].target) == retaining.tier(ofRoot: index) }
    return !tree.tierEnds.isLater(tree.places[source], than: tree.places[graph.rows.targets[index]])
  }

  /// Whether only roots hold the object at `place` that the dump does not record: those are none of its referrers.
  @inline(__always) func isUnrecorded(_ place: UInt32) -> Bool {
    place >= tree.tierEnds[.finalizer] && place < tree.tierEnds.all
  }

  /// Whether the reference at `index`, in the row of object `source`, can be part of a cycle.
  @inline(__always) func joins(_ index: Int, from source: UInt32) -> Bool {
    keepsAllCycles || cycles.keeps(reference: index, from: source)
  }

  /// Whether `source`, which refers to `target`, does so in a way that retains it.
  func retains(_ target: UInt32, from source: UInt32) -> Bool {
    if retainsAll { return true }
    if source == 0 { return hasRoot(target) }
    if tree.tierEnds.isLater(tree.places[source], than: tree.places[target]) { return false }
    if keepsAllRetaining { return true }
    // Who asks for each element of a large array must not go through all of them each time.
    if graph.rows.range(of: ObjectID(source)).count > Self.longRow {
      return !looseInLongRows.contains(UInt64(source) << 32 | UInt64(target))
    }
    for k in graph.rows.range(of: ObjectID(source)) where graph.rows.targets[k] == target {
      if retaining.keeps(reference: k, from: source) { return true }
    }
    return false
  }

  /// The retaining references to `target` from reachable objects that it does not dominate, at most `limit`.
  func outsideReferences(to target: UInt32, limit: Int) -> [ReferencePlace] {
    var search = RowSearch(graph)
    return outsideReferences(to: target, limit: limit, &search)
  }

  /// The same for one of many objects.
  func outsideReferences(to target: UInt32, limit: Int, _ search: inout RowSearch) -> [ReferencePlace] {
    var result: [ReferencePlace] = []
    let place = tree.places[target]
    guard place != .max else { return [] }
    if isUnrecorded(place) {
      for root in roots(of: target).prefix(limit) { result.append(ReferencePlace(source: .root, index: root)) }
      if result.count == limit { return result }
    }
    var last: UInt32 = .max
    for slot in referrers.range(of: ObjectID(target)) {
      let source = referrers.targets[slot]
      // The referrers ascend: an object with several references to the target stands there several times.
      if source == last { continue }
      last = source
      let sourcePlace = tree.places[source]
      if sourcePlace == .max || tree.contains(place, sourcePlace) { continue }
      if source == 0 {
        if isUnrecorded(place) { continue }
        for root in roots(of: target) {
          result.append(ReferencePlace(source: .root, index: root))
          if result.count == limit { return result }
        }
        continue
      }
      search.each(from: source, to: target) { k in
        if retains(k, from: source) { result.append(ReferencePlace(source: ObjectID(source), index: k)) }
        return result.count < limit
      }
      if result.count == limit { return result }
    }
    return result
  }
}
