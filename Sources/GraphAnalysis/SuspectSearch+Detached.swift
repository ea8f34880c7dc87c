import ReferenceGraph

extension SuspectSearch {
  /// Trees of elements that hang in no document and are still alive: one suspect for all, at the largest.
  func detachedTrees() -> SuspectFinding? {
    let graph = context.graph
    let isDetached = graph.classes.map { $0.flags.contains(.detached) }
    guard isDetached.contains(true) else { return nil }
    let tree = context.tree
    var trees = 0
    var elements = 0
    var retained: UInt64 = 0
    var largest: UInt32 = 0
    var tops: [UInt32] = []
    var place: UInt32 = 1
    while place < UInt32(tree.objects.count) {
      defer { place += 1 }
      guard isDetached[Int(graph.classOfObject[tree.objects[place]])] else { continue }
      elements += 1
      let parent = tree.objects[tree.parents[place]]
      if parent != 0, isDetached[Int(graph.classOfObject[parent])] { continue }
      trees += 1
      if tops.last.map({ !tree.contains($0, place) }) ?? true { tops.append(place) }
      retained += tree.retained[place]
      if largest == 0 || tree.retained[place] > tree.retained[largest] { largest = place }
    }
    guard largest != 0 else { return nil }
    let object = ObjectID(tree.objects[largest])
    var reasons = [
      "\(grouped(elements)) elements hang in no document and are still held, in \(grouped(trees)) "
        + (trees == 1 ? "tree" : "trees")
    ]
    let holder = holder(of: object)
    if !holder.isEmpty { reasons.append("held by \(holder)") }
    if trees > 1 {
      reasons.append("this one retains most; together they retain \(percent(retained)) of what is reachable")
    }
    var finding = SuspectFinding(
      kind: .detachedTree, holder: holder, worth: .program, component: components.component(of: object), object: object,
      count: trees, retained: retained, tops: tops, reasons: reasons)
    finding.title = "\(grouped(elements)) \(className(of: object)) that hang in no document"
    return finding
  }
}
