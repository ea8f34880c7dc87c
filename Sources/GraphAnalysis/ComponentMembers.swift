import ReferenceGraph

/// The members of all components under one policy, before anything is measured.
package struct ComponentMembers: ~Copyable, Sendable {
  /// The number of components.
  package let count: Int
  /// Component by object.
  package let set: MemberSet
  /// Members of component `i`: `members[starts[i] ..< starts[i + 1]]`, ascending.
  package let starts: FlatArray<UInt32>
  package let members: FlatArray<UInt32>

  /// No components, of no objects.
  init() {
    count = 0
    set = MemberSet(words: FlatArray(zeroed: 0)) { _ in 0 }
    starts = FlatArray(zeroed: 1)
    members = FlatArray(zeroed: 0)
  }

  /// Finds the components in a depth-first search that visited all objects of the rows with `offsets` and `targets`.
  ///
  /// `done` is what of the step under way lies behind already.
  package init(
    _ order: borrowing DepthFirstOrder, offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>,
    progress: WorkProgress, done: Int = 0
  ) throws(Cancelled) {
    let objectRows = offsets.count - 1
    let words = FlatArray<UInt64>(zeroed: objectRows / 64 + 1)
    // Components get their numbers in the order of their lowest members; the search closes them in another order.
    let numbers = FlatArray<UInt32>(repeating: .max, count: order.componentCount)
    var count = 0
    let lows = try Self.findMembers(
      order.states, offsets, targets, words: words, numbers: numbers, count: &count, progress: progress, done: done)
    let loneNumbers = lows
    var nextLone = 0
    set = MemberSet(words: words) { object in
      if let marked = order.states[object].component { return numbers[marked] }
      nextLone += 1
      return loneNumbers[nextLone - 1]
    }
    let starts = FlatArray<UInt32>(zeroed: count + 1)
    let members = FlatArray<UInt32>(zeroed: set.count)
    set.visit { _, component in starts[Int(component) &+ 1] &+= 1 }
    for component in 0..<count { starts[component + 1] &+= starts[component] }
    let next = FlatArray<UInt32>(zeroed: count)
    for component in 0..<count { next[component] = starts[component] }
    set.visit { object, component in
      members[next[component]] = object
      next[component] = next[component] &+ 1
    }
    self.count = count
    self.starts = starts
    self.members = members
  }

  /// Sets the bits of all members and numbers the components.
  ///
  /// Returns the numbers of lone objects with a reference to themselves, in the order of the objects.
  @inline(never)
  private static func findMembers(
    _ states: borrowing FlatArray<DepthFirstOrder.State>, _ offsets: borrowing FlatArray<UInt32>,
    _ targets: borrowing FlatArray<UInt32>, words: borrowing FlatArray<UInt64>, numbers: borrowing FlatArray<UInt32>,
    count: inout Int, progress: WorkProgress, done: Int
  ) throws(Cancelled) -> [UInt32] {
    var lone: [UInt32] = []
    var object = 1
    let end = offsets.count &- 1
    while object < end {
      if object & progressMask == 0 { try progress.check(done &+ object) }
      var isMember = false
      if let marked = states[object].component {
        isMember = true
        if numbers[marked] == .max {
          numbers[marked] = UInt32(count)
          count &+= 1
        }
      } else {
        var k = Int(offsets[object])
        let rowEnd = Int(offsets[object &+ 1])
        while k < rowEnd {
          if Int(targets[k]) == object {
            isMember = true
            lone.append(UInt32(count))
            count &+= 1
            break
          }
          k &+= 1
        }
      }
      if isMember { words[object >> 6] |= 1 &<< UInt64(object & 63) }
      object &+= 1
    }
    return lone
  }
}
