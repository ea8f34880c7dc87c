import ReferenceGraph

/// What a policy says of each reference, by its words alone: the product's filter has bitmaps and short cuts.
struct NaivePolicy {
  let policy: ReferencePolicy
  let graph: ReferenceGraph

  /// Whether the reference counts; those of the virtual root are those of the roots.
  func counts(_ place: ReferencePlace) -> Bool {
    let isOfRoot = place.source == .root
    let kind =
      isOfRoot ? graph.roots[Int(place.index)].reference : graph.kind(ofReference: Int(place.index))
    guard ReferenceKind.allCases.contains(where: { $0 == kind && policy.kinds.contains($0) }) else { return false }
    let ends = isOfRoot ? [graph.target(of: place)] : [place.source, graph.target(of: place)]
    return !ends.contains { !graph.objectClass(of: $0).flags.intersection(policy.leftOutClasses).isEmpty }
  }

  /// How good a holder a root is: as good as any other where the policy does not rank those that the dump records.
  func tier(ofRoot index: Int) -> RootTier {
    let root = graph.roots[index]
    if root.kind == .unrecorded { return .unrecorded }
    if !policy.ranksRoots { return .certain }
    if root.kind == .finalizer { return .finalizer }
    return root.reference == .maybe ? .maybe : .certain
  }
}
