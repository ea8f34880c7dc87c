import ReferenceGraph

/// Everything that is computed of a heap when it is opened, step by step. Immutable once made.
public final class HeapAnalysis: Sendable {
  /// The names of the steps, in order, as progress shows them.
  public static let steps: [String] = [
    "Find cycles", "Find referrers", "Find dominators", "Find shortest paths", "Build retention tree",
    "Measure cycles", "Group cycles by shape", "Count classes", "Rank suspects",
  ]

  public let heap: Heap
  public let options: AnalysisOptions
  /// References that the retaining policy leaves out, those of roots counted.
  public let omittedRetaining: Int
  /// References that the cycle policy leaves out, those of roots counted.
  public let omittedCycles: Int
  public let reachableObjects: Int
  public let reachableBytes: UInt64
  public let unreachableObjects: Int
  public let unreachableBytes: UInt64
  public let dominators: DominatorTree
  public let paths: ShortestPaths
  /// For each object what refers to it, ascending; all references, and the virtual root as source of a root's.
  public let referrers: ReferenceRows
  public let components: Components
  /// Ranked: those that hold most first, those that no root reaches last.
  public let shapes: [CycleShape]
  public let histogram: ClassHistogram
  /// Components that are never freed: only the rule on finalizers keeps them, and it keeps them for ever.
  public let finalizerCycles: Set<ComponentID>
  /// Where objects were allocated; nil when the dump does not say.
  public let allocationSites: AllocationSites?
  /// Ranked by score.
  public let suspects: [Suspect]
  let context: RetentionContext

  public var graph: ReferenceGraph { heap.graph }
  /// The references that keep objects alive.
  public var retaining: ReferencePolicy { options.retaining }
  /// The references that make cycles.
  public var cyclePolicy: ReferencePolicy { options.cycles }

  /// Runs all steps.
  /// - Parameters:
  ///   - progress: told of each step and asked whether to go on.
  ///   - firstStep: the index of the first analysis step in `progress.steps`.
  /// - Throws: `Cancelled` when `progress` says so.
  public init(heap: Heap, options: AnalysisOptions, progress: WorkProgress, firstStep: Int = 0) throws(Cancelled) {
    self.heap = heap
    self.options = options
    let graph = heap.graph
    let count = UInt64(graph.rows.rowCount)

    progress.begin(firstStep, total: count)
    let retention = try Retention(graph: graph, options: options, progress: progress, firstStep: firstStep)
    omittedRetaining = retention.omittedRetaining
    omittedCycles = retention.omittedCycles
    let tree = retention.tree
    let paths = retention.paths
    let members = retention.members
    dominators = tree
    self.paths = paths
    reachableObjects = tree.objects.count - 1
    reachableBytes = tree.retained[0]
    unreachableObjects = graph.objectCount - reachableObjects

    referrers = retention.referrers
    let context = RetentionContext(
      graph: graph, options: options, tree: tree, paths: paths, referrers: referrers)
    self.context = context

    progress.begin(firstStep + 5, total: count)
    let measures = try ComponentMeasures(members, context, progress: progress)

    progress.begin(firstStep + 6, total: UInt64(members.count))
    let shapeOfComponent = FlatArray<UInt32>(zeroed: members.count)
    let signatures = try ShapeGrouping(context, details: heap.details)
      .group(members, into: shapeOfComponent, progress: progress)
    shapes = try CycleShape.ranked(
      signatures: signatures, shapes: shapeOfComponent, members: members, measures: measures, tree: tree,
      progress: progress)
    components = Components(
      policy: options.cycles, members: members, measures: measures, shapes: shapeOfComponent)

    progress.begin(firstStep + 7, total: count)
    histogram = try ClassHistogram(graph: graph, tree: tree, progress: progress)
    allocationSites = try AllocationSites(
      heap.details.allocations(), graph: graph, tree: tree, progress: progress)
    unreachableBytes = histogram.allRows.reduce(0) { $0 + $1.shallow } - reachableBytes

    progress.begin(firstStep + 8, total: UInt64(shapes.count))
    finalizerCycles = try FinalizerCycles(context: context, components: components).find(progress: progress)
    suspects = try SuspectSearch(
      context: context, components: components, shapes: shapes, options: options, reachableBytes: reachableBytes,
      heap: heap, histogram: histogram, finalizerCycles: finalizerCycles
    ).run(progress: progress)
    progress.begin(firstStep + 9, total: 0)
  }

  /// The same analysis with entries of collections named by their keys, or shown as they lie: see `Heap.namesEntries`.
  public func naming(entries: Bool) -> HeapAnalysis {
    var heap = heap
    heap.namesEntries = entries
    return HeapAnalysis(self, heap: heap)
  }

  /// The analysis of another, which is shared, on the same graph.
  private init(_ other: HeapAnalysis, heap: Heap) {
    self.heap = heap
    options = other.options
    omittedRetaining = other.omittedRetaining
    omittedCycles = other.omittedCycles
    reachableObjects = other.reachableObjects
    reachableBytes = other.reachableBytes
    unreachableObjects = other.unreachableObjects
    unreachableBytes = other.unreachableBytes
    dominators = other.dominators
    paths = other.paths
    referrers = other.referrers
    components = other.components
    shapes = other.shapes
    histogram = other.histogram
    finalizerCycles = other.finalizerCycles
    allocationSites = other.allocationSites
    suspects = other.suspects
    context = other.context
  }

  /// A shortest path from a root: the first reference is the root's own, the last refers to `id`.
  /// Empty for the virtual root and for objects that no root reaches.
  public func path(to id: ObjectID) -> [ReferencePlace] { context.path(to: id) }

  /// The references that ways from roots to `id` are listed by: those that retain, without the kinds that explain little
  /// (`ReferencePolicy.lastOnPaths`) where a way without them leads there.
  public func pathPolicy(to id: ObjectID) -> ReferencePolicy {
    let last = retaining.lastOnPaths
    let isLoose = path(to: id).contains {
      $0.source != .root && last.contains(graph.kind(ofReference: Int($0.index)))
    }
    guard !last.isEmpty, !isLoose else { return retaining }
    return ReferencePolicy(
      name: retaining.name, summary: retaining.summary, kinds: retaining.kinds.subtracting(last),
      leftOutClasses: retaining.leftOutClasses)
  }

  /// Bytes and objects that no root would reach any more without these references.
  ///
  /// For one reference the retention tree knows the answer; for several it is searched for near them, and, when that
  /// goes too far, by a search of the whole heap. Exact in each case.
  /// - Parameter progress: told how many objects the search of the whole heap has reached.
  /// - Throws: `Cancelled` when `progress` says so.
  public func whatIf(
    cutting references: [ReferencePlace], progress: WorkProgress
  ) throws(Cancelled) -> (freedBytes: UInt64, freedObjects: Int) {
    let freed = try context.freed(cutting: references, progress: progress)
    return (freed.bytes, freed.objects)
  }

  /// The same for those who wait for it however long it takes.
  public func whatIf(cutting references: [ReferencePlace]) -> (freedBytes: UInt64, freedObjects: Int) {
    uncancelled { progress throws(Cancelled) in try whatIf(cutting: references, progress: progress) }
  }
}
