import ReferenceGraph

/// Finds the reference nearest to a component whose removal frees it.
struct EntryCutSearch {
  let context: RetentionContext
  let component: Component
  /// The subtrees of the retention tree that go with the component, by place.
  let members: [ObjectID]
  let set: Components
  let lookups: ReportLookups

  /// Nil when no root reaches the component.
  func run(progress: WorkProgress) throws(Cancelled) -> Cut? {
    let tree = context.tree
    let tops = entryMembers()
    guard let first = tops.first else { return nil }
    // The nearest common dominator of the members that are entered; the only one itself when there is one.
    var place = tree.places[first.index]
    for top in tops.dropFirst() {
      while !tree.contains(place, tree.places[top.index]) { place = tree.parents[place] }
    }
    if let (held, single) = lookups.single(above: place) {
      let isInto = held == place && set.component(of: ObjectID(tree.objects[held])) == component.id
      return cut(
        [single], method: .exact, bytes: tree.retained[held], objects: Int(tree.counts[held]), isExact: true,
        isInto
          ? "Without this reference into it\(slot(single)) no root reaches the cycle."
          : "Without this reference, above the cycle\(slot(single)), no root reaches it: no reference nearer does alone."
      )
    }
    var references: [ReferencePlace] = []
    for (step, top) in tops.enumerated() {
      if step & 0xff == 0, progress.isCancelled { throw Cancelled() }
      references += context.outsideReferences(to: top.rawValue, limit: .max, &lookups.rows).filter {
        set.component(of: $0.source) != component.id
      }
    }
    var freed = Freed(bytes: component.retained, objects: component.retainedObjects)
    var isExact = component.retainedIsExact
    if !isExact, lookups.share >= context.heapSteps {
      lookups.take(context.heapSteps)
      freed = try context.freed(removing: members, progress: progress)
      isExact = true
    }
    references = context.withoutSlots(references)
    return cut(
      references, method: .greedy, bytes: freed.bytes, objects: freed.objects, isExact: isExact,
      "No single reference frees it: these \(references.count) references into it have to go.")
  }

  private func slot(_ reference: ReferencePlace) -> String {
    context.withSlots([reference]).count > 1 ? " and its slot in the object's table" : ""
  }

  private func cut(
    _ references: [ReferencePlace], method: Cut.Method, bytes: UInt64, objects: Int, isExact: Bool, _ text: String
  ) -> Cut {
    let graph = context.graph
    let isClass = references.contains { $0.source == .root && graph.roots[Int($0.index)].kind == .systemClass }
    return Cut(
      kind: .entry, method: method, references: Array(references.prefix(Cut.listLimit)),
      referenceCount: references.count, steps: [], freedBytes: bytes, freedObjects: objects, freedIsExact: isExact,
      explanation: text + (isClass ? " A class that is a root stays loaded: its static fields can be cleared." : ""))
  }

  /// Members that something outside refers to: they are what is not dominated by another member alone.
  private func entryMembers() -> [ObjectID] {
    members.filter { member in
      guard let dominator = context.tree.dominator(of: member) else { return false }
      return set.component(of: dominator) != component.id
    }
  }
}
