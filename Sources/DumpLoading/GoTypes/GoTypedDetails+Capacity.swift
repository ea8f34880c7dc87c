import ReferenceGraph
import Synchronization

extension GoTypedDetails {
  /// The capacities of arrays that were asked for.
  final class KnownCapacities: Sendable {
    private let known = Mutex<[ObjectID: UInt64]>([:])
    /// The most that are kept.
    private static let limit = 256

    func capacity(of object: ObjectID, find: () -> UInt64) -> UInt64 {
      if let capacity = known.withLock({ $0[object] }) { return capacity }
      let capacity = find()
      known.withLock {
        if $0.count >= Self.limit { $0 = [:] }
        $0[object] = capacity
      }
      return capacity
    }
  }

  /// So many references are gone through in a millisecond or two.
  static let referenceLimit = 1 << 22

  /// How many elements of an array its program can reach: as many as the slices and channels that refer to it have room
  /// for.
  ///
  /// The allocator gives more than was asked for. All that fit where nothing says how many.
  ///
  /// Goes through all references of the heap when it is asked for an array first; where there are more than
  /// `referenceLimit`, which a person would feel, it is all that fit.
  ///
  /// The elements take `room` bytes. `rootWords` gives the first three words of the variable that a root is, where that
  /// is known.
  func elementCount(
    of object: ObjectID, _ reading: Reading, room: UInt64, rootWords: (Int) -> [UInt64]?
  ) -> Int {
    let all = room / reading.size
    guard all > 1, graph.rows.targets.count <= Self.referenceLimit else { return Int(clamping: all) }
    let count = capacities.capacity(of: object) {
      var most: UInt64 = 0
      var isSaid = false
      let first = graph.addresses.address(of: object) &+ reading.header
      for place in references(to: object) {
        let words = place.source == .root ? rootWords(Int(place.index)) : words(at: place)
        guard let words, words[0] >= first else { return all }
        // A pointer to an element says nothing of how many there are.
        let start = (words[0] - first) / reading.size
        guard let capacity = capacity(words, at: place, room: all - min(start, all)) else {
          most = max(most, start + 1)
          continue
        }
        isSaid = true
        most = max(most, start.addingReportingOverflow(capacity).partialValue)
      }
      return isSaid && most > 0 ? min(most, all) : all
    }
    // References keep what they refer to alive wherever they stand.
    let last = graph.rows.range(of: object).last.map { UInt64(graph.fields[$0]) }
    let needed = last.map { $0 < reading.header ? 0 : ($0 - reading.header) / reading.size + 1 } ?? 0
    return Int(clamping: min(max(count, needed), all))
  }

  /// What refers to `object`: all references are gone through.
  func references(to object: ObjectID) -> [ReferencePlace] {
    let rows = graph.rows
    var found: [Int] = []
    rows.targets.withBuffer { targets in
      for index in targets.indices where targets[index] == object.rawValue { found.append(index) }
    }
    return found.map { index in
      // The last row that begins here or before.
      let row = (0..<rows.rowCount).bisection(where: { Int(rows.offsets[$0]) > index }) - 1
      return ReferencePlace(source: ObjectID(row), index: index)
    }
  }

  /// The word of a reference and the two behind it.
  func words(at place: ReferencePlace) -> [UInt64]? {
    guard let record = locator.record(at: graph.addresses.address(of: place.source)) else { return nil }
    let contents = UnsafeRawBufferPointer(rebasing: bytes[record.contents.bytes])
    let offset = Int(graph.fields[place.index])
    return (0..<3).map { word(contents, offset + $0 * params.pointerSize) }
  }

  /// The capacity that stands beside a reference; nil when it is of no slice or channel.
  ///
  /// `room` is how many elements there are from the one referred to on.
  private func capacity(_ words: [UInt64], at place: ReferencePlace, room: UInt64) -> UInt64? {
    if place.source == .root {
      // A variable whose type is not at hand: what looks like a slice that takes most of the room.
      return words[1] <= words[2] && words[2] <= room && words[2] > room / 2 ? words[2] : nil
    }
    guard let reading = reading(of: place.source) else { return nil }
    let field = UInt64(graph.fields[place.index])
    guard field >= reading.header else { return nil }
    if table[reading.type].role == .channel {
      guard field - reading.header == table.field("buf", of: reading.type)?.offset,
        let count = table.field("dataqsiz", of: reading.type),
        let record = locator.record(at: graph.addresses.address(of: place.source))
      else { return nil }
      return word(
        UnsafeRawBufferPointer(rebasing: bytes[record.contents.bytes]), Int(reading.header + count.offset))
    }
    let offset = (field - reading.header) % reading.size
    let leaf = leaves(of: reading.type).first { $0.offset == offset }
    guard let leaf, table[leaf.type].kind == .slice, words[2] <= room else { return nil }
    return words[2]
  }
}
