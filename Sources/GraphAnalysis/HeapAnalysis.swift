import ReferenceGraph

/// Everything that is computed of a heap when it is opened, step by step: as a whole, or the parts that are there
/// already while the rest goes on.
///
/// Immutable once made.
public final class HeapAnalysis: Sendable {
  /// The names of the steps, in order, as progress shows them.
  public static let steps = AnalysisStep.names

  /// How much of an analysis there is: each part with those before it.
  public enum Readiness: Int, Comparable, Sendable {
    /// Retention tree, shortest paths and referrers; no components, classes and suspects yet.
    case retention
    /// Components and shapes too, and which cycles are never freed.
    case cycles
    /// Classes too, and where objects were allocated.
    case classes
    /// All of it.
    case whole

    /// Whether `left` is there before `right`.
    public static func < (left: Readiness, right: Readiness) -> Bool { left.rawValue < right.rawValue }
  }

  /// What was analysed.
  public let heap: Heap
  /// The policies and limits it was analysed by.
  public let options: AnalysisOptions
  /// What there is; the rest is empty.
  public let readiness: Readiness
  /// References that the retaining policy leaves out, those of roots counted.
  public let omittedRetaining: Int
  /// References that the cycle policy leaves out, those of roots counted.
  public let omittedCycles: Int
  /// How many roots there are of each kind.
  public let rootCounts: [RootKind: Int]
  /// How many objects roots reach that the dump records.
  public let reachableObjects: Int
  /// Their shallow sizes together, in bytes.
  public let reachableBytes: UInt64
  /// All others: also what only something holds that the dump does not record.
  public let unreachableObjects: Int
  /// The shallow sizes of the others in bytes; 0 until classes have been counted.
  public let unreachableBytes: UInt64
  /// The retention tree of what is reached, with retained sizes.
  public let dominators: DominatorTree
  /// A shortest path to each object that is reached.
  public let paths: ShortestPaths
  /// For each object what refers to it, ascending; all references, and the virtual root as source of a root's.
  public let referrers: ReferenceRows
  /// The cycles, as strongly connected components.
  public let components: Components
  /// The shapes of cycles, ranked: those that hold most first, those that no root reaches last.
  public let shapes: [CycleShape]
  /// Components that a root holds.
  public let heldCycles: Int
  /// Cycles by what holds them.
  let cycleHolds: CycleHolds
  /// The names, without numbers, of the classes whose objects are in cycles.
  public let cycleClasses: Set<String>
  /// Objects and bytes by class.
  public let histogram: ClassHistogram
  /// Components that are never freed: only the rule on finalizers keeps them, and it keeps them for ever.
  public let finalizerCycles: Set<ComponentID>
  /// Where objects were allocated; nil when the dump does not say.
  public let allocationSites: AllocationSites?
  /// The roots that are alike.
  public let rootGroups: RootGroups
  /// In the order of their bytes; those that only references hold which the collector does not count stand last.
  public let suspects: [Suspect]
  let context: RetentionContext
  // What the above was taken from.
  private let base: RetentionPart
  private let cyclesPart: CyclesPart?
  private let classesPart: ClassesPart?

  /// The graph of the heap.
  public var graph: ReferenceGraph { heap.graph }
  /// The references that keep objects alive.
  public var retaining: ReferencePolicy { options.retaining }
  /// The references that make cycles.
  public var cyclePolicy: ReferencePolicy { options.cycles }

  /// Runs all steps.
  ///
  /// - `progress`: told of each step and asked whether to go on.
  /// - `firstStep`: the index of the first analysis step in `progress.steps`.
  /// - `whenReady`: given each part of the analysis before the whole when it is there, with those before it; what they
  ///   have in common is shared.
  /// - Throws: `Cancelled` when `progress` says so.
  public convenience init(
    heap: Heap, options: AnalysisOptions, progress: WorkProgress, firstStep: Int = 0,
    whenReady: (HeapAnalysis) -> Void = { _ in }
  ) throws(Cancelled) {
    let graph = heap.graph
    let count = UInt64(graph.rows.rowCount)

    let retention = try Retention(graph: graph, options: options, progress: progress, firstStep: firstStep)
    let tree = retention.tree
    let members = retention.members
    let context = RetentionContext(
      heap: heap, options: options, tree: tree, paths: retention.paths, referrers: retention.referrers)
    let base = RetentionPart(
      heap: heap, options: options, context: context, omittedRetaining: retention.omittedRetaining,
      omittedCycles: retention.omittedCycles,
      rootGroups: try RootGroups(context, details: heap.details, progress: progress))
    whenReady(HeapAnalysis(base))

    progress.begin(AnalysisStep.measureCycles, from: firstStep, total: count)
    let measures = try ComponentMeasures(members, context, progress: progress)

    progress.begin(AnalysisStep.groupCycles, from: firstStep, total: UInt64(members.count))
    let shapeOfComponent = FlatArray<UInt32>(zeroed: members.count)
    let signatures = try ShapeGrouping(context, details: heap.details)
      .group(members, into: shapeOfComponent, progress: progress)
    let shapes = try CycleShape.ranked(
      signatures: signatures, shapes: shapeOfComponent, members: members, measures: measures, context: context,
      details: heap.details, progress: progress)
    let components = Components(
      policy: options.cycles, members: members, measures: measures, shapes: shapeOfComponent)
    let cycles = CyclesPart(
      components: components, shapes: shapes, holds: CycleHolds(shapes, components, context),
      finalizerCycles: try FinalizerCycles(context: context, components: components, heap: heap).find(
        progress: progress))
    whenReady(HeapAnalysis(base, cycles))

    progress.begin(AnalysisStep.countClasses, from: firstStep, total: count)
    let classes = ClassesPart(
      histogram: try ClassHistogram(graph: graph, tree: tree, progress: progress),
      allocationSites: try AllocationSites(
        heap.details.allocations(), graph: graph, tree: tree, progress: progress))
    whenReady(HeapAnalysis(base, cycles, classes))

    progress.begin(AnalysisStep.rankSuspects, from: firstStep, total: UInt64(shapes.count))
    let suspects = try SuspectSearch(
      context: context, components: components, shapes: shapes, options: options,
      reachableBytes: context.recorded.bytes,
      heap: heap, histogram: classes.histogram, rootGroups: base.rootGroups, finalizerCycles: cycles.finalizerCycles
    ).run(progress: progress)
    progress.begin(firstStep + Self.steps.count, total: 0)
    self.init(base, cycles, classes, suspects)
  }

