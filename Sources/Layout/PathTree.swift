import GraphAnalysis
import ReferenceGraph

/// The ways from the roots to one object, shortest first, merged where they begin alike: a small tree made whole.
public struct PathTree: Sendable {
  /// One step: a root, or an object reached by a reference.
  public struct Step: Sendable {
    /// The object reached; for a node right below the top the one that a root refers to.
    public let object: ObjectID
    /// The reference that leads here.
    public let place: ReferencePlace
    /// How many paths run through here.
    public internal(set) var paths: Int
    /// Whether this is the object the paths lead to.
    public let isTarget: Bool
    /// How firmly the reference holds that leads here.
    public let kind: ReferenceKind
    /// The steps that follow, shortest ways first: indices into `nodes`.
    public internal(set) var children: [Int] = []
    /// The node where the same object stands with the rest of its way; such a step is a leaf.
    public internal(set) var repeats: Int?
    /// How many objects of one class it stands for, `object` the first of them; one but where ways are merged.
    public internal(set) var objects = 1
    /// Whether all of these are reached through the field that `place` is.
    public internal(set) var hasOneField = true
    /// The group of the roots that refer to these, an index into `RootGroups.groups`.
    public internal(set) var rootGroup: Int?
    /// How many steps of a long way lie folded here, below it; 0 for a step.
    public internal(set) var omitted = 0

    /// The object that it stands for alone.
    public var single: ObjectID? { objects == 1 && omitted == 0 ? object : nil }
  }

  /// The object that all paths lead to.
  public let target: ObjectID
  /// Node 0 stands above the roots; its children are the first objects, each reached by a root.
  public internal(set) var nodes: [Step]
  /// How many paths are shown.
  public internal(set) var pathCount = 0
  /// Roots that hold the object only through the same objects as a path that is shown.
  public private(set) var moreRoots = 0
  /// Of many objects those that no root reaches.
  public internal(set) var unreachable = 0
  /// Where each object stands with the rest of its way, when steps that lead to one above are merged.
  private var shown: [ObjectID: Int] = [:]
  private let merges: Bool
  /// Whether the search was ended early, because it had gone through so many objects.
  public internal(set) var isCapped = false

  /// References that are looked at for whether they count, at most: an object with very many may be asked for each.
  private static let lookLimit = 200_000_000

  /// A tree without ways.
  init(target: ObjectID) {
    self.target = target
    merges = false
    nodes = [
      Step(
        object: .root, place: ReferencePlace(source: .root, index: 0), paths: 0, isTarget: false, kind: .strong)
    ]
  }

