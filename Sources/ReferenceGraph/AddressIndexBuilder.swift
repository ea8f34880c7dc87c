/// Collects the addresses of objects, in any order, and makes an `AddressIndex` of them.
///
/// Keeps a bitmap for every chunk of 64 KiB that has an object, and goes over to a plain list when chunks hold so few
/// objects, or objects lie so oddly, that bitmaps would take more memory than the objects justify.
@frozen
public struct AddressIndexBuilder: ~Copyable {
  private var slots: [UInt64: Int] = [:]
  private var words: [UInt64] = []
  private var lastChunk: UInt64 = .max
  private var lastSlot = 0
  // The word that addresses go into at present, kept out of the array: neighbours mostly follow each other.
  @usableFromInline var openWord: UInt64 = .max
  @usableFromInline var openBits: UInt64 = 0
  private var openIndex = 0
  /// Once gone over to a list: all addresses so far.
  private var list: [UInt64] = []
  private var isList = false
  @usableFromInline var inserted = 0

  public init() {}

  /// Takes down an object at `address`. Inserting an address twice is the same as inserting it once.
  @inlinable @inline(__always) public mutating func insert(_ address: UInt64) {
    if !insertNear(address) { insertFar(address) }
  }

  /// Takes `address` when it lies in the open word.
  @inlinable @inline(__always) mutating func insertNear(_ address: UInt64) -> Bool {
    guard address &>> 9 == openWord, address & 7 == 0 else { return false }
    inserted &+= 1
    openBits |= 1 &<< ((address &>> 3) & 63)
    return true
  }

  @usableFromInline @inline(never) mutating func insertFar(_ address: UInt64) {
    closeWord()
    inserted &+= 1
    if isList {
      list.append(address)
      return
    }
    let chunk = address >> AddressIndex.chunkShift
    if chunk != lastChunk || address & 7 != 0 {
      guard enter(chunk, address) else { return }
    }
    openIndex = lastSlot + Int(truncatingIfNeeded: (address >> 9) & 127)
    openWord = address >> 9
    openBits = words[openIndex] | 1 << ((address >> 3) & 63)
  }

  private mutating func closeWord() {
    if openWord != .max { words[openIndex] = openBits }
    openWord = .max
  }

  /// Makes `chunk` the current one. False when the builder has gone over to a list and taken the address there.
  private mutating func enter(_ chunk: UInt64, _ address: UInt64) -> Bool {
    if address & 7 != 0 {
      becomeList(adding: address)
      return false
    }
    if let slot = slots[chunk] {
      lastSlot = slot
    } else {
      let bytes = (slots.count + 1) * AddressIndex.wordsPerChunk * 8
      if bytes > 64 * inserted + 1 << 20 {
        becomeList(adding: address)
        return false
      }
      lastSlot = words.count
      slots[chunk] = lastSlot
      words.append(contentsOf: repeatElement(0, count: AddressIndex.wordsPerChunk))
    }
    lastChunk = chunk
    return true
  }

  private mutating func becomeList(adding address: UInt64) {
    for (chunk, slot) in slots {
      for word in 0..<AddressIndex.wordsPerChunk {
        var bits = words[slot + word]
        while bits != 0 {
          let bit = UInt64(bits.trailingZeroBitCount)
          list.append(chunk << AddressIndex.chunkShift + UInt64(word) << 9 + bit << 3)
          bits &= bits - 1
        }
      }
    }
    list.append(address)
    slots = [:]
    words = []
    isList = true
  }

  /// The index of all addresses inserted.
  public consuming func finish() -> AddressIndex {
    closeWord()
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
    let order = slots.sorted { $0.key < $1.key }
    let chunks = FlatArray<UInt64>(zeroed: order.count)
    let ordered = FlatArray<UInt64>(zeroed: words.count)
    for (number, (chunk, slot)) in order.enumerated() {
      chunks[number] = chunk
      for word in 0..<AddressIndex.wordsPerChunk {
        ordered[number * AddressIndex.wordsPerChunk + word] = words[slot + word]
      }
    }
    return AddressIndex(chunks: chunks, words: ordered)
  }
}
