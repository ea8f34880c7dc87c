import ReferenceGraph

/// What the distances between objects that follow each other say of their sizes: an object is not larger than the
/// distance to the next one, and in a heap that was compacted just as large.
struct HPROFGaps: ~Copyable {
  /// The least distance of the instances of a class, and how many have it.
  struct Least {
    var distance = UInt64.max
    var count = 0
  }

  /// By class the least distance of its instances, and how many have it.
  private let distances: FlatArray<UInt64>
  private let counts: FlatArray<UInt32>
  // By element type.
  private let slacks = FlatArray<Int>(repeating: .max, count: 16)
  private let arrayCounts = FlatArray<Int>(zeroed: 16)
  /// Of arrays of references, these taken as 4 bytes.
  private(set) var slackOfNarrow = Int.max
  /// Class objects: the class, and the distance to the next object; 0 for the last.
  private(set) var classObjects: [(number: Int, distance: UInt64)] = []
  /// All addresses or'ed.
  private(set) var addressBits: UInt64 = 0

  private enum Open {
    case nothing
    case instance(Int)
    case array(type: UInt8, elements: Int)
    case classObject
  }
  private var open = Open.nothing
  private var start: UInt64 = 0

  /// For at most `classes` classes.
  init(classes: Int) {
    distances = FlatArray(repeating: .max, count: classes)
    counts = FlatArray(zeroed: classes)
  }

  /// The least distance of the instances of a class.
  func least(_ number: Int) -> Least {
    number < counts.count ? Least(distance: distances[number], count: Int(counts[number])) : Least()
  }

  /// The least distance of arrays of an element type less the bytes of their elements, references taken as 8 bytes.
  func slack(_ kind: Int) -> Int { slacks[kind] }
  /// Arrays of an element type.
  func arrays(_ kind: Int) -> Int { arrayCounts[kind] }

  /// The binary logarithm of an element's bytes.
  @inline(__always) private static func elementShift(_ type: UInt8) -> Int {
    switch type & 15 {
    case 4, 8: 0
    case 5, 9: 1
    case 6, 10: 2
    default: 3
    }
  }

  /// The object at hand ends at `address` or before.
  @inline(__always) mutating func close(at address: UInt64) {
    let distance = address &- start
    switch open {
    case .nothing: break
    case .instance(let number):
      if distance < distances[number] {
        distances[number] = distance
        counts[number] = 1
      } else if distance == distances[number] {
        counts[number] &+= 1
      }
    case .array(let type, let elements):
      guard distance < 1 << 40 else { break }
      let kind = Int(type & 15)
      let left = Int(distance) &- elements &<< Self.elementShift(type)
      arrayCounts[kind] &+= 1
      if left < slacks[kind] { slacks[kind] = left }
      if kind == 2 { slackOfNarrow = min(slackOfNarrow, Int(distance) &- 4 &* elements) }
    case .classObject: classObjects[classObjects.count - 1].distance = distance
    }
    open = .nothing
  }

  @inline(__always) private mutating func begin(_ address: UInt64) {
    start = address
    addressBits |= address
  }

  @inline(__always) mutating func openInstance(_ address: UInt64, class number: Int) {
    begin(address)
    open = number < counts.count ? .instance(number) : .nothing
  }

  @inline(__always) mutating func openArray(_ address: UInt64, elements: UInt32, type: UInt8) {
    begin(address)
    open = .array(type: type, elements: Int(elements))
  }

  mutating func openClass(_ address: UInt64, class number: Int) {
    begin(address)
    classObjects.append((number, 0))
    open = .classObject
  }
}
