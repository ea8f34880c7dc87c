import ReferenceGraph

/// What goes with a component, drawn small: to find again and again what would be freed without some references into
/// or inside the component.
///
/// What such a cut frees goes with the component, since all that a root reaches past the component stays. Subtrees of
/// the retention tree without a member are one node each: what keeps their top keeps all of it, and no cut is inside.
struct RetainedRegion {
  /// Nodes in the order of the retention tree: where each begins there, its bytes and objects.
  private let places: [UInt32]
  private let bytes: [UInt64]
  private let objects: [UInt32]
  /// References of node `i`: `offsets[i] ..< offsets[i + 1]`, with the node each leads to and where it lies in the
  /// graph's rows; those that no cut can be of have no such place.
  private let offsets: [Int]
  private let targets: [Int32]
  private let references: [UInt32]
  /// References from what stays, with the nodes they lead to.
  private let starts: [(node: Int32, reference: UInt32)]
  /// References into the component: from what stays, and from what goes with it.
  let entries: [ReferencePlace]
  private let freedAtMost: Freed
  // For searches: the nodes that were reached in this one.
  private var rounds: [UInt32]
  private var round: UInt32 = 0
  private var open: [Int32] = []

  private static let noReference = UInt32.max

  /// Takes up what goes with the component: `tops` are places in the retention tree, none below another.
  init(
    _ tops: [UInt32], of component: ComponentID, members: [ObjectID], set: Components, _ context: RetentionContext,
    _ rows: inout RowSearch, progress: WorkProgress
  ) throws(Cancelled) {
    let tree = context.tree
    let graph = context.graph
    let memberPlaces = members.map { tree.places[$0.index] }.filter { $0 != .max }.sorted()
    var nodes = Nodes()
    var member = 0
    for top in tops.sorted() {
      var place = top
      let end = top + tree.counts[top]
      while place < end {
        while member < memberPlaces.count, memberPlaces[member] < place { member += 1 }
        let isMember = member < memberPlaces.count && memberPlaces[member] == place
        let hasMember = member < memberPlaces.count && memberPlaces[member] < place + tree.counts[place]
        nodes.add(place, hasMember ? 1 : tree.counts[place], isMember: isMember)
        place += hasMember ? 1 : tree.counts[place]
      }
    }
    nodes.makeTable(tree.objects.count)

    // A subtree without a member is not gone through, it may be large, and lie in those of many components: what refers
    // out of it is found at its ends, the other nodes, whose tops alone it can refer to.
    var looked = 0
    var below: [UInt64] = []
    var outside: [UInt64] = []
    for node in nodes.places.indices {
      let object = tree.objects[nodes.places[node]]
      var last: UInt32 = .max
      for slot in context.referrers.range(of: ObjectID(object)) {
        looked += 1
        if looked & progressMask == 0 { try progress.check(looked) }
        let source = context.referrers.targets[slot]
        if source == last || source == 0 { continue }
        last = source
        let place = tree.places[source]
        if place == .max { continue }
        if let from = nodes.node(of: place) {
          if from != node, nodes.spans[from] > 1 { below.append(UInt64(place) << 32 | UInt64(object)) }
        } else if nodes.isMember[node] {
          outside.append(UInt64(source) << 32 | UInt64(object))
        }
      }
    }
    sortKeys(&below)
    sortKeys(&outside)

    var offsets = [0]
    var targets: [Int32] = []
    var references: [UInt32] = []
    var entries: [ReferencePlace] = []
    var bytes: [UInt64] = []
    offsets.reserveCapacity(nodes.places.count + 1)
    // The last node with a reference to each.
    var lastSource = [Int32](repeating: -1, count: nodes.places.count)
    func add(_ k: Int, from source: UInt32, of node: Int) {
      guard context.retains(k, from: source), let target = nodes.node(of: tree.places[graph.rows.targets[k]]),
        target != node
      else { return }
      if nodes.isMember[target] {
        if !nodes.isMember[node] { entries.append(ReferencePlace(source: ObjectID(source), index: k)) }
      } else {
        if lastSource[target] == Int32(node) { return }
        lastSource[target] = Int32(node)
      }
      targets.append(Int32(target))
      references.append(nodes.isMember[target] ? UInt32(k) : Self.noReference)
    }
    var next = 0
    for node in nodes.places.indices {
      let (place, span) = (nodes.places[node], nodes.spans[node])
      if span == 1 {
        let source = tree.objects[place]
        for k in graph.rows.range(of: ObjectID(source)) {
          looked += 1
          if looked & progressMask == 0 { try progress.check(looked) }
          add(k, from: source, of: node)
        }
        bytes.append(graph.size(of: ObjectID(source)))
      } else {
        while next < below.count, below[next] >> 32 < UInt64(place + span) {
          let source = tree.objects[UInt32(below[next] >> 32)]
          let ends = Self.targets(from: &next, in: below)
          rows.each(from: source, toAnyOf: ends) {
            nodes.node(of: tree.places[$0]).map { $0 != node } ?? false
          } _: {
            add($0, from: source, of: node)
          }
        }
        bytes.append(tree.retained[place])
      }
      offsets.append(targets.count)
    }

    // From what stays.
    var starts: [(node: Int32, reference: UInt32)] = []
    for object in members {
      guard let node = nodes.node(of: tree.places[object.index]) else { continue }
      for root in context.roots(of: object.rawValue) {
        let place = ReferencePlace(source: .root, index: root)
        starts.append((Int32(node), context.cutKey(place)))
        entries.append(place)
      }
    }
    next = 0
    while next < outside.count {
      try progress.check(looked)
      let source = UInt32(outside[next] >> 32)
      let ends = Self.targets(from: &next, in: outside)
      rows.each(from: source, toAnyOf: ends) {
        set.component(of: ObjectID($0)) == component
      } _: { k in
        guard context.retains(k, from: source),
          let node = nodes.node(of: tree.places[graph.rows.targets[k]])
        else { return }
        starts.append((Int32(node), UInt32(k)))
        entries.append(ReferencePlace(source: ObjectID(source), index: k))
      }
    }
    self.places = nodes.places
    self.bytes = bytes
    objects = nodes.spans
    self.offsets = offsets
    self.targets = targets
    self.references = references
    self.starts = starts
    self.entries = entries
    freedAtMost = Freed(bytes: bytes.reduce(0, +), objects: nodes.spans.reduce(0) { $0 + Int($1) })
    rounds = [UInt32](repeating: 0, count: nodes.places.count)
  }

