import ReferenceGraph

/// What would be freed if some objects went, or some references: found near them, without a search of the heap.
///
/// Everything below a freed object in the retention tree is freed with it. Beyond that an object is freed when all
/// that retains it is: the set is grown along references as long as nothing speaks against an object, then whatever
/// is still retained from outside is taken out again, with all that it keeps alive (the greatest set that is closed).
/// What speaks against an object early is a path from a root that avoids the set: the shortest path of the object,
/// or of something that retains it. Each figure is exact unless the allowance of steps runs out.
struct FreedSet: ~Copyable {
  struct Result {
    var bytes: UInt64 = 0
    var objects = 0
    /// Freed subtrees of the retention tree, by place, ascending; none is below another.
    var tops: [UInt32] = []
    /// False when the allowance ran out: then only what certainly goes is counted.
    var isExact = true
  }

  private enum State {
    static let unknown: UInt8 = 0
    static let assumed: UInt8 = 1
    static let certain: UInt8 = 2
    static let alive: UInt8 = 3
  }

  private let context: RetentionContext
  /// By place in the retention tree.
  private let states: FlatArray<UInt8>
  /// References that are gone: indices in the rows, and by target how many of each source.
  private var cut: Set<UInt32> = []
  private var cutPairs: Set<UInt64> = []
  /// Of `cutPairs`, for sources whose references were gone through: those that another reference retains still.
  private var heldPairs: Set<UInt64> = []
  private var readSources: Set<UInt32> = []
  /// Subtrees that were marked, and places marked alive.
  private var tops: [UInt32] = []
  private var alive: [UInt32] = []
  private var allowance = 0

  init(_ context: RetentionContext) {
    self.context = context
    states = FlatArray(zeroed: context.tree.objects.count)
  }

  /// What goes with the subtrees at `places`, all of which go.
  ///
  /// Takes from `allowance` the steps that it took.
  mutating func remove(subtrees places: [UInt32], allowance limit: inout Int) -> Result {
    defer { reset() }
    allowance = limit
    for place in places { markSubtree(place, State.certain) }
    let grown = grow()
    limit = allowance
    return result(certainOnly: !grown)
  }

  /// What goes when all of `references` are cut; nil when the allowance ran out.
  mutating func cut(_ references: [ReferencePlace], allowance limit: inout Int) -> Result? {
    defer { reset() }
    allowance = limit
    let graph = context.graph
    for reference in references {
      cut.insert(context.cutKey(reference))
      cutPairs.insert(pair(reference.source.rawValue, graph.target(of: reference).rawValue))
    }
    for reference in references {
      let place = context.tree.places[graph.target(of: reference).index]
      if place != .max && states[place] == State.unknown { consider(place) }
    }
    let grown = grow()
    limit = allowance
    return grown ? result(certainOnly: false) : nil
  }

  private func pair(_ source: UInt32, _ target: UInt32) -> UInt64 { UInt64(source) << 32 | UInt64(target) }

  private mutating func markSubtree(_ place: UInt32, _ state: UInt8) {
    tops.append(place)
    let end = place + context.tree.counts[place]
    for below in place..<end where states[below] == State.unknown || state == State.certain { states[below] = state }
    allowance -= Int(end - place)
  }

  /// Follows the references of all that is marked, then takes out what is retained from outside.
  private mutating func grow() -> Bool {
    let graph = context.graph
    var next = 0
    while next < tops.count {
      let top = tops[next]
      next += 1
      for place in top..<(top + context.tree.counts[top]) {
        let source = context.tree.objects[place]
        for k in graph.rows.range(of: ObjectID(source)) {
          allowance -= 1
          let target = context.tree.places[graph.rows.targets[k]]
          guard target != .max, states[target] == State.unknown, context.retains(k, from: source),
            !isCut(k)
          else { continue }
          consider(target)
        }
        if allowance < 0 { return false }
      }
    }
    return allowance >= 0 && takeOutRetained()
  }

  private func isCut(_ index: Int) -> Bool { !cut.isEmpty && cut.contains(UInt32(index)) }

  /// Assumes that the object at `place` goes, with all below it, unless it is known to be retained.
  private mutating func consider(_ place: UInt32) {
    if isSurelyAlive(place) { return }
    let object = context.tree.objects[place]
    if context.isUnrecorded(place), holds(object, from: 0) {
      states[place] = State.alive
      alive.append(place)
      return
    }
    var last: UInt32 = .max
    for slot in context.referrers.range(of: ObjectID(object)) {
      allowance -= 1
      if allowance < 0 { return }
      let source = context.referrers.targets[slot]
      // The referrers ascend.
      if source == last { continue }
      last = source
      let sourcePlace = context.tree.places[source]
      guard sourcePlace != .max, !context.tree.contains(place, sourcePlace), holds(object, from: source) else {
        continue
      }
      if isSurelyAlive(sourcePlace) {
        states[place] = State.alive
        alive.append(place)
        return
      }
    }
    markSubtree(place, State.assumed)
  }

