import CMemoryGuard
import Glibc

/// Pages of arrays that are not needed any more, kept for the next ones.
///
/// The kernel clears every page it hands out, and for analyses that need dozens of arrays of a heap's size that is a
/// third of the time. Here the next array takes over the pages of those given back; what no array takes goes back
/// to the kernel with the store.
public struct PageStore: ~Copyable {
  private var ranges: [(start: UnsafeMutableRawPointer, bytes: Int)] = []

  /// A store without pages.
  public init() {}

  deinit {
    for range in ranges { memory_guard_unmap(range.start, range.bytes) }
  }

  /// Takes over the pages of an array; ranges that touch become one.
  public mutating func give<Element: BitwiseCopyable>(_ array: consuming FlatArray<Element>) {
    var added = array.releasePages()
    if let before = ranges.firstIndex(where: { $0.start + $0.bytes == added.start }) {
      added = (ranges[before].start, ranges[before].bytes + added.bytes)
      ranges.remove(at: before)
    }
    if let behind = ranges.firstIndex(where: { added.start + added.bytes == $0.start }) {
      added.bytes += ranges[behind].bytes
      ranges.remove(at: behind)
    }
    ranges.append(added)
  }

  /// Gives pages of at least `bytes` bytes back to the kernel, as far as there are some, the smallest ranges first:
  /// what is asked of the kernel then does not come on top of what lies idle here.
  private mutating func giveBack(_ bytes: Int) {
    var left = bytes
    for range in ranges.sorted(by: { $0.bytes < $1.bytes }) where left > 0 {
      memory_guard_unmap(range.start, range.bytes)
      left -= range.bytes
      ranges.removeAll { $0.start == range.start }
    }
  }

  /// An array whose values are whatever was there before: to be written before it is read.
  public mutating func take<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) -> FlatArray<Element> {
    let bytes = max(4096, (count * MemoryLayout<Element>.stride + 4095) & ~4095)
    // The smallest range that is large enough; what is left of it stays here.
    var best: Int?
    for index in ranges.indices where ranges[index].bytes >= bytes {
      if best.map({ ranges[index].bytes < ranges[$0].bytes }) ?? true { best = index }
    }
    guard let best else {
      giveBack(bytes)
      return FlatArray(zeroed: count)
    }
    let start = ranges[best].start
    if ranges[best].bytes == bytes {
      ranges.remove(at: best)
    } else {
      ranges[best] = (start + bytes, ranges[best].bytes - bytes)
    }
    return FlatArray(pages: start, byteCount: bytes, count: count)
  }

  /// An array whose bytes are all zero.
  public mutating func takeZeroed<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) -> FlatArray<Element> {
    let array = take(count, of: type)
    array.clear()
    return array
  }
}

extension FlatArray {
  /// Sets all bytes to zero.
  func clear() { memset(base, 0, byteCount) }
}
