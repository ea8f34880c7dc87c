/// Where the records of objects lie in the file: one entry for up to 64 records that follow each other, in ascending
/// order of their addresses and within one page of the heap. All but the last begin within 4 KiB of the file, so that
/// finding one of them takes few steps whatever the records say.
struct GoObjectRuns {
  struct Run {
    /// Address of the first object.
    var address: UInt64
    /// Offset of its record in the file, times 256, and the number of records.
    fileprivate var place: UInt64

    var offset: Int { Int(truncatingIfNeeded: place >> 8) }
    var count: Int { Int(truncatingIfNeeded: place & 255) }
  }

  private(set) var runs: [Run] = []
  private let limit: Int
  // The run that grows; none when it holds no record.
  private var openAddress: UInt64 = 0
  private var openOffset = 0
  private var openCount = 0
  private var last: UInt64 = 0

  /// - Parameter limit: the most records of a run, up to 64.
  init(limit: Int) { self.limit = limit }

  /// Adds the record at `offset`, which follows the one added before unless `endRun` was called.
  @inline(__always)
  mutating func append(address: UInt64, offset: Int) {
    if openCount &- 1 < limit &- 1, openCount > 0, address > last, offset &- openOffset < 4096 {
      openCount &+= 1
    } else {
      endRun()
      openAddress = address
      openOffset = offset
      openCount = 1
    }
    last = address
  }

  /// The next record does not follow the one added last.
  mutating func endRun() {
    guard openCount > 0 else { return }
    runs.append(Run(address: openAddress, place: UInt64(openOffset) << 8 | UInt64(openCount)))
    openCount = 0
  }

  /// Orders the runs by address; where runs hold one object each, also drops the later records of the same address
  /// and tells of them.
  mutating func sort(dropped: (Int) -> Void) {
    endRun()
    runs.sort { ($0.address, $0.place) < ($1.address, $1.place) }
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

  /// The runs in the order of the file: the offset of the first record in the upper 56 bits, in the lower 8 the number
  /// of records.
  var offsets: [UInt64] {
    var places = runs.map(\.place)
    var isSorted = true
    for index in places.indices.dropFirst() where places[index] < places[index - 1] {
      isSorted = false
      break
    }
    if !isSorted { places.sort() }
    return places
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
