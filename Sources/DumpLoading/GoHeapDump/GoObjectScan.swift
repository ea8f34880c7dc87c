import ReferenceGraph

/// Collects the objects of the first pass: leaves out slots that are none, takes down addresses and where records lie.
struct GoObjectScan: ~Copyable {
  private struct Slot {
    var address: UInt64
    var size: UInt64
    var offset: Int
  }

  private let layout: GoSlotLayout
  private(set) var runs: GoObjectRuns
  private var addresses = AddressIndexBuilder()
  /// The slots of the page that is being read: what they are is only known at its end.
  private var page: [Slot] = []
  private var pageNumber: UInt64 = .max
  private var pageHasPointers = false
  private var lastAddress: UInt64 = 0

  private(set) var slots = 0
  private(set) var fakeSlots = 0
  private(set) var fakeBytes: UInt64 = 0
  /// Fields of all objects: at least as many as there are references.
  private(set) var fieldCount = 0

  init(layout: GoSlotLayout, runLimit: Int) {
    self.layout = layout
    runs = GoObjectRuns(limit: runLimit)
    page.reserveCapacity(1024)
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
    slots &+= 1
    fieldCount &+= fields
    if fields > 0 { pageHasPointers = true }
    page.append(Slot(address: address, size: size, offset: offset))
  }

  /// The page is complete, or the next record is not that of an object.
  mutating func endPage() {
    for slot in page {
      if layout.isObject(address: slot.address, size: slot.size, pageHasPointers: pageHasPointers) {
        addresses.insert(slot.address)
        runs.append(address: slot.address, offset: slot.offset)
      } else {
        runs.endRun()
        fakeSlots &+= 1
        fakeBytes &+= slot.size
      }
    }
    runs.endRun()
    page.removeAll(keepingCapacity: true)
    pageHasPointers = false
    pageNumber = .max
  }

  /// Puts the runs in the order of their addresses.
  /// - Parameter dropped: is told the offsets of records whose address another record had before.
  mutating func sortRuns(dropped: (Int) -> Void) { runs.sort(dropped: dropped) }

  /// The index of the addresses.
  consuming func finish() -> AddressIndex { addresses.finish() }
}
