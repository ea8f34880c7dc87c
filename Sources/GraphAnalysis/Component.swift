import ReferenceGraph

/// A strongly connected component of two objects or more, or one object with a reference to itself.
public struct Component: Sendable, Hashable {
  /// The component's number.
  public let id: ComponentID
  /// The number of its members.
  public let objects: Int
  /// References among its members that count under the cycle policy.
  public let references: Int
  /// Retaining references into it from roots and from reachable objects that are no members.
  public let entries: Int
  /// Retaining references from its members to objects that are no members.
  public let exits: Int
  /// Bytes of its members alone.
  public let shallow: UInt64
  /// Bytes that would be freed if all of it went; 0 when no root reaches it.
  public let retained: UInt64
  /// Objects that would be freed if all of it went, members counted.
  public let retainedObjects: Int
  /// Whether `retained` is the exact figure; otherwise it is at least that.
  public let retainedIsExact: Bool
  /// Whether a root reaches it under the retaining policy, be it one that the dump only has evidence of: see
  /// `HeapAnalysis.hold(of:)`.
  public let isHeld: Bool
  /// References on a shortest path from a root to the nearest member, the root's own counted.
  public let distance: Int?
  /// The member nearest to a root, the lowest of several.
  public let nearest: ObjectID?
  /// Index of its shape in `HeapAnalysis.shapes`.
  public let shape: Int
}