  /// Whether `source` retains `target` still.
  private mutating func holds(_ target: UInt32, from source: UInt32) -> Bool {
    guard cutPairs.contains(pair(source, target)) else { return context.retains(target, from: source) }
    let graph = context.graph
    if source == 0 {
      return context.roots(of: target).contains {
        !cut.contains(context.cutKey(ReferencePlace(source: .root, index: $0)))
      }
    }
    // Once for all that is cut in its row: a large array may lose every element.
    if readSources.insert(source).inserted {
      let range = graph.rows.range(of: ObjectID(source))
      allowance -= range.count
      for k in range where !isCut(k) && context.retains(k, from: source) {
        let pair = pair(source, graph.rows.targets[k])
        if cutPairs.contains(pair) { heldPairs.insert(pair) }
      }
    }
    return heldPairs.contains(pair(source, target))
  }

  /// Whether the shortest path to the object avoids all that is marked and cut.
  private mutating func isSurelyAlive(_ place: UInt32) -> Bool {
    let start = alive.count
    var x = place
    while true {
      if x == 0 || states[x] == State.alive { return true }
      let object = context.tree.objects[x]
      let parent = context.paths.arrivals[object].parent
      allowance -= 1
      if states[x] != State.unknown || allowance < 0 || cutPairs.contains(pair(parent, object)) {
        // Not known: what was marked on the way down here is taken back.
        while alive.count > start { states[alive.removeLast()] = State.unknown }
        return false
      }
      states[x] = State.alive
      alive.append(x)
      x = context.tree.places[parent]
    }
  }

  /// Whatever is retained by an object outside the set is alive, and so is all it refers to.
  private mutating func takeOutRetained() -> Bool {
    let graph = context.graph
    var revived: [UInt32] = []
    for top in tops where states[top] == State.assumed {
      let object = context.tree.objects[top]
      if context.isUnrecorded(top), holds(object, from: 0) {
        revived.append(top)
        states[top] = State.alive
        alive.append(top)
        continue
      }
      var last: UInt32 = .max
      for slot in context.referrers.range(of: ObjectID(object)) {
        allowance -= 1
        if allowance < 0 { return false }
        let source = context.referrers.targets[slot]
        if source == last { continue }
        last = source
        let place = context.tree.places[source]
        guard place != .max, states[place] != State.assumed, states[place] != State.certain,
          holds(object, from: source)
        else { continue }
        revived.append(top)
        states[top] = State.alive
        alive.append(top)
        break
      }
    }
    while let place = revived.popLast() {
      let source = context.tree.objects[place]
      for k in graph.rows.range(of: ObjectID(source)) {
        allowance -= 1
        let target = context.tree.places[graph.rows.targets[k]]
        guard target != .max, states[target] == State.assumed, !isCut(k), context.retains(k, from: source) else {
          continue
        }
        states[target] = State.alive
        alive.append(target)
        revived.append(target)
      }
      if allowance < 0 { return false }
    }
    return true
  }

  private func result(certainOnly: Bool) -> Result {
    var result = Result()
    result.isExact = !certainOnly
    let tree = context.tree
    var end: UInt32 = 0
    for top in tops.sorted() where top >= end {
      // Parts of an assumed subtree may have come back to life: then what is left of it lies deeper.
      end = top + tree.counts[top]
      var place = top
      while place < end {
        let state = states[place]
        if state == State.certain || (state == State.assumed && !certainOnly) {
          result.tops.append(place)
          result.bytes += tree.retained[place]
          result.objects += Int(tree.counts[place])
          place += tree.counts[place]
        } else {
          place += 1
        }
      }
    }
    return result
  }

  private mutating func reset() {
    for top in tops {
      for place in top..<(top + context.tree.counts[top]) { states[place] = State.unknown }
    }
    for place in alive { states[place] = State.unknown }
    tops.removeAll(keepingCapacity: true)
    alive.removeAll(keepingCapacity: true)
    cut.removeAll(keepingCapacity: true)
    cutPairs.removeAll(keepingCapacity: true)
    heldPairs.removeAll(keepingCapacity: true)
    readSources.removeAll(keepingCapacity: true)
  }
}
