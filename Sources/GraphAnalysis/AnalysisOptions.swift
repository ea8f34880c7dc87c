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
  /// What is the runtime's own, or nobody's, is named above this share of the reachable bytes.
  public var accumulationShare = 0.2
  /// The same for what is in many parts: chains, and groups and collections of at least `manyInstances`.
  public var storeShare = 0.03
  /// A group or collection with at least so many objects or entries counts as many.
  public var manyInstances = 100
  /// The most suspects that are named.
  public var suspectLimit = 20

  /// The policies that the dump puts first.
  public init(_ facts: DumpFacts) {
    self.init(retaining: facts.retainingPolicies[0], cycles: facts.cyclePolicies[0])
  }

  /// The defaults for these two policies.
  public init(retaining: ReferencePolicy, cycles: ReferencePolicy) {
    self.retaining = retaining
    self.cycles = cycles
  }
}
