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
  /// The first word of that chunk.
  @usableFromInline var lastWord = 0
  /// Once gone over to a list: all addresses so far.
  private var list: [UInt64] = []
  private var isList = false
  @usableFromInline var inserted = 0

  public init() {}

  /// Takes down an object at `address`. Inserting an address twice is the same as inserting it once.
  @inlinable @inline(__always) public mutating func insert(_ address: UInt64) {
    inserted &+= 1
    if address >> AddressIndex.chunkShift != lastChunk || address & 7 != 0 {
      guard enter(address) else { return }
    }
    let word = lastWord &+ Int(truncatingIfNeeded: (address >> 9) & 127)
    words[word] = AddressWord(bits: words[word].bits | 1 &<< ((address >> 3) & 63), before: 0)
  }

  /// Makes the chunk of `address` the current one. False when the builder has gone over to a list and taken the
  /// address there.
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
    if let slot = slots[chunk] {
      lastWord = slot * AddressIndex.wordsPerChunk
    } else {
      let bytes = (chunks.count + 1) * AddressIndex.wordsPerChunk * 8
      if bytes > 64 * inserted + 1 << 20 {
        becomeList(adding: address)
        return false
      }
      lastWord = chunks.count * AddressIndex.wordsPerChunk
      if lastWord == words.count {
        let old = exchange(&words, with: FlatArray(zeroed: 0))
        words =
          old
          .grown(to: max(1 << 16, 2 * lastWord))
      }
      slots[chunk] = chunks.count
      chunks.append(chunk)
    }
    lastChunk = chunk
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
    if order.elementsEqual(chunks.indices) {
      return AddressIndex(chunks: FlatArray(chunks), words: words.shortened(to: used))
    }
    let ordered = FlatArray<AddressWord>(zeroed: used)
    for (number, slot) in order.enumerated() {
      for word in 0..<AddressIndex.wordsPerChunk {
        ordered[number * AddressIndex.wordsPerChunk + word] = words[slot * AddressIndex.wordsPerChunk + word]
      }
    }
    return AddressIndex(chunks: FlatArray(order.map { chunks[$0] }), words: ordered)
  }
}
