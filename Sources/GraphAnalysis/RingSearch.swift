import ReferenceGraph

/// Finds a shortest ring of a component: from each object a breadth-first search back to itself, never deeper than the
/// best ring so far.
///
/// An object that was tried is taken away, and with it whatever is on no ring then, so that a plain ring of a million
/// objects takes one search.
struct RingSearch {
  /// The most references looked at.
  private let referenceLimit: Int

  let graph: ComponentGraph
  /// Distance from a root by object number; `Int.max` where no root reaches it.
  let distances: [Int]

  init(graph: ComponentGraph, distances: [Int], mostReferences: Int = .max) {
    (self.graph, self.distances) = (graph, distances)
    referenceLimit = min(40_000_000, mostReferences)
  }

  func run(progress: WorkProgress) throws(Cancelled) -> CycleWitness {
    // A reference to itself is a ring where there is no other object; among several it would show nothing of what makes
    // them one cycle.
    if graph.count == 1, let own = graph.range(of: 0).first(where: { graph.targets[$0] == 0 }) {
      return witness([(0, own)], isShortest: true)
    }

    let (sourceOffsets, sources) = graph.reversed()
    var outCounts = (0..<graph.count).map { number in
      graph.range(of: number).count { Int(graph.targets[$0]) != number }
    }
    var inCounts = (0..<graph.count).map { number in
      sources[sourceOffsets[number]..<sourceOffsets[number + 1]].count { Int($0) != number }
    }
    var isGone = [Bool](repeating: false, count: graph.count)
    var stamps = [Int32](repeating: -1, count: graph.count)
    // The reference that led to an object, and the object it came from.
    var arrivals = [(source: Int32, reference: Int)](repeating: (0, 0), count: graph.count)
    var best: [(number: Int, reference: Int)] = []
    var looked = 0
    var queue: [Int32] = []
    let nearest = (0..<graph.count).min { distances[$0] < distances[$1] } ?? 0
    for turn in 0..<graph.count {
      if turn & 0x3ff == 0 { try progress.check(turn) }
      // The nearest first, then in the order of numbers.
      let start = turn == 0 ? nearest : (turn <= nearest ? turn - 1 : turn)
      if isGone[start] { continue }
      if best.count == 2 { break }
      if looked > referenceLimit { return witness(best, isShortest: false) }
      queue.removeAll(keepingCapacity: true)
      queue.append(Int32(start))
      stamps[start] = Int32(start)
      var next = 0
      var levelEnd = 1
      var depth = 1
      search: while next < queue.count {
        if next == levelEnd {
          levelEnd = queue.count
          depth += 1
          // A ring found from here on would have `depth` steps.
          if !best.isEmpty && depth >= best.count { break }
        }
        let source = Int(queue[next])
        next += 1
        if next & progressMask == 0, progress.isCancelled { throw Cancelled() }
        for k in graph.range(of: source) {
          looked += 1
          let target = Int(graph.targets[k])
          if target == source { continue }
          if target == start {
            best = [(source, k)]
            var at = source
            while at != start {
              let arrival = arrivals[at]
              best.append((Int(arrival.source), arrival.reference))
              at = Int(arrival.source)
            }
            best.reverse()
            break search
          }
          if isGone[target] || stamps[target] == Int32(start) { continue }
          stamps[target] = Int32(start)
          arrivals[target] = (Int32(source), k)
          queue.append(Int32(target))
        }
      }
      // Take the object away, and all that has no way in or no way out then.
      var leaving = [start]
      isGone[start] = true
      while let gone = leaving.popLast() {
        for k in graph.range(of: gone) {
          let target = Int(graph.targets[k])
          if target == gone { continue }
          inCounts[target] -= 1
          if inCounts[target] == 0 && !isGone[target] {
            isGone[target] = true
            leaving.append(target)
          }
        }
        for k in sourceOffsets[gone]..<sourceOffsets[gone + 1] {
          let source = Int(sources[k])
          if source == gone { continue }
          outCounts[source] -= 1
          if outCounts[source] == 0 && !isGone[source] {
            isGone[source] = true
            leaving.append(source)
          }
        }
      }
    }
    return witness(best, isShortest: true)
  }

  /// A ring that was found, of so many objects that only one of two is known to be the shortest.
  func chosen(_ ring: [(number: Int, reference: Int)]) -> CycleWitness { witness(ring, isShortest: ring.count <= 2) }

  /// Turns a ring so that it begins with the object nearest to a root, the lowest of several.
  private func witness(_ ring: [(number: Int, reference: Int)], isShortest: Bool) -> CycleWitness {
    guard
      let first = ring.indices.min(by: {
        (distances[ring[$0].number], ring[$0].number) < (distances[ring[$1].number], ring[$1].number)
      })
    else { return CycleWitness(steps: [], isShortest: isShortest) }
    let steps = ring.map {
      CycleWitness.Step(object: graph.objects[$0.number], reference: graph.place($0.reference, of: $0.number))
    }
    return CycleWitness(steps: steps, isShortest: isShortest).turned(to: first)
  }
}
