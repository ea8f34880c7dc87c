import ReferenceGraph

/// All that is to be said about one component.
public struct CycleReport: Sendable {
  /// The component with its figures.
  public let component: Component
  /// A short ring of the program's objects; a shortest ring where none is known to be the program's.
  public let witness: CycleWitness
  /// The references from a root to a member; empty when no root reaches the component.
  public let path: [ReferencePlace]
  /// The same, and on inside the component to the first object of the ring.
  public let pathToRing: [ReferencePlace]
  /// Few references whose removal ends all its cycles.
  public let insideCut: Cut
  /// The references, nearest to the component, without which no root reaches it; nil when none does now.
  public let entryCut: Cut?
  /// Roots that reach it, indices into `graph.roots`: one for each name, nearest first.
  public let holders: [Int]
  /// How many names of roots were found; at least `holders.count`.
  public let holderCount: Int
  /// Whether the search for roots was ended early: there may be more.
  public let holdersAreCapped: Bool
  /// How its members refer to one another, by class.
  public let matrix: ClassMatrix
}
