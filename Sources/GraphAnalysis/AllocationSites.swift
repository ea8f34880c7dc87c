import ReferenceGraph

/// Where the reachable objects of each class were allocated.
public struct AllocationSites: Sendable {
  /// What a line of source has allocated of one class.
  public struct Row: Sendable {
    /// The function and the line that allocated.
    public let site: StackFrame
    /// How many reachable objects: an estimate unless all allocations were noted.
    public let objects: Int
    /// The shallow sizes of these objects in bytes, estimated as well.
    public let bytes: UInt64
    /// How many allocations the dump noted for that.
    public let noted: Int
  }

  /// One allocation in about so many bytes was noted; 1 when all were.
  public let rate: UInt64
  /// By index of the class; most bytes first.
  private let rows: [Int: [Row]]

  /// Whether the figures stand for more allocations than were noted.
  public var isEstimate: Bool { rate > 1 }

  /// The lines that allocated most of a class, most bytes first; `index` is that of `ReferenceGraph.classes`.
  public func rows(ofClass index: Int) -> [Row] { rows[index] ?? [] }

  /// Nil when the dump noted no allocations.
  init?(_ allocations: Allocations?, graph: ReferenceGraph, tree: DominatorTree, progress: WorkProgress)
    throws(Cancelled)
  {
    guard let allocations, !allocations.samples.isEmpty else { return nil }
    rate = allocations.rate
    var sums: [UInt64: (objects: Double, bytes: Double, noted: Int)] = [:]
    for (index, sample) in allocations.samples.enumerated() {
      if index & 0xffff == 0 { try progress.check(index) }
      guard tree.isReachable(sample.object) else { continue }
      let size = graph.size(of: sample.object)
      let weight = allocations.weight(size: size)
      let key = UInt64(graph.classOfObject[sample.object.index]) << 32 | UInt64(sample.site)
      let old = sums[key] ?? (0, 0, 0)
      sums[key] = (old.objects + weight, old.bytes + weight * Double(size), old.noted + 1)
    }
    var rows: [Int: [Row]] = [:]
    for (key, sum) in sums {
      let site = allocations.sites[Int(key & 0xffff_ffff)]
      rows[Int(key >> 32), default: []].append(
        Row(site: site, objects: Int(sum.objects.rounded()), bytes: UInt64(sum.bytes.rounded()), noted: sum.noted))
    }
    self.rows = rows.mapValues { list in
      list.sorted {
        ($1.bytes, $0.site.function, $0.site.line) < ($0.bytes, $1.site.function, $1.site.line)
      }
    }
  }
}
