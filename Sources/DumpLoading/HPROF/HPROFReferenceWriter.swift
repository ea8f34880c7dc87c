import ReferenceGraph

/// Writes references one behind the other.
///
/// Where addresses lead is looked up for some dozens of references at once: one look-up after the other would wait for
/// memory each time.
struct HPROFReferenceWriter: ~Copyable {
  let targets: FlatArray<UInt32>
  let fields: FlatArray<UInt32>
  let kinds: FlatArray<UInt8>
  /// Where the next reference goes.
  private(set) var next = 0
  /// The slots of references to addresses where no object is; their targets are meaningless until `close`.
  private var strays: [Int] = []
  /// References to addresses where no object is.
  var stray: Int { strays.count }

  private let view: AddressPlaces
  /// Where to look up what references lead to whose targets are not written yet: those of the slots before `next`.
  private let pending: FlatArray<UInt64>
  private var waiting = 0
  // The arrays' memory, for loops over the references of one object: `hasRoom` was asked before.
  private let fieldBuffer: UnsafeMutableBufferPointer<UInt32>
  private let pendingBuffer: UnsafeMutableBufferPointer<UInt64>

  private static let batch = 64

  /// For at most `capacity` references to objects that `addresses` knows.
  init(capacity: Int, addresses: borrowing AddressIndex) {
    targets = FlatArray(zeroed: capacity, isReserve: true)
    fields = FlatArray(zeroed: capacity, isReserve: true)
    kinds = FlatArray(zeroed: capacity, isReserve: true)
    view = AddressPlaces(unsafelyViewing: addresses)
    // Looked up between objects, or 64 references of one.
    pending = FlatArray(zeroed: 2 * Self.batch)
    fieldBuffer = fields.unsafeBuffer
    pendingBuffer = pending.unsafeBuffer
  }

  /// Whether `count` more have room.
  @inline(__always) func hasRoom(for count: Int) -> Bool { targets.count &- next >= count }

  /// Adds a reference to an object whose number is known.
  mutating func append(_ target: ObjectID, field: UInt32, kind: ReferenceKind, in addresses: borrowing AddressIndex) {
    if waiting > 0 { lookUp(in: addresses) }
    targets[next] = target.rawValue
    fields[next] = field
    kinds[next] = kind.rawValue
    next &+= 1
  }

  /// Adds a reference to what lies at `address`.
  @inline(__always)
  mutating func append(
    address: UInt64, field: UInt32, kind: ReferenceKind, in addresses: borrowing AddressIndex
  ) {
    append(place: view.place(of: address), field: field, kind: kind, in: addresses)
  }

  /// Adds a reference to what lies at a place of the index.
  @inline(__always)
  mutating func append(place: UInt64, field: UInt32, kind: ReferenceKind, in addresses: borrowing AddressIndex) {
    fields[next] = field
    kinds[next] = kind.rawValue
    pendingBuffer[waiting] = place
    next &+= 1
    waiting &+= 1
    if waiting >= Self.batch { lookUp(in: addresses) }
  }

