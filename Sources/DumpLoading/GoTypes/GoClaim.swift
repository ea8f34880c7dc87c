import ReferenceGraph

/// At some place in an object there are values of a type.
struct GoClaim: BitwiseCopyable {
  /// The object.
  var id: UInt32
  /// The type, with `isArray`; `function` for a func value, whose code says the type.
  var type: UInt32
  /// How many values there are at least.
  var count: UInt32
  /// Bytes from the beginning of the object's contents.
  var distance: UInt32

  static let isArray: UInt32 = 1 << 31
  static let function: UInt32 = 1 << 30
}

/// What a pointer leads to: the object of a number, at its beginning, or when that is 0 whatever lies at an address.
struct GoReferent: BitwiseCopyable {
  var id: UInt32
  var pointer: UInt64

  @inline(__always) init(id: UInt32) { (self.id, pointer) = (id, 0) }
  @inline(__always) init(pointer: UInt64) { (id, self.pointer) = (0, pointer) }
}

/// Claims that wait a moment, until what they need of the object is in the cache.
struct GoClaimQueue: ~Copyable {
  private let claims: FlatArray<GoClaim>
  private var first = 0
  private(set) var count = 0

  private static let capacity = 32

  init() { claims = FlatArray(zeroed: Self.capacity) }

  /// Adds a claim; the one that has waited longest when there is no room for both.
  @inline(__always)
  mutating func append(_ claim: GoClaim) -> GoClaim? {
    guard count == Self.capacity else {
      claims[(first &+ count) & (Self.capacity &- 1)] = claim
      count &+= 1
      return nil
    }
    let oldest = claims[first]
    claims[first] = claim
    first = (first &+ 1) & (Self.capacity &- 1)
    return oldest
  }

  /// The one that has waited longest.
  @inline(__always)
  mutating func next() -> GoClaim? {
    guard count > 0 else { return nil }
    let claim = claims[first]
    first = (first &+ 1) & (Self.capacity &- 1)
    count &-= 1
    return claim
  }
}
