import ReferenceGraph

/// What would be freed.
struct Freed: Hashable {
  var bytes: UInt64 = 0
  var objects = 0
}

extension RetentionContext {
  /// The most steps that the search near the references takes before the whole heap is searched.
  private static let nearbySteps = 2_000_000

  /// What would be freed without these references, and without the slots that they have in tables.
  ///
  /// Exact.
  func freed(cutting references: [ReferencePlace], progress: WorkProgress) throws(Cancelled) -> Freed {
    try freed(cutting: references, ReportLookups(self), progress: progress) ?? Freed()
  }

  /// The same for one of many components: nil when what is left of the steps for all does not do.
  func freed(
    cutting references: [ReferencePlace], _ lookups: ReportLookups, progress: WorkProgress
  ) throws(Cancelled) -> Freed? {
    let counting = Set(withSlots(references)).filter { retains(Int($0.index), from: $0.source.rawValue) }
    guard let first = counting.first else { return Freed() }
    let target = graph.target(of: first)
    if counting.allSatisfy({ graph.target(of: $0) == target }) { return freed(cutting: counting, to: target, lookups) }
    if let result = lookups.freed(cutting: Array(counting), steps: min(Self.nearbySteps, lookups.share)) {
      return Freed(bytes: result.bytes, objects: result.objects)
    }
    guard lookups.share >= heapSteps else { return nil }
    lookups.take(heapSteps)
    return try freedBySearch(cutting: Set(counting.map(cutKey)), without: [], progress: progress)
  }

  /// The steps that a search of the whole heap takes.
  var heapSteps: Int { graph.rows.rowCount + graph.rows.referenceCount }

  /// A number for a reference that no other has: its index, which roots that the dump does not record share with others.
  func cutKey(_ reference: ReferencePlace) -> UInt32 {
    let isUnrecorded = reference.source == .root && reference.index >= graph.recordedRootCount
    return isUnrecorded ? UInt32(graph.rows.referenceCount) + reference.index : reference.index
  }

  /// For references to one object v: all that v retains, if whatever else retains v is dominated by v; otherwise nothing.
  private func freed(
    cutting references: Set<ReferencePlace>, to target: ObjectID, _ lookups: ReportLookups
  ) -> Freed {
    let place = tree.places[target.index]
    guard place != .max else { return Freed() }
    let outside = outsideReferences(to: target.rawValue, limit: references.count + 1, &lookups.rows)
    guard !outside.isEmpty, references.isSuperset(of: outside) else { return Freed() }
    return Freed(bytes: tree.retained[place], objects: Int(tree.counts[place]))
  }

  /// What would be freed if `objects` went.
  ///
  /// Exact.
  func freed(removing objects: [ObjectID], progress: WorkProgress) throws(Cancelled) -> Freed {
    try freedBySearch(cutting: [], without: objects, progress: progress)
  }

  /// What roots reach without some objects, which are not in it.
  func reachable(without removed: [ObjectID], progress: WorkProgress) throws(Cancelled) -> ReferenceSet {
    let seen = ReferenceSet(of: graph.rows.rowCount)
    for object in removed { seen.insert(object.rawValue) }
    seen.insert(0)
    var open: [UInt32] = [0]
    var count = 0
    while let source = open.popLast() {
      count += 1
      if count & progressMask == 0 { try progress.check(count) }
      if source == 0 {
        for (index, root) in graph.roots.enumerated() where retains(index, from: 0) {
          if seen.contains(root.target.rawValue) { continue }
          seen.insert(root.target.rawValue)
          open.append(root.target.rawValue)
        }
        continue
      }
      for k in graph.rows.range(of: ObjectID(source)) where retains(k, from: source) {
        let target = graph.rows.targets[k]
        if seen.contains(target) { continue }
        seen.insert(target)
        open.append(target)
      }
    }
    for object in removed { seen.remove(object.rawValue) }
    return seen
  }

  /// Searches the whole heap without the references at some indices and without some objects.
  private func freedBySearch(
    cutting cut: Set<UInt32>, without removed: [ObjectID], progress: WorkProgress
  ) throws(Cancelled) -> Freed {
    progress.begin(progress.report.step, total: UInt64(tree.objects.count))
    let seen = FlatArray<UInt64>(zeroed: graph.rows.rowCount / 64 + 1)
    func mark(_ object: UInt32) -> Bool {
      let bit: UInt64 = 1 << UInt64(object & 63)
      if seen[object >> 6] & bit != 0 { return false }
      seen[object >> 6] = seen[object >> 6] | bit
      return true
    }
    for object in removed { _ = mark(object.rawValue) }
    var open: [UInt32] = [0]
    _ = mark(0)
    var bytes: UInt64 = 0
    var count = 0
    while let source = open.popLast() {
      if source != 0 {
        bytes += graph.size(of: ObjectID(source))
        count += 1
        if count & progressMask == 0 { try progress.check(count) }
      }
      if source == 0 {
        for (index, root) in graph.roots.enumerated() where retains(index, from: 0) {
          if cut.contains(cutKey(ReferencePlace(source: .root, index: index))) { continue }
          if mark(root.target.rawValue) { open.append(root.target.rawValue) }
        }
        continue
      }
      for k in graph.rows.range(of: ObjectID(source)) {
        if !retains(k, from: source) || cut.contains(UInt32(k)) { continue }
        let target = graph.rows.targets[k]
        if mark(target) { open.append(target) }
      }
    }
    return Freed(bytes: tree.retained[0] - bytes, objects: tree.objects.count - 1 - count)
  }
}
