/// Collects the addresses of objects, in any order, and makes an `AddressIndex` of them.
///
/// Keeps a bitmap for every chunk of 64 KiB that has an object, and goes over to a plain list when chunks hold so few
/// objects, or objects lie so oddly, that bitmaps would take more memory than the objects justify.
public struct AddressIndexBuilder: ~Copyable {
  private var slots: [UInt64: Int] = [:]
  /// The chunks by slot.
  private var chunks: [UInt64] = []
  @usableFromInline var words = FlatArray<AddressWord>(zeroed: 0)
  /// No chunk's number once gone over to a list: every address then goes the long way.
  @usableFromInline var lastChunk: UInt64 = .max
  /// The words of that chunk.
  @usableFromInline var chunkWords: UnsafeMutablePointer<AddressWord>
  /// Once gone over to a list: all addresses so far.
  private var list: [UInt64] = []
  private var isList = false
  @usableFromInline var inserted = 0

  /// - Parameter bytes: about as many as objects will span; what is reserved takes memory only once it is used.
  public init(expecting bytes: Int = 0) {
    let expected = min(bytes, 1 << 40) / 512
    if expected > Self.firstWords { words = FlatArray(zeroed: expected) }
    chunkWords = words.base
  }

  private static var firstWords: Int { 1 << 16 }

  /// Takes down an object at `address`.
  ///
  /// Inserting an address twice is the same as inserting it once.
  @inlinable @inline(__always) public mutating func insert(_ address: UInt64) {
    inserted &+= 1
    if address >> AddressIndex.chunkShift != lastChunk || address & 7 != 0 {
      guard enter(address) else { return }
    }
    chunkWords[Int(truncatingIfNeeded: (address >> 9) & 127)].bits |= 1 &<< ((address >> 3) & 63)
  }

  /// Makes the chunk of `address` the current one.
  ///
  /// False when the builder has gone over to a list and taken the address there.
  @usableFromInline mutating func enter(_ address: UInt64) -> Bool {
    if isList {
      list.append(address)
      return false
    }
    if address & 7 != 0 {
      becomeList(adding: address)
      return false
    }
    let chunk = address >> AddressIndex.chunkShift
    let slot: Int
    if let known = slots[chunk] {
      slot = known
    } else {
      let bytes = (chunks.count + 1) * AddressIndex.wordsPerChunk * 8
      if bytes > 64 * inserted + 1 << 20 {
        becomeList(adding: address)
        return false
      }
      let needed = (chunks.count + 1) * AddressIndex.wordsPerChunk
      if needed > words.count {
        let old = exchange(&words, with: FlatArray(zeroed: 0))
        words = old.grown(to: max(Self.firstWords, 2 * needed))
      }
      slot = chunks.count
      slots[chunk] = slot
      chunks.append(chunk)
    }
    lastChunk = chunk
    chunkWords = words.base + slot * AddressIndex.wordsPerChunk
    return true
  }

  private mutating func becomeList(adding address: UInt64) {
    for (slot, chunk) in chunks.enumerated() {
      for word in 0..<AddressIndex.wordsPerChunk {
        var bits = words[slot * AddressIndex.wordsPerChunk + word].bits
        while bits != 0 {
          let bit = UInt64(bits.trailingZeroBitCount)
          list.append(chunk << AddressIndex.chunkShift + UInt64(word) << 9 + bit << 3)
          bits &= bits - 1
        }
      }
    }
    list.append(address)
    slots = [:]
    chunks = []
    words = FlatArray(zeroed: 0)
    lastChunk = .max
    isList = true
  }

  /// The index of all addresses inserted.
  public consuming func finish() -> AddressIndex {
    if isList {
      list.sort()
      let sorted = FlatArray<UInt64>(zeroed: list.count)
      var count = 0
      for address in list where count == 0 || sorted[count - 1] != address {
        sorted[count] = address
        count += 1
      }
      list = []
      return AddressIndex(sorted: sorted.shortened(to: count))
    }
    let used = chunks.count * AddressIndex.wordsPerChunk
    let order = chunks.indices.sorted { chunks[$0] < chunks[$1] }
    putInOrder(order)
    return AddressIndex(chunks: FlatArray(order.map { chunks[$0] }), words: words.shortened(to: used))
  }

  /// Moves the words of chunk `order[i]` to where those of chunk `i` are, in place: most often few are elsewhere, and
  /// new pages would have to be cleared.
  private func putInOrder(_ order: [Int]) {
    let size = AddressIndex.wordsPerChunk
    var isDone = [Bool](repeating: false, count: order.count)
    for first in order.indices where !isDone[first] && order[first] != first {
      // A cycle: each place takes what lies at the next, the last what lay at the first.
      let kept = words.copy(first * size..<(first + 1) * size)
      var place = first
      while order[place] != first {
        isDone[place] = true
        words.move(order[place] * size..<(order[place] + 1) * size, to: place * size)
        place = order[place]
      }
      isDone[place] = true
      for word in 0..<size { words[place * size + word] = kept[word] }
    }
  }
}
