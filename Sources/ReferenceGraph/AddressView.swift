/// A look at an index of addresses, for code that asks it for millions of them: plain pointers into the index, which has
/// to outlive the view.
///
/// Passing the index itself copies all of its fields for each question.
@frozen
public struct AddressView: @unchecked Sendable {
  // @unchecked: nothing is written through the pointers.
  @usableFromInline let firstChunk: UInt64
  @usableFromInline let directory: UnsafePointer<UInt32>
  @usableFromInline let directoryCount: UInt64
  @usableFromInline let words: UnsafePointer<AddressWord>

  /// Nil when the index is not in the dense layout, or too wide for a directory.
  public init?(unsafelyViewing index: borrowing AddressIndex) {
    guard index.layout == .dense, index.directory.count > 0 else { return nil }
    firstChunk = index.firstChunk
    directory = UnsafePointer(index.directory.base)
    directoryCount = UInt64(index.directory.count)
    words = UnsafePointer(index.words.base)
  }

  /// The object that begins at `address` or below in the same 512 bytes, and how many bytes below; nil where there is
  /// none, which does not mean that no object further below reaches to `address`.
  @inlinable @inline(__always)
  public func nearObject(atOrBelow address: UInt64) -> (id: UInt32, distance: UInt64)? {
    let number = (address >> AddressIndex.chunkShift) &- firstChunk
    guard number < directoryCount else { return nil }
    let slot = directory[Int(truncatingIfNeeded: number)]
    guard slot > 0 else { return nil }
    let word = (Int(slot) &- 1) &* AddressIndex.wordsPerChunk &+ Int(truncatingIfNeeded: (address >> 9) & 127)
    let bits = words[word].bits & (UInt64.max >> (63 &- ((address >> 3) & 63)))
    guard bits != 0 else { return nil }
    let bit = UInt64(truncatingIfNeeded: 63 &- bits.leadingZeroBitCount)
    return (
      words[word].before &+ UInt32(truncatingIfNeeded: bits.nonzeroBitCount), address &- (address & ~511 | bit &<< 3)
    )
  }
}
