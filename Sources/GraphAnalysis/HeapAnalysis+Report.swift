import ReferenceGraph

extension HeapAnalysis {
  /// Everything about one component; may take a while for a large one.
  public func report(on id: ComponentID) -> CycleReport {
    let component = components[id]
    let members = components.members(of: id)
    let inside = ComponentGraph(members, context)
    let distances = members.map { paths.distance(of: $0) ?? .max }
    let holders = HolderSearch(context: context).roots(reaching: members)
    return CycleReport(
      component: component,
      witness: RingSearch(graph: inside, distances: distances).run(),
      path: component.nearest.map { context.path(to: $0) } ?? [],
      insideCut: InsideCutSearch(context: context, details: heap.details, graph: inside).run(),
      entryCut: EntryCutSearch(context: context, component: component, members: members, set: components).run(),
      holders: holders.roots, holderCount: holders.count, holdersAreCapped: holders.isCapped,
      matrix: ClassMatrix(inside, context, details: heap.details))
  }
}
