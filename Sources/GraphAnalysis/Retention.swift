import ReferenceGraph

/// The first steps of the analysis: components, shortest paths, retention tree. Each piece of scratch memory goes as
/// soon as it is not needed any more; together they are what a heap takes most memory for.
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
    let (rows, omitted) = retaining.rows()
    var pages = PageStore()
    let cyclic =
      isOneGraph
      ? try CyclicMembers(rows, pages: &pages, progress: progress)
      : try CyclicMembers(cycles, retainingRows: rows, pages: &pages, progress: progress)
    let members = cyclic.members
    let leftOutOfCycles = cyclic.omitted ?? Self.omitted(by: cycles, graph)
    let order = cyclic.order
    let (tree, paths) = try retentionTree(
      rows, order, certainRoots: Self.certainRoots(retaining, graph),
      last: Self.lastOnPaths(options.retaining.lastOnPaths, graph), sizes: graph.sizes, largeSizes: graph.largeSizes,
      pages: &pages, progress: progress, firstStep: firstStep)
    progress.begin(firstStep + 3, total: UInt64(graph.rows.rowCount))
    referrers = graph.rows.reversed(pages: &pages)
    self.tree = tree
    self.paths = paths
    self.members = members
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
    init(_ rows: ReferenceRows, pages: inout PageStore, progress: WorkProgress) throws(Cancelled) {
      let order = try DepthFirstOrder(rows, includingUnreached: true, pages: &pages, progress: progress)
      let members = try ComponentMembers(
        order, offsets: rows.offsets, targets: rows.targets, progress: progress)
      self.members = members
      self.order = order
      omitted = nil
    }

    /// One for each.
    init(
      _ cycles: PolicyFilter, retainingRows: ReferenceRows, pages: inout PageStore, progress: WorkProgress
    ) throws(Cancelled) {
      let rows = cycles.flatRows(pages: &pages)
      let omitted = cycles.omitted(from: rows)
      let cycleOrder = try DepthFirstOrder(rows, includingUnreached: true, pages: &pages, progress: progress)
      let members = try ComponentMembers(
        cycleOrder, offsets: rows.offsets, targets: rows.targets, progress: progress)
      cycleOrder.give(to: &pages)
      rows.give(to: &pages)
      let order = try DepthFirstOrder(
        retainingRows, includingUnreached: false, pages: &pages, progress: progress)
      self.members = members
      self.order = order
      self.omitted = omitted
    }
  }

  /// What roots refer to that are certain; empty when all are, or none.
  private static func certainRoots(_ retaining: PolicyFilter, _ graph: ReferenceGraph) -> [UInt32] {
    let kept = graph.roots.indices.filter { retaining.keeps(reference: $0, from: 0) }
    let certain = kept.filter { graph.roots[$0].reference == .strong }
    return certain.count == kept.count ? [] : certain.map { graph.roots[$0].target.rawValue }
  }

  /// The references of `kinds` that no other reference of their object doubles: source in the upper half, target in the
  /// lower.
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

/// Shortest paths and the retention tree of the objects that a depth-first search reached.
/// - Parameters:
///   - certainRoots: objects that paths start from before they start from other roots' objects; empty for no preference.
///   - last: references that paths follow only to what nothing else reaches: source in the upper half, target in the
///     lower.
///   - lap: called with the name of each part when it is done, for measurements.
package func retentionTree(
  _ rows: ReferenceRows, _ order: consuming DepthFirstOrder, certainRoots: [UInt32] = [],
  last: [UInt64] = [], sizes: borrowing FlatArray<UInt32>, largeSizes: [UInt32: UInt64],
  pages: inout PageStore, progress: WorkProgress, firstStep: Int,
  lap: (String) -> Void = { _ in }
) throws(Cancelled) -> (DominatorTree, ShortestPaths) {
  let count = UInt64(order.reached)
  progress.begin(firstStep + 1, total: count)
  let preorder = try preorderRows(of: rows, order, pages: &pages, progress: progress)
  lap("gather")
  let numbers = order.numbers
  let first = certainRoots.map { numbers[$0] }
  var lastNumbers: [UInt64] = []
  for reference in last {
    let source = numbers[UInt32(reference >> 32)]
    guard source < UInt32(order.reached) else { continue }
    lastNumbers.append(UInt64(source) << 32 | UInt64(numbers[UInt32(truncatingIfNeeded: reference)]))
  }
  sortKeys(&lastNumbers)
  let arrivals = try breadthFirstArrivals(
    preorder, first: first, last: lastNumbers, pages: &pages, progress: progress)
  lap("shortest paths")
  progress.begin(firstStep + 2, total: 2 * count)
  let referrers = preorder.reversed(pages: &pages)
  preorder.give(to: &pages)
  lap("reverse")
  let objects = order.objects
  let parents = order.parents
  pages.give(order.marks)
  let dominators = try immediateDominators(
    parents: parents, referrers: referrers, pages: &pages, progress: progress)
  referrers.give(to: &pages)
  pages.give(parents)
  lap("dominators")
  let retained = retainedSizes(
    objects: objects, dominators: dominators, sizes: sizes, largeSizes: largeSizes, pages: &pages)
  lap("retained sizes")
  let places = DominatorOrder(dominators, pages: &pages)
  let arranged = arrange(arrivals, places.places, pages: &pages)
  let tree = try DominatorTree(
    places, objects: objects, numbers: numbers, retained: retained, pages: &pages, progress: progress)
  let paths = ShortestPaths(arrivals: arranged, tree: tree)
  lap("layout")
  return (tree, paths)
}

/// Bytes of each object and all it dominates, by preorder number: a dominator's number is less than those it dominates.
@inline(never)
private func retainedSizes(
  objects: borrowing FlatArray<UInt32>, dominators: borrowing FlatArray<UInt32>, sizes: borrowing FlatArray<UInt32>,
  largeSizes: [UInt32: UInt64], pages: inout PageStore
) -> FlatArray<UInt64> {
  let count = dominators.count
  let retained = pages.take(count, of: UInt64.self)
  var i = 0
  while i < count {
    if i &+ 32 < count { sizes.prefetch(objects[i &+ 32]) }
    let size = sizes[objects[i]]
    retained[i] = size == .max ? largeSizes[objects[i]] ?? UInt64(size) : UInt64(size)
    i &+= 1
  }
  i = count &- 1
  while i > 0 {
    let dominator = dominators[i]
    retained[dominator] = retained[dominator] &+ retained[i]
    i &-= 1
  }
  return retained
}

/// The shortest paths by places, parents too.
@inline(never)
private func arrange(
  _ arrivals: consuming FlatArray<ShortestPaths.Arrival>, _ places: borrowing FlatArray<UInt32>,
  pages: inout PageStore
) -> FlatArray<ShortestPaths.Arrival> {
  let count = places.count
  let result = pages.take(count, of: ShortestPaths.Arrival.self)
  var i = 0
  while i < count {
    var arrival = arrivals[i]
    arrival.parent = places[arrival.parent]
    result[places[i]] = arrival
    i &+= 1
  }
  pages.give(arrivals)
  return result
}
