import ReferenceGraph

/// What the distances between objects that follow each other say of their sizes: an object is not larger than the
/// distance to the next one, and in a heap that was compacted just as large.
struct HPROFGaps: ~Copyable {
  /// The least distance of the instances of a class, and how many have it.
  struct Least: BitwiseCopyable {
    var distance = Int.max
    var count: UInt32 = 0
  }

  /// By class, then by element type of arrays, then of what is told apart below: the least distance less the bytes of
  /// the elements.
  private let leasts: FlatArray<Least>
  private let classes: Int
  /// Of arrays of references, these taken as 4 bytes.
  private(set) var slackOfNarrow = Int.max
  /// Class objects: the class, and the distance to the next object; 0 for the last.
  private(set) var classObjects: [(number: Int, distance: UInt64)] = []
  /// All addresses or'ed.
  private(set) var addressBits: UInt64 = 0

  /// The object at hand: its entry of `leasts`, the bytes of its elements, and its address.
  private var open: UnsafeMutablePointer<Least>
  private var payload = 0
  private var start: UInt64 = 0

  // Entries behind those of the classes: 16 types of elements, and these.
  private let primitiveArrays: UnsafeMutablePointer<Least>
  private let referenceArrays: UnsafeMutablePointer<Least>
  private let classObject: UnsafeMutablePointer<Least>
  private let nothing: UnsafeMutablePointer<Least>
  private let base: UnsafeMutablePointer<Least>

  /// Farther than objects of one heap lie from each other.
  private static let farthest: UInt64 = 1 << 60

  /// For at most `classes` classes.
  init(classes: Int) {
    self.classes = classes
    leasts = FlatArray(repeating: Least(), count: classes + 19)
    base = leasts.unsafeBuffer.baseAddress!
    primitiveArrays = base + classes
    referenceArrays = base + (classes + 16)
    classObject = base + (classes + 17)
    nothing = base + (classes + 18)
    open = nothing
  }

  /// The least distance of the instances of a class.
  func least(_ number: Int) -> Least { number < classes ? leasts[number] : Least() }

  /// The least distance of arrays of an element type less the bytes of their elements, references taken as 8 bytes.
  func slack(_ kind: Int) -> Int { leasts[classes + (kind == 2 ? 16 : kind)].distance }
  /// Whether there are arrays of an element type.
  func hasArrays(_ kind: Int) -> Bool { leasts[classes + (kind == 2 ? 16 : kind)].count > 0 }

  /// The object at hand ends at `address` or before.
  @inline(__always) mutating func close(at address: UInt64) {
    let distance = Int(truncatingIfNeeded: min(address &- start, Self.farthest))
    let left = distance &- payload
    let least = open.pointee
    if left <= least.distance {
      open.pointee = Least(distance: left, count: left == least.distance ? least.count &+ 1 : 1)
    }
    if open >= referenceArrays { closeRare(distance) }
  }

  @inline(never) private mutating func closeRare(_ distance: Int) {
    // The elements as 8 bytes are `payload`.
    if open == referenceArrays { slackOfNarrow = min(slackOfNarrow, distance &- payload / 2) }
    if open == classObject { classObjects[classObjects.count - 1].distance = UInt64(distance) }
    open = nothing
  }

  @inline(__always) mutating func openInstance(_ address: UInt64, class number: Int) {
    start = address
    addressBits |= address
    payload = 0
    precondition(number < classes)
    open = base + number
  }

  /// An array of primitive elements begins at `address`, whose elements take `bytes`.
  @inline(__always) mutating func openPrimitives(_ address: UInt64, bytes: Int, type: UInt8) {
    start = address
    addressBits |= address
    payload = bytes
    open = primitiveArrays + Int(type & 15)
  }

  @inline(__always) mutating func openReferences(_ address: UInt64, elements: UInt32) {
    start = address
    addressBits |= address
    payload = 8 &* Int(elements)
    open = referenceArrays
  }

  mutating func openClass(_ address: UInt64, class number: Int) {
    start = address
    addressBits |= address
    payload = 0
    classObjects.append((number, 0))
    open = classObject
  }
}
