import ReferenceGraph

/// What a list says of a component: a report without what takes a search of its own for each of very many.
public struct CycleOutline {
  /// The component that it is of.
  public let component: Component
  /// As in a report.
  public let witness: CycleWitness
  /// The references from a root to a member, as in a report; empty when no root reaches the component, when there are more
  /// than `CycleOutlines.pathLimit`, and when all ways before it have been longer than the heap twice.
  public let path: [ReferencePlace]
  /// The root that the path begins with, also of one that is too long: an index into `graph.roots`.
  ///
  /// Nil when no root reaches the component.
  public let root: Int?
  /// The path to the member nearest to a root, which in a large component may be another one.
  let nearestPath: [ReferencePlace]
  let inside: ComponentGraph
}

/// Makes outlines of the components of a heap, one after the other.
///
/// All of them together take a time that grows as the heap does, whatever its shape: what would take longer is left
/// out, and the results say so.
public struct CycleOutlines {
  /// Longer ways from a root are not followed.
  public static let pathLimit = 2000

  private let analysis: HeapAnalysis
  private let lookups: ReportLookups

  /// Makes ready for the components of `analysis`.
  public init(_ analysis: HeapAnalysis) {
    self.analysis = analysis
    lookups = ReportLookups(forMany: analysis.context)
  }

  /// The component's ring and what leads to it.
  public func outline(of id: ComponentID) -> CycleOutline {
    uncancelled { progress throws(Cancelled) in
      let inside = ComponentGraph(analysis.components.members(of: id), analysis.context)
      let component = analysis.components[id]
      let found = try analysis.ring(of: component, inside, lookups, progress: progress)
      let root = component.nearest.flatMap { nearest in
        found.path.first.map { Int($0.index) }
          ?? analysis.context.roots(of: lookups.firstOnWay(to: nearest).rawValue).first
      }
      return CycleOutline(
        component: component, witness: found.witness, path: found.path, root: root, nearestPath: found.nearestPath,
        inside: inside)
    }
  }

  /// What holds the component, in a few words, as `HeapAnalysis.holderName` has them; of a way that is too long the
  /// root alone.
  ///
  /// Nil when no root reaches it. Text from a dump: not safe for a terminal as it is.
  public func holderName(of outline: CycleOutline) -> String? {
    guard let root = outline.root else { return nil }
    return analysis.holderName(of: outline.nearestPath) ?? analysis.graph.nameOfRoot(root)
  }

  /// How many roots more hold it: see `HolderName.more`.
  public func moreHolders(of outline: CycleOutline) -> Int {
    analysis.namedHolder(of: outline.component.id)?.more ?? 0
  }

  /// Why that root lives.
  public func holderWords(of outline: CycleOutline) -> String? {
    guard let root = outline.root else { return nil }
    let way =
      outline.nearestPath.isEmpty
      ? [analysis.graph.roots[root].target] : outline.nearestPath.map { analysis.graph.target(of: $0) }
    return analysis.holderWords(ofRoot: root, along: way)
  }

  /// The references inside and at the entry whose removal ends its cycles or frees it, as in a report.
  public func cuts(of outline: CycleOutline) -> (inside: Cut, entry: Cut?) {
    uncancelled { progress throws(Cancelled) in
      let inside = try InsideCutSearch(
        context: analysis.context, details: analysis.heap.details, graph: outline.inside, lookups: lookups
      ).run(progress: progress)
      let entry = try EntryCutSearch(
        context: analysis.context, component: outline.component, members: outline.inside.objects,
        set: analysis.components, lookups: lookups
      ).run(progress: progress)
      return (inside, entry)
    }
  }

  /// The references into and inside it, grouped.
  ///
  /// Where too much has been searched for other components, fewer groups are tried, or none.
  public func cutGroups(of outline: CycleOutline) -> CutGroups {
    uncancelled { progress throws(Cancelled) in
      try CutGroupSearch(
        context: analysis.context, details: analysis.heap.details, set: analysis.components,
        component: outline.component, inside: outline.inside, lookups: lookups
      ).run(progress: progress)
    }
  }
}
