import ReferenceGraph

extension HeapAnalysis {
  /// The references inside of a component from objects of one class to objects of another, or of any, in the order of
  /// the objects: at most `limit` of them, and how many there are in all.
  ///
  /// `source` and `target` are indices into `ReferenceGraph.classes`; a target of nil is any class. Looks at every
  /// member of the component.
  public func references(
    in component: ComponentID, from source: Int, to target: Int?, limit: Int, progress: WorkProgress = WorkProgress()
  ) throws(Cancelled) -> (places: [ReferencePlace], total: Int) {
    let graph = self.graph
    let filter = PolicyFilter(cyclePolicy, graph: graph)
    var places: [ReferencePlace] = []
    var total = 0
    for (number, id) in components.members(of: component).enumerated() {
      if number & 0xfff == 0, progress.isCancelled { throw Cancelled() }
      guard graph.classOfObject[id.index] == UInt32(source) else { continue }
      for k in graph.rows.range(of: id) {
        let other = ObjectID(graph.rows.targets[k])
        if let target, graph.classOfObject[other.index] != UInt32(target) { continue }
        guard components.component(of: other) == component, filter.keeps(reference: k, from: id.rawValue) else {
          continue
        }
        total += 1
        if places.count < limit { places.append(ReferencePlace(source: id, index: k)) }
      }
    }
    return (places, total)
  }
}
