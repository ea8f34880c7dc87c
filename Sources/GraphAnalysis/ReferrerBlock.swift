import ReferenceGraph

/// What refers to some objects whose preorder numbers follow each other, in preorder numbers.
///
/// Objects with near preorder numbers were found one after the other, so their referrers lie near each other as well.
/// The whole graph in this form would be a copy of it; a block at a time needs little memory, which stays in the cache.
struct ReferrerBlock: ~Copyable {
  /// Objects that are gathered at a time.
  static let rows = 1024

  /// Where the row of each object begins in `sources`, and where the last ends.
  let starts = FlatArray<UInt32>(zeroed: rows + 1)
  private(set) var sources = FlatArray<UInt32>(zeroed: 16 * rows)

  /// Gathers the rows of the objects in `range`, at most `rows`; of their referrers those that count.
  ///
  /// - `counted`: referrers with a number below this count.
  /// - `objects`, `numbers`: object by preorder number and the other way round.
  /// - `offsets`, `referrers`: the referrers of all objects: where the row of each begins, and what refers to it.
  /// - `rootTargets`: a bit for each object, whether a root that counts refers to it; empty when all roots count.
  mutating func gather(
    _ range: Range<Int>, counted: Int, objects: borrowing FlatArray<UInt32>, numbers: borrowing FlatArray<UInt32>,
    offsets: borrowing FlatArray<UInt32>, referrers: borrowing FlatArray<UInt32>,
    rootTargets: borrowing FlatArray<UInt64>
  ) {
    var total = 0
    var i = range.lowerBound
    while i < range.upperBound {
      if i &+ 16 < range.upperBound { offsets.prefetch(objects[i &+ 16]) }
      let object = Int(objects[i])
      total &+= Int(offsets[object &+ 1] &- offsets[object])
      i &+= 1
    }
    // One more: a referrer that does not count is written, and then written over. One for each object: a root that its
    // referrers do not have.
    total &+= range.count
    if total >= sources.count { sources = FlatArray(zeroed: max(total + 1, 2 * sources.count)) }
    Self.fill(
      range, counted: counted, objects, numbers, offsets, referrers, rootTargets, starts: starts, sources: sources)
  }

  @inline(never)
  private static func fill(
    _ range: Range<Int>, counted: Int, _ objects: borrowing FlatArray<UInt32>,
    _ numbers: borrowing FlatArray<UInt32>, _ offsets: borrowing FlatArray<UInt32>,
    _ referrers: borrowing FlatArray<UInt32>, _ rootTargets: borrowing FlatArray<UInt64>,
    starts: borrowing FlatArray<UInt32>, sources: borrowing FlatArray<UInt32>
  ) {
    let limit = UInt32(truncatingIfNeeded: counted)
    let asksRoots = rootTargets.count > 0
    var next = 0
    var i = range.lowerBound
    while i < range.upperBound {
      if i &+ 20 < range.upperBound {
        referrers.prefetch(offsets[objects[i &+ 20]])
        let ahead = Int(objects[i &+ 10])
        var k = Int(offsets[ahead])
        let end = min(Int(offsets[ahead &+ 1]), k &+ 8)
        while k < end {
          numbers.prefetch(referrers[k])
          k &+= 1
        }
      }
      starts[i &- range.lowerBound] = UInt32(truncatingIfNeeded: next)
      let object = Int(objects[i])
      var k = Int(offsets[object])
      let end = Int(offsets[object &+ 1])
      // The virtual root is the first in a row.
      if asksRoots {
        while k < end, referrers[k] == 0 { k &+= 1 }
        if rootTargets[object >> 6] >> UInt64(object & 63) & 1 != 0 {
          sources[next] = 0
          next &+= 1
        }
      }
      while k < end {
        let source = numbers[referrers[k]]
        k &+= 1
        sources[next] = source
        next &+= source < limit ? 1 : 0
      }
      i &+= 1
    }
    starts[range.count] = UInt32(truncatingIfNeeded: next)
  }
}
