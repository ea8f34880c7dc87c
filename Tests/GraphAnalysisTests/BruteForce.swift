import GraphAnalysis
import ReferenceGraph

/// The same figures found the slow and obvious way, for graphs of a few objects.
struct BruteForce {
  let graph: ReferenceGraph
  let retaining: NaivePolicy
  let cycles: NaivePolicy
  /// By object the first tier with a root that reaches it.
  private(set) var tiers: [Int: RootTier] = [:]

  init(_ graph: ReferenceGraph, retaining: ReferencePolicy, cycles: ReferencePolicy) {
    self.graph = graph
    self.retaining = NaivePolicy(policy: retaining, graph: graph)
    self.cycles = NaivePolicy(policy: cycles, graph: graph)
    for tier in RootTier.allCases {
      var open = graph.roots.indices.filter {
        self.retaining.counts(ReferencePlace(source: .root, index: $0)) && self.retaining.tier(ofRoot: $0) == tier
      }.map { graph.roots[$0].target.index }
      while let object = open.popLast() {
        if tiers[object] != nil { continue }
        tiers[object] = tier
        for k in graph.rows.range(of: ObjectID(object))
        where self.retaining.counts(ReferencePlace(source: ObjectID(object), index: k)) {
          open.append(Int(graph.rows.targets[k]))
        }
      }
    }
  }

  /// The references of an object, or all roots.
  func references(of source: Int) -> [ReferencePlace] {
    source == 0
      ? graph.roots.indices.map { ReferencePlace(source: .root, index: $0) } : graph.references(of: ObjectID(source))
  }

  /// Whether a reference keeps its target alive: it counts under the policy, and does not lead from a later tier into an
  /// earlier one.
  func retains(_ place: ReferencePlace) -> Bool {
    guard retaining.counts(place) else { return false }
    guard let target = tiers[graph.target(of: place).index] else { return true }
    let source = place.source == .root ? retaining.tier(ofRoot: Int(place.index)) : tiers[place.source.index]
    return source == nil || source! <= target
  }

  /// What roots of one tier reach; of the certain one those only that refer in some way.
  private func roots(_ tier: RootTier, _ standings: ClosedRange<Int> = 0...3) -> Set<Int> {
    Set(
      graph.roots.indices.filter {
        retaining.counts(ReferencePlace(source: .root, index: $0)) && retaining.tier(ofRoot: $0) == tier
          && standings.contains(graph.roots[$0].standing)
      }.map { graph.roots[$0].target.index })
  }

  var objects: ClosedRange<Int> { 1...graph.objectCount }

  /// What roots reach, without some objects and some references; the virtual root is in it.
  func reachable(without removed: Set<Int> = [], cut: Set<ReferencePlace> = []) -> Set<Int> {
    var seen: Set<Int> = [0]
    var open = [0]
    while let source = open.popLast() {
      for place in references(of: source) where retains(place) && !cut.contains(place) {
        let target = graph.target(of: place).index
        if removed.contains(target) || seen.contains(target) { continue }
        seen.insert(target)
        open.append(target)
      }
    }
    return seen
  }

  func bytes(_ objects: Set<Int>) -> UInt64 { objects.reduce(0) { $0 + graph.size(of: ObjectID($1)) } }

  /// For every reachable object what it dominates, itself too.
  func dominated() -> [Int: Set<Int>] {
    let all = reachable()
    var result: [Int: Set<Int>] = [0: all]
    for object in all where object != 0 {
      result[object] = all.subtracting(reachable(without: [object]))
    }
    return result
  }

  /// References from the virtual root, by object, as ways are preferred: from roots of the first tier that reaches it, and
  /// in that from those that last where the way is not much longer than one from a local.
  func distances() -> [Int: Int] {
    var lasting = [0: 0]
    var local = [0: 0]
    search(from: roots(.certain, 0...1), &lasting)
    search(from: roots(.certain, 2...2), &local)
    var result = lasting.merging(local) { $0 <= $1 + RootTiers.localDelay ? $0 : $1 }
    search(from: roots(.certain, 3...3), &result)
    for tier in RootTier.allCases.dropFirst() { search(from: roots(tier), &result) }
    return result
  }

