import ReferenceGraph

/// Which objects are members of a component, and of which: a bitmap with ranks, small enough to stay in the cache
/// while all references of a heap are looked at.
package struct MemberSet: ~Copyable, Sendable {
  private let words: FlatArray<UInt64>
  /// Members before each word.
  private let ranks: FlatArray<UInt32>
  /// Component by rank of the member.
  private let components: FlatArray<UInt32>
  /// The number of members.
  package let count: Int

  /// A set of the objects whose bits are set; `component` gives the components of members, asked in ascending order.
  package init(words: consuming FlatArray<UInt64>, component: (UInt32) -> UInt32) {
    let ranks = FlatArray<UInt32>(zeroed: words.count)
    var total = 0
    for word in 0..<words.count {
      ranks[word] = UInt32(total)
      total += words[word].nonzeroBitCount
    }
    let components = FlatArray<UInt32>(zeroed: total)
    var next = 0
    for word in 0..<words.count {
      var bits = words[word]
      while bits != 0 {
        components[next] = component(UInt32(word << 6 + bits.trailingZeroBitCount))
        next += 1
        bits &= bits - 1
      }
    }
    self.words = words
    self.ranks = ranks
    self.components = components
    count = total
  }

  /// Whether `object` is a member.
  @inline(__always) package func contains(_ object: UInt32) -> Bool {
    words[object >> 6] &>> UInt64(object & 63) & 1 != 0
  }

  /// The component of `object`; nil when it is no member.
  @inline(__always) package func component(of object: UInt32) -> UInt32? {
    let bits = words[object >> 6]
    let bit = UInt64(object & 63)
    guard bits &>> bit & 1 != 0 else { return nil }
    return components[Int(ranks[object >> 6]) &+ (bits & ((1 &<< bit) &- 1)).nonzeroBitCount]
  }

  /// Calls `body` with every member and its component, ascending.
  @inline(__always) package func visit(_ body: (UInt32, UInt32) -> Void) {
    var next = 0
    for word in 0..<words.count {
      var bits = words[word]
      while bits != 0 {
        body(UInt32(word << 6 + bits.trailingZeroBitCount), components[next])
        next += 1
        bits &= bits - 1
      }
    }
  }
}
