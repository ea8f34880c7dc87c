import ReferenceGraph

/// What no root reaches: garbage, or what something holds that the dump does not record.
public struct Islands: Sendable {
  /// The unreachable objects of one class.
  public struct ClassRow: Sendable {
    /// Index into `graph.classes`.
    public let classIndex: Int
    public let objects: Int
    /// Bytes of the objects alone.
    public let shallow: UInt64
  }

  /// Most bytes first.
  public let classes: [ClassRow]
  /// Indices of shapes that have cycles no root reaches, and how many.
  public let shapes: [(shape: Int, count: Int)]
}

extension HeapAnalysis {
  /// The unreachable objects, by class and by shape.
  public var islands: Islands {
    var reachable: [Int: (objects: Int, shallow: UInt64)] = [:]
    for row in histogram.rows { reachable[row.classIndex] = (row.objects, row.shallow) }
    let classes = histogram.allRows.compactMap { row -> Islands.ClassRow? in
      let live = reachable[row.classIndex] ?? (0, 0)
      guard row.objects > live.objects else { return nil }
      return .init(
        classIndex: row.classIndex, objects: row.objects - live.objects, shallow: row.shallow - live.shallow)
    }
    let ranked = classes.sorted { ($1.shallow, $0.classIndex) < ($0.shallow, $1.classIndex) }
    let shapes = self.shapes.indices.compactMap { index -> (shape: Int, count: Int)? in
      let free = self.shapes[index].count - self.shapes[index].heldCount
      return free > 0 ? (index, free) : nil
    }
    return Islands(classes: ranked, shapes: shapes)
  }

  /// What a cycle is that no root reaches: garbage, unless the dump was cut short and the root may be missing.
  public var unheldWord: String { heap.facts.truncation == nil ? "collectable" : "without a root" }

  /// What unreachable objects are likely to be. After a collection nearly everything is reachable; what is not, is held
  /// by what the dump does not record: in one of a JVM the class objects' own fields. In a dump that was cut short nobody
  /// can say.
  public var unreachableWords: String {
    guard unreachableObjects > 0 else { return "nothing" }
    if heap.facts.truncation != nil { return "not known: what held them may be missing from this dump" }
    let all = Double(reachableBytes) + Double(unreachableBytes)
    guard Double(unreachableBytes) <= 0.05 * all else { return "garbage not collected yet" }
    if heap.facts.format.hasPrefix("Go ") { return "held by nothing this dump records (cleanups, weak handles)" }
    return heap.facts.format.hasPrefix("JVM ")
      ? "garbage not collected yet, or reflection data that only class objects hold" : "garbage not collected yet"
  }
}
