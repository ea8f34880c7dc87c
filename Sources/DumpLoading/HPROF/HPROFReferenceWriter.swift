import ReferenceGraph

/// Writes references one behind the other.
///
/// Where an address leads is looked up some dozens of references later, when the line of the index has come into the
/// cache: in a heap of any size a look-up at once would wait for memory each time.
struct HPROFReferenceWriter: ~Copyable {
  let targets: FlatArray<UInt32>
  let fields: FlatArray<UInt32>
  let kinds: FlatArray<UInt8>
  /// Where the next reference goes.
  private(set) var next = 0
  /// References to addresses where no object is; their targets are `nothing` until `close`.
  private(set) var stray = 0

  private struct Pending: BitwiseCopyable {
    var place: AddressPlace
    var slot: Int
  }
  private let pending: FlatArray<Pending>
  private var waiting = 0

  private static let batch = 64
  private static let nothing = UInt32.max

  /// For at most `capacity` references.
  init(capacity: Int) {
    targets = FlatArray(zeroed: capacity)
    fields = FlatArray(zeroed: capacity)
    kinds = FlatArray(zeroed: capacity)
    pending = FlatArray(zeroed: Self.batch)
  }

  /// Whether `count` more have room.
  @inline(__always) func hasRoom(for count: Int) -> Bool { targets.count &- next >= count }

  /// Adds a reference to an object whose number is known.
  @inline(__always) mutating func append(_ target: UInt32, field: UInt32, kind: ReferenceKind) {
    targets[next] = target
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
    pending[waiting] = Pending(place: addresses.find(address), slot: next)
    next &+= 1
    waiting &+= 1
    if waiting == Self.batch { lookUp(in: addresses) }
  }

  @inline(never) private mutating func lookUp(in addresses: borrowing AddressIndex) {
    var index = 0
    while index < waiting {
      let entry = pending[index]
      if let target = addresses.object(found: entry.place) {
        targets[entry.slot] = target.rawValue
      } else {
        targets[entry.slot] = Self.nothing
        stray &+= 1
      }
      index &+= 1
    }
    waiting = 0
  }

  /// Looks up what is left, and takes the references out that lead nowhere.
  mutating func close(_ offsets: borrowing FlatArray<UInt32>, addresses: borrowing AddressIndex) {
    lookUp(in: addresses)
    guard stray > 0 else { return }
    var kept = 0
    var index = 0
    var row = 0
    while row < offsets.count - 1 {
      let end = Int(offsets[row + 1])
      while index < end {
        if targets[index] != Self.nothing {
          targets[kept] = targets[index]
          fields[kept] = fields[index]
          kinds[kept] = kinds[index]
          kept &+= 1
        }
        index &+= 1
      }
      offsets[row + 1] = UInt32(truncatingIfNeeded: kept)
      row &+= 1
    }
    next = kept
  }
}
