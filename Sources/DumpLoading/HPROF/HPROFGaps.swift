import ReferenceGraph

/// What the distances between objects that follow each other say of their sizes: an object is not larger than the
/// distance to the next one, and in a heap that was compacted just as large.
struct HPROFGaps: ~Copyable {
  /// The least distance of the instances of a class, and how many have it.
  struct Least: BitwiseCopyable {
    var distance = UInt64.max
    var count: UInt32 = 0
  }

  private let leasts: FlatArray<Least>
  // By element type: the least distance less the bytes of the elements, and the number of arrays.
  private let slacks = FlatArray<Int>(repeating: .max, count: 16)
  private let arrayCounts = FlatArray<Int>(zeroed: 16)
  /// Of arrays of references, these taken as 4 bytes.
  private(set) var slackOfNarrow = Int.max
  /// Class objects: the class, and the distance to the next object; 0 for the last.
  private(set) var classObjects: [(number: Int, distance: UInt64)] = []
  /// All addresses or'ed.
  private(set) var addressBits: UInt64 = 0

  /// The object at hand: its class, or one of the numbers below; and its elements.
  private var open = Self.nothing
  private var elements = 0
  private var start: UInt64 = 0

  private static let nothing = -1
  private static let classObject = -2
  /// An array, less the type of its elements.
  private static let array = -16

  /// For at most `classes` classes.
  init(classes: Int) { leasts = FlatArray(repeating: Least(), count: classes) }

  /// The least distance of the instances of a class.
  func least(_ number: Int) -> Least { number < leasts.count ? leasts[number] : Least() }

  /// The least distance of arrays of an element type less the bytes of their elements, references taken as 8 bytes.
  func slack(_ kind: Int) -> Int { slacks[kind] }
  /// Arrays of an element type.
  func arrays(_ kind: Int) -> Int { arrayCounts[kind] }

  /// The binary logarithm of an element's bytes.
  @inline(__always) private static func elementShift(_ kind: Int) -> Int {
    switch kind {
    case 4, 8: 0
    case 5, 9: 1
    case 6, 10: 2
    default: 3
    }
  }

  /// The object at hand ends at `address` or before.
  @inline(__always) mutating func close(at address: UInt64) {
    let distance = address &- start
    if open >= 0 {
      let least = leasts[open]
      if distance < least.distance {
        leasts[open] = Least(distance: distance, count: 1)
      } else if distance == least.distance {
        leasts[open] = Least(distance: distance, count: least.count &+ 1)
      }
    } else if open <= Self.array {
      closeArray(distance)
    } else if open == Self.classObject {
      classObjects[classObjects.count - 1].distance = distance
    }
    open = Self.nothing
  }

  @inline(__always) private mutating func closeArray(_ distance: UInt64) {
    guard distance < 1 << 40 else { return }
    let kind = Self.array &- open
    let left = Int(distance) &- elements &<< Self.elementShift(kind)
    arrayCounts[kind] &+= 1
    if left < slacks[kind] { slacks[kind] = left }
    if kind == 2 { slackOfNarrow = min(slackOfNarrow, Int(distance) &- 4 &* elements) }
  }

  @inline(__always) private mutating func begin(_ address: UInt64) {
    start = address
    addressBits |= address
  }

  @inline(__always) mutating func openInstance(_ address: UInt64, class number: Int) {
    begin(address)
    open = number < leasts.count ? number : Self.nothing
  }

  @inline(__always) mutating func openArray(_ address: UInt64, elements count: UInt32, type: UInt8) {
    begin(address)
    open = Self.array &- Int(type & 15)
    elements = Int(count)
  }

  mutating func openClass(_ address: UInt64, class number: Int) {
    begin(address)
    classObjects.append((number, 0))
    open = Self.classObject
  }
}
