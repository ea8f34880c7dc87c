import CMemoryGuard
import CPrefetch
import Glibc

/// A fixed number of plain values in pages of their own, zero at first, given back when the array goes.
///
/// The kernel hands the pages out only when they are touched, and large arrays ask for huge pages: both matter
/// when a heap has tens of millions of objects. Every access is checked against the bounds.
/// An array that is shared between threads must no longer be written to.
@frozen
public struct FlatArray<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  /// The number of values, which never changes.
  public let count: Int
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let byteCount: Int

  /// An array of `count` values whose bytes are all zero.
  ///
  /// Ends the process with a line when there is no memory left. With `isReserve` most of it is never touched, and it is
  /// to be `shortened` to what is.
  public init(zeroed count: Int, isReserve: Bool = false) {
    precondition(count >= 0)
    self.count = count
    byteCount = max(4096, (count * MemoryLayout<Element>.stride + 4095) & ~4095)
    // Never nil: it ends the process instead.
    let pages = memory_guard_map(byteCount, isReserve)!
    if byteCount >= 4 << 20 { madvise(pages, byteCount, MADV_HUGEPAGE) }
    base = pages.bindMemory(to: Element.self, capacity: max(1, count))
  }

  /// An array of `count` times `value`.
  public init(repeating value: Element, count: Int) {
    self.init(zeroed: count)
    base.update(repeating: value, count: count)
  }

  /// A copy of `elements`.
  public init(_ elements: some Collection<Element>) {
    self.init(zeroed: elements.count)
    var next = 0
    for element in elements {
      base[next] = element
      next += 1
    }
  }

  deinit { memory_guard_unmap(base, byteCount) }

  /// The value at `index`; an index outside of the array ends the process, in release builds too.
  @inlinable public subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return base[index]
    }
    @inline(__always) nonmutating set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      base[index] = newValue
    }
  }

  /// The value at `index`, for indices as graphs store them.
  @inlinable public subscript(index: UInt32) -> Element {
    @inline(__always) get { self[Int(index)] }
    @inline(__always) nonmutating set { self[Int(index)] = newValue }
  }

  /// Asks for the value at `index` to be in the cache soon.
  ///
  /// Any index will do: a wrong one costs nothing but time.
  @inlinable @inline(__always) public func prefetch(_ index: Int) { refwalk_prefetch(base + index) }
  /// Asks for the value at `index` to be in the cache soon, for indices as graphs store them.
  @inlinable @inline(__always) public func prefetch(_ index: UInt32) { refwalk_prefetch(base + Int(index)) }

  /// The values in `range`, as an ordinary array.
  public func copy(_ range: Range<Int>) -> [Element] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Copies the values in `range` to where `index` is; the two may overlap.
  public func move(_ range: Range<Int>, to index: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count && index >= 0 && index <= count - range.count)
    (base + index).update(from: base + range.lowerBound, count: range.count)
  }

  /// The whole array as a buffer without bounds checks, for loops that pay for them and hold the array themselves.
  ///
  /// Valid for as long as this value is: until it is deinitialised, consumed by `shortened(to:)`, or gives its pages
  /// away. Values do not move, so a type may keep the buffer beside the array that it owns.
  @inlinable public var unsafeBuffer: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// The whole array, as a buffer that is valid inside `body` only: it must not be returned or kept.
  @inlinable public func withBuffer<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// The first `newCount` values in an array of that length; the pages behind them go back to the kernel.
  public consuming func shortened(to newCount: Int) -> FlatArray {
    precondition(newCount <= count)
    let bytes = max(4096, (newCount * MemoryLayout<Element>.stride + 4095) & ~4095)
    if bytes < byteCount { memory_guard_unmap(UnsafeMutableRawPointer(base) + bytes, byteCount - bytes) }
    let result = FlatArray(base: base, count: newCount, byteCount: bytes)
    discard self
    return result
  }

  /// The same values and zeros behind them, up to `newCount`: the pages move, they are not copied.
  consuming func grown(to newCount: Int) -> FlatArray {
    precondition(newCount >= count)
    let bytes = max(4096, (newCount * MemoryLayout<Element>.stride + 4095) & ~4095)
    let pages = Self.grow(base, from: byteCount, to: bytes)
    let result = FlatArray(pages: pages, byteCount: bytes, count: newCount)
    discard self
    return result
  }

  private static func grow(_ base: UnsafeMutablePointer<Element>, from count: Int, to bytes: Int)
    -> UnsafeMutableRawPointer
  {
    let pages = memory_guard_grow(base, count, bytes)!
    if bytes >= 4 << 20 { madvise(pages, bytes, MADV_HUGEPAGE) }
    return pages
  }

  /// Gives up the pages without giving them back to the kernel.
  consuming func releasePages() -> (start: UnsafeMutableRawPointer, bytes: Int) {
    let pages = (UnsafeMutableRawPointer(base), byteCount)
    discard self
    return pages
  }

  /// An array in pages that it owns from now on.
  init(pages: UnsafeMutableRawPointer, byteCount: Int, count: Int) {
    self.init(base: pages.bindMemory(to: Element.self, capacity: max(1, count)), count: count, byteCount: byteCount)
  }

  private init(base: UnsafeMutablePointer<Element>, count: Int, byteCount: Int) {
    self.base = base
    self.count = count
    self.byteCount = byteCount
  }
}
