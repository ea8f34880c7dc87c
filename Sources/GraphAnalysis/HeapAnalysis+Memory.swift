import ReferenceGraph

extension HeapAnalysis {
  /// The most memory that reading and analysing a heap takes, in bytes, pages of the mapped dump not counted.
  ///
  /// An estimate, made before anything is analysed: on Go, JVM and V8 heaps of 3 to 28 million objects it lay within a
  /// tenth of what was measured.
  public static func estimatedMemory(of heap: Heap, options: AnalysisOptions) -> UInt64 {
    let graph = heap.graph
    let objects = UInt64(graph.objectCount)
    let references = UInt64(graph.rows.referenceCount)
    // What is kept of a reference: its target and its source, its field and its kind.
    let kept: UInt64 = 8 + (graph.fields.count > 0 ? 4 : 0) + (graph.kinds.count > 0 ? 1 : 0)
    // In the end, by object: rows, class, size, address, dominators, paths, referrers, and what components take.
    let end = 62 * objects + kept * references
    // While the retention tree is built: the same, scratch memory, and, where not every reference retains, rows of those
    // that do. What each takes by object and by reference was fitted to measured peaks.
    let isFiltered = !PolicyFilter(options.retaining, graph: graph).keepsEverything
    let middle = 50 * objects + (kept + 4) * references + (isFiltered ? 4 * (objects + references) : 0)
    return max(end, middle) + processMemory
  }

  /// What a process takes that opens a dump without objects.
  private static let processMemory: UInt64 = 6 << 20
}
