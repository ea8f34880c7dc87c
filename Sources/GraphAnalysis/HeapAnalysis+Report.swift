import ReferenceGraph

extension HeapAnalysis {
  /// What a report goes through, in order, as progress shows it.
  public static let reportSteps = ReportStep.names

  /// Everything about one component; may take a while for a large one.
  ///
  /// `progress` is told of the steps in `reportSteps`.
  /// - Throws: `Cancelled` when `progress` says so.
  public func report(on id: ComponentID, progress: WorkProgress) throws(Cancelled) -> CycleReport {
    let component = components[id]
    let count = UInt64(component.objects)
    progress.begin(ReportStep.members, total: count)
    let members = components.members(of: id)
    let inside = ComponentGraph(members, context)
    let lookups = ReportLookups(context)
    try progress.check(component.objects)
    progress.begin(ReportStep.roots, total: count)
    let holders = HolderSearch(context: context).roots(reaching: members)
    try progress.check(component.objects)
    progress.begin(ReportStep.ring, total: count)
    let ring = try ring(of: component, inside, lookups, progress: progress)
    progress.begin(ReportStep.insideCut, total: count)
    let insideCut = try InsideCutSearch(context: context, details: heap.details, graph: inside, lookups: lookups)
      .run(progress: progress)
    progress.begin(ReportStep.entryCut, total: UInt64(graph.objectCount))
    let entryCut = try EntryCutSearch(
      context: context, component: component, members: members, set: components, lookups: lookups
    ).run(progress: progress)
    progress.begin(ReportStep.matrix, total: count)
    let matrix = try ClassMatrix(inside, context, details: heap.details, progress: progress)
    return CycleReport(
      component: component, witness: ring.witness, path: ring.path, pathToRing: ring.path + ring.way,
      insideCut: insideCut,
      entryCut: entryCut, holders: holders.roots, holderCount: holders.count, holdersAreCapped: holders.isCapped,
      matrix: matrix)
  }

  /// Everything about one component, for those who wait for it however long it takes.
  public func report(on id: ComponentID) -> CycleReport {
    uncancelled { progress throws(Cancelled) in try report(on: id, progress: progress) }
  }

  /// The ring that is told of a component, and the way from a root to it.
  struct Ring {
    var witness: CycleWitness
    /// To a member; empty when no root reaches the component, and when it is too long for a list.
    var path: [ReferencePlace] = []
    /// On inside the component to the first object of the ring.
    var way: [ReferencePlace] = []
    /// To the member nearest to a root.
    var nearestPath: [ReferencePlace] = []
  }

  func ring(
    of component: Component, _ inside: ComponentGraph, _ lookups: ReportLookups, progress: WorkProgress
  ) throws(Cancelled) -> Ring {
    let distances = inside.objects.map { paths.distance(of: $0) ?? .max }
    // Each of many components is searched no longer than it is large.
    let limit = lookups.isForMany ? 100_000 + 200 * inside.references.count : .max
    let rings = RingSearch(graph: inside, distances: distances, mostReferences: limit)
    var result: Ring
    if let own = try ProgramRingSearch(
      inside, distances: distances, context, details: heap.details, mostReferences: limit
    ).run(progress: progress) {
      result = Ring(witness: rings.chosen(own))
    } else {
      result = Ring(witness: try rings.run(progress: progress))
    }
    guard let nearest = component.nearest else { return result }
    let isFollowed = lookups.follows(component.distance ?? 0)
    if isFollowed { result.nearestPath = context.path(to: nearest, &lookups.rows) }
    result.path = result.nearestPath
    (result.way, result.witness) = try RingWay(graph: inside).run(
      from: nearest, to: result.witness, progress: progress)
    // From another object of a large component the ring may be far; then the way to the ring itself is told.
    let steps = result.witness.steps.map { paths.distance(of: $0.object) ?? .max }
    if let start = steps.indices.min(by: { steps[$0] < steps[$1] }),
      steps[start] < (component.distance ?? 0) + result.way.count
    {
      if isFollowed, lookups.follows(steps[start]) {
        let direct = context.path(to: result.witness.steps[start].object, &lookups.rows)
        // What holds a cycle is what holds its nearest member, in every list: its way must not begin elsewhere.
        if haveOneHolder(result.nearestPath, direct) {
          let entry =
            direct.firstIndex { components.component(of: graph.target(of: $0)) == component.id } ?? direct.count - 1
          (result.path, result.way) = (Array(direct[...entry]), Array(direct[(entry + 1)...]))
        } else {
          return result
        }
      }
      result.witness = result.witness.turned(to: start)
    }
    return result
  }

  /// Whether the same is said of who holds the ends of two paths.
  private func haveOneHolder(_ one: [ReferencePlace], _ other: [ReferencePlace]) -> Bool {
    guard let first = one.first, first == other.first else { return false }
    func words(_ path: [ReferencePlace]) -> String {
      holderWords(ofRoot: Int(first.index), along: path.map { graph.target(of: $0) })
    }
    return holderName(of: one) == holderName(of: other) && words(one) == words(other)
  }
}
