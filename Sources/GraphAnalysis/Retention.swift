import ReferenceGraph

/// The first steps of the analysis: components, shortest paths, retention tree.
///
/// Each piece of scratch memory goes as soon as it is not needed any more; together they are what a heap takes most
/// memory for.
struct Retention: ~Copyable {
  let tree: DominatorTree
  let paths: ShortestPaths
  let members: ComponentMembers
  /// All references seen from their targets, whatever the policies say.
  let referrers: ReferenceRows
  let omittedRetaining: Int
  let omittedCycles: Int

  init(
    graph: ReferenceGraph, options: AnalysisOptions, progress: WorkProgress, firstStep: Int
  ) throws(Cancelled) {
    let retaining = PolicyFilter(options.retaining, graph: graph)
    let cycles = PolicyFilter(options.cycles, graph: graph)
    // One search does for both when no reference between objects tells the policies apart.
    let isOneGraph =
      (retaining.keepsEveryObjectReference && cycles.keepsEveryObjectReference)
      || (options.retaining.kinds == options.cycles.kinds
        && options.retaining.leftOutClasses == options.cycles.leftOutClasses)
    // A search, a pass over the objects, and another search.
    progress.begin(
      AnalysisStep.findCycles, from: firstStep, total: UInt64(graph.rows.rowCount) * (isOneGraph ? 2 : 3))
    let (rows, omitted) = retaining.rows()
    let roots = RootTiers(retaining, graph)
    var pages = PageStore()
    let cyclic =
      isOneGraph
      ? try CyclicMembers(rows, roots, pages: &pages, progress: progress)
      : try CyclicMembers(cycles, retainingRows: rows, roots, pages: &pages, progress: progress)
    let members = cyclic.members
    let leftOutOfCycles = cyclic.omitted ?? Self.omitted(by: cycles, graph)
    let order = cyclic.order
    progress.begin(AnalysisStep.findReferrers, from: firstStep, total: UInt64(graph.rows.rowCount))
    let last = Self.lastOnPaths(options.retaining.lastOnPaths, graph)
    // The referrers of all references serve when nothing but roots is left out: those are told apart by their targets.
    let servesAll = retaining.keepsEveryObjectReference
    let seen = servesAll ? graph.rows : rows
    let reversed = FlatRows.reversed(offsets: seen.offsets, targets: seen.targets, pages: &pages)
    try progress.check(graph.rows.rowCount)
    let rootTargets =
      seen === rows && roots.isOne
      ? FlatArray(zeroed: 0) : Self.rootTargets(roots, numbers: order.numbers, order.tierEnds)
    let (tree, paths) = try retentionTree(
      rows, order, referrers: reversed,
      rootTargets: rootTargets,
      roots: roots, last: last, sizes: graph.sizes, largeSizes: graph.largeSizes, pages: &pages, progress: progress,
      firstStep: firstStep)
    let referrers: ReferenceRows
    if servesAll {
      referrers = ReferenceRows(reversed)
    } else {
      reversed.give(to: &pages)
      referrers = graph.rows.reversed(pages: &pages)
      try progress.check(graph.rows.rowCount)
    }
    self.tree = tree
    self.paths = paths
    self.members = members
    self.referrers = referrers
    omittedRetaining = omitted
    omittedCycles = leftOutOfCycles
  }

  /// The members of components, and the search that the retention tree is built from.
  private struct CyclicMembers: ~Copyable {
    let members: ComponentMembers
    let order: DepthFirstOrder
    /// References that the cycle policy leaves out, where they were counted.
    let omitted: Int?

    /// One search for both.
    init(_ rows: ReferenceRows, _ roots: RootTiers, pages: inout PageStore, progress: WorkProgress) throws(Cancelled) {
      let order = try DepthFirstOrder(rows, roots: roots, includingUnreached: true, pages: &pages, progress: progress)
      let members = try ComponentMembers(
        order, offsets: rows.offsets, targets: rows.targets, progress: progress, done: rows.rowCount)
      self.members = members
      self.order = order
      omitted = nil
    }

    /// One for each.
    init(
      _ cycles: PolicyFilter, retainingRows: ReferenceRows, _ roots: RootTiers, pages: inout PageStore,
      progress: WorkProgress
    ) throws(Cancelled) {
      let rows = cycles.flatRows(pages: &pages)
      let omitted = cycles.omitted(from: rows)
      let cycleOrder = try DepthFirstOrder(
        rows, roots: roots, includingUnreached: true, pages: &pages, progress: progress)
      let members = try ComponentMembers(
        cycleOrder, offsets: rows.offsets, targets: rows.targets, progress: progress, done: rows.rowCount)
      cycleOrder.give(to: &pages)
      rows.give(to: &pages)
      let order = try DepthFirstOrder(
        retainingRows, roots: roots, includingUnreached: false, pages: &pages, progress: progress,
        done: 2 * retainingRows.rowCount)
      self.members = members
      self.order = order
      self.omitted = omitted
    }
  }

