import ReferenceGraph

/// One depth-first search of a graph: preorder numbers, the tree, and the strongly connected components.
///
/// The components are found on the way (Tarjan, "Depth-first search and linear graph algorithms", 1972) with one
/// number an object for index and low link (Pearce, "A space-efficient algorithm for finding strongly connected
/// components", 2016). No recursion: the path lies in two flat arrays.
package struct DepthFirstOrder: ~Copyable {
  /// Objects that the virtual root reaches, itself counted: preorder numbers below this.
  package var reached: Int { Int(tierEnds.all) }
  /// Where the preorder numbers of the objects of each tier of roots end.
  package let tierEnds: TierEnds
  /// Objects visited in all.
  package let visited: Int
  /// Components of two objects or more, and of one.
  package let componentCount: Int
  package let singleCount: Int
  /// Object by preorder number; number 0 is the virtual root.
  package let objects: FlatArray<UInt32>
  /// Preorder number of the parent in the tree, by preorder number.
  package let parents: FlatArray<UInt32>
  /// Preorder number by object; `UInt32.max` for those not visited.
  package let numbers: FlatArray<UInt32>
  /// By object, and one more.
  let states: FlatArray<State>

  /// What is asked of an object when it is met and when it is entered: together, so that the cache is missed once.
  struct State: BitwiseCopyable {
    /// 0 before the object is visited; while it is open the lowest preorder number plus one that it is known to reach;
    /// then `UInt32.max` when it is alone in its component, else a mark of the component.
    var low: UInt32
    /// Where its row begins.
    var offset: UInt32

    /// The component (of two objects or more), counted from 0 in the order they were closed.
    @inline(__always) var component: Int? { low == 0 || low == .max ? nil : Int(UInt32.max &- 1 &- low) }
  }

  /// Searches from the virtual root on.
  ///
  /// - `roots`: what the search begins with, instead of row 0; nil for that.
  /// - `includingUnreached`: whether to go on from every object not visited then, in the order of numbers.
  /// - `done`: what of the step under way lies behind already.
  /// - Throws: `Cancelled` when `progress` says so.
  package init(
    _ rows: ReferenceRows, roots: RootTiers? = nil, includingUnreached: Bool, pages: inout PageStore,
    progress: WorkProgress, done: Int = 0
  ) throws(Cancelled) {
    try self.init(
      offsets: rows.offsets, targets: rows.targets, roots: roots ?? RootTiers(rows),
      includingUnreached: includingUnreached, pages: &pages,
      progress: progress, done: done)
  }

  /// Searches rows that belong to one owner.
  package init(
    _ rows: borrowing FlatRows, roots: RootTiers, includingUnreached: Bool, pages: inout PageStore,
    progress: WorkProgress, done: Int = 0
  ) throws(Cancelled) {
    try self.init(
      offsets: rows.offsets, targets: rows.targets, roots: roots, includingUnreached: includingUnreached, pages: &pages,
      progress: progress, done: done)
  }

  @inline(never)
  private init(
    offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, roots: RootTiers,
    includingUnreached: Bool, pages: inout PageStore, progress: WorkProgress, done: Int
  ) throws(Cancelled) {
    let count = offsets.count - 1
    let objects = pages.take(count, of: UInt32.self)
    let parents = pages.take(count, of: UInt32.self)
    let states = pages.take(count + 1, of: State.self)
    Self.begin(states, offsets)
    // From the front, for each object on the path from the root: where to go on in its row. From the back, the preorder
    // numbers of objects left whose component is not closed yet. No object is both.
    let stack = pages.take(count + 1, of: UInt32.self)
    var open = count &+ 1
    // Nothing refers to the virtual root: it is a component of its own.
    var visited: UInt32 = 1
    objects[0] = 0
    parents[0] = 0
    states[0].low = .max
    var components: UInt32 = 0
    var singles = 1
    var ends = TierEnds(all: 1)
    // What is searched from next: what roots refer to, and then the objects that they do not reach.
    var stage = 0
    var nextRoot = 0
    var start = 1

    while true {
      var object: Int
      let isRooted = stage < roots.stages.count
      if isRooted {
        if nextRoot == roots.stages[stage].targets.count {
          for tier in RootTier.allCases where tier >= roots.stages[stage].tier { ends[tier] = visited }
          stage &+= 1
          nextRoot = 0
          continue
        }
        object = Int(roots.stages[stage].targets[nextRoot])
        nextRoot &+= 1
        if states[object].low != 0 { continue }
      } else {
        if !includingUnreached { break }
        while start < count, states[start].low != 0 { start &+= 1 }
        if start >= count { break }
        object = start
      }
      var depth = 0
      var number = visited
      visited &+= 1
      if Int(number) & progressMask == 0 { try progress.check(done &+ Int(number)) }
      objects[number] = UInt32(truncatingIfNeeded: object)
      parents[number] = isRooted ? 0 : number
      var lowest = number &+ 1
      states[object].low = lowest
      var cursor = Int(states[object].offset)
      var end = Int(states[object &+ 1].offset)
      search: while true {
        while cursor < end {
          let target = Int(targets[cursor])
          cursor &+= 1
          let targetLow = states[target].low
          if targetLow == 0 {
            stack[depth] = UInt32(truncatingIfNeeded: cursor)
            states[object].low = lowest
            depth &+= 1
            let parent = number
            number = visited
            visited &+= 1
            if Int(number) & progressMask == 0 { try progress.check(done &+ Int(number)) }
            objects[number] = UInt32(truncatingIfNeeded: target)
            parents[number] = parent
            object = target
            lowest = number &+ 1
            states[object].low = lowest
            cursor = Int(states[object].offset)
            end = Int(states[object &+ 1].offset)
            var ahead = cursor
            let aheadEnd = min(end, cursor &+ 8)
            while ahead < aheadEnd {
              states.prefetch(targets[ahead])
              ahead &+= 1
            }
            continue search
          }
          if targetLow < lowest { lowest = targetLow }
        }
        // All references of the object are done: close its component, or leave it open for one below on the path.
        if lowest == number &+ 1 {
          if open <= count && stack[open] > number {
            let mark = UInt32.max &- 1 &- components
            components &+= 1
            while open <= count && stack[open] > number {
              states[objects[stack[open]]].low = mark
              open &+= 1
            }
            states[object].low = mark
            lowest = mark
          } else {
            singles &+= 1
            states[object].low = .max
            lowest = .max
          }
        } else {
          states[object].low = lowest
          open &-= 1
          stack[open] = number
        }
        if depth == 0 { break }
        depth &-= 1
        let childLowest = lowest
        number = parents[number]
        cursor = Int(stack[depth])
        object = Int(objects[number])
        end = Int(states[object &+ 1].offset)
        lowest = states[object].low
        if childLowest < lowest { lowest = childLowest }
      }
    }

    pages.give(stack)
    let numbers = pages.take(count, of: UInt32.self)
    if Int(visited) < count {
      var k = 0
      while k < count {
        numbers[k] = .max
        k &+= 1
      }
    }
    var k: UInt32 = 0
    while k < visited {
      numbers[objects[k]] = k
      k &+= 1
    }
    tierEnds = ends
    self.visited = Int(visited)
    componentCount = Int(components)
    singleCount = singles
    self.objects = objects
    self.parents = parents
    self.numbers = numbers
    self.states = states
  }

  @inline(never)
  private static func begin(_ states: borrowing FlatArray<State>, _ offsets: borrowing FlatArray<UInt32>) {
    var i = 0
    while i < states.count {
      states[i] = State(low: 0, offset: offsets[i])
      i &+= 1
    }
  }

  /// Gives all pages back.
  consuming func give(to pages: inout PageStore) {
    pages.give(objects)
    pages.give(parents)
    pages.give(numbers)
    pages.give(states)
  }
}
