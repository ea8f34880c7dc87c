import ReferenceGraph

/// Where the contents of each object lie in the file, and beside it a number that the search for types keeps: 8 bytes
/// an object, 9 when the file has 4 GiB or more.
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

  @inline(__always)
  func number(of id: Int) -> UInt32 { pairs[id].number }

  @inline(__always)
  func set(number: UInt32, of id: Int) {
    let old = pairs[id]
    pairs[id] = Pair(offset: old.offset, number: number)
  }

  @inline(__always)
  func prefetch(_ id: Int) { pairs.prefetch(id) }
}
