import ReferenceGraph

/// All that is to be said about one component.
public struct CycleReport: Sendable {
  public let component: Component
  /// A shortest ring.
  public let witness: CycleWitness
  /// The references from a root to a member; empty when no root reaches the component.
  public let path: [ReferencePlace]
  /// The same, and on inside the component to the first object of the ring.
  public let pathToRing: [ReferencePlace]
  public let insideCut: Cut
  /// Nil when no root reaches the component.
  public let entryCut: Cut?
  /// Roots that reach it, indices into `graph.roots`: one for each name, nearest first.
  public let holders: [Int]
  /// How many names of roots were found; at least `holders.count`.
  public let holderCount: Int
  /// Whether the search for roots was ended early: there may be more.
  public let holdersAreCapped: Bool
  public let matrix: ClassMatrix
}
