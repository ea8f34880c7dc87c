import ReferenceGraph

/// Where the contents of each object lie in the file: 4 bytes an object, 5 when the file has 4 GiB or more.
struct GoContentsOffsets: ~Copyable {
  private let low: FlatArray<UInt32>
  private let high: FlatArray<UInt8>

  /// - Parameter count: the number of objects, 0 when nobody will ask.
  init(count: Int, fileBytes: Int) {
    low = FlatArray(zeroed: count > 0 ? count + 1 : 0)
    high = FlatArray(zeroed: count > 0 && fileBytes > Int(UInt32.max) ? count + 1 : 0)
  }

  @inline(__always)
  func set(_ offset: Int, of id: Int) {
    guard low.count > 0 else { return }
    low[id] = UInt32(truncatingIfNeeded: offset)
    if high.count > 0 { high[id] = UInt8(truncatingIfNeeded: offset >> 32) }
  }

  @inline(__always)
  func offset(of id: Int) -> Int {
    let offset = Int(low[id])
    return high.count > 0 ? offset | Int(high[id]) << 32 : offset
  }
}