  /// A bit for each object, whether a root of its own tier refers to it.
  private static func rootTargets(
    _ roots: RootTiers, numbers: borrowing FlatArray<UInt32>, _ tierEnds: TierEnds
  ) -> FlatArray<UInt64> {
    let bits = FlatArray<UInt64>(zeroed: numbers.count / 64 + 1)
    for stage in roots.stages {
      for target in stage.targets where tierEnds.tier(at: numbers[target]) == stage.tier {
        bits[target >> 6] |= 1 << UInt64(target & 63)
      }
    }
    return bits
  }

  /// The references of `kinds` that no other reference of their object doubles: source in the upper half, target in the
  /// lower, ascending.
  private static func lastOnPaths(_ kinds: ReferenceKinds, _ graph: ReferenceGraph) -> [UInt64] {
    guard !kinds.isEmpty, graph.kinds.count > 0 else { return [] }
    return references(of: kinds, graph.rows.offsets, graph.rows.targets, graph.kinds)
  }

  @inline(never)
  private static func references(
    of wanted: ReferenceKinds, _ offsets: borrowing FlatArray<UInt32>, _ targets: borrowing FlatArray<UInt32>,
    _ kinds: borrowing FlatArray<UInt8>
  ) -> [UInt64] {
    let bits = wanted.rawValue
    var found: [UInt64] = []
    let rows = offsets.count - 1
    var row = 1
    while row < rows {
      let first = Int(offsets[row])
      let end = Int(offsets[row &+ 1])
      var k = first
      while k < end {
        if bits &>> UInt32(kinds[k]) & 1 != 0 {
          let target = targets[k]
          var isDoubled = false
          var other = first
          while other < end {
            if targets[other] == target, bits &>> UInt32(kinds[other]) & 1 == 0 { isDoubled = true }
            other &+= 1
          }
          if !isDoubled { found.append(UInt64(row) << 32 | UInt64(target)) }
        }
        k &+= 1
      }
      row &+= 1
    }
    sortKeys(&found)
    return found
  }

  /// The number of references that a policy leaves out, those of roots counted.
  private static func omitted(by filter: PolicyFilter, _ graph: ReferenceGraph) -> Int {
    if filter.keepsEverything { return 0 }
    var omitted = 0
    for source in 0..<(filter.keepsEveryObjectReference ? 1 : graph.rows.rowCount) {
      for k in graph.rows.range(of: ObjectID(source)) where !filter.keeps(reference: k, from: UInt32(source)) {
        omitted += 1
      }
    }
    return omitted - graph.roots.count { $0.reference == .listing }
  }
}

/// The retention tree and the shortest paths of the objects that a depth-first search reached.
///
/// - `referrers`: the references seen from their targets: at least those of `rows`.
/// - `rootTargets`: a bit for each object, whether a root that counts refers to it; empty when all roots among the
///   referrers count.
/// - `roots`: what the search began with; nil for row 0.
/// - `last`: references that paths follow only to what nothing else of the tier reaches: source in the upper half,
///   target in the lower, ascending.
/// - `lap`: called with the name of each part when it is done, for measurements.
package func retentionTree(
  _ rows: ReferenceRows, _ order: consuming DepthFirstOrder, referrers: borrowing FlatRows,
  rootTargets: consuming FlatArray<UInt64>, roots: RootTiers? = nil, last: [UInt64] = [],
  sizes: borrowing FlatArray<UInt32>, largeSizes: [UInt32: UInt64],
  pages: inout PageStore, progress: WorkProgress, firstStep: Int, lap: (String) -> Void = { _ in }
) throws(Cancelled) -> (DominatorTree, ShortestPaths) {
  let reached = order.reached
  let tierEnds = order.tierEnds
  progress.begin(AnalysisStep.findDominators, from: firstStep, total: 2 * UInt64(reached))
  let objects = order.objects
  let numbers = order.numbers
  let parents = order.parents
  pages.give(order.states)
  let dominators = try immediateDominators(
    parents: parents, objects: objects, numbers: numbers, tierEnds: tierEnds, offsets: referrers.offsets,
    referrers: referrers.targets, rootTargets: rootTargets, pages: &pages, progress: progress)
  pages.give(parents)
  lap("dominators")
  progress.begin(AnalysisStep.findPaths, from: firstStep, total: UInt64(reached))
  let paths = ShortestPaths(
    arrivals: try breadthFirstArrivals(
      rows, roots: roots ?? RootTiers(rows), last: last, pages: &pages, progress: progress))
  lap("shortest paths")
  progress.begin(AnalysisStep.buildTree, from: firstStep, total: UInt64(reached))
  let tree = try DominatorTree(
    DominatorOrder(dominators, pages: &pages), tierEnds: tierEnds, objects: objects, numbers: numbers, sizes: sizes,
    largeSizes: largeSizes, pages: &pages, progress: progress, lap: lap)
  return (tree, paths)
}
