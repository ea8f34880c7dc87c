import GraphAnalysis
import ReferenceGraph

/// What is known of a dump as soon as it is read, while it is being analysed.
public struct HeapOutline: Sendable {
  /// The objects of a class.
  struct ClassCount: Sendable, Equatable {
    /// Index into `ReferenceGraph.classes`.
    let classIndex: Int
    let name: String
    let objects: Int
    /// Bytes of the objects alone.
    let shallow: UInt64
  }

  let facts: DumpFacts
  let objects: Int
  /// References between objects.
  let references: Int
  let roots: Int
  /// The most memory that all steps take, in bytes: an estimate.
  let estimatedMemory: UInt64
  /// Classes that have objects, reachable or not; most bytes first.
  let classes: [ClassCount]

  /// Counts all objects of `heap` by class: one pass over them.
  ///
  /// `options` are what the heap is analysed by; what the dump puts first when nil.
  public init(_ heap: Heap, options: AnalysisOptions? = nil) {
    let graph = heap.graph
    estimatedMemory = HeapAnalysis.estimatedMemory(of: heap, options: options ?? AnalysisOptions(heap.facts))
    facts = heap.facts
    objects = graph.objectCount
    references = graph.referenceCount
    roots = graph.roots.count
    var counts = [(objects: Int, shallow: UInt64)](repeating: (0, 0), count: graph.classes.count)
    var id = 1
    while id <= graph.objectCount {
      let index = Int(graph.classOfObject[id])
      counts[index].objects += 1
      counts[index].shallow += graph.size(of: ObjectID(id))
      id += 1
    }
    classes = counts.indices.filter { counts[$0].objects > 0 }.map {
      ClassCount(
        classIndex: $0, name: graph.classes[$0].name, objects: counts[$0].objects, shallow: counts[$0].shallow)
    }.sorted { ($1.shallow, $0.classIndex) < ($0.shallow, $1.classIndex) }
  }
}
