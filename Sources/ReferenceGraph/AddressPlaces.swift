import CPrefetch

/// Looks up many addresses in two steps, so that one look-up does not wait for memory after the other: first where each
/// address has its bit in the index, whose line of the cache is asked for; then, for dozens of them, the bits.
///
/// Plain pointers into the index, which has to outlive this.
@frozen
public struct AddressPlaces: @unchecked Sendable {
  // @unchecked: nothing is written through the pointers.
  /// Whether places are those of bits; addresses themselves else.
  public let isDense: Bool
  @usableFromInline let firstChunk: UInt64
  @usableFromInline let directory: UnsafePointer<UInt32>
  /// The last entry of the directory, which leads nowhere.
  @usableFromInline let last: UInt64
  @usableFromInline let words: UnsafePointer<AddressWord>

  @usableFromInline static var chunkBits: UInt64 { 13 }

  /// A view of `index`, which must live longer than the view and keep its pages where they are.
  public init(unsafelyViewing index: borrowing AddressIndex) {
    isDense = index.layout == .dense && index.directory.count > 0
    firstChunk = index.firstChunk
    directory = UnsafePointer(index.directory.base)
    last = UInt64(max(1, index.directory.count) - 1)
    words = UnsafePointer(index.words.base)
  }

  /// Where an address has its bit, for `AddressIndex.find(places:_:into:)`; never 0 for the address of an object.
  ///
  /// Any address will do.
  @inlinable @inline(__always) public func place(of address: UInt64) -> UInt64 {
    isDense ? densePlace(of: address) : address
  }

  /// `place(of:)` where `isDense` is known to hold.
  @inlinable @inline(__always) public func densePlace(of address: UInt64) -> UInt64 {
    // Turned, so that an address which is no multiple of 8 becomes one far outside.
    let turned = address &>> 3 | address &<< 61
    // What lies outside of the directory gets its last entry.
    let chunk = min(turned &>> Self.chunkBits &- firstChunk, last)
    let slot = directory[Int(truncatingIfNeeded: chunk)]
    let place = UInt64(slot) &<< Self.chunkBits | turned & ((1 &<< Self.chunkBits) &- 1)
    refwalk_prefetch(words + (Int(truncatingIfNeeded: place &>> 6) &- AddressIndex.wordsPerChunk))
    return place
  }
}

extension AddressIndex {
  static let hasFastRanks = refwalk_has_fast_ranks()

  /// Looks up what lies at many bit places.
  ///
  /// `results[i]` becomes the number of the object that begins at `places[i]`, 0 where none begins.
  ///
  /// - Parameters:
  ///   - places: as many as `results`, made by `view`.
  ///   - view: a view of this index.
  ///   - results: written from the first to the last.
  /// - Returns: whether any is 0.
  public func find(
    places: UnsafeBufferPointer<UInt64>, _ view: AddressPlaces, into results: UnsafeMutableBufferPointer<UInt32>
  ) -> Bool {
    find(places: places, view, into: results, isFast: Self.hasFastRanks)
  }

  /// `find(places:_:into:)` for tests as well, which try both ways of counting bits: `isFast` says whether the
  /// processor has instructions for it.
  func find(
    places: UnsafeBufferPointer<UInt64>, _ view: AddressPlaces, into results: UnsafeMutableBufferPointer<UInt32>,
    isFast: Bool
  ) -> Bool {
    precondition(places.count == results.count)
    guard view.isDense else { return find(places, into: results) > 0 }
    if isFast, let places = places.baseAddress, let ranks = results.baseAddress {
      let words = UnsafeRawPointer(view.words).assumingMemoryBound(to: refwalk_word.self)
      return refwalk_fast_ranks(places, results.count, words, 1 << AddressPlaces.chunkBits, ranks)
    }
    let words = UnsafeBufferPointer(start: view.words, count: words.count)
    var isAnyMissing = false
    var index = 0
    while index < places.count {
      let place = places[index]
      let number = Int(truncatingIfNeeded: place &>> 6) &- Self.wordsPerChunk
      var found: UInt32 = 0
      if number >= 0 {
        let word = words[number]
        let bit = place & 63
        let rank = word.before &+ UInt32(truncatingIfNeeded: (word.bits & ((1 &<< bit) &- 1)).nonzeroBitCount) &+ 1
        found = word.bits &>> bit & 1 == 0 ? 0 : rank
      }
      results[index] = found
      if found == 0 { isAnyMissing = true }
      index &+= 1
    }
    return isAnyMissing
  }
}
