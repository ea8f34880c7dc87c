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

  /// The addresses that references lead to whose targets are not written yet: those of the slots before `next`.
  private let pending: FlatArray<UInt64>
  private var waiting = 0
  // The arrays' memory, for loops over the references of one object: `hasRoom` was asked before.
  private let fieldBase: UnsafeMutablePointer<UInt32>
  private let kindBase: UnsafeMutablePointer<UInt8>
  private let pendingBase: UnsafeMutablePointer<UInt64>

  private static let batch = 64

  /// For at most `capacity` references.
  init(capacity: Int) {
    targets = FlatArray(zeroed: capacity)
    fields = FlatArray(zeroed: capacity)
    kinds = FlatArray(zeroed: capacity)
    pending = FlatArray(zeroed: Self.batch)
    fieldBase = fields.withBuffer { $0.baseAddress! }
    kindBase = kinds.withBuffer { $0.baseAddress! }
    pendingBase = pending.withBuffer { $0.baseAddress! }
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
    fields[next] = field
    kinds[next] = kind.rawValue
    pending[waiting] = address
    next &+= 1
    waiting &+= 1
    if waiting == Self.batch { lookUp(in: addresses) }
  }

  /// Adds the references of an instance.
  /// - Precondition: there is room for all of them; the fields that `layout` tells of lie in `body`.
  @inline(__always)
  mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    fieldsOf layout: UnsafeBufferPointer<HPROFReferenceSlot>, _ width: ID.Type, in body: UnsafeRawPointer,
    addresses: borrowing AddressIndex
  ) {
    // Locals stay in registers, where properties would be read again for every reference.
    let fields = fieldBase
    let kinds = kindBase
    let pending = pendingBase
    var next = next
    var waiting = waiting
    for reference in layout {
      let value = body.loadUnaligned(fromByteOffset: Int(reference.offset), as: ID.self)
      if value == 0 { continue }
      fields[next] = reference.offset
      kinds[next] = reference.kind.rawValue
      pending[waiting] = UInt64(truncatingIfNeeded: ID(bigEndian: value))
      next &+= 1
      waiting &+= 1
      if waiting == Self.batch {
        self.next = next
        self.waiting = waiting
        lookUp(in: addresses)
        waiting = 0
      }
    }
    self.next = next
    self.waiting = waiting
  }

  /// Adds the references of an array.
  /// - Precondition: there is room for all of them, and `body` has `count` ids.
  @inline(__always)
  mutating func append<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    elements count: Int, _ width: ID.Type, in body: UnsafeRawPointer, addresses: borrowing AddressIndex
  ) {
    let fields = fieldBase
    let pending = pendingBase
    var next = next
    var waiting = waiting
    var index = 0
    while index < count {
      let value = body.loadUnaligned(fromByteOffset: index &* MemoryLayout<ID>.size, as: ID.self)
      if value != 0 {
        // The kind is 0 as it is: strong.
        fields[next] = UInt32(truncatingIfNeeded: index)
        pending[waiting] = UInt64(truncatingIfNeeded: ID(bigEndian: value))
        next &+= 1
        waiting &+= 1
        if waiting == Self.batch {
          self.next = next
          self.waiting = waiting
          lookUp(in: addresses)
          waiting = 0
        }
      }
      index &+= 1
    }
    self.next = next
    self.waiting = waiting
  }

  @inline(never) private mutating func lookUp(in addresses: borrowing AddressIndex) {
    let first = next - waiting
    let missing = targets.withBuffer { targets in
      addresses.find(
        UnsafeBufferPointer(start: pendingBase, count: waiting),
        into: UnsafeMutableBufferPointer(rebasing: targets[first..<next]))
    }
    waiting = 0
    guard missing > 0 else { return }
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
    var passed = 0
    var row = 0
    while row < offsets.count {
      while passed < strays.count, strays[passed] < Int(offsets[row]) { passed &+= 1 }
      offsets[row] -= UInt32(truncatingIfNeeded: passed)
      row &+= 1
    }
  }
}
