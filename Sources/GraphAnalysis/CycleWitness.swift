import ReferenceGraph

/// A ring of references inside a component: the proof that it is a cycle.
public struct CycleWitness: Sendable, Hashable {
  /// One object of the ring and its reference to the next; the last refers to the first.
  public struct Step: Sendable, Hashable {
    /// The object.
    public let object: ObjectID
    /// The reference that it has to the next.
    public let reference: ReferencePlace

    /// A step from `object` by `reference`, which is one of its own.
    public init(object: ObjectID, reference: ReferencePlace) {
      self.object = object
      self.reference = reference
    }
  }

  /// Begins with the object of the ring that is nearest to where the component is entered; one step, for a reference to
  /// itself, only where the component has no other object.
  public let steps: [Step]
  /// Whether no ring of the component is shorter, references to itself not counted; false when the component was too
  /// large to try all, and where a ring through the program's objects was looked for that may not be the shortest.
  public let isShortest: Bool

  /// The same ring, begun with the step at `first`.
  func turned(to first: Int) -> CycleWitness {
    CycleWitness(steps: Array(steps[first...] + steps[..<first]), isShortest: isShortest)
  }
}
