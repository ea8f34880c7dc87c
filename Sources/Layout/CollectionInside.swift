import GraphAnalysis
import ReferenceGraph

/// What an object keeps alive in the retention tree, without the insides of the collection that it is: tables, groups and
/// nodes give way to what they keep.
struct CollectionInside {
  /// What stands below the object, by retained size, descending.
  private(set) var children: [ObjectID]
  /// The parts that were left out, ascending.
  private(set) var parts: [UInt32] = []
  /// Bytes of the parts themselves.
  private(set) var bytes: UInt64 = 0

  /// The work grows with the parts, what they refer to, and the children.
  init(of parent: ObjectID, _ analysis: HeapAnalysis) {
    let tree = analysis.dominators
    children = tree.children(of: parent, 0..<tree.childCount(of: parent))
    let heap = analysis.heap
    guard heap.namesEntries, heap.details.knowsCollections, parent != .root, !children.isEmpty else { return }
    var found = Set<UInt32>()
    var waiting = [parent]
    var known: [Link: Bool] = [:]
    let graph = analysis.graph
    while let object = waiting.popLast() {
      let source = graph.classOfObject[object.index]
      let isArray = graph.classes[Int(source)].flags.contains(.array)
      for k in graph.rows.range(of: object) {
        let target = ObjectID(graph.rows.targets[k])
        guard target != object, target != parent, !found.contains(target.rawValue),
          let holder = tree.dominator(of: target), holder == parent || found.contains(holder.rawValue)
        else { continue }
        let field = isArray || graph.fields.count == 0 ? 0 : graph.fields[k]
        let link = Link(source: source, field: field, target: graph.classOfObject[target.index])
        let isInside = known[link] ?? heap.isInside(ReferencePlace(source: object, index: k))
        if known.count < Self.linkLimit { known[link] = isInside }
        guard isInside else { continue }
        found.insert(target.rawValue)
        bytes += graph.size(of: target)
        waiting.append(target)
      }
    }
    guard !found.isEmpty else { return }
    parts = found.sorted()
    var kept = children.filter { !found.contains($0.rawValue) }
    for part in parts {
      let part = ObjectID(part)
      kept += tree.children(of: part, 0..<tree.childCount(of: part)).filter { !found.contains($0.rawValue) }
    }
    children = kept.map { (tree.retainedSize(of: $0), $0) }.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.map(\.1)
  }

  /// References of one field between objects of two classes: they lead to parts of a collection, or they do not.
  ///
  /// The elements of an array are all alike.
  private struct Link: Hashable {
    let source: UInt32
    let field: UInt32
    let target: UInt32
  }

  private static let linkLimit = 1 << 16

  /// Whether finding it would be felt: an object with very many references, or one that begins a collection with so much
  /// in it.
  static func isLarge(_ object: ObjectID, _ analysis: HeapAnalysis) -> Bool {
    let heap = analysis.heap
    guard heap.namesEntries, heap.details.knowsCollections, object != .root else { return false }
    let rows = analysis.graph.rows
    let row = rows.range(of: object)
    if row.count > RetentionTree.inlineLimit { return true }
    let keepsMany = analysis.dominators.retainedObjects(of: object) > RetentionTree.inlineLimit
    return row.prefix(64).contains { k in
      (keepsMany || rows.range(of: ObjectID(rows.targets[k])).count > RetentionTree.inlineLimit)
        && heap.isInside(ReferencePlace(source: object, index: k))
    }
  }
}
