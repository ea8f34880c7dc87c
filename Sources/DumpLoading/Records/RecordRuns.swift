import ReferenceGraph

/// Where the records of objects lie in the file: one entry for up to 64 records that follow each other, in ascending
/// order of their addresses.
///
/// The objects of a run lie within one block of the heap of 256 KiB, so that runs of different parts of the heap do
/// not overlap whatever the order in which it was written. All records but the last begin within 4 KiB of the file, so
/// that finding one of them takes few steps whatever the records say.
struct RecordRuns {
  struct Run {
    /// Address of the first object.
    var address: UInt64
    /// Offset of its record in the file, times 256, and the number of records.
    fileprivate var packed: UInt64

    var offset: Int { Int(truncatingIfNeeded: packed >> 8) }
    var count: Int { Int(truncatingIfNeeded: packed & 255) }
  }

  private static let blockBits: UInt64 = 18
  private static let fileSpan = 4096

  private(set) var runs: [Run] = []
  private let limit: Int
  /// The run that grows, not among `runs` yet; `packed` is 0 when there is none.
  private var open = Run(address: 0, packed: 0)
  // What the next record of that run may be: how many more, behind which address and up to which, and before which
  // offset.
  private var room = 0
  private var last: UInt64 = 0
  private var blockEnd: UInt64 = 0
  private var offsetEnd = 0

  /// - Parameter limit: the most records of a run, up to 64.
  init(limit: Int) { self.limit = limit }

  /// Makes room for the runs of a file of `bytes` bytes.
  mutating func reserve(bytes: Int) { runs.reserveCapacity(min(bytes / 2560 + 64, 1 << 22)) }

  /// Adds the record at `offset`, which follows the one added before unless `endRun` was called.
  @inline(__always)
  mutating func append(address: UInt64, offset: Int) {
    if room > 0, address > last, address <= blockEnd, offset < offsetEnd {
      open.packed &+= 1
      room &-= 1
    } else {
      begin(address: address, offset: offset)
    }
    last = address
  }

  @inline(never) private mutating func begin(address: UInt64, offset: Int) {
    endRun()
    open = Run(address: address, packed: UInt64(offset) << 8 | 1)
    room = limit - 1
    blockEnd = address | (1 << Self.blockBits - 1)
    offsetEnd = offset + Self.fileSpan
  }

  /// The next record does not follow the one added last.
  mutating func endRun() {
    if open.packed != 0 { runs.append(open) }
    open.packed = 0
    room = 0
  }

  /// Orders the runs by address; where runs hold one object each, also drops the later records of the same address,
  /// and those of addresses in `taken`, and tells of them.
  mutating func sort(besides taken: Set<UInt64> = [], dropped: (Int) -> Void) {
    endRun()
    var isSorted = true
    for index in 1..<max(1, runs.count) where runs[index].address <= runs[index - 1].address {
      isSorted = false
      break
    }
    if !isSorted { runs.sort { ($0.address, $0.packed) < ($1.address, $1.packed) } }
    guard limit == 1, !runs.isEmpty else { return }
    var kept = 0
    for run in runs {
      if (kept > 0 && run.address == runs[kept - 1].address) || taken.contains(run.address) {
        dropped(run.offset)
      } else {
        runs[kept] = run
        kept += 1
      }
    }
    runs.removeSubrange(kept...)
  }

  /// The runs in the order of the file: the offset of the first record in the upper 56 bits, in the lower 8 the number
  /// of records.
  var offsets: [UInt64] {
    var packed = runs.map(\.packed)
    var isSorted = true
    for index in packed.indices.dropFirst() where packed[index] < packed[index - 1] {
      isSorted = false
      break
    }
    if !isSorted { packed.sort() }
    return packed
  }

  /// The run in which the record of the object at `address` lies, if there is one.
  func run(holding address: UInt64) -> Run? {
    let next = (0..<runs.count).bisection(where: { runs[$0].address > address })
    return next > 0 ? runs[next - 1] : nil
  }
}
