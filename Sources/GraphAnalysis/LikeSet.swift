import ReferenceGraph

/// Objects that are alike and stand at one place of the retention tree: those of one class directly below one object, or
/// below the objects of another such set, or what roots of one group hold.
///
/// Where objects of the class go on below one another, as the nodes of a list do, all of them are one set.
struct LikeSet {
  /// What the objects have in common.
  enum Likeness: Hashable {
    /// Their class: an index into `ReferenceGraph.classes`.
    case `class`(UInt32)
    /// The group of roots that hold them: an index into `RootGroups.groups`.
    case roots(Int)
  }

  let likeness: Likeness
  /// The set above; nil for those directly below the virtual root.
  let parent: Int?
  /// Places in the retention tree, in the order they were found: at first those of the objects below no other of the set.
  var places: [UInt32] = []
  /// How many of `places` were found at first.
  var heads = 0
  /// Objects of the set on a way from one down to the next.
  var links = 1
  /// Bytes of the subtrees of the retention tree below its objects, each counted once.
  var retained: UInt64 = 0
  /// The place of the object that retains most.
  var heaviest: UInt32 = 0
  var children: [Int] = []
  /// Few small objects of the class beside the one that was taken alone.
  var beside: [UInt32] = []
  /// How far the children of `places` have been looked at.
  var done = 0
  /// The class by which a chain goes on to another set: those objects have been found already.
  var next: UInt32?

  var count: Int { places.count }

  /// Whether the objects hang one below the other rather than beside each other: a linked list, a queue, a text that was
  /// put together piece by piece.
  var isChain: Bool { links >= Self.shortestChain && 2 * links * heads >= count }

  /// So few objects in a row make no chain.
  static let shortestChain = 16
}
