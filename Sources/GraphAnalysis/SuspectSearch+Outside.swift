import ReferenceGraph

extension SuspectSearch {
  /// Objects that keep much memory outside of the heap: one suspect for those that one object holds, or for all where none
  /// does.
  func outsideMemory() -> SuspectFinding? {
    let tree = context.tree
    var held: [(place: UInt32, bytes: UInt64)] = []
    for entry in details.outsideObjects {
      let place = tree.places[entry.object.index]
      if place != .max { held.append((place, entry.bytes)) }
    }
    let whole = held.reduce(UInt64(0)) { $0 + $1.bytes }
    guard !held.isEmpty, Double(whole) >= Self.smallShare * Double(reachableBytes) else { return nil }
    held.sort { $0.place < $1.place }
    var sums: [UInt64] = [0]
    for entry in held { sums.append(sums[sums.count - 1] + entry.bytes) }
    // The objects below another stand in a row here: who has more than half of the bytes has the one in the middle.
    let middle = held.indices.first { 2 * sums[$0 + 1] > whole } ?? 0
    var above = held[middle].place
    var range = range(below: above, held)
    while above != 0, 2 * (sums[range.upperBound] - sums[range.lowerBound]) <= whole {
      above = tree.parents[above]
      range = self.range(below: above, held)
    }
    let members = held[range]
    let bytes = members.reduce(UInt64(0)) { $0 + $1.bytes }
    var tops: [UInt32] = []
    for place in members.map(\.place) where tops.last.map({ !tree.contains($0, place) }) ?? true { tops.append(place) }
    guard let largest = members.max(by: { $0.bytes < $1.bytes }) else { return nil }
    let object = ObjectID(tree.objects[largest.place])
    let anchor = above == 0 || members.count == 1 ? object : ObjectID(tree.objects[above])
    var finding = SuspectFinding(
      kind: .outsideMemory, worth: worth(of: object), object: anchor, count: members.count,
      retained: tops.reduce(0) { $0 + tree.retained[$1] }, outsideBytes: bytes, tops: tops)
    finding.isHeldByProgram = isHeldByProgram(anchor)
    // What the runtime has mapped itself, as the JDK its own classes, is nobody's leak.
    guard finding.isHeldByProgram || finding.worth.isOwn else { return nil }
    finding.title =
      "\(grouped(members.count)) × \(className(of: object)) with \(ByteCount.text(bytes)) outside of the heap"
    finding.holder = holder(of: anchor)
    finding.reasons = [
      "\(ByteCount.text(bytes)) outside of the heap live as long as \(grouped(members.count)) "
        + (members.count == 1 ? "object" : "objects") + " of it"
    ]
    finding.reasons += accumulationEvidence(anchor)
    return finding
  }

  /// Which of the entries, which are in the order of their places, lie at or below `place`.
  private func range(below place: UInt32, _ held: [(place: UInt32, bytes: UInt64)]) -> Range<Int> {
    func first(atLeast wanted: UInt32) -> Int { held.indices.bisection(where: { held[$0].place >= wanted }) }
    return first(atLeast: place)..<first(atLeast: place + context.tree.counts[place])
  }
}
