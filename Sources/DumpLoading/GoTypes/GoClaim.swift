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

  var isFull: Bool { count == Self.capacity }

  /// - Precondition: the queue is not full.
  @inline(__always)
  mutating func append(_ claim: GoClaim) {
    claims[(first &+ count) & (Self.capacity &- 1)] = claim
    count &+= 1
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

/// Objects to be scanned: a few whose contents are on their way to the cache, and below them a stack.
struct GoScanQueue: ~Copyable {
  private let soon: FlatArray<UInt32>
  private var first = 0
  private var soonCount = 0
  private let stack: FlatArray<UInt32>
  private var stackCount = 0
  /// Whether an object found no place: all objects have to be looked at for those that wait.
  var hasOverflown = false

  private static let soonLimit = 16

  /// - Parameter objects: there are no more than this.
  init(objects: Int) {
    soon = FlatArray(zeroed: Self.soonLimit)
    // A place for every object would be one page in four of what is needed beside the graph.
    stack = FlatArray(zeroed: min(objects, 1 << 18))
  }

  var isEmpty: Bool { soonCount == 0 }

  /// Whether the next object added goes where its contents are fetched.
  var takesSoon: Bool { soonCount < Self.soonLimit }

  @inline(__always)
  mutating func append(_ id: UInt32) {
    if soonCount < Self.soonLimit {
      soon[(first &+ soonCount) & (Self.soonLimit &- 1)] = id
      soonCount &+= 1
    } else if stackCount < stack.count {
      stack[stackCount] = id
      stackCount &+= 1
    } else {
      hasOverflown = true
    }
  }

  /// The object that comes in a while, 0 for none.
  @inline(__always) var ahead: UInt32 {
    soonCount > Self.soonLimit / 2 ? soon[(first &+ Self.soonLimit / 2) & (Self.soonLimit &- 1)] : 0
  }

  /// The next object, and one that takes its place among those whose contents are fetched, 0 for none.
  @inline(__always)
  mutating func next() -> (id: UInt32, fetched: UInt32)? {
    guard soonCount > 0 else { return nil }
    let id = soon[first]
    first = (first &+ 1) & (Self.soonLimit &- 1)
    soonCount &-= 1
    guard stackCount > 0 else { return (id, 0) }
    stackCount &-= 1
    let below = stack[stackCount]
    soon[(first &+ soonCount) & (Self.soonLimit &- 1)] = below
    soonCount &+= 1
    return (id, below)
  }
}