  /// The lower halves of the keys whose upper halves are that of the one at `next`, which goes on behind them.
  private static func targets(from next: inout Int, in keys: [UInt64]) -> some Collection<UInt32> {
    let start = next
    while next < keys.count, keys[next] >> 32 == keys[start] >> 32 { next += 1 }
    return keys[start..<next].lazy.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// How many references one search looks at, at most.
  var searchSteps: Int { places.count + targets.count + starts.count }

  /// What would be freed without the references in `cut`.
  mutating func freed(without cut: borrowing ReferenceSet) -> Freed {
    round += 1
    open.removeAll(keepingCapacity: true)
    var kept = Freed()
    for start in starts where !cut.contains(start.reference) { reach(start.node, &kept) }
    while let node = open.popLast() {
      for k in offsets[Int(node)]..<offsets[Int(node) + 1] {
        let reference = references[k]
        if reference != Self.noReference, cut.contains(reference) { continue }
        reach(targets[k], &kept)
      }
    }
    return Freed(bytes: freedAtMost.bytes - kept.bytes, objects: freedAtMost.objects - kept.objects)
  }

  private mutating func reach(_ node: Int32, _ kept: inout Freed) {
    if rounds[Int(node)] == round { return }
    rounds[Int(node)] = round
    kept.bytes += bytes[Int(node)]
    kept.objects += Int(objects[Int(node)])
    open.append(node)
  }

  /// Nodes as they are made, and which one holds a place.
  private struct Nodes {
    var places: [UInt32] = []
    var spans: [UInt32] = []
    var isMember: [Bool] = []
    private var table: NumberTable?

    mutating func add(_ place: UInt32, _ span: UInt32, isMember: Bool) {
      places.append(place)
      spans.append(span)
      self.isMember.append(isMember)
    }

    /// Many nodes are found by a table over all places, a few by bisection.
    mutating func makeTable(_ count: Int) {
      guard places.count > 4096 else { return }
      let table = NumberTable(count)
      self.table = table
      for node in places.indices {
        for place in places[node]..<places[node] + spans[node] {
          table.values[place] = Int32(node) + 1
        }
      }
    }

    func node(of place: UInt32) -> Int? {
      if place == .max { return nil }
      if let table {
        let entry = table.values[place]
        return entry == 0 ? nil : Int(entry) - 1
      }
      let next = places.indices.bisection(where: { places[$0] > place })
      guard next > 0, place < places[next - 1] + spans[next - 1] else { return nil }
      return next - 1
    }
  }
}

/// References by the number that `RetentionContext.cutKey` gives them, or objects: a bit for each.
struct ReferenceSet: ~Copyable {
  private let words: FlatArray<UInt64>

  /// None of `count`.
  init(of count: Int) { words = FlatArray(zeroed: count / 64 + 1) }

  @inline(__always) func contains(_ index: UInt32) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

  func insert(_ index: UInt32) { words[index >> 6] = words[index >> 6] | 1 << UInt64(index & 63) }

  func remove(_ index: UInt32) { words[index >> 6] = words[index >> 6] & ~(1 << UInt64(index & 63)) }
}
