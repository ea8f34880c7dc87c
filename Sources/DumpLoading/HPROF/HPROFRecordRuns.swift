/// Where the records of objects lie in the file: one entry for up to 64 records that follow each other, in ascending
/// order of their addresses and within one block of the heap of 256 KiB, so that runs of different parts of the heap
/// do not overlap whatever the order in which the heap was written.
struct HPROFRecordRuns {
  struct Run {
    /// Address of the first object.
    var address: UInt64
    /// Offset of its record in the file, times 256, and the number of records.
    fileprivate var place: UInt64

    var offset: Int { Int(truncatingIfNeeded: place >> 8) }
    var count: Int { Int(truncatingIfNeeded: place & 255) }
  }

  private(set) var runs: [Run] = []
  private let limit: UInt64
  private var last: UInt64 = 0
  private var open: UInt64 = 0

  /// - Parameter limit: the most records of a run, up to 64.
  init(limit: Int) { self.limit = UInt64(limit) }

  /// Makes room for the runs of a file of `bytes` bytes.
  mutating func reserve(bytes: Int) { runs.reserveCapacity(min(bytes / 2560 + 64, 1 << 22)) }

  /// Adds the record at `offset`, which follows the one added before unless `endRun` was called.
  @inline(__always)
  mutating func append(address: UInt64, offset: Int) {
    if open &- 1 < limit &- 1, address > last, (address ^ last) >> 18 == 0 {
      runs[runs.count &- 1].place &+= 1
      open &+= 1
    } else {
      runs.append(Run(address: address, place: UInt64(offset) << 8 | 1))
      open = 1
    }
    last = address
  }

  /// The next record does not follow the one added last.
  @inline(__always) mutating func endRun() { open = 0 }

  /// Orders the runs by address; where runs hold one object each, also drops the later records of the same address
  /// and tells of them.
  mutating func sort(dropped: (Int) -> Void) {
    open = 0
    var isSorted = true
    for index in 1..<max(1, runs.count) where runs[index].address <= runs[index - 1].address {
      isSorted = false
      break
    }
    if !isSorted { runs.sort { ($0.address, $0.place) < ($1.address, $1.place) } }
    guard limit == 1, !runs.isEmpty else { return }
    var kept = 1
    for run in runs[1...] {
      if run.address == runs[kept - 1].address {
        dropped(run.offset)
      } else {
        runs[kept] = run
        kept += 1
      }
    }
    runs.removeSubrange(kept...)
  }

  /// The run in which the record of the object at `address` lies, if there is one.
  func run(holding address: UInt64) -> Run? {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? runs[low - 1] : nil
  }
}
