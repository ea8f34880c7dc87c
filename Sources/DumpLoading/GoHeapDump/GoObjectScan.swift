import ReferenceGraph

/// Collects the objects of the first pass: leaves out slots that are none, takes down addresses and where records lie.
struct GoObjectScan: ~Copyable {
  private struct Slot {
    var address: UInt64
    var size: UInt64
    var offset: Int
  }

  private let layout: GoSlotLayout
  private(set) var runs: RecordRuns
  private var addresses = AddressIndexBuilder()
  /// Slots of the page that is being read which may lie in bits of the runtime's: whether they do is only known at its
  /// end.
  private var doubtful: [Slot] = []
  private var pageNumber: UInt64 = .max
  private var pageHasPointers = false
  private var lastAddress: UInt64 = 0
  /// Bytes from the beginning of a page that are slots whatever it holds.
  private let certainEnd: UInt64

  private(set) var fakeSlots = 0
  private(set) var fakeBytes: UInt64 = 0
  /// Fields of all objects: at least as many as there are references.
  private(set) var fieldCount = 0

  init(layout: GoSlotLayout, runLimit: Int) {
    self.layout = layout
    certainEnd = layout.certainEnd
    runs = RecordRuns(limit: runLimit)
    doubtful.reserveCapacity(64)
  }

  /// Takes the slot whose record is at `offset` of the file and follows the last one.
  @inline(__always)
  mutating func append(address: UInt64, size: UInt64, fields: Int, offset: Int) {
    let number = address / GoSlotLayout.pageSize
    if number != pageNumber || address <= lastAddress {
      endPage()
      pageNumber = number
    }
    lastAddress = address
    fieldCount &+= fields
    if fields > 0 { pageHasPointers = true }
    let end = address & (GoSlotLayout.pageSize &- 1) &+ size
    if end <= certainEnd || size > layout.bitsLimit, doubtful.isEmpty {
      addresses.insert(address)
      runs.append(address: address, offset: offset)
    } else {
      doubtful.append(Slot(address: address, size: size, offset: offset))
    }
  }

  /// The page is complete, or the next record is not that of an object.
  mutating func endPage() {
    if !doubtful.isEmpty { decide() }
    runs.endRun()
    pageHasPointers = false
    pageNumber = .max
  }

  private mutating func decide() {
    for slot in doubtful {
      if layout.isObject(address: slot.address, size: slot.size, pageHasPointers: pageHasPointers) {
        addresses.insert(slot.address)
        runs.append(address: slot.address, offset: slot.offset)
      } else {
        runs.endRun()
        fakeSlots &+= 1
        fakeBytes &+= slot.size
      }
    }
    doubtful.removeAll(keepingCapacity: true)
  }

  /// Puts the runs in the order of their addresses.
  /// - Parameter dropped: is told the offsets of records whose address another record had before.
  mutating func sortRuns(dropped: (Int) -> Void) { runs.sort(dropped: dropped) }

  /// The index of the addresses.
  consuming func finish() -> AddressIndex { addresses.finish() }
}
