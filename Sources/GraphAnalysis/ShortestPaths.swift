import ReferenceGraph

/// A shortest path from a root to every reachable object.
///
/// Roots that are certain come first: only what none of them reaches is looked for from those that may be none (words
/// of stacks). A path that starts at a guess is no explanation where there is a better one, however long.
public final class ShortestPaths: Sendable {
  /// How an object is reached first, in a breadth-first search.
  package struct Arrival: BitwiseCopyable {
    /// The object before it.
    package var parent: UInt32
    /// References from the virtual root.
    package var distance: UInt32
  }

  /// By place in the retention tree, parents too.
  let arrivals: FlatArray<Arrival>
  let tree: DominatorTree
  /// The largest distance.
  public let maximumDistance: Int

  /// - Parameter arrivals: by place in `tree`.
  package init(arrivals: consuming FlatArray<Arrival>, tree: DominatorTree) {
    self.arrivals = arrivals
    self.tree = tree
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
    let place = tree.places[id.index]
    return place == .max ? nil : Int(arrivals[place].distance)
  }

  /// The object before `id` on its path; nil for the virtual root and for objects no root reaches.
  public func parent(of id: ObjectID) -> ObjectID? {
    let place = tree.places[id.index]
    return place == .max || place == 0 ? nil : ObjectID(tree.objects[arrivals[place].parent])
  }
}

/// A breadth-first search from number 0: how each number is reached. All must be reached.
/// - Parameter first: numbers that 0 refers to; the search goes to its end from them before it begins with the others.
@inline(never)
package func breadthFirstArrivals(
  _ rows: borrowing FlatRows, first: [UInt32] = [], pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<ShortestPaths.Arrival> {
  try search(offsets: rows.offsets, targets: rows.targets, first: first, pages: &pages, progress: progress)
}

@inline(never)
private func search(
  offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, first: [UInt32],
  pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<ShortestPaths.Arrival> {
  let count = offsets.count - 1
  // A distance of 0 stands for "not reached yet"; the virtual root gets its own 0 at the end.
  let arrivals = pages.takeZeroed(count, of: ShortestPaths.Arrival.self)
  let queue = pages.take(count + 64, of: UInt32.self)
  var head = 0
  var tail = 1
  arrivals[0] = ShortestPaths.Arrival(parent: 0, distance: .max)
  queue[0] = 0
  if !first.isEmpty { tail = 0 }
  for number in first where arrivals[number].distance == 0 {
    arrivals[number] = ShortestPaths.Arrival(parent: 0, distance: 1)
    queue[tail] = number
    tail &+= 1
  }
  var isRootTaken = first.isEmpty
  while head < tail || !isRootTaken {
    if head == tail {
      // The certain roots are done with: now row 0, with all others.
      queue[tail] = 0
      tail &+= 1
      isRootTaken = true
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
    while k < end {
      let target = targets[k]
      k &+= 1
      if arrivals[target].distance == 0 {
        arrivals[target] = ShortestPaths.Arrival(parent: source, distance: source == 0 ? 1 : distance)
        queue[tail] = target
        tail &+= 1
      }
    }
  }
  arrivals[0].distance = 0
  pages.give(queue)
  return arrivals
}
