import ReferenceGraph

/// What each object keeps alive alone: object `a` dominates `b` when every path from a root to `b` goes through `a`.
///
/// Memory: 28 bytes an object, and 4 for each object in a list of many.
public final class DominatorTree: Sendable {
  /// Object by place.
  ///
  /// A place is a number given so that what an object dominates follows it directly.
  package let objects: FlatArray<UInt32>
  /// Place by object; `UInt32.max` for objects no root reaches.
  package let places: FlatArray<UInt32>
  /// By place: place of the immediate dominator, objects below (itself counted), depth, retained bytes.
  package let parents: FlatArray<UInt32>
  package let counts: FlatArray<UInt32>
  package let depths: FlatArray<UInt32>
  package let retained: FlatArray<UInt64>
  /// Where the places of the objects of each tier of roots end.
  package let tierEnds: TierEnds
  private let hubs: RankedChildren
  /// The number of objects on the longest way down; the virtual root has depth 0.
  public let maximumDepth: Int

  /// Puts the tree together from what was found by preorder number.
  ///
  /// - `order`: the tree by places.
  /// - `tierEnds`: where the preorder numbers of each tier end. No object dominates one of another tier, so that the
  ///   places of each end there too.
  /// - `preorder`: object by preorder number.
  /// - `numbers`: by object the preorder number; taken over for the places.
  /// - `sizes`, `largeSizes`: bytes of the objects alone, as in `ReferenceGraph`.
  /// - `lap`: called with the name of each part when it is done, for measurements.
  package init(
    _ order: consuming DominatorOrder, tierEnds: TierEnds, objects preorder: consuming FlatArray<UInt32>,
    numbers: consuming FlatArray<UInt32>, sizes: borrowing FlatArray<UInt32>, largeSizes: [UInt32: UInt64],
    pages: inout PageStore, progress: WorkProgress, lap: (String) -> Void = { _ in }
  ) throws(Cancelled) {
    self.tierEnds = tierEnds
    let count = order.places.count
    let objects = pages.take(count, of: UInt32.self)
    Self.place(order.places, preorder, objects: objects)
    Self.renumber(numbers, order.places)
    pages.give(order.places)
    pages.give(preorder)
    let parents = order.parents
    let counts = order.counts
    let retained = pages.take(count, of: UInt64.self)
    lap("order")
    Self.sum(objects, parents, sizes, largeSizes, retained: retained)
    lap("retained sizes")
    let depths = pages.take(count, of: UInt32.self)
    try progress.check(0)
    maximumDepth = Self.measureDepths(parents, depths: depths)
    try progress.check(count)
    hubs = RankedChildren(objects: objects, counts: counts, retained: retained)
    lap("layout")
    self.objects = objects
    places = numbers
    self.parents = parents
    self.counts = counts
    self.depths = depths
    self.retained = retained
  }

  @inline(never)
  private static func place(
    _ places: borrowing FlatArray<UInt32>, _ preorder: borrowing FlatArray<UInt32>,
    objects: borrowing FlatArray<UInt32>
  ) {
    var i = 0
    while i < places.count {
      objects[places[i]] = preorder[i]
      i &+= 1
    }
  }

  /// Bytes of each object and all it dominates, by place.
  @inline(never)
  private static func sum(
    _ objects: borrowing FlatArray<UInt32>, _ parents: borrowing FlatArray<UInt32>,
    _ sizes: borrowing FlatArray<UInt32>,
    _ largeSizes: [UInt32: UInt64], retained: borrowing FlatArray<UInt64>
  ) {
    let count = objects.count
    var p = 0
    while p < count {
      if p &+ 32 < count { sizes.prefetch(objects[p &+ 32]) }
      let size = sizes[objects[p]]
      retained[p] = size == .max ? largeSizes[objects[p]] ?? UInt64(size) : UInt64(size)
      p &+= 1
    }
    p = count &- 1
    while p > 0 {
      let parent = parents[p]
      retained[parent] = retained[parent] &+ retained[p]
      p &-= 1
    }
  }

