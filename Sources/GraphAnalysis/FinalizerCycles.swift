import ReferenceGraph

/// Finds the components that only the rule on finalizers keeps: the collector marks what an object with a finalizer
/// refers to, and when that leads back to the object, the object never becomes garbage and the finalizer never runs.
///
/// Words of stacks that may be none do not speak against it: the rule holds whatever becomes of them.
struct FinalizerCycles {
  let context: RetentionContext
  let components: Components
  let heap: Heap

  /// Beyond this many objects below one finalizer, and below all, nothing is claimed.
  private static let objectLimit = 200_000
  private static let allObjectsLimit = 4_000_000

  /// These, and those that something holds for ever which the dump does not record.
  func find(progress: WorkProgress) throws(Cancelled) -> Set<ComponentID> {
    let graph = context.graph
    var found: Set<ComponentID> = []
    var allowance = Self.allObjectsLimit
    for (index, root) in graph.roots.enumerated() where root.kind == .finalizer || root.kind == .unrecorded {
      if index & progressMask == 0 { try progress.check(index) }
      guard let tier = context.tree.tier(of: root.target), tier != .certain else { continue }
      if root.kind == .unrecorded {
        guard tier == .unrecorded, heap.unrecordedHolder(ofRoot: index)?.isForEver == true else { continue }
        found.formUnion(reached(from: root.target, leadingTo: nil, &allowance))
      } else if let owner = graph.addresses.object(atOrBelow: root.address)?.id {
        found.formUnion(reached(from: root.target, leadingTo: owner, &allowance))
      }
      if allowance <= 0 { break }
    }
    return found
  }

  /// The components that `first` leads to, when it leads to `owner` too.
  ///
  /// An object whose finalizer will run, since nothing leads back to it, does not keep anything for ever.
  private func reached(
    from first: ObjectID, leadingTo owner: ObjectID?, _ allowance: inout Int
  ) -> Set<ComponentID> {
    let graph = context.graph
    var seen: Set<UInt32> = [first.rawValue]
    var queue = [first.rawValue]
    var result: Set<ComponentID> = []
    var next = 0
    while next < queue.count {
      allowance -= 1
      if queue.count > Self.objectLimit || allowance <= 0 { return [] }
      let object = queue[next]
      next += 1
      if let id = components.component(of: ObjectID(object)) { result.insert(id) }
      for k in graph.rows.range(of: ObjectID(object)) where context.retains(k, from: object) {
        let target = graph.rows.targets[k]
        // What a certain root reaches lives for that reason.
        guard context.tree.tier(of: ObjectID(target)) != .certain, seen.insert(target).inserted else { continue }
        queue.append(target)
      }
    }
    return owner == nil || seen.contains(owner!.rawValue) ? result : []
  }
}
