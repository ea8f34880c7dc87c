import ReferenceGraph

/// A shortest path from a root to every reachable object.
public final class ShortestPaths: Sendable {
  init() {}
  /// The number of references from the virtual root to `id`, the root's own counted; nil when no root reaches it.
  public func distance(of id: ObjectID) -> Int? { fatalError() }
  /// The object before `id` on its path; nil for the virtual root and for objects no root reaches.
  public func parent(of id: ObjectID) -> ObjectID? { fatalError() }
}
