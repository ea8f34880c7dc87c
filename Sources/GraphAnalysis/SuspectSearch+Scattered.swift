import ReferenceGraph

extension SuspectSearch {
  /// At most so many classes are looked for.
  private static let classLimit = 8
  /// Fewer objects are no group.
  private static let fewest = 10
  /// So many of the largest objects are asked who holds them.
  private static let askedHolders = 32

  /// Objects of one class of the program's that lie below unlike holders, each of which has too few of them to be seen.
  func scattered(
    besides found: [SuspectFinding], outline: RetentionOutline, progress: WorkProgress
  ) throws(Cancelled) -> [SuspectFinding] {
    var seen: [UInt32: UInt64] = [:]
    for set in outline.sets.indices {
      if let index = outline.classIndex(of: set) { seen[index] = max(seen[index] ?? 0, outline.sets[set].retained) }
    }
    let graph = context.graph
    var wanted: Set<UInt32> = []
    for row in histogram.rows {
      let isMuch = Double(row.retained) > options.storeShare * Double(reachableBytes)
      guard isMuch, wanted.count < 4 * Self.classLimit else { break }
      let index = UInt32(row.classIndex)
      guard row.objects >= Self.fewest, 2 * (seen[outline.kind(ofClass: index)] ?? 0) < row.retained,
        graph.classes[row.classIndex].flags.isDisjoint(with: Self.neverScattered)
      else { continue }
      wanted.insert(index)
    }
    wanted = try ownClasses(wanted, progress: progress)
    if wanted.isEmpty { return [] }
    let tops = try outermost(of: wanted, progress: progress)
    return tops.sorted { $0.key < $1.key }.compactMap { scattered($0.key, $0.value, besides: found) }
  }

  private static let neverScattered: ObjectClass.Flags = [
    .array, .pointerFree, .metadata, .engine, .context, .thread, .rootGroup, .runtime, .backingStore, .globalObject,
    .function,
  ]

  /// Those of some classes that are the program's, by the first object of each.
  private func ownClasses(_ classes: Set<UInt32>, progress: WorkProgress) throws(Cancelled) -> Set<UInt32> {
    guard !classes.isEmpty else { return [] }
    let graph = context.graph
    let isOpen = FlatArray<Bool>(zeroed: graph.classes.count)
    for index in classes { isOpen[index] = true }
    var left = classes.count
    var own: Set<UInt32> = []
    var id: UInt32 = 1
    let end = UInt32(graph.rows.rowCount)
    while id < end, left > 0 {
      if Int(id) & progressMask == 0 { try progress.check(Int(id)) }
      let index = graph.classOfObject[id]
      if isOpen[index] {
        isOpen[index] = false
        left -= 1
        if worth(of: ObjectID(id)).isOwn { own.insert(index) }
      }
      id += 1
    }
    return own
  }

  /// The places of objects of some classes that lie below no other of the class.
  private func outermost(
    of classes: Set<UInt32>, progress: WorkProgress
  ) throws(Cancelled) -> [UInt32: [UInt32]] {
    let tree = context.tree
    let slots = FlatArray<UInt32>(zeroed: context.graph.classes.count)
    let order = classes.sorted()
    for (slot, index) in order.enumerated() { slots[index] = UInt32(slot + 1) }
    var tops = [[UInt32]](repeating: [], count: order.count)
    var ends = [UInt32](repeating: 0, count: order.count)
    var place = 1
    while place < tree.objects.count {
      if place & progressMask == 0 { try progress.check(place) }
      let slot = Int(slots[context.graph.classOfObject[tree.objects[place]]]) - 1
      if slot >= 0, UInt32(place) >= ends[slot] {
        tops[slot].append(UInt32(place))
        ends[slot] = UInt32(place) + tree.counts[place]
      }
      place += 1
    }
    return Dictionary(uniqueKeysWithValues: zip(order, tops))
  }

  private func scattered(_ index: UInt32, _ tops: [UInt32], besides found: [SuspectFinding]) -> SuspectFinding? {
    let tree = context.tree
    let retained = tops.reduce(UInt64(0)) { $0 + tree.retained[$1] }
    let isTold = found.contains { finding in
      guard !finding.isDropped else { return false }
      let covered = tops.reduce(UInt64(0)) { $0 + (finding.covers($1, tree) ? tree.retained[$1] : 0) }
      return 2 * covered > retained
    }
    let largest = tops.sorted { tree.retained[$0] > tree.retained[$1] }.prefix(Self.askedHolders)
    guard !isTold, let first = largest.first else { return nil }
    let object = ObjectID(tree.objects[first])
    let count = histogram.rows.first { $0.classIndex == Int(index) }?.objects ?? tops.count
    var finding = SuspectFinding(
      kind: .group, title: "\(grouped(count)) × \(className(of: object))", worth: worth(of: object), object: object,
      count: count, retained: retained, tops: tops)
    finding.isHeldByProgram = true
    var holders: [String] = []
    for place in largest {
      let holder = holder(of: ObjectID(tree.objects[place]), countsMore: false)
      if !holder.isEmpty, !holders.contains(holder) { holders.append(holder) }
    }
    finding.holder = (holders.first ?? "") + (holders.count > 1 ? " and \(holders.count - 1) more" : "")
    finding.reasons = [
      "\(grouped(count)) objects of one class, held in \(holders.count == 1 ? "one way" : "different ways"): "
        + holders.prefix(3).joined(separator: ", ")
    ]
    return finding
  }
}