  /// Adds the references of an instance, all strong.
  /// - Precondition: there is room for all of them; the fields that `layout` tells of lie in `body`.
  @inline(__always)
  mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    fieldsOf layout: UnsafeBufferPointer<HPROFReferenceSlot>, _ width: ID.Type, in body: UnsafeRawPointer,
    addresses: borrowing AddressIndex
  ) {
    append(layout.count, width, addresses) { index in
      (body, layout[index].offset, layout[index].offset)
    }
  }

  /// Adds the references of an array.
  /// - Precondition: there is room for all of them, and `body` has `count` ids.
  @inline(__always)
  mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    elements count: Int, _ width: ID.Type, in body: UnsafeRawPointer, addresses: borrowing AddressIndex
  ) {
    append(count, width, addresses) { index in
      (body + index &* MemoryLayout<ID>.size, 0, UInt32(truncatingIfNeeded: index))
    }
  }

  /// Adds `count` references, those that are nil left out.
  ///
  /// `reference` says of the one with an index where its id lies, and the field's number.
  @inline(__always)
  private mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ count: Int, _ width: ID.Type, _ addresses: borrowing AddressIndex,
    _ reference: (Int) -> (base: UnsafeRawPointer, offset: UInt32, field: UInt32)
  ) {
    let view = view
    var first = 0
    while first < count {
      let range = first..<min(count, first &+ Self.batch)
      if view.isDense {
        append(range, width, reference) { view.densePlace(of: $0) }
      } else {
        append(range, width, reference) { $0 }
      }
      first = range.upperBound
      if waiting >= Self.batch { lookUp(in: addresses) }
    }
  }

  @inline(__always)
  private mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ range: Range<Int>, _ width: ID.Type,
    _ reference: (Int) -> (base: UnsafeRawPointer, offset: UInt32, field: UInt32),
    place: (UInt64) -> UInt64
  ) {
    // Locals stay in registers, where properties would be read again for every reference.
    let fields = fieldBuffer
    let pending = pendingBuffer
    var next = next
    var waiting = waiting
    var index = range.lowerBound
    while index < range.upperBound {
      let (base, offset, field) = reference(index)
      let value = base.loadUnaligned(fromByteOffset: Int(offset), as: ID.self)
      // The kind is 0 as it is: strong.
      fields[next] = field
      pending[waiting] = place(UInt64(truncatingIfNeeded: ID(bigEndian: value)))
      // What is nil is written over by the next: a branch here would often be foreseen wrongly.
      let step = value == 0 ? 0 : 1
      next &+= step
      waiting &+= step
      index &+= 1
    }
    self.next = next
    self.waiting = waiting
  }

  @inline(never) private mutating func lookUp(in addresses: borrowing AddressIndex) {
    let first = next - waiting
    let isAnyMissing = targets.withBuffer { targets in
      addresses.find(
        places: UnsafeBufferPointer(rebasing: pendingBuffer[..<waiting]), view,
        into: UnsafeMutableBufferPointer(rebasing: targets[first..<next]))
    }
    waiting = 0
    guard isAnyMissing else { return }
    // The virtual root, which 0 stands for, is no target.
    for slot in first..<next where targets[slot] == 0 { strays.append(slot) }
  }

  /// Looks up what is left, and takes the references out that lead nowhere.
  mutating func close(_ offsets: borrowing FlatArray<UInt32>, addresses: borrowing AddressIndex) {
    lookUp(in: addresses)
    guard !strays.isEmpty else { return }
    // The slots ascend. What lies between two of them moves down by as many as came before.
    for (number, slot) in strays.enumerated() {
      let end = number + 1 < strays.count ? strays[number + 1] : next
      targets.move((slot + 1)..<end, to: slot - number)
      fields.move((slot + 1)..<end, to: slot - number)
      kinds.move((slot + 1)..<end, to: slot - number)
    }
    next -= strays.count
    var row = 0
    for (number, slot) in strays.enumerated() {
      row = Self.firstRow(of: offsets, from: row, behind: slot)
      let end =
        number + 1 < strays.count ? Self.firstRow(of: offsets, from: row, behind: strays[number + 1]) : offsets.count
      let passed = UInt32(truncatingIfNeeded: number + 1)
      for moved in row..<end { offsets[moved] -= passed }
      row = end
    }
  }

  /// The first row, from `row` on, that begins behind `slot`.
  private static func firstRow(of offsets: borrowing FlatArray<UInt32>, from row: Int, behind slot: Int) -> Int {
    var low = row
    var step = 1
    while low + step < offsets.count, Int(offsets[low + step]) <= slot {
      low += step
      step *= 2
    }
    return (low..<min(offsets.count, low + step)).bisection(where: { Int(offsets[$0]) > slot })
  }
}
