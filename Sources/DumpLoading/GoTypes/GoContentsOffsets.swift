import ReferenceGraph

/// Where the contents of each object lie in the file, and beside it what the search for types keeps: 8 bytes an object,
/// 9 when the file has 4 GiB or more.
struct GoContentsOffsets: ~Copyable {
  /// Side by side, since both are wanted together.
  private let pairs: FlatArray<Pair>
  private let high: FlatArray<UInt8>

  struct Pair: BitwiseCopyable {
    var offset: UInt32
    var number: UInt32
  }

  /// - Parameter count: the number of objects, 0 when nobody will ask.
  init(count: Int, fileBytes: Int) {
    pairs = FlatArray(zeroed: count > 0 ? count + 1 : 0)
    high = FlatArray(zeroed: count > 0 && fileBytes > Int(UInt32.max) ? count + 1 : 0)
  }

  var isEmpty: Bool { pairs.count == 0 }

  @inline(__always)
  func set(_ offset: Int, of id: Int) {
    guard pairs.count > 0 else { return }
    pairs[id] = Pair(offset: UInt32(truncatingIfNeeded: offset), number: 0)
    if high.count > 0 { high[id] = UInt8(truncatingIfNeeded: offset >> 32) }
  }

  @inline(__always)
  func offset(of id: Int) -> Int {
    let offset = Int(pairs[id].offset)
    return high.count > 0 ? offset | Int(high[id]) << 32 : offset
  }

  /// How many values an object holds that is known from its beginning: 1 until it is set.
  @inline(__always)
  func count(of id: Int) -> UInt64 { UInt64(pairs[id].number) &+ 1 }

  @inline(__always)
  func set(count: UInt64, of id: Int) { set(number: UInt32(clamping: count &- 1), of: id) }

  /// Where a value lies in an object of which only that is known: bytes from its beginning.
  @inline(__always)
  func distance(of id: Int) -> UInt32 { pairs[id].number }

  @inline(__always)
  func set(distance: UInt32, of id: Int) { set(number: distance, of: id) }

  @inline(__always)
  private func set(number: UInt32, of id: Int) {
    let old = pairs[id]
    pairs[id] = Pair(offset: old.offset, number: number)
  }

  @inline(__always)
  func prefetch(_ id: Int) { pairs.prefetch(id) }
}
