import ReferenceGraph

/// What each holder holds that a file has only evidence of.
///
/// Every object counts for one: the one it is nearest to.
final class UnrecordedHolders: Sendable {
  /// By index of the holder.
  let sums: [Freed]
  /// The index of the holder by place, from `first` on.
  private let holders: FlatArray<UInt32>
  private let first: UInt32

  /// Sorts what no recorded root reaches by its holder; nil when there is nothing of the kind.
  ///
  /// `root` gives the root that a path begins with which leads to an object first.
  init?(
    _ knowledge: UnreachableKnowledge, _ graph: ReferenceGraph, _ tree: DominatorTree, _ paths: ShortestPaths,
    root: (UInt32) -> Int?
  ) {
    first = tree.tierEnds[.finalizer]
    let count = tree.tierEnds.all - first
    guard count > 0 else { return nil }
    // One more than the holder; 0 as long as it is not known.
    let holders = FlatArray<UInt32>(zeroed: Int(count))
    var sums = [Freed](repeating: Freed(), count: knowledge.holders.count)
    var way: [UInt32] = []
    for place in first..<tree.tierEnds.all {
      var object = tree.objects[place]
      way.removeAll(keepingCapacity: true)
      var holder: UInt32 = 0
      while holder == 0 {
        way.append(tree.places[object] - first)
        let parent = paths.arrivals[object].parent
        if parent == 0 {
          let number = root(object).flatMap { knowledge.holderIndex(ofUnrecordedRoot: $0 - graph.recordedRootCount) }
          holder = UInt32(number ?? 0) + 1
        } else {
          object = parent
          holder = holders[tree.places[object] - first]
        }
      }
      for step in way where holders[step] == 0 {
        holders[step] = holder
        let id = ObjectID(tree.objects[first + step])
        sums[Int(holder) - 1].objects += 1
        sums[Int(holder) - 1].bytes += graph.size(of: id)
      }
    }
    self.sums = sums
    self.holders = holders
  }

  /// The index of the holder of an object of the last tier.
  func holder(of object: ObjectID, _ tree: DominatorTree) -> Int? {
    let place = tree.places[object.index]
    return place >= first && place < tree.tierEnds.all ? Int(holders[place - first]) - 1 : nil
  }
}
