/// The objects of 64 granules: a bit for each that one begins at, and the number of objects before.
@frozen @usableFromInline
struct AddressWord: BitwiseCopyable {
  // Laid out as `refwalk_word`.
  @usableFromInline var bits: UInt64
  @usableFromInline let before: UInt32

  @inlinable @inline(__always) init(bits: UInt64, before: UInt32) {
    self.bits = bits
    self.before = before
  }

  /// The number of the object that begins at a granule.
  @inlinable @inline(__always) func number(ofBit bit: UInt64) -> UInt32? {
    guard bits &>> bit & 1 != 0 else { return nil }
    return before &+ UInt32(truncatingIfNeeded: (bits & ((1 &<< bit) &- 1)).nonzeroBitCount) &+ 1
  }
}

/// Where objects lie, and which object lies at an address.
///
/// Object numbers follow the addresses, unless the index was made from numbers of the dump's own. Three layouts:
/// - *dense*: a bitmap of granules of 8 bytes and, for every 64 of them, the number of objects before: about 2 bytes
///   an object and 5 ns a look-up in an ordinary heap. A directory of chunks of 64 KiB lies above it.
/// - *sorted*: the addresses in order, for address spaces so sparse or odd that a bitmap would not pay.
/// - *listed*: the addresses by object number, where numbers do not follow addresses.
/// - *numbered*: numbers of 32 bits that the dump gives its objects, by object number. A look-up goes through them all
///   when they do not ascend: a few milliseconds for millions of objects, at 4 bytes each.
@frozen
public struct AddressIndex: ~Copyable, Sendable {
  @usableFromInline enum Layout: Sendable { case dense, sorted, listed, numbered }

  @usableFromInline let layout: Layout
  /// The number of objects.
  public let count: Int
  // Dense: by chunk number less `firstChunk` the slot of a chunk plus one, or 0; by slot the chunk's number; by slot
  // and word the bits with the number of objects before them, side by side: a look-up costs one line of the cache.
  @usableFromInline let firstChunk: UInt64
  @usableFromInline let directory: FlatArray<UInt32>
  @usableFromInline let chunks: FlatArray<UInt64>
  @usableFromInline let words: FlatArray<AddressWord>
  // Sorted: the addresses ascending. Listed: by object number less one.
  @usableFromInline let addresses: FlatArray<UInt64>
  /// Numbered: the numbers by object number, the virtual root's too.
  @usableFromInline let numbers: FlatArray<UInt32>
  /// Numbered: whether they ascend.
  private let ascends: Bool
  /// Sorted and listed: whether addresses are numbers of the dump's own, of which some take more than 32 bits.
  private let isWide: Bool
  /// Listed: the object numbers in the order of their addresses.
  @usableFromInline let byAddress: FlatArray<UInt32>

  @usableFromInline static var chunkShift: UInt64 { 16 }
  @usableFromInline static var wordsPerChunk: Int { 128 }

  /// An index in the dense layout: `chunks` ascends, `words` has 128 words for each, their ranks not set yet.
  init(chunks: consuming FlatArray<UInt64>, words: consuming FlatArray<AddressWord>) {
    layout = .dense
    firstChunk = chunks.count > 0 ? chunks[0] : 0
    let span = chunks.count > 0 ? chunks[chunks.count - 1] - firstChunk + 1 : 0
    // A directory only where it is not much larger than what it leads to; else a binary search of the chunks.
    // One entry more than there are chunks: it leads nowhere, for addresses outside.
    let directory = FlatArray<UInt32>(zeroed: span <= UInt64(4096 + 64 * chunks.count) ? Int(span) + 1 : 0)
    if directory.count > 0 {
      for slot in 0..<chunks.count { directory[Int(chunks[slot] - firstChunk)] = UInt32(slot + 1) }
    }
    var rank: UInt32 = 0
    var word = 0
    while word < words.count {
      let bits = words[word].bits
      words[word] = AddressWord(bits: bits, before: rank)
      rank += UInt32(bits.nonzeroBitCount)
      word &+= 1
    }
    count = Int(rank)
    self.directory = directory
    self.chunks = chunks
    self.words = words
    addresses = FlatArray(zeroed: 0)
    byAddress = FlatArray(zeroed: 0)
    numbers = FlatArray(zeroed: 0)
    ascends = false
    isWide = false
  }

