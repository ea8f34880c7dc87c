import ReferenceGraph

/// A shortest path from a root to every reachable object.
///
/// Roots come tier by tier: only what no certain root reaches is looked for from those that may be none (words of
/// stacks). A path that starts at a guess is no explanation where there is a better one, however long. In the same way
/// what only weak references lead to comes last in its tier, where a policy counts those. And a path from a local variable
/// is taken only where one from a root that lasts is much longer: see `RootTiers.localDelay`.
public final class ShortestPaths: Sendable {
  /// How an object is reached first, in a breadth-first search.
  package struct Arrival: BitwiseCopyable {
    /// The object before it.
    package var parent: UInt32
    /// References from the virtual root.
    package var distance: UInt32
  }

  /// By object; those that no root reaches have no distance.
  let arrivals: FlatArray<Arrival>
  /// The largest distance.
  public let maximumDistance: Int

  /// - Parameter arrivals: by object; a distance of 0 for those not reached and for the virtual root.
  package init(arrivals: consuming FlatArray<Arrival>) {
    self.arrivals = arrivals
    var farthest: UInt32 = 0
    var k = 0
    while k < self.arrivals.count {
      farthest = max(farthest, self.arrivals[k].distance)
      k &+= 1
    }
    maximumDistance = Int(farthest)
  }

  /// The number of references from the virtual root to `id`, the root's own counted; nil when no root reaches it.
  public func distance(of id: ObjectID) -> Int? {
    let distance = arrivals[id.index].distance
    return distance == 0 && id != .root ? nil : Int(distance)
  }

  /// The object before `id` on its path; nil for the virtual root and for objects no root reaches.
  public func parent(of id: ObjectID) -> ObjectID? {
    let arrival = arrivals[id.index]
    return arrival.distance == 0 ? nil : ObjectID(arrival.parent)
  }
}

/// A breadth-first search from the virtual root: how each object is reached.
///
/// `roots` is what the search begins with: it goes to its end from the roots of one stage before it begins with the
/// next. `last` are references that are followed when all others of a tier have been: source in the upper half, target
/// in the lower, ascending.
@inline(never)
package func breadthFirstArrivals(
  _ rows: ReferenceRows, roots: RootTiers, last: [UInt64] = [], pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<ShortestPaths.Arrival> {
  try search(offsets: rows.offsets, targets: rows.targets, roots: roots, last: last, pages: &pages, progress: progress)
}

@inline(never)
private func search(
  offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, roots: RootTiers,
  last: [UInt64], pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<ShortestPaths.Arrival> {
  let count = offsets.count - 1
  // One bit for each source that has references to follow last; those met wait in `put`.
  let hasLast = FlatArray<UInt64>(zeroed: last.isEmpty ? 0 : count / 64 + 1)
  for reference in last {
    let word = Int(reference >> 38)
    hasLast[word] = hasLast[word] | 1 << (reference >> 32 & 63)
  }
  let hasAnyLast = !last.isEmpty
  var put: [UInt64] = []
  // A distance of 0 stands for "not reached yet"; the virtual root gets its own 0 at the end.
  let arrivals = pages.takeZeroed(count, of: ShortestPaths.Arrival.self)
  let queue = pages.take(count + 64, of: UInt32.self)
  var head = 0
  var tail = 0
  var stage = 0
  // The objects that are equally many steps away end here.
  var level = 0
  var levelEnd = 0
  while true {
    if head == levelEnd {
      level &+= 1
      var begins = false
      if head < tail {
        begins = stage < roots.stages.count && level == roots.stages[stage].delay
      } else if !put.isEmpty, stage == roots.stages.count || roots.stages[stage].tier > roots.stages[stage - 1].tier {
        for reference in put {
          let source = UInt32(reference >> 32)
          let target = UInt32(truncatingIfNeeded: reference)
          guard arrivals[target].distance == 0 else { continue }
          arrivals[target] = ShortestPaths.Arrival(parent: source, distance: arrivals[source].distance &+ 1)
          queue[tail] = target
          tail &+= 1
        }
        put = []
      } else if stage < roots.stages.count {
        begins = true
        level = 0
      } else {
        break
      }
      if begins {
        for number in roots.stages[stage].targets where arrivals[number].distance == 0 {
          arrivals[number] = ShortestPaths.Arrival(parent: 0, distance: 1)
          queue[tail] = number
          tail &+= 1
        }
        stage &+= 1
      }
      levelEnd = tail
      continue
    }
    if head & progressMask == 0 { try progress.check(head) }
    if head &+ 16 < tail { offsets.prefetch(queue[head &+ 16]) }
    if head &+ 8 < tail {
      targets.prefetch(offsets[queue[head &+ 8]])
      let ahead = Int(queue[head &+ 4])
      var k = Int(offsets[ahead])
      let end = min(Int(offsets[ahead &+ 1]), k &+ 4)
      while k < end {
        arrivals.prefetch(targets[k])
        k &+= 1
      }
    }
    let source = queue[head]
    head &+= 1
    let distance = arrivals[source].distance &+ 1
    var k = Int(offsets[Int(source)])
    let end = Int(offsets[Int(source) &+ 1])
    let isLate = hasAnyLast && hasLast[source >> 6] >> UInt64(source & 63) & 1 != 0
    while k < end {
      let target = targets[k]
      k &+= 1
      if arrivals[target].distance == 0 {
        if isLate, contains(last, UInt64(source) << 32 | UInt64(target)) {
          put.append(UInt64(source) << 32 | UInt64(target))
          continue
        }
        arrivals[target] = ShortestPaths.Arrival(parent: source, distance: distance)
        queue[tail] = target
        tail &+= 1
      }
    }
  }
  pages.give(queue)
  return arrivals
}

/// Whether ascending `keys` have `key`.
private func contains(_ keys: [UInt64], _ key: UInt64) -> Bool {
  let low = keys.indices.bisection(where: { keys[$0] >= key })
  return low < keys.count && keys[low] == key
}
