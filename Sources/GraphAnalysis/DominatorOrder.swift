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

  /// - Parameter dominators: immediate dominators by preorder number; each is less than what it dominates.
  @inline(never)
  package init(_ dominators: consuming FlatArray<UInt32>, pages: inout PageStore) {
    let count = dominators.count
    let subtree = pages.takeZeroed(count, of: UInt32.self)
    var i = count &- 1
    while i > 0 {
      let own = subtree[i] &+ 1
      subtree[i] = own
      let dominator = dominators[i]
      subtree[dominator] = subtree[dominator] &+ own
      i &-= 1
    }
    subtree[0] = subtree[0] &+ 1

    let places = pages.take(count, of: UInt32.self)
    let parents = pages.take(count, of: UInt32.self)
    let counts = pages.take(count, of: UInt32.self)
    // By preorder number: the first place below the object that is not taken.
    let free = pages.take(count, of: UInt32.self)
    free[0] = 1
    places[0] = 0
    parents[0] = 0
    counts[0] = subtree[0]
    i = 1
    while i < count {
      let dominator = dominators[i]
      let place = free[dominator]
      let size = subtree[i]
      free[dominator] = place &+ size
      free[i] = place &+ 1
      places[i] = place
      parents[place] = places[dominator]
      counts[place] = size
      i &+= 1
    }
    pages.give(free)
    pages.give(subtree)
    pages.give(dominators)
    self.places = places
    self.parents = parents
    self.counts = counts
  }
}
