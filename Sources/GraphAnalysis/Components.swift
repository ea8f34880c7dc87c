import ReferenceGraph

/// The components of a heap under one policy. Every object is a member of one at most.
public final class Components: Sendable {
  /// The references that count.
  public let policy: ReferencePolicy
  /// The number of components.
  public let count: Int
  /// The number of members of all components.
  public let objectCount: Int
  /// The number of members of the largest.
  public let largest: Int
  init(policy: ReferencePolicy) {
    self.policy = policy
    count = 0
    objectCount = 0
    largest = 0
  }
  /// The component that `id` is a member of.
  public func component(of id: ObjectID) -> ComponentID? { fatalError() }
  public subscript(id: ComponentID) -> Component { fatalError() }
  /// All members, ascending.
  public func members(of id: ComponentID) -> [ObjectID] { fatalError() }
  /// Some of the members, ascending; `range` counts from 0.
  public func members(of id: ComponentID, _ range: Range<Int>) -> [ObjectID] { fatalError() }
}