  /// Goes on from objects that are at a distance of 1.
  private func search(from first: Set<Int>, _ result: inout [Int: Int]) {
    var level = first.filter { result[$0] == nil }.sorted()
    for object in level { result[object] = 1 }
    var distance = 1
    while !level.isEmpty {
      distance += 1
      var next: [Int] = []
      for source in level {
        for k in graph.rows.range(of: ObjectID(source))
        where retaining.counts(ReferencePlace(source: ObjectID(source), index: k)) {
          let target = Int(graph.rows.targets[k])
          if result[target] == nil {
            result[target] = distance
            next.append(target)
          }
        }
      }
      level = next
    }
  }

  /// The references inside a set of objects that count for cycles.
  func inside(_ members: Set<Int>) -> [ReferencePlace] {
    members.sorted().flatMap { source in
      graph.references(of: ObjectID(source)).filter {
        members.contains(Int(graph.target(of: $0).rawValue))
          && cycles.counts($0)
      }
    }
  }

  /// Components in the order of their lowest members.
  func components() -> [Set<Int>] {
    var result: [Set<Int>] = []
    var reach: [Int: Set<Int>] = [:]
    for object in objects {
      // What can be reached by one reference or more.
      var seen: Set<Int> = []
      var open = [object]
      while let source = open.popLast() {
        for k in graph.rows.range(of: ObjectID(source))
        where cycles.counts(ReferencePlace(source: ObjectID(source), index: k)) {
          let target = Int(graph.rows.targets[k])
          if seen.insert(target).inserted { open.append(target) }
        }
      }
      reach[object] = seen
    }
    var done: Set<Int> = []
    for object in objects where !done.contains(object) && reach[object]!.contains(object) {
      let members = Set(reach[object]!.filter { reach[$0]!.contains(object) })
      done.formUnion(members)
      result.append(members)
    }
    return result
  }

  /// Whether the references have a cycle.
  func hasCycle(_ references: [ReferencePlace]) -> Bool {
    var left = references
    while true {
      // A reference from an object nothing refers to is on no cycle.
      let targets = Set(left.map { graph.target(of: $0) })
      let kept = left.filter { targets.contains($0.source) }
      if kept.isEmpty { return false }
      if kept.count == left.count { return true }
      left = kept
    }
  }

  /// The steps of a shortest ring among the references; those to itself count where there is only one object.
  func shortestRing(_ all: [ReferencePlace]) -> Int {
    if Set(all.map(\.source)).count == 1 { return 1 }
    let references = all.filter { $0.source != graph.target(of: $0) }
    var best = Int.max
    for start in Set(references.map(\.source)) {
      var level: Set<ObjectID> = [start]
      var seen: Set<ObjectID> = []
      var length = 0
      while !level.isEmpty && length < best {
        length += 1
        let next = Set(references.filter { level.contains($0.source) }.map { graph.target(of: $0) })
        if next.contains(start) { best = min(best, length) }
        level = next.subtracting(seen)
        seen.formUnion(next)
      }
    }
    return best
  }

  /// The fewest references that have to go so that no cycle is left, by trying all sets of one, two, three and so on.
  func fewestToBreak(_ references: [ReferencePlace]) -> Int {
    for size in 0...references.count where canBreak(references, removing: size, from: 0, []) { return size }
    return references.count
  }

  private func canBreak(
    _ references: [ReferencePlace], removing left: Int, from first: Int, _ removed: Set<UInt32>
  ) -> Bool {
    if left == 0 { return !hasCycle(references.filter { !removed.contains($0.index) }) }
    guard first < references.count else { return false }
    for index in first..<references.count {
      var more = removed
      more.insert(references[index].index)
      if canBreak(references, removing: left - 1, from: index + 1, more) { return true }
    }
    return false
  }
}
