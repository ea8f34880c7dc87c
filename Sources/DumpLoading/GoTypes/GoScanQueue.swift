import ReferenceGraph

/// Objects to be scanned: a bit for each, taken in the order of their numbers, so that what lies side by side in memory
/// and in the file is read together: a quarter of a million of them until none waits there, then the next.
///
/// Those that come soon are taken out early, for what a scan reads to be in the cache by then.
struct GoScanQueue: ~Copyable {
  private let words: FlatArray<UInt64>
  /// A bit for each word that is not zero, and a bit for each group that is not.
  private let groups: FlatArray<UInt64>
  private let clusters: FlatArray<UInt64>
  /// How many bits are set.
  private var waiting = 0
  /// The number from which the next bit is looked for.
  private var cursor = 0
  private let soon: FlatArray<UInt32>
  private var first = 0
  private var soonCount = 0

  private static let soonLimit = 16

  /// - Parameter objects: their numbers are no larger than this.
  init(objects: Int) {
    let count = objects &>> 6 + 2
    words = FlatArray(zeroed: count)
    groups = FlatArray(zeroed: count &>> 6 + 1)
    clusters = FlatArray(zeroed: count &>> 12 + 1)
    soon = FlatArray(zeroed: Self.soonLimit)
  }

  var isEmpty: Bool { soonCount == 0 && waiting == 0 }

  /// Adds an object, unless it waits already.
  @inline(__always)
  mutating func insert(_ id: Int) {
    let word = id &>> 6
    let old = words[word]
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: id & 63)
    guard old & bit == 0 else { return }
    words[word] = old | bit
    waiting &+= 1
    if old == 0 { mark(word) }
  }

  private func mark(_ word: Int) {
    let group = word &>> 6
    let old = groups[group]
    groups[group] = old | 1 &<< UInt64(truncatingIfNeeded: word & 63)
    if old == 0 { clusters[group &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: group & 63) }
  }

  /// The next object to be scanned, 0 for none.
  @inline(__always)
  mutating func next() -> Int {
    guard soonCount > 0 else { return 0 }
    let id = soon[first]
    first = (first &+ 1) & (Self.soonLimit &- 1)
    soonCount &-= 1
    return Int(id)
  }

  /// The object that comes in a while, 0 for none.
  @inline(__always) var ahead: Int {
    soonCount > Self.soonLimit / 2 ? Int(soon[(first &+ Self.soonLimit / 2) & (Self.soonLimit &- 1)]) : 0
  }

  /// Takes one that waits among those that come soon; 0 when there is none, or no room.
  @inline(__always)
  mutating func fetch() -> Int {
    guard soonCount < Self.soonLimit, waiting > 0 else { return 0 }
    var word = cursor &>> 6
    var bits = words[word] & (.max &<< UInt64(truncatingIfNeeded: cursor & 63))
    if bits == 0 {
      word = nextWord(behind: word)
      bits = words[word]
    }
    let id = word &<< 6 | bits.trailingZeroBitCount
    let rest = words[word] & ~(1 &<< UInt64(truncatingIfNeeded: id & 63))
    words[word] = rest
    if rest == 0 { clear(word) }
    waiting &-= 1
    cursor = id &+ 1
    soon[(first &+ soonCount) & (Self.soonLimit &- 1)] = UInt32(truncatingIfNeeded: id)
    soonCount &+= 1
    return id
  }

  private func clear(_ word: Int) {
    let group = word &>> 6
    let rest = groups[group] & ~(1 &<< UInt64(truncatingIfNeeded: word & 63))
    groups[group] = rest
    if rest == 0 { clusters[group &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: group & 63)) }
  }

  /// The next word behind `word` that is not zero: first all of its cluster, which is read together, round and round,
  /// then the clusters behind it, after the last one the first of all.
  /// - Precondition: there is one.
  private func nextWord(behind word: Int) -> Int {
    var group = word &>> 6
    var bits = groups[group] & Self.above(word)
    if bits != 0 { return group &<< 6 | bits.trailingZeroBitCount }
    var cluster = group &>> 6
    bits = clusters[cluster] & Self.above(group)
    if bits == 0 { bits = clusters[cluster] }
    while bits == 0 {
      cluster = cluster &+ 1 < clusters.count ? cluster &+ 1 : 0
      bits = clusters[cluster]
    }
    group = cluster &<< 6 | bits.trailingZeroBitCount
    return group &<< 6 | groups[group].trailingZeroBitCount
  }

  /// The bits that are higher than that of `number`.
  private static func above(_ number: Int) -> UInt64 { (.max &<< UInt64(truncatingIfNeeded: number & 63)) &<< 1 }
}
