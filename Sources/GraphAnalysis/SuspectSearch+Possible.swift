import ReferenceGraph

extension SuspectSearch {
  /// Objects that no root reaches and that something of the program's may hold which the file does not record: one finding
  /// for each such holder, by the objects of the class with the most bytes.
  ///
  /// They may be garbage as well: that is not known, and each finding says so.
  func possiblyHeld(progress: WorkProgress) throws(Cancelled) -> [SuspectFinding] {
    guard let possible = context.possible else { return [] }
    let holders = context.knowledge.holders
    let wanted = holders.indices.filter {
      holders[$0].isOfProgram && possible.sums[$0].objects > 0
        && Double(possible.sums[$0].bytes) >= Self.smallShare * Double(reachableBytes)
    }
    var found: [SuspectFinding] = []
    for index in wanted {
      if let finding = try possiblyHeld(index, possible, progress: progress) { found.append(finding) }
    }
    return found
  }

  private func possiblyHeld(
    _ index: Int, _ possible: PossibleHolders, progress: WorkProgress
  ) throws(Cancelled) -> SuspectFinding? {
    let graph = context.graph
    let bytes = FlatArray<UInt64>(zeroed: graph.classes.count)
    let counts = FlatArray<UInt32>(zeroed: graph.classes.count)
    let firsts = FlatArray<UInt32>(zeroed: graph.classes.count)
    var best = -1
    var id: UInt32 = 1
    while Int(id) < graph.rows.rowCount {
      if Int(id) & progressMask == 0 { try progress.check(Int(id)) }
      defer { id += 1 }
      guard possible.holder(of: ObjectID(id)) == index else { continue }
      let number = Int(graph.classOfObject[id])
      if counts[number] == 0 { firsts[number] = id }
      counts[number] += 1
      bytes[number] += graph.size(of: ObjectID(id))
      if best < 0 || bytes[number] > bytes[best] { best = number }
    }
    guard best >= 0 else { return nil }
    let object = ObjectID(firsts[best])
    let holder = context.knowledge.holders[index]
    let sum = possible.sums[index]
    var finding = SuspectFinding(
      kind: .possiblyHeld, title: "\(grouped(Int(counts[best]))) × \(className(of: object))", worth: worth(of: object),
      component: components.component(of: object), object: object, count: Int(counts[best]), retained: sum.bytes,
      tops: [])
    finding.isHeldByProgram = true
    finding.note = "not known: garbage, or \(holder.words)"
    finding.reasons = [
      "no root reaches them: garbage, or \(holder.words), \(holder.lifetime)", holder.evidence,
      "with what they lead to they are \(grouped(sum.objects)) objects, as much as \(percent(sum.bytes)) of what is "
        + "reachable",
    ]
    if let id = finding.component {
      let shape = shapes[components[id].shape]
      finding.reasons.append("among them are cycles, \(shape.title)")
    }
    return finding
  }
}
