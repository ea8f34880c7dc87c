/// What the distances between objects that follow each other say of their sizes: an object is not larger than the
/// distance to the next one, and in a heap that was compacted just as large.
struct HPROFGaps {
  /// The least distance of the instances of a class, and how many have it.
  struct Least {
    var distance = UInt64.max
    var count = 0
  }

  /// By class.
  private(set) var instances: [Least] = []
  /// By element type: the least distance less the bytes of the elements, references taken as 8 bytes.
  private(set) var slack = [Int](repeating: .max, count: 16)
  private(set) var arrays = [Int](repeating: 0, count: 16)
  /// Of arrays of references, these taken as 4 bytes.
  private(set) var slackOfNarrow = Int.max
  /// Class objects: the class, and the distance to the next object; 0 for the last.
  private(set) var classObjects: [(number: Int, distance: UInt64)] = []
  /// All addresses or'ed.
  private(set) var addressBits: UInt64 = 0

  private enum Open { case nothing, instance(Int), array(type: UInt8, elements: Int), classObject }
  private var open = Open.nothing
  private var start: UInt64 = 0

  private static let elementSizes = [0, 0, 8, 0, 1, 2, 4, 8, 1, 2, 4, 8, 0, 0, 0, 0]

  /// The object at hand ends at `address` or before.
  @inline(__always) mutating func close(at address: UInt64) {
    let distance = address &- start
    switch open {
    case .nothing: break
    case .instance(let number):
      if distance < instances[number].distance {
        instances[number] = Least(distance: distance, count: 1)
      } else if distance == instances[number].distance {
        instances[number].count &+= 1
      }
    case .array(let type, let elements):
      guard distance < 1 << 40 else { break }
      let kind = Int(type & 15)
      arrays[kind] &+= 1
      slack[kind] = min(slack[kind], Int(distance) &- elements &* Self.elementSizes[kind])
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
    while instances.count <= number { instances.append(Least()) }
    open = .instance(number)
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
