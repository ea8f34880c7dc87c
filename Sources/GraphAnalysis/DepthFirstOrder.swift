import ReferenceGraph

/// One depth-first search of a graph: preorder numbers, the tree, and the strongly connected components.
///
/// The components are found on the way (Tarjan, "Depth-first search and linear graph algorithms", 1972) with one
/// number an object for index and low link (Pearce, "A space-efficient algorithm for finding strongly connected
/// components", 2016). No recursion: the path lies in two flat arrays.
package struct DepthFirstOrder: ~Copyable {
  /// Objects that the virtual root reaches, itself counted: preorder numbers below this.
  package let reached: Int
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
  /// By object: 0 when not visited, `UInt32.max` when alone in its component, else the component: see `component`.
  package let marks: FlatArray<UInt32>

  /// The component (of two objects or more) that a mark stands for, counted from 0 in the order they were closed.
  @inline(__always) package static func component(ofMark mark: UInt32) -> Int? {
    mark == 0 || mark == .max ? nil : Int(UInt32.max &- 1 &- mark)
  }

  /// Searches from the virtual root on.
  /// - Parameter includingUnreached: whether to go on from every object not visited then, in the order of numbers.
  /// - Throws: `Cancelled` when `progress` says so.
  package init(
    _ rows: ReferenceRows, includingUnreached: Bool, pages: inout PageStore, progress: WorkProgress
  ) throws(Cancelled) {
    try self.init(
      offsets: rows.offsets, targets: rows.targets, includingUnreached: includingUnreached, pages: &pages,
      progress: progress)
  }

  /// Searches rows that belong to one owner.
  package init(
    _ rows: borrowing FlatRows, includingUnreached: Bool, pages: inout PageStore, progress: WorkProgress
  ) throws(Cancelled) {
    try self.init(
      offsets: rows.offsets, targets: rows.targets, includingUnreached: includingUnreached, pages: &pages,
      progress: progress)
  }

  @inline(never)
  private init(
    offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, includingUnreached: Bool,
    pages: inout PageStore, progress: WorkProgress
  ) throws(Cancelled) {
    let count = offsets.count - 1
    let objects = pages.take(count, of: UInt32.self)
    let parents = pages.take(count, of: UInt32.self)
    // While an object is open: the lowest preorder number plus one it is known to reach. Then its component's mark.
    let low = pages.takeZeroed(count, of: UInt32.self)
    // The path from the root: preorder numbers, and where to go on in the row of each.
    let path = pages.take(count + 1, of: UInt32.self)
    let cursors = pages.take(count + 1, of: UInt32.self)
    // Preorder numbers of objects left whose component is not closed yet.
    let open = pages.take(count, of: UInt32.self)
    var openCount = 0
    var visited: UInt32 = 0
    var reached = 0
    var components: UInt32 = 0
    var singles = 0
    var start = 0

    while start < count {
      if low[start] != 0 {
        start &+= 1
        continue
      }
      var depth = 0
      var object = start
      var number = visited
      visited &+= 1
      objects[number] = UInt32(truncatingIfNeeded: object)
      parents[number] = number
      var lowest = number &+ 1
      low[object] = lowest
      var cursor = Int(offsets[object])
      var end = Int(offsets[object &+ 1])
      search: while true {
        while cursor < end {
          let target = Int(targets[cursor])
          cursor &+= 1
          let targetLow = low[target]
          if targetLow == 0 {
            path[depth] = number
            cursors[depth] = UInt32(truncatingIfNeeded: cursor)
            low[object] = lowest
            depth &+= 1
            let parent = number
            number = visited
            visited &+= 1
            if Int(number) & progressMask == 0 { try progress.check(Int(number)) }
            objects[number] = UInt32(truncatingIfNeeded: target)
            parents[number] = parent
            object = target
            lowest = number &+ 1
            low[object] = lowest
            cursor = Int(offsets[object])
            end = Int(offsets[object &+ 1])
            var ahead = cursor
            let aheadEnd = min(end, cursor &+ 8)
            while ahead < aheadEnd {
              low.prefetch(targets[ahead])
              ahead &+= 1
            }
            continue search
          }
          if targetLow < lowest { lowest = targetLow }
        }
        // All references of the object are done: close its component, or leave it open for one below on the path.
        if lowest == number &+ 1 {
          if openCount > 0 && open[openCount &- 1] > number {
            let mark = UInt32.max &- 1 &- components
            components &+= 1
            while openCount > 0 && open[openCount &- 1] > number {
              openCount &-= 1
              low[objects[open[openCount]]] = mark
            }
            low[object] = mark
            lowest = mark
          } else {
            singles &+= 1
            low[object] = .max
            lowest = .max
          }
        } else {
          low[object] = lowest
          open[openCount] = number
          openCount &+= 1
        }
        if depth == 0 { break }
        depth &-= 1
        let childLowest = lowest
        number = path[depth]
        cursor = Int(cursors[depth])
        object = Int(objects[number])
        end = Int(offsets[object &+ 1])
        lowest = low[object]
        if childLowest < lowest { lowest = childLowest }
      }
      if start == 0 {
        reached = Int(visited)
        if !includingUnreached { break }
      }
      start &+= 1
    }

    pages.give(path)
    pages.give(cursors)
    pages.give(open)
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
    self.reached = reached
    self.visited = Int(visited)
    componentCount = Int(components)
    singleCount = singles
    self.objects = objects
    self.parents = parents
    self.numbers = numbers
    marks = low
  }

  /// Gives all pages back.
  consuming func give(to pages: inout PageStore) {
    pages.give(objects)
    pages.give(parents)
    pages.give(numbers)
    pages.give(marks)
  }
}
