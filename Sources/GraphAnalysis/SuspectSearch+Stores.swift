import ReferenceGraph

extension SuspectSearch {
  /// Trees of elements that hang in no document and are still alive: one suspect for all, at the largest.
  func detachedTrees() -> [Suspect] {
    let graph = context.graph
    let isDetached = graph.classes.map { $0.flags.contains(.detached) }
    guard isDetached.contains(true) else { return [] }
    let tree = context.tree
    var trees = 0
    var elements = 0
    var retained: UInt64 = 0
    var largest: UInt32 = 0
    var place: UInt32 = 1
    while place < UInt32(tree.objects.count) {
      defer { place += 1 }
      guard isDetached[Int(graph.classOfObject[tree.objects[place]])] else { continue }
      elements += 1
      let parent = tree.objects[tree.parents[place]]
      if parent != 0, isDetached[Int(graph.classOfObject[parent])] { continue }
      trees += 1
      retained += tree.retained[place]
      if largest == 0 || tree.retained[place] > tree.retained[largest] { largest = place }
    }
    guard largest != 0 else { return [] }
    let object = ObjectID(tree.objects[largest])
    var reasons = [
      "\(grouped(elements)) elements hang in no document and are still held, in \(grouped(trees)) "
        + (trees == 1 ? "tree" : "trees")
    ]
    reasons += holderReason(object)
    if trees > 1 {
      reasons.append("this one retains most; together they retain \(percent(retained)) of what is reachable")
    }
    return [
      Suspect(
        kind: .detachedTree, component: components.component(of: object), shape: nil, object: object,
        retained: retained, score: 2 * Double(retained), reasons: reasons)
    ]
  }

  /// Arrays and tables of maps with very many entries that retain much.
  /// - Parameter told: suspects that name the same bytes already.
  func largeStores(besides told: [Suspect]) -> [Suspect] {
    let graph = context.graph
    let tree = context.tree
    let isArray = graph.classes.map { $0.flags.contains(.array) }
    let threshold = UInt64(Double(reachableBytes) * options.storeShare)
    guard reachableBytes > 0, isArray.contains(true) else { return [] }
    var found: [(place: UInt32, entries: Int)] = []
    var place: UInt32 = 1
    while place < UInt32(tree.objects.count) {
      // What is below an object that retains too little retains less.
      guard tree.retained[place] > threshold else {
        place += tree.counts[place]
        continue
      }
      let object = tree.objects[place]
      let entries = graph.rows.range(of: ObjectID(object)).count
      if entries >= options.largeStore, isArray[Int(graph.classOfObject[object])] { found.append((place, entries)) }
      place += 1
    }
    found.sort { (tree.retained[$1.place], $0.place) < (tree.retained[$0.place], $1.place) }
    var result: [Suspect] = []
    for (place, entries) in found where result.count < options.suspectLimit {
      // The map or the list that the table belongs to says more than the table.
      let parent = tree.objects[tree.parents[place]]
      let isOwned =
        parent != 0 && !context.isGroup(ObjectID(parent)) && graph.rows.range(of: ObjectID(parent)).count <= 16
        && tree.retained[place] > (tree.retained[tree.parents[place]]) / 2
      let object = ObjectID(isOwned ? parent : tree.objects[place])
      let retained = context.tree.retained[tree.places[object.index]]
      if (told + result).contains(where: { names($0, object, retained) }) { continue }
      let owner = graph.objectClass(of: object).name
      let table =
        isOwned ? "\(owner) with a table of \(grouped(entries)) entries" : "an array of \(grouped(entries)) entries"
      result.append(
        Suspect(
          kind: .largeStore, component: components.component(of: object), shape: nil, object: object,
          retained: retained, score: 0.5 * Double(retained),
          reasons: [table + ": so looks what is filled and never emptied"] + holderReason(object) + [
            "retains \(percent(retained)) of what is reachable"
          ]))
    }
    return result
  }

  /// Whether `suspect` stands for the bytes of `object` too.
  private func names(_ suspect: Suspect, _ object: ObjectID, _ retained: UInt64) -> Bool {
    guard let other = suspect.object else { return false }
    let places = (context.tree.places[object.index], context.tree.places[other.index])
    let isNear = context.tree.contains(places.0, places.1) || context.tree.contains(places.1, places.0)
    return isNear && 2 * min(suspect.retained, retained) > max(suspect.retained, retained)
  }

  private func holderReason(_ object: ObjectID) -> [String] {
    guard let name = context.holderName(of: context.path(to: object), heap: heap), !name.isEmpty else { return [] }
    return ["held by \(name)"]
  }
}
