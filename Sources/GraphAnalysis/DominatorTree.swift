import ReferenceGraph

/// What each object keeps alive alone: object `a` dominates `b` when every path from a root to `b` goes through `a`.
public final class DominatorTree: Sendable {
  /// The number of objects on the longest way down; the virtual root has depth 0.
  public let maximumDepth: Int
  init(maximumDepth: Int) { self.maximumDepth = maximumDepth }
  /// The object that dominates `id` immediately; nil for the virtual root and for objects no root reaches.
  public func dominator(of id: ObjectID) -> ObjectID? { fatalError() }
  /// Whether a root reaches `id` under the retaining policy.
  public func isReachable(_ id: ObjectID) -> Bool { fatalError() }
  /// Bytes of `id` and all it dominates; 0 for objects no root reaches.
  public func retainedSize(of id: ObjectID) -> UInt64 { fatalError() }
  /// The number of objects that `id` dominates, itself counted.
  public func retainedObjects(of id: ObjectID) -> Int { fatalError() }
  /// The number of objects that `id` dominates immediately.
  public func childCount(of id: ObjectID) -> Int { fatalError() }
  /// The objects that `id` dominates immediately, by retained size, descending, ties by number.
  public func children(of id: ObjectID, _ range: Range<Int>) -> [ObjectID] { fatalError() }
  /// Whether every path from a root to `b` goes through `a`; an object dominates itself.
  public func dominates(_ a: ObjectID, _ b: ObjectID) -> Bool { fatalError() }
  /// How many objects dominate `id`; nil for objects no root reaches.
  public func depth(of id: ObjectID) -> Int? { fatalError() }
}
