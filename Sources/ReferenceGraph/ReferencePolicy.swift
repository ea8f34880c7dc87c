/// Which references count for an analysis: data with a name, shown on screen beside what it leaves out.
public struct ReferencePolicy: Hashable, Sendable {
  /// As commands and screens name it: `retaining`, `application`, …
  public let name: String
  /// One line: what it counts and what it leaves out.
  public let summary: String
  /// Kinds of references that count.
  public let kinds: ReferenceKinds
  /// Leaves out references from and to objects whose class has one of these flags.
  public let leftOutClasses: ObjectClass.Flags

  public init(name: String, summary: String, kinds: ReferenceKinds, leftOutClasses: ObjectClass.Flags = []) {
    self.name = name
    self.summary = summary
    self.kinds = kinds
    self.leftOutClasses = leftOutClasses
  }
}

/// A policy made ready for one graph: tells for each reference whether it counts.
public struct PolicyFilter: Sendable {
  @usableFromInline let graph: ReferenceGraph
  @usableFromInline let kinds: ReferenceKinds
  /// By class: whether its objects are left out; empty when none are.
  @usableFromInline let leftOut: [Bool]

  public init(_ policy: ReferencePolicy, graph: ReferenceGraph) {
    self.graph = graph
    kinds = policy.kinds
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

  /// Whether objects of this one's class take part at all. The virtual root always does.
  @inlinable public func keeps(object: UInt32) -> Bool {
    leftOut.isEmpty || object == 0 || !leftOut[Int(graph.classOfObject[object])]
  }

  /// Whether the reference at `index` of `graph.rows.targets`, which lies in the row of `source`, counts.
  @inlinable public func keeps(reference index: Int, from source: UInt32) -> Bool {
    let kind: ReferenceKind
    if source == 0 {
      kind = graph.roots[index].reference
    } else {
      kind = graph.kind(ofReference: index)
    }
    guard kinds.contains(kind) else { return false }
    return leftOut.isEmpty || (keeps(object: source) && keeps(object: graph.rows.targets[index]))
  }

  /// The references that count, and how many do not. The graph's own rows when all of them do.
  public func rows() -> (rows: ReferenceRows, omitted: Int) {
    if keepsEverything { return (graph.rows, 0) }
    let all = graph.rows
    // They repeat other references: nothing is left out with them.
    let listings = graph.roots.count { $0.reference == .listing }
    let offsets = FlatArray<UInt32>(zeroed: all.offsets.count)
    let targets = FlatArray<UInt32>(zeroed: all.referenceCount)
    var next = 0
    for row in 0..<all.rowCount {
      var k = Int(all.offsets[row])
      let end = Int(all.offsets[row + 1])
      while k < end {
        if keeps(reference: k, from: UInt32(row)) {
          targets[next] = all.targets[k]
          next &+= 1
        }
        k &+= 1
      }
      offsets[row + 1] = UInt32(next)
    }
    return (
      ReferenceRows(offsets: offsets, targets: targets.shortened(to: next)), all.referenceCount - next - listings
    )
  }
}
