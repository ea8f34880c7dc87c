import ReferenceGraph

/// The retention tree with like objects taken together, as far as they retain enough: what stands at one place of it is
/// one object, or a set of objects of one class, or what the roots of one group hold.
///
/// Each object is looked at twice at most, once as a child of what lies above it and once for its own children, and only
/// where the set above it retains enough. Chains of objects are followed by a loop, however long they are.
struct RetentionOutline {
  private(set) var sets: [LikeSet] = []
  let roots: RootGroups
  var groups: [RootGroups.Group] { roots.groups }
  /// The sets directly below the virtual root.
  private(set) var tops: [Int] = []
  let threshold: UInt64
  let context: RetentionContext
  /// By class the first of its name: what several class loaders loaded of one name is alike.
  private let kinds: [UInt32]

  private struct Sum {
    var retained: UInt64 = 0
    var objects: UInt32 = 0
    /// The set its objects go to; -1 for none, -2 where that has not been decided.
    var set: Int32 = -2
  }
  /// By class, of the children that are being looked at.
  private var sums: [Sum]
  private var touched: [UInt32] = []
  private var open: [Int] = []

  /// At most so many sets are made.
  static let setLimit = 4096
  /// So few objects of a class are shown one by one.
  static let fewest = 4
  /// A chain goes through so many classes at most.
  static let chainClasses = 6

  /// Folds the retention tree into sets that retain at least `threshold` bytes each.
  init(
    _ context: RetentionContext, roots: RootGroups, threshold: UInt64, progress: WorkProgress
  ) throws(Cancelled) {
    self.context = context
    kinds = Self.kinds(context.graph.classes)
    self.threshold = max(1, threshold)
    sums = [Sum](repeating: Sum(), count: max(1, context.graph.classes.count))
    self.roots = roots
    if context.tree.objects.count <= 1 { return }
    expandTop()
    var step = 0
    while let set = open.popLast() {
      step += 1
      if step & 0x3f == 0 { try progress.check(step) }
      expand(set)
    }
    for number in sets.indices where sets[number].isChain {
      sets[number].places += sets[number].beside
      sets[number].retained += sets[number].beside.reduce(0) { $0 + context.tree.retained[$1] }
    }
    sums = []
    touched = []
  }

  private static func kinds(_ classes: [ObjectClass]) -> [UInt32] {
    struct Kind: Hashable {
      let name: String
      let flags: UInt32
    }
    var first: [Kind: UInt32] = [:]
    return classes.enumerated().map { index, type in
      let kind = Kind(name: type.name, flags: UInt32(type.flags.rawValue))
      if let known = first[kind] { return known }
      first[kind] = UInt32(index)
      return UInt32(index)
    }
  }

  /// The first class of the name of another.
  func kind(ofClass index: UInt32) -> UInt32 { kinds[Int(index)] }

  func classIndex(of set: Int) -> UInt32? {
    if case .class(let index) = sets[set].likeness { index } else { nil }
  }

  func flags(of set: Int) -> ObjectClass.Flags {
    classIndex(of: set).map { context.graph.classes[Int($0)].flags } ?? []
  }

  /// The places of a set's objects that lie below no other of it, ascending.
  func outermost(of set: Int) -> [UInt32] {
    var places = sets[set].places.sorted()
    var kept = 0
    var end: UInt32 = 0
    for place in places where place >= end {
      places[kept] = place
      kept += 1
      end = place + context.tree.counts[place]
    }
    places.removeLast(places.count - kept)
    return places
  }

  /// The object of a set that retains most.
  func heaviest(of set: Int) -> ObjectID { ObjectID(context.tree.objects[sets[set].heaviest]) }
}

// MARK: Sets

extension RetentionOutline {
  private mutating func expandTop() {
    let tree = context.tree
    var held: [Int: [UInt32]] = [:]
    var loose: [UInt32] = []
    let end = tree.counts[0]
    var child: UInt32 = 1
    while child < end {
      if let group = roots.group(of: ObjectID(tree.objects[child])) {
        held[group, default: []].append(child)
      } else {
        loose.append(child)
      }
      child += tree.counts[child]
    }
    for (group, places) in held.sorted(by: { $0.key < $1.key }) {
      var set = LikeSet(likeness: .roots(group), parent: nil, places: places, heads: places.count)
      for place in places {
        set.retained += tree.retained[place]
        if set.heaviest == 0 || tree.retained[place] > tree.retained[set.heaviest] { set.heaviest = place }
      }
      // What they hold together may be more than what each holds: that is measured later.
      guard 4 * set.retained >= threshold else { continue }
      let number = sets.count
      set.done = set.count
      sets.append(set)
      tops.append(number)
      for place in places { add(place) }
      decide(below: number, batch: places.count, isLater: false)
      for place in places { gather(place) }
      finish()
    }
    for place in loose { add(place) }
    decide(below: nil, batch: 1, isLater: false)
    for place in loose { gather(place) }
    finish()
  }

