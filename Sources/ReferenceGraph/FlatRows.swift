/// Rows of references that belong to one owner: what `ReferenceRows` shares.
@frozen
public struct FlatRows: ~Copyable, Sendable {
  /// Where each row begins in `targets`, and after the last one where it ends: one more than there are rows.
  public let offsets: FlatArray<UInt32>
  /// What the rows refer to, row after row: numbers of rows.
  public let targets: FlatArray<UInt32>

  /// - Precondition: `offsets` ascends from 0 to `targets.count`, and every target is a row.
  public init(offsets: consuming FlatArray<UInt32>, targets: consuming FlatArray<UInt32>) {
    self.offsets = offsets
    self.targets = targets
  }

  /// The number of rows.
  public var rowCount: Int { offsets.count - 1 }

  /// Gives the pages back.
  public consuming func give(to pages: inout PageStore) {
    pages.give(offsets)
    pages.give(targets)
  }

  /// The rows with `offsets` and `targets` seen from their targets, in pages of `pages` as far as those reach.
  ///
  /// A counting sort: two passes over the references, one over the rows.
  @inline(never)
  public static func reversed(
    offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, pages: inout PageStore
  ) -> FlatRows {
    let rows = offsets.count &- 1
    let count = targets.count
    let sources = pages.take(count, of: UInt32.self)
    let starts = pages.takeZeroed(rows + 2, of: UInt32.self)
    var k = 0
    while k < count {
      let slot = Int(targets[k]) &+ 1
      starts[slot] = starts[slot] &+ 1
      k &+= 1
    }
    // `starts[i + 1]` runs from the beginning of row i to its end while the row is filled.
    var sum: UInt32 = 0
    var row = 0
    while row < rows {
      let own = starts[row &+ 1]
      starts[row &+ 1] = sum
      sum &+= own
      row &+= 1
    }
    row = 0
    while row < rows {
      k = Int(offsets[row])
      let end = Int(offsets[row &+ 1])
      while k < end {
        let slot = Int(targets[k]) &+ 1
        let place = starts[slot]
        sources[place] = UInt32(truncatingIfNeeded: row)
        starts[slot] = place &+ 1
        k &+= 1
      }
      row &+= 1
    }
    return FlatRows(offsets: starts.shortened(to: rows + 1), targets: sources)
  }
}
