/// Few references whose removal leaves a graph without a cycle: all that point backwards in a good order of its
/// objects (a feedback arc set).
struct FeedbackSet {
  /// Weighted links between numbers 0 ..< `count`, none from a number to itself.
  struct Link {
    var source: Int
    var target: Int
    var weight: Int
  }

  /// The most objects for which the fewest references are found for certain.
  static let exactLimit = 12

  /// Position of each number in an order with the least weight pointing backwards.
  ///
  /// Dynamic programming over the sets of objects that come first (Lawler, "A comment on minimum feedback arc sets",
  /// 1964).
  static func exactOrder(_ count: Int, _ links: [Link]) -> [Int] {
    var weights = [Int](repeating: 0, count: count * count)
    for link in links { weights[link.source * count + link.target] += link.weight }
    // What each number refers to of the six lowest and of the six highest, for every set of these.
    let half = 6
    var low = [Int](repeating: 0, count: count << half)
    var high = low
    for number in 0..<count {
      for part in 1..<(1 << half) {
        let bit = part.trailingZeroBitCount
        let before = number << half | part & (part - 1)
        low[number << half | part] = low[before] + (bit < count ? weights[number * count + bit] : 0)
        let other = bit + half
        high[number << half | part] = high[before] + (other < count ? weights[number * count + other] : 0)
      }
    }
    var best = [Int](repeating: .max, count: 1 << count)
    var last = [Int](repeating: 0, count: 1 << count)
    best[0] = 0
    for set in 1..<(1 << count) {
      for number in 0..<count where set & (1 << number) != 0 {
        // `number` comes last of the set: what it refers to in the set lies behind it.
        let cost =
          best[set ^ (1 << number)] + low[number << half | set & (1 << half - 1)] + high[number << half | set >> half]
        if cost < best[set] {
          best[set] = cost
          last[set] = number
        }
      }
    }
    var positions = [Int](repeating: 0, count: count)
    var set = (1 << count) - 1
    for position in stride(from: count - 1, through: 0, by: -1) {
      positions[last[set]] = position
      set ^= 1 << last[set]
    }
    return positions
  }

  /// Position of each number in an order with little pointing backwards: again and again a sink goes to the end, a
  /// source to the front, or what has most references out over those in (Eades, Lin and Smyth, "A fast and effective
  /// heuristic for the feedback arc set problem", 1993).
  ///
  /// Linear time but for large weights, which share a bucket.
  static func greedyOrder(_ count: Int, _ links: [Link]) -> [Int] {
    let outgoing = Adjacency(count, links.map { ($0.source, $0.target, $0.weight) })
    let incoming = Adjacency(count, links.map { ($0.target, $0.source, $0.weight) })
    var buckets = DegreeBuckets(count)
    for number in 0..<count {
      buckets.insert(number, outgoing.weight(of: number), incoming.weight(of: number))
    }
    var positions = [Int](repeating: 0, count: count)
    var front = 0
    var back = count - 1
    while let (number, isSink) = buckets.next() {
      if isSink {
        positions[number] = back
        back -= 1
      } else {
        positions[number] = front
        front += 1
      }
      outgoing.visit(number) { buckets.reduce($0, out: 0, in: $1) }
      incoming.visit(number) { buckets.reduce($0, out: $1, in: 0) }
    }
    return positions
  }

  private struct Adjacency {
    private var offsets: [Int]
    private var ends: [Int]
    private var weights: [Int]

    init(_ count: Int, _ links: [(from: Int, to: Int, weight: Int)]) {
      offsets = [Int](repeating: 0, count: count + 1)
      ends = [Int](repeating: 0, count: links.count)
      weights = ends
      for link in links { offsets[link.from + 1] += 1 }
      for number in 0..<count { offsets[number + 1] += offsets[number] }
      var next = offsets
      for link in links {
        ends[next[link.from]] = link.to
        weights[next[link.from]] = link.weight
        next[link.from] += 1
      }
    }

    func weight(of number: Int) -> Int { weights[offsets[number]..<offsets[number + 1]].reduce(0, +) }

    @inline(__always) func visit(_ number: Int, _ body: (Int, Int) -> Void) {
      for k in offsets[number]..<offsets[number + 1] { body(ends[k], weights[k]) }
    }
  }

  /// Numbers in lists by the weight that goes out less that which comes in.
  private struct DegreeBuckets {
    private static let width = 256
    private var heads = [Int](repeating: -1, count: 2 * width + 1)
    private var following: [Int]
    private var preceding: [Int]
    private var bucket: [Int]
    private var out: [Int]
    private var into: [Int]
    private var highest = 0

    init(_ count: Int) {
      following = [Int](repeating: -1, count: count)
      preceding = following
      bucket = following
      out = [Int](repeating: 0, count: count)
      into = out
    }

    mutating func insert(_ number: Int, _ outWeight: Int, _ inWeight: Int) {
      out[number] = outWeight
      into[number] = inWeight
      link(number)
    }

    private mutating func link(_ number: Int) {
      let width = Self.width
      let slot: Int
      if out[number] == 0 {
        slot = 0
      } else if into[number] == 0 {
        slot = 2 * width
      } else {
        slot = min(max(out[number] - into[number] + width, 1), 2 * width - 1)
      }
      bucket[number] = slot
      following[number] = heads[slot]
      preceding[number] = -1
      if heads[slot] >= 0 { preceding[heads[slot]] = number }
      heads[slot] = number
      highest = max(highest, slot)
    }

    private mutating func unlink(_ number: Int) {
      if preceding[number] >= 0 {
        following[preceding[number]] = following[number]
      } else {
        heads[bucket[number]] = following[number]
      }
      if following[number] >= 0 { preceding[following[number]] = preceding[number] }
    }

    /// Takes a sink, or else the number with the most out over in.
    mutating func next() -> (number: Int, isSink: Bool)? {
      if heads[0] >= 0 {
        let number = heads[0]
        unlink(number)
        bucket[number] = -1
        return (number, true)
      }
      while highest > 0 && heads[highest] < 0 { highest -= 1 }
      guard highest > 0 else { return nil }
      let number = heads[highest]
      unlink(number)
      bucket[number] = -1
      return (number, false)
    }

    mutating func reduce(_ number: Int, out lessOut: Int, in lessIn: Int) {
      guard bucket[number] >= 0 else { return }
      unlink(number)
      out[number] -= lessOut
      into[number] -= lessIn
      link(number)
    }
  }
}
