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
    progress: WorkProgress
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

    var offsets = [0]
    var targets: [Int32] = []
    var references: [UInt32] = []
    var entries: [ReferencePlace] = []
    var bytes: [UInt64] = []
    var objects: [UInt32] = []
    offsets.reserveCapacity(nodes.places.count + 1)
    // The last node with a reference to each.
    var lastSource = [Int32](repeating: -1, count: nodes.places.count)
    var looked = 0
    for node in nodes.places.indices {
      var size: UInt64 = 0
      let isMember = nodes.isMember[node]
      for place in nodes.places[node]..<nodes.places[node] + nodes.spans[node] {
        let source = tree.objects[place]
        size += graph.size(of: ObjectID(source))
        for k in graph.rows.range(of: ObjectID(source)) {
          looked += 1
          if looked & progressMask == 0 { try progress.check(looked) }
          guard context.retains(k, from: source), let target = nodes.node(of: tree.places[graph.rows.targets[k]]),
            target != node
          else { continue }
          if nodes.isMember[target] {
            if !isMember { entries.append(ReferencePlace(source: ObjectID(source), index: k)) }
          } else {
            if lastSource[target] == Int32(node) { continue }
            lastSource[target] = Int32(node)
          }
          targets.append(Int32(target))
          references.append(nodes.isMember[target] ? UInt32(k) : Self.noReference)
        }
      }
      offsets.append(targets.count)
      bytes.append(size)
      objects.append(nodes.spans[node])
    }

    // From what stays: the rows of its objects are gone through once each, however many members they refer to.
    var starts: [(node: Int32, reference: UInt32)] = []
    var outside: Set<UInt32> = []
    for object in members {
      guard let node = nodes.node(of: tree.places[object.index]) else { continue }
      looked += 1
      if looked & progressMask == 0 { try progress.check(looked) }
      for root in context.roots(of: object.rawValue) {
        let place = ReferencePlace(source: .root, index: root)
        starts.append((Int32(node), context.cutKey(place)))
        entries.append(place)
      }
      var last: UInt32 = .max
      for slot in context.referrers.range(of: object) {
        let source = context.referrers.targets[slot]
        if source == last || source == 0 { continue }
        last = source
        if tree.places[source] != .max, nodes.node(of: tree.places[source]) == nil {
          outside.insert(source)
        }
      }
    }
    for source in outside.sorted() {
      for k in graph.rows.range(of: ObjectID(source)) {
        looked += 1
        if looked & progressMask == 0 { try progress.check(looked) }
        let target = ObjectID(graph.rows.targets[k])
        guard set.component(of: target) == component, context.retains(k, from: source),
          let node = nodes.node(of: tree.places[target.index])
        else { continue }
        starts.append((Int32(node), UInt32(k)))
        entries.append(ReferencePlace(source: ObjectID(source), index: k))
      }
    }
    self.places = nodes.places
    self.bytes = bytes
    self.objects = objects
    self.offsets = offsets
    self.targets = targets
    self.references = references
    self.starts = starts
    self.entries = entries
    freedAtMost = Freed(bytes: bytes.reduce(0, +), objects: objects.reduce(0) { $0 + Int($1) })
    rounds = [UInt32](repeating: 0, count: nodes.places.count)
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
  private struct Nodes: ~Copyable {
    var places: [UInt32] = []
    var spans: [UInt32] = []
    var isMember: [Bool] = []
    private var table = FlatArray<Int32>(zeroed: 0)

    mutating func add(_ place: UInt32, _ span: UInt32, isMember: Bool) {
      places.append(place)
      spans.append(span)
      self.isMember.append(isMember)
    }

    /// Many nodes are found by a table over all places, a few by bisection.
    mutating func makeTable(_ count: Int) {
      guard places.count > 4096 else { return }
      table = FlatArray(zeroed: count)
      for node in places.indices {
        for place in places[node]..<places[node] + spans[node] { table[place] = Int32(node) + 1 }
      }
    }

    func node(of place: UInt32) -> Int? {
      if place == .max { return nil }
      if table.count > 0 {
        let entry = table[place]
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
