import ReferenceGraph

extension HeapAnalysis {
  /// The roots that refer to `id` themselves and keep it alive: indices into `graph.roots`, ascending. Found by
  /// bisection.
  public func roots(directlyHolding id: ObjectID) -> [Int] { context.roots(of: id.rawValue) }
}
