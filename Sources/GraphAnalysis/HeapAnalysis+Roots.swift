import ReferenceGraph

extension HeapAnalysis {
  /// The roots that refer to `id` themselves and keep it alive: indices into `graph.roots`, those first that explain
  /// most (`Root.standing`).
  ///
  /// Found by bisection.
  public func roots(directlyHolding id: ObjectID) -> [Int] { context.roots(of: id.rawValue) }

  /// Whether the root at `index` holds what it refers to: it counts, and no root of an earlier tier reaches that.
  public func holds(root index: Int) -> Bool { context.retains(index, from: 0) }
}