  /// What the first steps find.
  private struct RetentionPart {
    var heap: Heap
    let options: AnalysisOptions
    let context: RetentionContext
    let omittedRetaining: Int
    let omittedCycles: Int
    let rootCounts: [RootKind: Int]
    let rootGroups: RootGroups

    init(
      heap: Heap, options: AnalysisOptions, context: RetentionContext, omittedRetaining: Int, omittedCycles: Int,
      rootGroups: RootGroups
    ) {
      (self.heap, self.options, self.context) = (heap, options, context)
      self.rootGroups = rootGroups
      (self.omittedRetaining, self.omittedCycles) = (omittedRetaining, omittedCycles)
      var counts: [RootKind: Int] = [:]
      for root in heap.graph.roots.prefix(heap.graph.recordedRootCount) { counts[root.kind, default: 0] += 1 }
      rootCounts = counts
    }
  }

  private struct CyclesPart {
    let components: Components
    let shapes: [CycleShape]
    let holds: CycleHolds
    let finalizerCycles: Set<ComponentID>
    let heldCycles: Int
    let cycleClasses: Set<String>

    init(components: Components, shapes: [CycleShape], holds: CycleHolds, finalizerCycles: Set<ComponentID>) {
      (self.components, self.shapes, self.holds) = (components, shapes, holds)
      self.finalizerCycles = finalizerCycles
      heldCycles = shapes.reduce(0) { $0 + $1.heldCount }
      cycleClasses = Set(shapes.lazy.flatMap { $0.signature.lazy.map(\.source) })
    }
  }

  private struct ClassesPart {
    let histogram: ClassHistogram
    let allocationSites: AllocationSites?
    let shallowBytes: UInt64

    init(histogram: ClassHistogram, allocationSites: AllocationSites?) {
      (self.histogram, self.allocationSites) = (histogram, allocationSites)
      shallowBytes = histogram.allRows.reduce(0) { $0 + $1.shallow }
    }
  }

  /// Of the parts that there are; all when there are suspects, even if nothing is suspect.
  private init(
    _ base: RetentionPart, _ cycles: CyclesPart? = nil, _ classes: ClassesPart? = nil, _ suspects: [Suspect]? = nil
  ) {
    (self.base, cyclesPart, classesPart) = (base, cycles, classes)
    heap = base.heap
    options = base.options
    readiness = cycles == nil ? .retention : classes == nil ? .cycles : suspects == nil ? .classes : .whole
    omittedRetaining = base.omittedRetaining
    omittedCycles = base.omittedCycles
    rootCounts = base.rootCounts
    rootGroups = base.rootGroups
    context = base.context
    let tree = context.tree
    reachableObjects = context.recorded.objects
    reachableBytes = context.recorded.bytes
    unreachableObjects = context.graph.objectCount - reachableObjects
    dominators = tree
    paths = context.paths
    referrers = context.referrers
    components = cycles?.components ?? Components(noneUnder: base.options.cycles)
    shapes = cycles?.shapes ?? []
    heldCycles = cycles?.heldCycles ?? 0
    cycleHolds = cycles?.holds ?? CycleHolds([], components, context)
    cycleClasses = cycles?.cycleClasses ?? []
    finalizerCycles = cycles?.finalizerCycles ?? []
    histogram = classes?.histogram ?? ClassHistogram(rows: [], unrecordedRows: [], allRows: [])
    allocationSites = classes?.allocationSites
    let recordedBytes = reachableBytes
    unreachableBytes = classes.map { $0.shallowBytes - recordedBytes } ?? 0
    self.suspects = suspects ?? []
  }

  /// Whether `other` is of the same run: another part of it, or with entries named otherwise.
  ///
  /// Objects and components have the same numbers in both, and what was found in one holds in the other.
  public func isOfSameRun(as other: HeapAnalysis) -> Bool { dominators === other.dominators }

  /// The same analysis with entries of collections named by their keys, or shown as they lie: see `Heap.namesEntries`.
  public func naming(entries: Bool) -> HeapAnalysis {
    var base = base
    base.heap.namesEntries = entries
    return HeapAnalysis(base, cyclesPart, classesPart, readiness == .whole ? suspects : nil)
  }

  /// A shortest path from a root: the first reference is the root's own, the last refers to `id`.
  ///
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
      leftOutClasses: retaining.leftOutClasses, ranksRoots: retaining.ranksRoots)
  }

  /// Whether `source` refers to `target` out of a later tier of roots, so that it does not hold it: see `RootTier`.
  public func isOutranked(_ source: ObjectID, for target: ObjectID) -> Bool {
    context.hasTiers
      && dominators.tierEnds.isLater(dominators.places[source.index], than: dominators.places[target.index])
  }

  /// Bytes and objects that no root would reach any more without these references.
  ///
  /// For one reference the retention tree knows the answer; for several it is searched for near them, and, when that
  /// goes too far, by a search of the whole heap. Exact in each case.
  ///
  /// `progress` is told how many objects the search of the whole heap has reached.
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