  /// Finds, by a breadth-first search against the references, a shortest path from each root that reaches `target`, up
  /// to `limit` of them.
  ///
  /// The references that count are those of `policy`, by default of `HeapAnalysis.pathPolicy`. With `merges` a way ends
  /// where it comes to an object that an earlier one has gone on from: from there on they are the same. At most
  /// `visitLimit` objects are looked at. Throws `Cancelled` when `progress` says so.
  public init(
    to target: ObjectID, analysis: HeapAnalysis, policy: ReferencePolicy? = nil, merges: Bool = false, limit: Int = 100,
    visitLimit: Int = 2_000_000, progress: WorkProgress = WorkProgress()
  ) throws(Cancelled) {
    self.target = target
    self.merges = merges
    nodes = [
      Step(
        object: .root, place: ReferencePlace(source: .root, index: 0), paths: 0, isTarget: false, kind: .strong)
    ]
    let graph = analysis.graph
    let policy = policy ?? analysis.pathPolicy(to: target)
    let filter = PolicyFilter(policy, graph: graph)
    let referrers = analysis.referrers
    // By object the next one on its way to the target; in the order they were found.
    var next: [UInt32: UInt32] = [target.rawValue: target.rawValue]
    var queue = [target.rawValue]
    var head = 0
    var rootedBefore: Set<UInt32> = []
    // What roots refer to among the objects that are equally far away, and where that ends.
    var rooted: [UInt32] = []
    var levelEnd = 1
    var looked = 0
    while head < queue.count, pathCount < limit {
      if head == levelEnd {
        addPaths(from: rooted, next: next, filter: filter, analysis, ranks: policy.ranksRoots, limit: limit)
        rooted = []
        levelEnd = queue.count
        continue
      }
      let object = queue[head]
      head += 1
      if head & 0xfff == 0, progress.isCancelled { throw Cancelled() }
      if queue.count > visitLimit || looked > Self.lookLimit {
        isCapped = true
        break
      }
      // Roots that the dump does not record are none of its referrers.
      if analysis.dominators.tier(of: ObjectID(object)) == .unrecorded,
        !analysis.roots(directlyHolding: ObjectID(object)).isEmpty
      {
        rootedBefore.insert(object)
        rooted.append(object)
      }
      for k in referrers.range(of: ObjectID(object)) {
        let source = referrers.targets[k]
        if source == 0 {
          if rootedBefore.insert(object).inserted { rooted.append(object) }
        } else if next[source] == nil {
          if !filter.keepsEveryObjectReference { looked += graph.rows.range(of: ObjectID(source)).count }
          guard holds(source, object, filter: filter, graph: graph),
            !(policy.ranksRoots && analysis.isOutranked(ObjectID(source), for: ObjectID(object)))
          else { continue }
          next[source] = object
          queue.append(source)
        }
      }
    }
    addPaths(from: rooted, next: next, filter: filter, analysis, ranks: policy.ranksRoots, limit: limit)
  }

  /// Adds paths for the roots of objects that are equally far away: one for each name, the others counted; those first
  /// that explain most.
  private mutating func addPaths(
    from objects: [UInt32], next: [UInt32: UInt32], filter: PolicyFilter, _ analysis: HeapAnalysis, ranks: Bool,
    limit: Int
  ) {
    if objects.isEmpty || pathCount >= limit { return }
    let heap = analysis.heap
    let graph = heap.graph
    let numbers = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1, $0) })
    var roots: [(standing: Int, object: Int, index: Int)] = []
    for (k, root) in graph.roots.enumerated() {
      guard let object = numbers[root.target.rawValue], filter.keeps(reference: k, from: 0) else { continue }
      if ranks, analysis.dominators.tier(of: root.target) != filter.tier(ofRoot: k) { continue }
      roots.append((root.standing, object, k))
    }
    roots.sort { $0 < $1 }
    var names = [Set<NameID>](repeating: [], count: objects.count)
    for root in roots {
      guard names[root.object].insert(graph.roots[root.index].name).inserted else {
        moreRoots += 1
        continue
      }
      if pathCount < limit { addPath(from: objects[root.object], root: root.index, next: next, heap: heap) }
    }
  }

  private mutating func addPath(from first: UInt32, root: Int, next: [UInt32: UInt32], heap: Heap) {
    let graph = heap.graph
    var steps: [UInt32] = []
    var object = first
    while object != target.rawValue {
      steps.append(object)
      object = next[object]!
    }
    steps.append(object)
    pathCount += 1
    var parent = 0
    var place = ReferencePlace(source: .root, index: root)
    for (position, step) in steps.enumerated() {
      // The insides of collections are left out, except on paths so long that to ask would be felt.
      let isLeftOut = step != target.rawValue && steps.count < 4096 && heap.isInside(place)
      if !isLeftOut { parent = enter(ObjectID(step), by: place, under: parent, graph: graph) }
      if nodes[parent].repeats != nil { break }
      if position + 1 < steps.count {
        place = graph.firstReference(from: ObjectID(step), to: ObjectID(steps[position + 1]))!
      }
    }
  }

  /// The child of `parent` for `object`, made if it is new.
  private mutating func enter(_ object: ObjectID, by place: ReferencePlace, under parent: Int, graph: ReferenceGraph)
    -> Int
  {
    for child in nodes[parent].children where nodes[child].place == place {
      nodes[child].paths += 1
      return child
    }
    let kind =
      place.source == .root ? graph.roots[Int(place.index)].reference : graph.kind(ofReference: Int(place.index))
    nodes.append(Step(object: object, place: place, paths: 1, isTarget: object == target, kind: kind))
    let node = nodes.count - 1
    nodes[parent].children.append(node)
    if merges, object != target {
      if let earlier = shown[object] { nodes[node].repeats = earlier } else { shown[object] = node }
    }
    return node
  }

  /// Whether a reference from `source` to `target` counts.
  private func holds(_ source: UInt32, _ target: UInt32, filter: PolicyFilter, graph: ReferenceGraph) -> Bool {
    if filter.keepsEveryObjectReference { return true }
    for k in graph.rows.range(of: ObjectID(source)) where graph.rows.targets[k] == target {
      if filter.keeps(reference: k, from: source) { return true }
    }
    return false
  }
}