  /// An index of objects that the dump itself numbers: `numbers[i]` is the number of object `i`, and `numbers[0]`
  /// that of the virtual root, which is not looked up.
  public init(numbers: consuming FlatArray<UInt32>) {
    layout = .numbered
    count = max(0, numbers.count - 1)
    ascends = Self.ascends(numbers)
    firstChunk = 0
    directory = FlatArray(zeroed: 0)
    chunks = FlatArray(zeroed: 0)
    words = FlatArray(zeroed: 0)
    addresses = FlatArray(zeroed: 0)
    byAddress = FlatArray(zeroed: 0)
    self.numbers = numbers
    isWide = false
  }

  /// The same of numbers of which some take more than 32 bits: 12 bytes an object, 8 when they ascend.
  public init(wideNumbers numbers: consuming FlatArray<UInt64>) {
    let own = numbers.copy(min(1, numbers.count)..<numbers.count)
    var ascends = true
    var index = 1
    while index < own.count {
      if own[index - 1] >= own[index] { ascends = false }
      index += 1
    }
    let order = ascends ? [] : own.indices.map { UInt32($0) }.sorted { own[Int($0)] < own[Int($1)] }
    self.init(
      layout: ascends ? .sorted : .listed, addresses: FlatArray(own), byAddress: FlatArray(order), isWide: true)
  }

  private static func ascends(_ numbers: borrowing FlatArray<UInt32>) -> Bool {
    var index = 2
    while index < numbers.count {
      if numbers[index - 1] >= numbers[index] { return false }
      index += 1
    }
    return true
  }

  /// Whether addresses are numbers that the dump gives its objects, which people write in decimal.
  public var isNumbered: Bool { layout == .numbered || isWide }

  /// The address of an object as `0x1f`, or its number in the dump as it stands there.
  public func text(of id: ObjectID) -> String {
    let address = address(of: id)
    return isNumbered ? "\(address)" : "0x" + String(address, radix: 16)
  }

  /// An index of objects numbered in the order of their addresses.
  /// - Precondition: `addresses` ascends and has no value twice.
  public init(sorted addresses: consuming FlatArray<UInt64>) {
    self.init(layout: .sorted, addresses: addresses, byAddress: FlatArray(zeroed: 0))
  }

  /// An index of objects whose numbers do not follow their addresses: `addresses[i]` is that of object `i + 1`.
  public init(listed addresses: consuming FlatArray<UInt64>) {
    let order = (0..<addresses.count).map { UInt32($0) }
    let copy = addresses.copy(0..<addresses.count)
    let sorted = order.sorted { copy[Int($0)] < copy[Int($1)] }
    self.init(layout: .listed, addresses: addresses, byAddress: FlatArray(sorted))
  }

  private init(
    layout: Layout, addresses: consuming FlatArray<UInt64>, byAddress: consuming FlatArray<UInt32>, isWide: Bool = false
  ) {
    self.layout = layout
    count = addresses.count
    firstChunk = 0
    directory = FlatArray(zeroed: 0)
    chunks = FlatArray(zeroed: 0)
    words = FlatArray(zeroed: 0)
    self.addresses = addresses
    self.byAddress = byAddress
    numbers = FlatArray(zeroed: 0)
    ascends = false
    self.isWide = isWide
  }

  /// The object that begins at `address`.
  @inlinable @inline(__always) public func object(at address: UInt64) -> ObjectID? {
    guard layout == .dense else { return searchObject(at: address) }
    guard address & 7 == 0, let word = word(of: address) else { return nil }
    return words[word].number(ofBit: (address >> 3) & 63).map { ObjectID($0) }
  }