  /// Turns preorder numbers of objects into places.
  ///
  /// Objects in a row were mostly found in a row: going by objects keeps the writes in order.
  @inline(never)
  private static func renumber(_ numbers: borrowing FlatArray<UInt32>, _ places: borrowing FlatArray<UInt32>) {
    let count = UInt32(places.count)
    var i = 0
    while i < numbers.count {
      if i &+ 16 < numbers.count {
        let ahead = numbers[i &+ 16]
        if ahead < count { places.prefetch(ahead) }
      }
      let number = numbers[i]
      numbers[i] = number < count ? places[number] : .max
      i &+= 1
    }
  }

  /// Depth by place; returns the largest.
  @inline(never)
  private static func measureDepths(
    _ parents: borrowing FlatArray<UInt32>, depths: borrowing FlatArray<UInt32>
  ) -> Int {
    let count = parents.count
    var deepest: UInt32 = 0
    depths[0] = 0
    var p = 1
    while p < count {
      let depth = depths[parents[p]] &+ 1
      depths[p] = depth
      if depth > deepest { deepest = depth }
      p &+= 1
    }
    return Int(deepest)
  }

  /// The object that dominates `id` immediately; nil for the virtual root and for objects no root reaches.
  public func dominator(of id: ObjectID) -> ObjectID? {
    let place = places[id.index]
    return place == .max || place == 0 ? nil : ObjectID(objects[parents[place]])
  }

  /// The tier of the roots that hold `id`; nil for objects no root reaches.
  public func tier(of id: ObjectID) -> RootTier? {
    let place = places[id.index]
    return place == .max ? nil : tierEnds.tier(at: place)
  }

  /// Whether a root reaches `id` under the retaining policy, be it one that the dump only has evidence of.
  public func isReachable(_ id: ObjectID) -> Bool { places[id.index] != .max }

  /// Bytes of `id` and all it dominates; 0 for objects no root reaches.
  public func retainedSize(of id: ObjectID) -> UInt64 {
    let place = places[id.index]
    return place == .max ? 0 : retained[place]
  }

  /// The number of objects that `id` dominates, itself counted; 0 for objects no root reaches.
  public func retainedObjects(of id: ObjectID) -> Int {
    let place = places[id.index]
    return place == .max ? 0 : Int(counts[place])
  }

  /// The number of objects that `id` dominates immediately.
  public func childCount(of id: ObjectID) -> Int {
    let place = places[id.index]
    if place == .max { return 0 }
    return hubs.count(of: place) ?? smallChildren(of: place).count
  }

  /// The objects that `id` dominates immediately, by retained size, descending, ties by number.
  ///
  /// Takes time for `range` alone, however many there are. Parts of `range` beyond the last are left out.
  public func children(of id: ObjectID, _ range: Range<Int>) -> [ObjectID] {
    let place = places[id.index]
    if place == .max { return [] }
    if let hub = hubs.children(of: place, range) { return hub }
    let all = smallChildren(of: place).map { (retained: retained[$0], id: objects[$0]) }
    return all.sorted { $0.retained != $1.retained ? $0.retained > $1.retained : $0.id < $1.id }[
      range.clamped(to: 0..<all.count)
    ].map { ObjectID($0.id) }
  }

  /// The places of the children of `place`, which has no more than `RankedChildren.smallest`.
  private func smallChildren(of place: UInt32) -> [UInt32] {
    var result: [UInt32] = []
    var next = place + 1
    let end = place + counts[place]
    while next < end {
      result.append(next)
      next += counts[next]
    }
    return result
  }

  /// Whether every path from a root to `b` goes through `a`; an object dominates itself.
  public func dominates(_ a: ObjectID, _ b: ObjectID) -> Bool {
    let above = places[a.index]
    let below = places[b.index]
    return above != .max && below != .max && contains(above, below)
  }

  /// Whether the object at place `below` is the one at `above` or below it.
  @inline(__always) func contains(_ above: UInt32, _ below: UInt32) -> Bool {
    below >= above && below - above < counts[above]
  }

  /// How many objects dominate `id`; nil for objects no root reaches.
  public func depth(of id: ObjectID) -> Int? {
    let place = places[id.index]
    return place == .max ? nil : Int(depths[place])
  }
}
