import ReferenceGraph

/// Finds the way from the object at which a component is entered to its ring: breadth first, inside the component.
struct RingWay {
  let graph: ComponentGraph

  /// The references from `entry` to the first object of the ring that is met, none when it is on the ring; and the ring
  /// turned so that it begins there.
  func run(
    from entry: ObjectID, to ring: CycleWitness, progress: WorkProgress
  ) throws(Cancelled) -> (way: [ReferencePlace], ring: CycleWitness) {
    var places: [ObjectID: Int] = [:]
    for (index, step) in ring.steps.enumerated() { places[step.object] = index }
    guard places[entry] == nil, let start = graph.number(of: entry) else {
      return ([], ring.turned(to: places[entry] ?? 0))
    }
    // The reference that led to an object, and the object it came from; below 0 where it was not met.
    var arrivals = [(source: Int32, reference: Int)](repeating: (-1, 0), count: graph.count)
    arrivals[start].source = Int32(start)
    var queue = [Int32(start)]
    var next = 0
    while next < queue.count {
      let source = Int(queue[next])
      next += 1
      if next & progressMask == 0, progress.isCancelled { throw Cancelled() }
      for k in graph.range(of: source) {
        let target = Int(graph.targets[k])
        if arrivals[target].source >= 0 { continue }
        arrivals[target] = (Int32(source), k)
        if let first = places[graph.objects[target]] {
          return (way(to: target, from: start, arrivals), ring.turned(to: first))
        }
        queue.append(Int32(target))
      }
    }
    return ([], ring)
  }

  private func way(
    to end: Int, from start: Int, _ arrivals: [(source: Int32, reference: Int)]
  ) -> [ReferencePlace] {
    var way: [ReferencePlace] = []
    var at = end
    while at != start {
      let arrival = arrivals[at]
      at = Int(arrival.source)
      way.append(graph.place(arrival.reference, of: at))
    }
    return way.reversed()
  }
}