  /// Looks at what lies directly below the objects of a set that have not been looked at.
  private mutating func expand(_ number: Int) {
    let start = sets[number].done
    guard start < sets[number].count, case .class(let own) = sets[number].likeness else { return }
    // Taken out while it grows, that it is not copied.
    var places = sets[number].places
    sets[number].places = []
    let folds = !context.graph.classes[Int(own)].flags.contains(.array)
    let links = count(below: &places, from: start, own: folds ? own : nil)
    let batch = places.count - start
    sets[number].places = places
    sets[number].links += links
    sets[number].done = places.count
    let next = sets[number].next
    if let next { sums[Int(next)].set = -1 }
    decide(below: number, batch: batch, isLater: start > 0)
    if touched.contains(where: { sums[Int($0)].set >= 0 }) {
      if start > 0 { gatherEarlier(below: places[..<start]) }
      gather(below: places[start...])
    }
    finish()
    if let next { sums[Int(next)] = Sum() }
  }

  /// Adds up the children of `places` by class.
  ///
  /// Those of the class `own` join `places`.
  /// - Returns: how many steps those go down.
  @inline(never)
  private mutating func count(below places: inout [UInt32], from start: Int, own: UInt32?) -> Int {
    let tree = context.tree
    let graph = context.graph
    var links = 0
    var next = start
    var levelEnd = places.count
    while next < places.count {
      if next == levelEnd {
        links += 1
        levelEnd = places.count
      }
      let place = places[next]
      next += 1
      var child = place + 1
      let end = place + tree.counts[place]
      while child < end {
        let index = kinds[Int(graph.classOfObject[tree.objects[child]])]
        if index == own { places.append(child) } else { add(child, of: index) }
        child += tree.counts[child]
      }
    }
    return links
  }

  private mutating func add(_ place: UInt32) {
    add(place, of: kinds[Int(context.graph.classOfObject[context.tree.objects[place]])])
  }

  @inline(__always)
  private mutating func add(_ place: UInt32, of index: UInt32) {
    let i = Int(index)
    if sums[i].objects == 0 { touched.append(index) }
    sums[i].objects &+= 1
    sums[i].retained &+= context.tree.retained[place]
  }

  /// Decides which set the children of each class go to.
  ///
  /// They are children of `batch` objects; `isLater` says whether children of other objects of the set have been looked
  /// at before.
  private mutating func decide(below parent: Int?, batch: Int, isLater: Bool) {
    for index in touched where sums[Int(index)].set == -2 {
      let sum = sums[Int(index)]
      sums[Int(index)].set = -1
      if isLater, let parent,
        let known = sets[parent].children.first(where: { sets[$0].likeness == .class(index) })
      {
        sets[known].retained += sum.retained
        sums[Int(index)].set = Int32(known)
        open.append(known)
        continue
      }
      guard sum.retained >= threshold, sets.count < Self.setLimit else { continue }
      if let parent, follow(index, below: parent, batch: batch, objects: Int(sum.objects)) { continue }
      sums[Int(index)].set = Int32(sets.count)
      var set = LikeSet(likeness: .class(index), parent: parent)
      set.retained = sum.retained
      set.places.reserveCapacity(Int(sum.objects))
      sets.append(set)
    }
  }

  /// Sets that are new although others of the same parents were looked at before get what hangs on those, too.
  private mutating func gatherEarlier(below places: ArraySlice<UInt32>) {
    let old = touched.filter { sums[Int($0)].set >= 0 && sets[Int(sums[Int($0)].set)].heads > 0 }
    let kept = old.map { sums[Int($0)].set }
    for index in old { sums[Int(index)].set = -1 }
    gather(below: places)
    for (index, set) in zip(old, kept) { sums[Int(index)].set = set }
    for index in touched where sums[Int(index)].set >= 0 {
      let number = Int(sums[Int(index)].set)
      if sets[number].heads == 0 { sets[number].retained += retained(sets[number].places) }
    }
  }

  private func retained(_ places: [UInt32]) -> UInt64 { places.reduce(0) { $0 + context.tree.retained[$1] } }

  @inline(never)
  private mutating func gather(below places: ArraySlice<UInt32>) {
    let tree = context.tree
    for place in places {
      var child = place + 1
      let end = place + tree.counts[place]
      while child < end {
        gather(child)
        child += tree.counts[child]
      }
    }
  }

  @inline(__always)
  private mutating func gather(_ child: UInt32) {
    let number = Int(sums[Int(kinds[Int(context.graph.classOfObject[context.tree.objects[child]])])].set)
    guard number >= 0 else { return }
    sets[number].places.append(child)
    if sets[number].heaviest == 0 || context.tree.retained[child] > context.tree.retained[sets[number].heaviest] {
      sets[number].heaviest = child
    }
  }

