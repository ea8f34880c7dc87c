/// Which references count for an analysis: data with a name, shown on screen beside what it leaves out.
public struct ReferencePolicy: Hashable, Sendable {
  /// The policy's name in commands and on screens: `retaining`, `application`.
  public let name: String
  /// One line: what it counts and what it leaves out.
  public let summary: String
  /// Kinds of references that count.
  public let kinds: ReferenceKinds
  /// Leaves out references from and to objects whose class has one of these flags.
  public let leftOutClasses: ObjectClass.Flags
  /// Kinds that shortest paths follow only to what nothing else reaches: they count, but explain little.
  public let lastOnPaths: ReferenceKinds
  /// Whether roots hold in tiers; otherwise every root that the dump records holds as well as any other.
  public let ranksRoots: Bool

  /// A policy; what `lastOnPaths` has and `kinds` has not is left out.
  public init(
    name: String, summary: String, kinds: ReferenceKinds, leftOutClasses: ObjectClass.Flags = [],
    lastOnPaths: ReferenceKinds = [], ranksRoots: Bool = true
  ) {
    self.name = name
    self.summary = summary
    self.kinds = kinds
    self.leftOutClasses = leftOutClasses
    self.lastOnPaths = lastOnPaths.intersection(kinds)
    self.ranksRoots = ranksRoots
  }
}

/// A policy made ready for one graph: tells for each reference whether it counts.
public struct PolicyFilter: Sendable {
  @usableFromInline let graph: ReferenceGraph
  @usableFromInline let kinds: ReferenceKinds
  /// By class: whether its objects are left out; empty when none are.
  @usableFromInline let leftOut: [Bool]
  private let ranksRoots: Bool

  /// Makes `policy` ready for `graph`: looks at its classes, not at its objects.
  public init(_ policy: ReferencePolicy, graph: ReferenceGraph) {
    self.graph = graph
    kinds = policy.kinds
    ranksRoots = policy.ranksRoots
    let marked = graph.classes.map { !$0.flags.isDisjoint(with: policy.leftOutClasses) }
    leftOut = marked.contains(true) ? marked : []
  }

  /// Whether every reference of the graph counts, so that no rows of their own are needed.
  public var keepsEverything: Bool {
    if !leftOut.isEmpty { return false }
    if graph.roots.contains(where: { !kinds.contains($0.reference) }) { return false }
    return graph.kinds.count == 0 || kinds == .all
  }

  /// Whether the references among objects all count, so that components are those of the whole graph.
  public var keepsEveryObjectReference: Bool {
    leftOut.isEmpty && (graph.kinds.count == 0 || kinds == .all)
  }

  /// Whether objects of this one's class take part at all.
  ///
  /// The virtual root always does.
  @inlinable public func keeps(object: UInt32) -> Bool {
    leftOut.isEmpty || object == 0 || !leftOut[Int(graph.classOfObject[object])]
  }

  /// The tier of the root at `index` of `graph.roots`.
  public func tier(ofRoot index: Int) -> RootTier {
    let tier = graph.roots[index].tier
    return ranksRoots || tier == .unrecorded ? tier : .certain
  }

  /// Whether the reference at `index` of `graph.rows.targets`, which lies in the row of `source`, counts; of the virtual
  /// root the one at `index` of `graph.roots`.
  @inlinable public func keeps(reference index: Int, from source: UInt32) -> Bool {
    let kind: ReferenceKind
    if source == 0 {
      kind = graph.roots[index].reference
    } else {
      kind = graph.kind(ofReference: index)
    }
    guard kinds.contains(kind) else { return false }
    if leftOut.isEmpty { return true }
    let target = source == 0 ? graph.roots[index].target.rawValue : graph.rows.targets[index]
    return keeps(object: source) && keeps(object: target)
  }

  /// The references that count, and how many do not.
  ///
  /// The graph's own rows when all of them do.
  public func rows() -> (rows: ReferenceRows, omitted: Int) {
    if keepsEverything { return (graph.rows, 0) }
    var pages = PageStore()
    let rows = flatRows(pages: &pages)
    let omitted = omitted(from: rows)
    return (ReferenceRows(rows), omitted)
  }

  /// How many references do not count, by the rows of those that do.
  public func omitted(from rows: borrowing FlatRows) -> Int {
    // Listings repeat other references: nothing is left out with them.
    graph.rows.referenceCount - rows.targets.count - graph.roots.count { $0.reference == .listing }
  }

  /// The references that count, in rows of their own in pages of `pages` as far as those reach.
  public func flatRows(pages: inout PageStore) -> FlatRows {
    let all = graph.rows
    let offsets = pages.take(all.offsets.count, of: UInt32.self)
    let targets = pages.take(all.referenceCount, of: UInt32.self)
    let count = copyRows(all.offsets, all.targets, graph.kinds, to: offsets, targets)
    return FlatRows(offsets: offsets, targets: targets.shortened(to: count))
  }

  @inline(never)
  private func copyRows(
    _ offsets: borrowing FlatArray<UInt32>, _ targets: borrowing FlatArray<UInt32>, _ kinds: borrowing FlatArray<UInt8>,
    to newOffsets: borrowing FlatArray<UInt32>, _ newTargets: borrowing FlatArray<UInt32>
  ) -> Int {
    let byKindAlone = leftOut.isEmpty && kinds.count > 0
    let wanted = UInt32(self.kinds.rawValue)
    let rows = offsets.count - 1
    newOffsets[0] = 0
    var next = 0
    var row = 0
    while row < rows {
      var k = Int(offsets[row])
      let end = Int(offsets[row &+ 1])
      while k < end {
        let counts =
          byKindAlone && row > 0
          ? wanted &>> UInt32(kinds[k]) & 1 != 0 : keeps(reference: k, from: UInt32(truncatingIfNeeded: row))
        if counts {
          newTargets[next] = targets[k]
          next &+= 1
        }
        k &+= 1
      }
      row &+= 1
      newOffsets[row] = UInt32(truncatingIfNeeded: next)
    }
    return next
  }
}
