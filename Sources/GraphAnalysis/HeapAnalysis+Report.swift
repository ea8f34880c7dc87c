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
    let distances = members.map { paths.distance(of: $0) ?? .max }
    try progress.check(component.objects)
    progress.begin(ReportStep.roots, total: count)
    let holders = HolderSearch(context: context).roots(reaching: members)
    try progress.check(component.objects)
    progress.begin(ReportStep.ring, total: count)
    let rings = RingSearch(graph: inside, distances: distances)
    var witness: CycleWitness
    if let own = try ProgramRingSearch(inside, distances: distances, context, details: heap.details)
      .run(progress: progress)
    {
      witness = rings.chosen(own)
    } else {
      witness = try rings.run(progress: progress)
    }
    var (path, way): ([ReferencePlace], [ReferencePlace]) = ([], [])
    if let nearest = component.nearest {
      path = context.path(to: nearest)
      (way, witness) = try RingWay(graph: inside).run(from: nearest, to: witness, progress: progress)
      // From another object of a large component the ring may be far; then the way to the ring itself is told.
      let steps = witness.steps.map { paths.distance(of: $0.object) ?? .max }
      if let start = steps.indices.min(by: { steps[$0] < steps[$1] }), steps[start] < path.count + way.count {
        let direct = context.path(to: witness.steps[start].object)
        let entry = direct.firstIndex { components.component(of: graph.target(of: $0)) == id } ?? direct.count - 1
        (path, way) = (Array(direct[...entry]), Array(direct[(entry + 1)...]))
        witness = witness.turned(to: start)
      }
    }
    progress.begin(ReportStep.insideCut, total: count)
    let insideCut = try InsideCutSearch(context: context, details: heap.details, graph: inside).run(progress: progress)
    progress.begin(ReportStep.entryCut, total: UInt64(graph.objectCount))
    let entryCut = try EntryCutSearch(context: context, component: component, members: members, set: components)
      .run(progress: progress)
    progress.begin(ReportStep.matrix, total: count)
    let matrix = try ClassMatrix(inside, context, details: heap.details, progress: progress)
    return CycleReport(
      component: component, witness: witness, path: path, pathToRing: path + way, insideCut: insideCut,
      entryCut: entryCut, holders: holders.roots, holderCount: holders.count, holdersAreCapped: holders.isCapped,
      matrix: matrix)
  }

  /// Everything about one component, for those who wait for it however long it takes.
  public func report(on id: ComponentID) -> CycleReport {
    uncancelled { progress throws(Cancelled) in try report(on: id, progress: progress) }
  }
}
