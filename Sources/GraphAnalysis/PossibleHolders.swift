import ReferenceGraph

/// What each holder may hold that a file has evidence of, but no proof: objects that no root reaches, and that are
/// garbage or held.
///
/// Every object counts for one: the first that leads to it.
final class PossibleHolders: Sendable {
  /// By index of the holder; nothing for those that are certain.
  let sums: [Freed]
  /// By object the index of its holder and one; 0 for none.
  private let holders: FlatArray<UInt32>

  /// Nil when there is nothing of the kind.
  init?(_ knowledge: UnreachableKnowledge, _ graph: ReferenceGraph, _ tree: DominatorTree, _ retaining: PolicyFilter) {
    guard knowledge.holders.contains(where: { !$0.isCertain && !$0.objects.isEmpty }) else { return nil }
    let holders = FlatArray<UInt32>(zeroed: graph.objectCount + 1)
    var sums = [Freed](repeating: Freed(), count: knowledge.holders.count)
    var open: [UInt32] = []
    for (index, holder) in knowledge.holders.enumerated() where !holder.isCertain {
      for object in holder.objects where holders[object.rawValue] == 0 && tree.places[object.index] == .max {
        holders[object.rawValue] = UInt32(index) + 1
        open.append(object.rawValue)
      }
      while let source = open.popLast() {
        sums[index].objects += 1
        sums[index].bytes += graph.size(of: ObjectID(source))
        for k in graph.rows.range(of: ObjectID(source)) where retaining.keeps(reference: k, from: source) {
          let target = graph.rows.targets[k]
          guard holders[target] == 0, tree.places[target] == .max else { continue }
          holders[target] = UInt32(index) + 1
          open.append(target)
        }
      }
    }
    self.sums = sums
    self.holders = holders
  }

  /// The index of what may hold an unreachable object.
  func holder(of object: ObjectID) -> Int? {
    let number = holders[object.rawValue]
    return number > 0 ? Int(number) - 1 : nil
  }
}
