import Glibc

/// Which objects' allocations a dump noted, and where they were.
public struct Allocations: Sendable {
  /// The lines of source that allocated, each once.
  public let sites: [StackFrame]
  /// Objects, ascending, each with the index of its site.
  public let samples: [Sample]
  /// One allocation in about so many bytes was noted; 1 when all were, 0 when only those before the program itself began
  /// were.
  public let rate: UInt64

  /// An object whose allocation the dump noted.
  public struct Sample: Sendable {
    /// The object, which is in the graph.
    public let object: ObjectID
    /// Where it was allocated: an index into `sites`.
    public let site: UInt32

    /// Says that `object` was allocated at `site`, an index into `Allocations.sites`.
    public init(object: ObjectID, site: UInt32) {
      self.object = object
      self.site = site
    }
  }

  /// Allocations that a dump has noted; `samples` must ascend by object, their sites be indices into `sites`.
  public init(sites: [StackFrame], samples: [Sample], rate: UInt64) {
    self.sites = sites
    self.samples = samples
    self.rate = rate
  }

  /// How many objects of `size` bytes one that was noted stands for: 1 / (1 − e^(−size / rate)), as Go's profiles are
  /// scaled.
  public func weight(size: UInt64) -> Double {
    rate <= 1 || size == 0 ? 1 : 1 / -expm1(-Double(size) / Double(rate))
  }
}
