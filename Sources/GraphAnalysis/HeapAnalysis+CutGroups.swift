import ReferenceGraph

extension HeapAnalysis {
  /// What the search for groups goes through, in order, as progress shows it.
  public static let cutGroupSteps = CutGroupStep.names

  /// The references into and inside a component, grouped by class and field, with what each group frees when all of it
  /// is cut.
  ///
  /// None for a component that no root reaches. May take a while for a large one.
  ///
  /// `progress` is told of the steps in `cutGroupSteps`.
  /// - Throws: `Cancelled` when `progress` says so.
  public func cutGroups(of id: ComponentID, progress: WorkProgress) throws(Cancelled) -> CutGroups {
    try CutGroupSearch(
      context: context, details: heap.details, set: components, component: components[id],
      inside: ComponentGraph(components.members(of: id), context), lookups: ReportLookups(context)
    ).run(progress: progress)
  }

  /// The same for those who wait for it however long it takes.
  public func cutGroups(of id: ComponentID) -> CutGroups {
    uncancelled { progress throws(Cancelled) in try cutGroups(of: id, progress: progress) }
  }
}
