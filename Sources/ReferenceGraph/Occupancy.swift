/// How much of a collection is in use.
public struct Occupancy: Hashable, Sendable {
  /// What is in it.
  public var entries: Int
  /// What there is room for.
  public var places: Int
  /// Bytes of memory that nothing in use needs; 0 where nobody can tell.
  public var unusedBytes: UInt64

  /// A collection with `entries` in `places`, both counted in what it holds, and what is unused in bytes.
  public init(entries: Int, places: Int, unusedBytes: UInt64) {
    self.entries = entries
    self.places = places
    self.unusedBytes = unusedBytes
  }
}

/// Roots that are alike: goroutines that wait in one function, threads in one method.
public struct RootGroup: Hashable, Sendable {
  /// The same for all roots of the group: `goroutines [chan send] main.produce main.go:17`.
  public var name: String
  /// Which of the group a root belongs to, when one has several roots: the number of the goroutine or thread.
  public var member: UInt64
  /// The function that started the member, where that is known; members of a group may differ in it.
  public var creator: String?
  /// How long the member has waited at least, in seconds, where the dump says that.
  public var waiting: UInt64?

  /// One of many like roots, by the name of the group and what tells it from the others.
  public init(name: String, member: UInt64, creator: String? = nil, waiting: UInt64? = nil) {
    self.name = name
    self.member = member
    self.creator = creator
    self.waiting = waiting
  }
}
