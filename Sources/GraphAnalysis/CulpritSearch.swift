import ReferenceGraph

/// Goes down the outline of the retention tree along what retains most, and names on each such way what is the
/// program's and nearest to the bytes.
struct CulpritSearch {
  let search: SuspectSearch
  let outline: RetentionOutline
  var context: RetentionContext { search.context }
  var details: any ObjectDetails { search.details }

  /// What explains the same bytes: sets one below the other, each with at least half of what the first retains.
  struct Stretch {
    var sets: [Int]
    /// The index of the stretch above.
    var above: Int?
    /// Whether something of the program's stands above it.
    var isBelowProgram: Bool
  }

  func run(progress: WorkProgress) throws(Cancelled) -> [SuspectFinding] {
    let stretches = self.stretches()
    var findings: [SuspectFinding] = []
    var indices = [Int?](repeating: nil, count: stretches.count)
    for (number, stretch) in stretches.enumerated() {
      try progress.check(number)
      guard var finding = finding(stretch) else { continue }
      var above = stretch.above
      // What branches off before the object or set that was named above is no part of it.
      while let next = above, !(indices[next].map { findings[$0].encloses(finding, context.tree) } ?? false) {
        above = stretches[next].above
      }
      finding.above = above.flatMap { indices[$0] }
      indices[number] = findings.count
      findings.append(finding)
    }
    settle(&findings)
    // The cycles of a shape are one suspect.
    var shapes: Set<Int> = []
    let order = findings.indices.sorted { findings[$0].retained > findings[$1].retained }
    for index in order where !findings[index].isDropped {
      if let shape = findings[index].shape, !shapes.insert(shape).inserted { findings[index].isDropped = true }
    }
    return findings
  }

  private func stretches() -> [Stretch] {
    var result: [Stretch] = []
    var open = outline.tops.map { (set: $0, above: Int?.none, isBelow: false) }
    while let start = open.popLast() {
      var stretch = Stretch(sets: [start.set], above: start.above, isBelowProgram: start.isBelow)
      let number = result.count
      let whole = outline.sets[start.set].retained
      var isBelow = start.isBelow
      var last = start.set
      // What hangs on the earlier sets of a chain through several classes hangs on the chain.
      var beside: [Int] = []
      while true {
        isBelow = isBelow || worth(of: last).isOwn
        let children = outline.sets[last].children + beside
        let main = children.max { outline.sets[$0].retained < outline.sets[$1].retained }
        guard let main, 2 * outline.sets[main].retained >= whole else {
          open += children.map { ($0, number, isBelow) }
          break
        }
        let others = children.filter { $0 != main }
        beside = outline.sets[last].next != nil ? others : []
        if beside.isEmpty { open += others.map { ($0, number, isBelow) } }
        stretch.sets.append(main)
        last = main
      }
      result.append(stretch)
    }
    return result
  }

  /// Of findings one below the other leaves those that say most.
  private func settle(_ findings: inout [SuspectFinding]) {
    for index in findings.indices {
      guard let above = findings[index].above else { continue }
      let outer = findings[above]
      // What many objects of the program's are made of is told with them.
      if outer.count > 1, outer.worth.isOwn || outer.isDropped || !findings[index].worth.isOwn {
        findings[index].isDropped = true
      }
    }
    // From the innermost up.
    for index in findings.indices.reversed() where !findings[index].isDropped && findings[index].count == 1 {
      let inner = findings.indices.filter {
        !findings[$0].isDropped && findings[$0].above == index
          && (findings[$0].worth.isOwn || findings[$0].isHeldByProgram)
      }
      let together = inner.reduce(UInt64(0)) { $0 + findings[$1].retained }
      let isStore = findings[index].kind == .largeStore
      if inner.count > (isStore ? 1 : 0), 2 * together >= findings[index].retained {
        findings[index].isDropped = true
        for part in inner {
          findings[part].onItsWay.append(Suspect.Way(title: findings[index].title, retained: findings[index].retained))
          findings[part].above = findings[index].above
        }
        continue
      }
      // The whole says more than its parts, and names the one that the program would.
      let own = inner.filter { findings[$0].worth.isOwn }.max { findings[$0].retained < findings[$1].retained }
      if let own, isStore, findings[own].count > 1, !findings[index].contentIsOwn {
        findings[index].content = findings[own].title
        findings[index].contentIsOwn = true
        findings[own].isDropped = true
      }
      for part in inner where !findings[part].worth.isOwn { findings[part].isDropped = true }
    }
  }
}
