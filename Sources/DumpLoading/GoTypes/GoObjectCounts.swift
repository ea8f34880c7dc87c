import ReferenceGraph

/// A number that the search for types keeps of each object: 2 bytes an object, and more for the few large numbers, which
/// only large objects have.
struct GoObjectCounts: ~Copyable {
  private let numbers: FlatArray<UInt16>
  private var large: [Int: UInt32] = [:]

  init(objects: Int) { numbers = FlatArray(zeroed: objects) }

  /// How many values an object holds that is known from its beginning: 1 until it is set.
  @inline(__always)
  func count(of id: Int) -> UInt64 { UInt64(number(of: id)) &+ 1 }

  @inline(__always)
  mutating func set(count: UInt64, of id: Int) { set(UInt32(clamping: count &- 1), of: id) }

  /// Where a value lies in an object of which only that is known: bytes from its beginning.
  @inline(__always)
  func distance(of id: Int) -> UInt32 { number(of: id) }

  @inline(__always)
  mutating func set(distance: UInt32, of id: Int) { set(distance, of: id) }

  @inline(__always)
  private func number(of id: Int) -> UInt32 {
    let number = numbers[id]
    return number == .max ? large[id] ?? 0 : UInt32(number)
  }

  @inline(__always)
  private mutating func set(_ number: UInt32, of id: Int) {
    numbers[id] = UInt16(clamping: number)
    if number >= UInt16.max { large[id] = number }
  }

  @inline(__always)
  func prefetch(_ id: UInt32) { numbers.prefetch(id) }
}
