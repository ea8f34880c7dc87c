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
  private static let isDeferred: UInt32 = 1 << 29
}

extension GoClaim {
  /// Says what the slot with this number means by the object, once the words beside it are read: the value with the slot
  /// lies at `base` of the file.
  @inline(__always)
  init(id: UInt32, slot: Int, base: Int) {
    self.id = id
    type = Self.isDeferred | UInt32(truncatingIfNeeded: slot)
    count = UInt32(truncatingIfNeeded: base)
    distance = UInt32(truncatingIfNeeded: base &>> 32)
  }

  /// The slot and place given to `init(id:slot:base:)`, nil for other claims.
  @inline(__always) var deferred: (slot: Int, base: Int)? {
    guard type & (Self.isDeferred | Self.function | Self.isArray) == Self.isDeferred else { return nil }
    return (Int(type & ~Self.isDeferred), Int(distance) &<< 32 | Int(count))
  }
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
