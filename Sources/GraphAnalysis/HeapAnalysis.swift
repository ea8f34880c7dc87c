import ReferenceGraph

/// Everything that is computed of a heap when it is opened, step by step. Immutable once made.
public final class HeapAnalysis: Sendable {
  /// The names of the steps, in order, as progress shows them.
  public static let steps: [String] = [
    "Find cycles", "Build retention tree", "Find shortest paths", "Find referrers", "Measure cycles",
    "Group cycles by shape", "Count classes", "Rank suspects",
  ]

  public let heap: Heap
  public let options: AnalysisOptions
  /// The references that keep objects alive.
  public let retaining: ReferencePolicy
  /// The references that make cycles.
  public let cyclePolicy: ReferencePolicy
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
  /// Ranked by score.
  public let suspects: [Suspect]

  public var graph: ReferenceGraph { heap.graph }

  /// Runs all steps.
  /// - Parameters:
  ///   - progress: told of each step and asked whether to go on.
  ///   - firstStep: the index of the first analysis step in `progress.steps`.
  /// - Throws: `Cancelled` when `progress` says so.
  public init(heap: Heap, options: AnalysisOptions, progress: WorkProgress, firstStep: Int = 0) throws(Cancelled) {
    fatalError()
  }

  /// Everything about one component; may take a while for a large one.
  public func report(on id: ComponentID) -> CycleReport { fatalError() }

  /// A shortest path from a root: the first reference is the root's own, the last refers to `id`.
  /// Empty for the virtual root and for objects that no root reaches.
  public func path(to id: ObjectID) -> [ReferencePlace] { fatalError() }

  /// Bytes and objects that no root would reach any more without these references.
  public func whatIf(cutting references: [ReferencePlace]) -> (freedBytes: UInt64, freedObjects: Int) { fatalError() }
}
