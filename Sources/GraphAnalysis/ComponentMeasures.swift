import ReferenceGraph

/// What is measured of every component, in flat arrays by component.
struct ComponentMeasures: ~Copyable, Sendable {
  struct Counts: BitwiseCopyable {
    var references: UInt32
    var entries: UInt32
    var exits: UInt32
    var retainedObjects: UInt32
    var isExact: Bool
  }
  struct Sizes: BitwiseCopyable {
    var shallow: UInt64
    var retained: UInt64
  }
  /// The member nearest to a root; object 0 when no root reaches the component.
  struct Nearest: BitwiseCopyable {
    var object: UInt32
    var distance: UInt32
  }
  /// Freed subtrees of the retention tree: for one the place itself, else a part of `topPlaces`.
  struct Tops: BitwiseCopyable {
    var start: UInt32
    var count: UInt32
  }

  let counts: FlatArray<Counts>
  let sizes: FlatArray<Sizes>
  let nearest: FlatArray<Nearest>
  private let tops: FlatArray<Tops>
  private var topPlaces: [UInt32]

  /// Of no components.
  init() {
    counts = FlatArray(zeroed: 0)
    sizes = FlatArray(zeroed: 0)
    nearest = FlatArray(zeroed: 0)
    tops = FlatArray(zeroed: 0)
    topPlaces = []
  }

  /// Counts references, finds the nearest members, and measures what would be freed.
  init(
    _ members: borrowing ComponentMembers, _ context: RetentionContext, progress: WorkProgress
  ) throws(Cancelled) {
    counts = FlatArray(zeroed: members.count)
    sizes = FlatArray(zeroed: members.count)
    nearest = FlatArray(zeroed: members.count)
    tops = FlatArray(zeroed: members.count)
    topPlaces = []
    if members.count == 0 { return }
    try Self.countReferences(
      members.set, context, context.graph.rows.offsets, context.graph.rows.targets, context.tree.places,
      counts: counts, progress: progress)
    try measure(members, context, progress: progress)
  }

  @inline(never)
  private static func countReferences(
    _ set: borrowing MemberSet, _ context: RetentionContext, _ offsets: borrowing FlatArray<UInt32>,
    _ targets: borrowing FlatArray<UInt32>, _ places: borrowing FlatArray<UInt32>,
    counts: borrowing FlatArray<Counts>, progress: WorkProgress
  ) throws(Cancelled) {
    let retainsAll = context.retainsAll
    let joinsAll = context.keepsAllCycles
    var source: UInt32 = 0
    let end = UInt32(offsets.count - 1)
    while source < end {
      if Int(source) & progressMask == 0 { try progress.check(Int(source)) }
      var k = Int(offsets[source])
      let rowEnd = Int(offsets[source &+ 1])
      if k == rowEnd {
        source &+= 1
        continue
      }
      let own = set.component(of: source)
      let isReachable = places[source] != .max
      while k < rowEnd {
        let component = set.component(of: targets[k])
        if let component, component == own {
          if joinsAll || context.cycles.keeps(reference: k, from: source) {
            counts[component].references &+= 1
          }
        } else if component != nil || own != nil {
          if retainsAll || context.retains(k, from: source) {
            if let component, isReachable { counts[component].entries &+= 1 }
            if let own { counts[own].exits &+= 1 }
          }
        }
        k &+= 1
      }
      source &+= 1
    }
    for index in context.graph.roots.indices.dropFirst(context.graph.recordedRootCount)
    where context.retains(index, from: 0) {
      if let component = set.component(of: context.graph.roots[index].target.rawValue) {
        counts[component].entries &+= 1
      }
    }
  }

  private mutating func measure(
    _ members: borrowing ComponentMembers, _ context: RetentionContext, progress: WorkProgress
  ) throws(Cancelled) {
    let tree = context.tree
    // Components with several tops: what they free together is found afterwards, those that hold most first.
    var several: [(retained: UInt64, component: UInt32)] = []
    var list: [UInt32] = []
    for component in 0..<members.count {
      if component & progressMask == 0 { try progress.check(component) }
      list.removeAll(keepingCapacity: true)
      var shallow: UInt64 = 0
      var best = Nearest(object: 0, distance: .max)
      for slot in members.starts[component]..<members.starts[component + 1] {
        let object = members.members[slot]
        shallow &+= context.graph.size(of: ObjectID(object))
        let place = tree.places[object]
        guard place != .max else { continue }
        let distance = context.paths.arrivals[object].distance
        if distance < best.distance { best = Nearest(object: object, distance: distance) }
        let dominator = tree.objects[tree.parents[place]]
        if dominator == 0 || members.set.component(of: dominator) != UInt32(component) { list.append(place) }
      }
      nearest[component] = best
      sizes[component].shallow = shallow
      counts[component].isExact = true
      guard !list.isEmpty else { continue }
      keepOutermost(&list, tree)
      setTops(list, of: component, tree)
      if list.count > 1 { several.append((sizes[component].retained, UInt32(component))) }
    }
    several.sort { $0.retained != $1.retained ? $0.retained > $1.retained : $0.component < $1.component }
    var allowance = 2 * tree.objects.count + 1 << 16
    var freed = FreedSet(context)
    for (step, entry) in several.enumerated() {
      if step & 0xff == 0 { try progress.check(step) }
      let component = Int(entry.component)
      // No component takes more than half of what is left: the many small ones shall have theirs.
      var share = allowance / 2
      let before = share
      let result = freed.remove(subtrees: topPlaces(of: component), allowance: &share)
      allowance -= before - share
      if result.isExact && result.tops.count > Int(tops[component].count) {
        setTops(result.tops, of: component, tree)
      }
      counts[component].isExact = result.isExact
    }
  }

  /// Drops the places below others.
  private func keepOutermost(_ places: inout [UInt32], _ tree: DominatorTree) {
    guard places.count > 1 else { return }
    places.sort()
    var kept = 0
    var end: UInt32 = 0
    for place in places where place >= end {
      places[kept] = place
      kept += 1
      end = place + tree.counts[place]
    }
    places.removeLast(places.count - kept)
  }

  private mutating func setTops(_ places: [UInt32], of component: Int, _ tree: DominatorTree) {
    if places.count == 1 {
      tops[component] = Tops(start: places[0], count: 1)
    } else {
      tops[component] = Tops(start: UInt32(topPlaces.count), count: UInt32(places.count))
      topPlaces += places
    }
    var retained: UInt64 = 0
    var objects: UInt32 = 0
    for place in places {
      retained += tree.retained[place]
      objects += tree.counts[place]
    }
    sizes[component].retained = retained
    counts[component].retainedObjects = objects
  }

  /// The subtrees of the retention tree that go when the component goes, by place, ascending, as far as known.
  func topPlaces(of component: Int) -> [UInt32] {
    let entry = tops[component]
    if entry.count <= 1 { return entry.count == 1 ? [entry.start] : [] }
    return Array(topPlaces[Int(entry.start)..<Int(entry.start + entry.count)])
  }

  /// Adds the subtrees of a component to `places`.
  func appendTops(of component: Int, to places: inout [UInt32]) {
    let entry = tops[component]
    if entry.count == 1 {
      places.append(entry.start)
    } else if entry.count > 1 {
      places += topPlaces[Int(entry.start)..<Int(entry.start + entry.count)]
    }
  }
}
