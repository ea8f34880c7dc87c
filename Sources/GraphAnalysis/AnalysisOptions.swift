import ReferenceGraph

/// What the analyses of a heap count, and where suspicion begins.
public struct AnalysisOptions: Sendable {
  /// The references that keep objects alive.
  public var retaining: ReferencePolicy
  /// The references that can make a cycle.
  public var cycles: ReferencePolicy
  /// A cycle at least this many references below a root counts as deep.
  public var deepCycle = 5
  /// A cycle that at least this many roots reach counts as held by many.
  public var manyRoots = 3
  /// An object that retains more than this share of the reachable bytes may be an accumulation point.
  public var accumulationShare = 0.2
  /// … unless one object it dominates retains more than this share of its own retained size.
  public var dominantChildShare = 0.7
  /// An array or table of at least so many references is large …
  public var largeStore = 1000
  /// … and suspect when it retains more than this share of the reachable bytes.
  public var storeShare = 0.03
  /// A shape with at least this many held cycles is suspect for their number.
  public var manyInstances = 100
  /// The most suspects that are named.
  public var suspectLimit = 20

  /// The policies that the dump puts first.
  public init(_ facts: DumpFacts) {
    self.init(retaining: facts.retainingPolicies[0], cycles: facts.cyclePolicies[0])
  }

  public init(retaining: ReferencePolicy, cycles: ReferencePolicy) {
    self.retaining = retaining
    self.cycles = cycles
  }
}