  /// Looks up many addresses at once, which hides most of the time that memory takes.
  ///
  /// `results[i]` becomes the number of the object that begins at `addresses[i]`, 0 where none begins.
  ///
  /// - Parameters:
  ///   - addresses: as many as `results`, at most 2^31.
  ///   - results: written from the first to the last.
  /// - Returns: how many are 0.
  public func find(_ addresses: UnsafeBufferPointer<UInt64>, into results: UnsafeMutableBufferPointer<UInt32>) -> Int {
    precondition(addresses.count == results.count)
    let view = AddressPlaces(unsafelyViewing: self)
    guard view.isDense else {
      var missing = 0
      for index in addresses.indices {
        let found = object(at: addresses[index])
        results[index] = found?.rawValue ?? 0
        if found == nil { missing += 1 }
      }
      return missing
    }
    // First where each address has its bit, and the cache line asked for; then the bits.
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.batch) { places in
      var missing = 0
      var first = 0
      while first < addresses.count {
        let end = min(addresses.count, first + Self.batch)
        for index in first..<end { places[index &- first] = view.densePlace(of: addresses[index]) }
        let found = UnsafeMutableBufferPointer(rebasing: results[first..<end])
        if find(places: UnsafeBufferPointer(rebasing: places[..<(end - first)]), view, into: found) {
          missing += found.count { $0 == 0 }
        }
        first = end
      }
      return missing
    }
  }

  private static var batch: Int { 64 }

  /// The object with the highest address not above `address`, and that address: an interior pointer belongs to it
  /// when it lies before the object's end.
  public func object(atOrBelow address: UInt64) -> (id: ObjectID, start: UInt64)? {
    guard layout == .dense else { return searchObject(atOrBelow: address) }
    let rank: Int
    if let word = word(of: address) {
      let bits = words[word].bits & (UInt64.max >> (63 - ((address >> 3) & 63)))
      rank = Int(words[word].before) + bits.nonzeroBitCount
      if bits != 0 {
        let bit = UInt64(63 - bits.leadingZeroBitCount)
        return (ObjectID(rank), address & ~511 | bit << 3)
      }
    } else {
      // In no chunk: after the last object of the nearest chunk below.
      let slot = lastChunk(notAbove: address >> Self.chunkShift)
      guard slot >= 0 else { return nil }
      let next = (slot + 1) * Self.wordsPerChunk
      rank = next < words.count ? Int(words[next].before) : count
    }
    guard rank > 0 else { return nil }
    return (ObjectID(rank), self.address(of: ObjectID(rank)))
  }

  /// The address of an object; 0 for the virtual root.
  public func address(of id: ObjectID) -> UInt64 {
    guard id != .root, id.index <= count else { return 0 }
    if layout == .numbered { return UInt64(numbers[id.index]) }
    guard layout == .dense else { return addresses[id.index - 1] }
    // The last word with no more than id - 1 objects before it holds the object.
    let rank = id.rawValue - 1
    let low = (0..<words.count).bisection(where: { words[$0].before > rank }) - 1
    var bits = words[low].bits
    for _ in 0..<(rank - words[low].before) { bits &= bits - 1 }
    let chunk = chunks[low / Self.wordsPerChunk]
    return chunk << Self.chunkShift + UInt64(low % Self.wordsPerChunk) << 9 + UInt64(bits.trailingZeroBitCount) << 3
  }

  @inlinable @inline(__always) func word(of address: UInt64) -> Int? {
    let chunk = address >> Self.chunkShift
    var slot: Int
    if directory.count > 0 {
      let number = chunk &- firstChunk
      guard number < UInt64(directory.count) else { return nil }
      slot = Int(directory[Int(truncatingIfNeeded: number)]) &- 1
      guard slot >= 0 else { return nil }
    } else {
      slot = lastChunk(notAbove: chunk)
      guard slot >= 0, chunks[slot] == chunk else { return nil }
    }
    return slot &* Self.wordsPerChunk &+ Int(truncatingIfNeeded: (address >> 9) & 127)
  }

  /// The slot of the last chunk whose number is not above `chunk`, or -1.
  @usableFromInline func lastChunk(notAbove chunk: UInt64) -> Int {
    (0..<chunks.count).bisection(where: { chunks[$0] > chunk }) - 1
  }

  @usableFromInline func searchObject(at address: UInt64) -> ObjectID? {
    if layout == .numbered, !ascends {
      return UInt32(exactly: address).flatMap { number in
        numbers.withBuffer { buffer in
          buffer.dropFirst().firstIndex(of: number).map { ObjectID($0) }
        }
      }
    }
    guard let found = searchObject(atOrBelow: address), found.start == address else { return nil }
    return found.id
  }

  private func searchObject(atOrBelow address: UInt64) -> (id: ObjectID, start: UInt64)? {
    if layout == .numbered { return searchNumber(atOrBelow: address) }
    let low =
      (0..<count).bisection(where: {
        (layout == .sorted ? addresses[$0] : addresses[byAddress[$0]]) > address
      }) - 1
    guard low >= 0 else { return nil }
    let index = layout == .sorted ? low : Int(byAddress[low])
    return (ObjectID(index + 1), addresses[index])
  }

  private func searchNumber(atOrBelow address: UInt64) -> (id: ObjectID, start: UInt64)? {
    var best = 0
    if ascends {
      best = (1..<max(1, numbers.count)).bisection(where: { UInt64(numbers[$0]) > address }) - 1
    } else {
      var index = 1
      while index < numbers.count {
        let number = numbers[index]
        if UInt64(number) <= address, best == 0 || number > numbers[best] { best = index }
        index += 1
      }
    }
    return best == 0 ? nil : (ObjectID(best), UInt64(numbers[best]))
  }
}
