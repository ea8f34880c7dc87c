/// Rows of references: row `i` is `targets[offsets[i] ..< offsets[i + 1]]`, the objects that `i` refers to.
///
/// Row 0 is the virtual root. Row and target numbers are object numbers unless a function says otherwise.
public final class ReferenceRows: Sendable {
  /// Where each row begins in `targets`, and after the last one where it ends: one more than there are rows.
  public let offsets: FlatArray<UInt32>
  /// What the rows refer to, row after row: numbers of objects.
  public let targets: FlatArray<UInt32>

  /// - Precondition: `offsets` ascends from 0 to `targets.count`, and every target is a row.
  public init(offsets: consuming FlatArray<UInt32>, targets: consuming FlatArray<UInt32>) {
    self.offsets = offsets
    self.targets = targets
  }

  /// Rows of a small graph, for tests and tools: `lists[i]` is row `i`.
  public convenience init(_ lists: [[Int]]) {
    let offsets = FlatArray<UInt32>(zeroed: lists.count + 1)
    let targets = FlatArray<UInt32>(zeroed: lists.reduce(0) { $0 + $1.count })
    var next = 0
    for (row, list) in lists.enumerated() {
      for target in list {
        targets[next] = UInt32(target)
        next += 1
      }
      offsets[row + 1] = UInt32(next)
    }
    self.init(offsets: offsets, targets: targets)
  }

  /// The number of rows, the virtual root's with them.
  public var rowCount: Int { offsets.count - 1 }
  /// The number of references.
  public var referenceCount: Int { targets.count }
  /// Where row `id` lies in `targets`.
  @inlinable public func range(of id: ObjectID) -> Range<Int> { Int(offsets[id.index])..<Int(offsets[id.index + 1]) }

  /// The same references seen from their targets: row `i` lists what refers to `i`, ascending.
  public func reversed() -> ReferenceRows {
    var pages = PageStore()
    return reversed(pages: &pages)
  }

  /// `reversed()` in pages of `pages` as far as those reach.
  public func reversed(pages: inout PageStore) -> ReferenceRows {
    ReferenceRows(FlatRows.reversed(offsets: offsets, targets: targets, pages: &pages))
  }

  /// Rows that are to be shared from now on.
  public convenience init(_ rows: consuming FlatRows) { self.init(offsets: rows.offsets, targets: rows.targets) }
}
