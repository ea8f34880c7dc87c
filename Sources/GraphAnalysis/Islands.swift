import ReferenceGraph

/// What no root reaches that the dump records, by class and by shape: see `HeapAnalysis.unreachableParts` for what it is.
public struct Islands: Sendable {
  /// The unreachable objects of one class.
  public struct ClassRow: Sendable {
    /// Index into `graph.classes`.
    public let classIndex: Int
    /// How many unreachable objects of the class there are.
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
    for row in histogram.unrecordedRows {
      let all = reachable[row.classIndex] ?? (0, 0)
      reachable[row.classIndex] = (all.objects - row.objects, all.shallow - row.shallow)
    }
    let classes = histogram.allRows.compactMap { row -> Islands.ClassRow? in
      let live = reachable[row.classIndex] ?? (0, 0)
      guard row.objects > live.objects else { return nil }
      return .init(
        classIndex: row.classIndex, objects: row.objects - live.objects, shallow: row.shallow - live.shallow)
    }
    let ranked = classes.sorted { ($1.shallow, $0.classIndex) < ($0.shallow, $1.classIndex) }
    let shapes = self.shapes.indices.compactMap { index -> (shape: Int, count: Int)? in
      let free = self.shapes[index].count - (holds(of: self.shapes[index])[.root] ?? 0)
      return free > 0 ? (index, free) : nil
    }
    return Islands(classes: ranked, shapes: shapes)
  }
}