  /// Enters the sets that were made; few objects, and one that outweighs all others, get sets of their own.
  private mutating func finish() {
    for index in touched {
      let number = Int(sums[Int(index)].set)
      sums[Int(index)] = Sum()
      guard number >= 0, sets[number].heads == 0 else { continue }
      enter(number)
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func enter(_ number: Int) {
    let tree = context.tree
    let set = sets[number]
    // Variables and properties that happen to hold objects of one class have no more in common.
    let isOfVariables = set.parent.map { !flags(of: $0).isDisjoint(with: [.globalObject, .context]) } ?? false
    let isUnique = isOfVariables || flags(of: number).contains(.metadata)
    var alone: [UInt32] = []
    if set.count > 1 {
      if set.count < Self.fewest || isUnique {
        alone = set.places.filter { tree.retained[$0] >= threshold }
      } else if 2 * tree.retained[set.heaviest] > set.retained {
        alone = [set.heaviest]
      }
    }
    if !alone.isEmpty {
      let gone = Set(alone)
      sets[number].places.removeAll { gone.contains($0) }
      sets[number].retained -= alone.reduce(0) { $0 + tree.retained[$1] }
      sets[number].heaviest = sets[number].places.max { tree.retained[$0] < tree.retained[$1] } ?? 0
    }
    // The last node of a queue hangs on the queue too: it is none less of the chain.
    let beside = alone.count == 1 && set.count < Self.fewest && !isUnique ? sets[number].places : []
    for place in alone where sets.count < Self.setLimit {
      var single = LikeSet(likeness: set.likeness, parent: set.parent, places: [place], heads: 1)
      single.retained = tree.retained[place]
      single.heaviest = place
      single.beside = beside
      sets.append(single)
      link(sets.count - 1)
    }
    sets[number].heads = max(1, sets[number].count)
    if sets[number].count > 0, sets[number].retained >= threshold { link(number) }
  }

  private mutating func link(_ number: Int) {
    if let parent = sets[number].parent { sets[parent].children.append(number) } else { tops.append(number) }
    open.append(number)
  }
}

// MARK: Chains through several classes

extension RetentionOutline {
  /// Goes down a chain whose objects are of several classes in turn, when the children of class `index` below `parent`
  /// close such a turn: then all of it belongs to the sets of the first turn.
  private mutating func follow(_ index: UInt32, below parent: Int, batch: Int, objects: Int) -> Bool {
    var turn: [Int] = []
    var above: Int? = parent
    while let number = above, turn.count < Self.chainClasses, sets[number].next == nil {
      guard case .class(let own) = sets[number].likeness else { return false }
      turn.append(number)
      if own == index { break }
      above = sets[number].parent
    }
    // As many as there were: a chain goes on, it does not spread. An array that holds arrays is no chain.
    guard let head = turn.last, sets[head].likeness == .class(index), objects <= 2 * batch,
      !turn.contains(where: { !flags(of: $0).isDisjoint(with: [.metadata, .classLoader, .rootGroup]) }),
      turn.count > 1 || !flags(of: head).contains(.array)
    else { return false }
    turn.reverse()
    let classes = turn.map { classIndex(of: $0)! }
    let start = Array(sets[parent].places[(sets[parent].count - batch)...])
    // A class that comes twice on a way is no chain yet.
    let surest = Self.surestTurns * turn.count
    guard steps(below: start, classes, most: surest, found: { _, _ in }) == surest else { return false }
    for (step, number) in turn.enumerated() { sets[number].next = classes[(step + 1) % turn.count] }
    var turns: [(step: Int, places: [UInt32])] = []
    _ = steps(below: start, classes, most: .max) { turns.append(($0, $1)) }
    for (step, places) in turns {
      sets[turn[step]].places += places
      sets[turn[step]].links += 1
    }
    // What else hangs on them comes next.
    open += turn
    return true
  }

  /// So many turns of several classes are a chain.
  private static let surestTurns = 3

  /// Goes down from objects to those of `classes` in turn.
  /// - Returns: how many steps that leads, at most `most`.
  private func steps(
    below start: [UInt32], _ classes: [UInt32], most: Int, found: (Int, [UInt32]) -> Void
  ) -> Int {
    let tree = context.tree
    var frontier = start
    var count = 0
    while count < most {
      let step = count % classes.count
      var places: [UInt32] = []
      for place in frontier {
        var child = place + 1
        let end = place + tree.counts[place]
        while child < end {
          if kinds[Int(context.graph.classOfObject[tree.objects[child]])] == classes[step] { places.append(child) }
          child += tree.counts[child]
        }
      }
      if places.isEmpty { break }
      found(step, places)
      frontier = places
      count += 1
    }
    return count
  }
}
