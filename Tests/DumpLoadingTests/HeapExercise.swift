import DumpLoading
import GraphAnalysis
import ReferenceGraph

/// Asks a heap everything that screens and commands ask, and checks what must hold however odd the dump is.
///
/// The fuzz target runs it too.
enum HeapExercise {
  /// Asks it all; `limit` is how many objects and roots are looked at one by one.
  static func run(_ heap: Heap, limit: Int) {
    let graph = heap.graph
    if graph.objectCount > 0 {
      for index in 1...min(graph.objectCount, limit) {
        let object = ObjectID(UInt32(index))
        let (values, total) = heap.details.values(of: object, from: 0, limit: 20)
        precondition(values.count <= 20 && values.count <= total, "more fields than there are")
        for value in values {
          precondition(value.target.map { $0.index <= graph.objectCount } ?? true, "a field refers to nothing")
        }
        _ = heap.details.values(of: object, from: total - 1, limit: 5)
        if let text = heap.details.text(of: object, limit: 40) {
          precondition(text.length >= 0 && text.text.utf8.count < 1000, "more text than asked for")
        }
        _ = heap.details.summary(of: object)
        if let entries = heap.details.entries(of: object, from: 0, limit: 20) {
          precondition(entries.values.count <= min(20, entries.total), "more entries than there are")
        }
        _ = heap.details.allocationStack(of: object)
        _ = heap.details.distance(of: object)
        for place in graph.references(of: object).prefix(20) {
          precondition(graph.target(of: place).index <= graph.objectCount, "a reference to nothing")
          _ = heap.details.fieldName(graph.fields[Int(place.index)], of: object)
          _ = heap.fieldName(of: place)
          _ = heap.details.isInside(
            graph.fields[Int(place.index)], of: object, leadingTo: graph.target(of: place))
        }
      }
    }
    for root in graph.roots.indices.prefix(limit) {
      _ = graph.rootNames[graph.roots[root].name]
      _ = heap.details.facts(ofRoot: root)
    }
    let options = AnalysisOptions(heap.facts)
    guard let analysis = try? HeapAnalysis(heap: heap, options: options, progress: WorkProgress()) else { return }
    precondition(analysis.reachableObjects + analysis.unreachableObjects == graph.objectCount, "objects got lost")
  }
}
