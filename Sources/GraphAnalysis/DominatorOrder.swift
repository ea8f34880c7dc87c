import ReferenceGraph

/// The retention tree laid out so that what an object dominates follows it directly: places.
///
/// The place of an object, and the number of those below it, say at once whether it dominates another, and a walk
/// over a subtree is a walk along an array.
package struct DominatorOrder: ~Copyable {
  /// Place by preorder number of the depth-first search.
  package let places: FlatArray<UInt32>
  /// By place: the place of the immediate dominator; 0 for the virtual root.
  package let parents: FlatArray<UInt32>
  /// By place: objects below, the object itself counted.
  package let counts: FlatArray<UInt32>

  /// Lays the tree out, from the immediate dominators by preorder number; each is less than what it dominates.
  @inline(never)
  package init(_ dominators: consuming FlatArray<UInt32>, pages: inout PageStore) {
    let count = dominators.count
    // By preorder number the objects below; once the object has its place, the first place below that is not taken.
    let free = pages.takeZeroed(count, of: UInt32.self)
    var i = count &- 1
    while i > 0 {
      let own = free[i] &+ 1
      free[i] = own
      let dominator = dominators[i]
      free[dominator] = free[dominator] &+ own
      i &-= 1
    }

    let parents = pages.take(count, of: UInt32.self)
    let counts = pages.take(count, of: UInt32.self)
    // Places take the place of the dominators, which come before what they dominate.
    parents[0] = 0
    counts[0] = free[0] &+ 1
    free[0] = 1
    dominators[0] = 0
    i = 1
    while i < count {
      let dominator = dominators[i]
      let place = free[dominator]
      let size = free[i]
      free[dominator] = place &+ size
      free[i] = place &+ 1
      parents[place] = dominators[dominator]
      counts[place] = size
      dominators[i] = place
      i &+= 1
    }
    pages.give(free)
    places = dominators
    self.parents = parents
    self.counts = counts
  }
}
