import ReferenceGraph

/// Finds the components that only the rule on finalizers keeps: the collector marks what an object with a finalizer
/// refers to, and when that leads back to the object, the object never becomes garbage and the finalizer never runs.
struct FinalizerCycles {
  let context: RetentionContext
  let components: Components

  /// Beyond this many objects below finalizers, and this many components, nothing is claimed.
  private static let objectLimit = 200_000
  private static let componentLimit = 4096

  func find(progress: WorkProgress) throws(Cancelled) -> Set<ComponentID> {
    let graph = context.graph
    let rule = graph.roots.filter { $0.kind == .finalizer }
    guard !rule.isEmpty else { return [] }
    var found: Set<ComponentID> = []
    for (index, id) in candidates(below: rule).enumerated() {
      try progress.check(index)
      let members = components.members(of: id)
      guard members.count <= Self.objectLimit else { continue }
      let holders = HolderSearch(context: context, objectLimit: 20_000, referenceLimit: 100_000)
        .roots(reaching: members)
      guard !holders.isCapped, holders.count > 0, holders.count <= HolderSearch.listLimit,
        holders.roots.allSatisfy({ graph.roots[$0].kind == .finalizer })
      else { continue }
      // An object whose finalizer will run, since nothing leads back to it, does not keep anything for ever.
      if holders.roots.contains(where: { leadsBack(graph.roots[$0]) }) { found.insert(id) }
    }
    return found
  }

  /// The components that finalizers reach by a short way.
  private func candidates(below rule: [Root]) -> [ComponentID] {
    let graph = context.graph
    var seen: Set<UInt32> = []
    var queue: [UInt32] = []
    var result: [ComponentID] = []
    var known: Set<ComponentID> = []
    func visit(_ object: UInt32) {
      guard object != 0, seen.insert(object).inserted else { return }
      queue.append(object)
      if let id = components.component(of: ObjectID(object)), known.insert(id).inserted { result.append(id) }
    }
    for root in rule { visit(root.target.rawValue) }
    var next = 0
    while next < queue.count, queue.count < Self.objectLimit, result.count < Self.componentLimit {
      let object = queue[next]
      next += 1
      for k in graph.rows.range(of: ObjectID(object)) where context.retains(k, from: object) {
        visit(graph.rows.targets[k])
      }
    }
    return result
  }

  /// Whether the object whose finalizer a root is about is reachable itself: only through what it refers to, when
  /// nothing but finalizers holds it.
  private func leadsBack(_ root: Root) -> Bool {
    guard let owner = context.graph.addresses.object(atOrBelow: root.address)?.id else { return false }
    return context.tree.isReachable(owner)
  }
}