extension PathTree: TreeSource {
  /// An index into `nodes`.
  public typealias Node = Int

  /// How many steps follow the one at `node` of `nodes`.
  public func childCount(of node: Int) -> Int { nodes[node].children.count }
  /// The index in `nodes` of one of those.
  public func child(of node: Int, at index: Int) -> Int { nodes[node].children[index] }
  /// Whether a row stands for the middle of a long way.
  public func isFold(_ node: Int) -> Bool { nodes[node].omitted > 0 }
}

extension PathTree {
  /// Steps that are shown at each end of a long way.
  static let endSteps = 10

  /// Folds the middle of ways that are long: a row stands for it, and the middle below that.
  public mutating func foldLongWays() {
    var isOnChain = [Bool](repeating: false, count: nodes.count)
    // Nodes come after those above them.
    for start in nodes.indices.dropFirst() where !isOnChain[start] {
      var chain = [start]
      while nodes[chain[chain.count - 1]].children.count == 1 {
        chain.append(nodes[chain[chain.count - 1]].children[0])
      }
      for node in chain { isOnChain[node] = true }
      let omitted = chain.count - 2 * Self.endSteps
      guard omitted > 1 else { continue }
      let last = chain[Self.endSteps - 1]
      let first = nodes[chain[Self.endSteps]]
      var fold = Step(object: first.object, place: first.place, paths: first.paths, isTarget: false, kind: .strong)
      (fold.omitted, fold.children) = (omitted, [chain[Self.endSteps]])
      nodes[chain[Self.endSteps + omitted - 1]].children = []
      nodes[last].children = [nodes.count, chain[Self.endSteps + omitted]]
      nodes.append(fold)
    }
  }

  /// Takes over steps of merged ways: those first that most ways lead through.
  mutating func adopt(_ steps: [MergedStep], isCapped: Bool) {
    var steps = steps
    // Those below come after those above.
    for index in steps.indices.reversed() {
      steps[index].paths += steps[index].targets
      if steps[index].parent >= 0 { steps[steps[index].parent].paths += steps[index].paths }
    }
    for step in steps {
      var node = Step(
        object: step.first, place: step.place, paths: step.paths, isTarget: step.targets > 0, kind: .strong)
      (node.objects, node.hasOneField, node.rootGroup) = (step.objects, step.hasOneField, step.rootGroup)
      nodes.append(node)
      nodes[step.parent + 1].children.append(nodes.count - 1)
    }
    for index in nodes.indices {
      // Where a chain has come back to a class above, no way ends below the classes between.
      let children = nodes[index].children.map { ($0, nodes[$0].paths) }.filter { $0.1 > 0 }
      nodes[index].children = children.sorted { ($0.1, $1.0) > ($1.1, $0.0) }.map(\.0)
    }
    pathCount = nodes[0].children.reduce(0) { $0 + nodes[$1].paths }
    self.isCapped = isCapped
  }
}
