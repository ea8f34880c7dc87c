import ReferenceGraph

/// Finds references inside a component without which it has no cycle.
struct InsideCutSearch {
  /// Components with more references are cut by class and field.
  static let greedyLimit = 100_000

  let context: RetentionContext
  let details: any ObjectDetails
  let graph: ComponentGraph
  let lookups: ReportLookups
  /// An object and the tables of its values are one: nobody cuts a slot and leaves the property.
  private let tables: ComponentTables

  init(context: RetentionContext, details: any ObjectDetails, graph: ComponentGraph, lookups: ReportLookups) {
    (self.context, self.details, self.graph, self.lookups) = (context, details, graph, lookups)
    tables = ComponentTables(graph, context)
  }

  func run(progress: WorkProgress) throws(Cancelled) -> Cut {
    graph.references.count > Self.greedyLimit ? try byClass(progress) : try byObject(progress)
  }

  private func byObject(_ progress: WorkProgress) throws(Cancelled) -> Cut {
    let isSmall = graph.count <= FeedbackSet.exactLimit
    var links: [FeedbackSet.Link] = []
    for source in 0..<graph.count {
      let owner = tables.owner(of: source)
      for k in graph.range(of: source) where !tables.isSlot(k) {
        let target = tables.owner(of: Int(graph.targets[k]))
        if target != owner { links.append(FeedbackSet.Link(source: owner, target: target, weight: 1)) }
      }
    }
    let positions =
      isSmall
      ? FeedbackSet.exactOrder(graph.count, links) : FeedbackSet.greedyOrder(graph.count, links)
    var chosen: [ReferencePlace] = []
    var slots: [ReferencePlace] = []
    var lone = 0
    for source in 0..<graph.count {
      let owner = tables.owner(of: source)
      for k in graph.range(of: source) {
        let target = tables.owner(of: Int(graph.targets[k]))
        if positions[target] > positions[owner] || tables.isOwnTable(k, of: source, graph) { continue }
        if tables.isSlot(k) {
          slots.append(graph.place(k, of: source))
          continue
        }
        if target == owner { lone += 1 }
        chosen.append(graph.place(k, of: source))
      }
    }
    // Every reference of an object to itself has to go, and one more where there is another cycle.
    let isLeast = chosen.count == lone + (links.isEmpty ? 0 : 1)
    return try cut(
      chosen, steps: [], slots: slots,
      method: isLeast || (isSmall && !tables.hasLooseSlots) ? .exact : .greedy, progress)
  }

  /// Orders the classes instead of the objects; all references from a class to an earlier one, and all inside one
  /// class, go.
  private func byClass(_ progress: WorkProgress) throws(Cancelled) -> Cut {
    var numbers: [UInt32: Int] = [:]
    var weights: [Int: Int] = [:]
    let classes = graph.objects.indices.map { member in
      let index = context.graph.classOfObject[graph.objects[tables.owner(of: member)].rawValue]
      let number = numbers[index] ?? numbers.count
      numbers[index] = number
      return number
    }
    let count = numbers.count
    for source in 0..<graph.count {
      if source & progressMask == 0 { try progress.check(source / 2) }
      for k in graph.range(of: source) where !tables.isSlot(k) {
        weights[classes[source] * count + classes[Int(graph.targets[k])], default: 0] += 1
      }
    }
    let links = weights.keys.sorted().filter { $0 / count != $0 % count }.map {
      FeedbackSet.Link(source: $0 / count, target: $0 % count, weight: weights[$0] ?? 0)
    }
    let positions =
      count <= FeedbackSet.exactLimit
      ? FeedbackSet.exactOrder(count, links) : FeedbackSet.greedyOrder(count, links)
    var chosen: [ReferencePlace] = []
    var slots: [ReferencePlace] = []
    var steps: Set<ShapeStep> = []
    var described: Set<StepKey> = []
    for source in 0..<graph.count {
      if source & progressMask == 0 { try progress.check((graph.count + source) / 2) }
      for k in graph.range(of: source) {
        let target = Int(graph.targets[k])
        if positions[classes[target]] > positions[classes[source]] || tables.isOwnTable(k, of: source, graph) {
          continue
        }
        let place = graph.place(k, of: source)
        if tables.isSlot(k) {
          slots.append(place)
          continue
        }
        chosen.append(place)
        let field = context.graph.fields.count == 0 ? 0 : context.graph.fields[place.index]
        let key = StepKey(source: classes[source], field: field, target: classes[target])
        if described.insert(key).inserted { steps.insert(context.step(of: place, details: details)) }
      }
    }
    return try cut(chosen, steps: steps.sorted(), slots: slots, method: .byClass, progress)
  }

  private struct StepKey: Hashable {
    var source: Int
    var field: UInt32
    var target: Int
  }

  private func cut(
    _ references: [ReferencePlace], steps: [ShapeStep], slots: [ReferencePlace], method: Cut.Method,
    _ progress: WorkProgress
  ) throws(Cancelled) -> Cut {
    let found = try context.freed(cutting: references + slots, lookups, progress: progress)
    let freed = found ?? Freed()
    let with =
      slots.isEmpty
      ? "" : slots.count == 1 ? " and its slot in the object's table" : " and their slots in the objects' tables"
    let what = (references.count == 1 ? "this reference" : "these \(Count.text(references.count)) references") + with
    var text: String
    switch method {
    case .exact: text = "Without \(what) it has no cycle; fewer do not end them all."
    case .greedy: text = "Without \(what) it has no cycle; perhaps fewer would do."
    case .byClass:
      text =
        "Without the references of \(steps.count == 1 ? "this kind" : "these \(steps.count) kinds") "
        + "(\(Count.text(references.count)) in all\(with)) it has no cycle; chosen by class, perhaps fewer would do."
    }
    if !context.tree.isReachable(graph.objects[0]) {
      text +=
        context.hold(of: graph.objects[0]) == .garbage
        ? " No root reaches it: the collector takes it with or without." : " No root reaches it that this file records."
    } else if found == nil {
      text += " What that frees was not searched for: cycles listed before took too long."
    } else if freed.objects == 0 {
      text += " A tracing collector frees nothing for it: the objects stay reachable."
    }
    return Cut(
      kind: .inside, method: method, references: Array(references.prefix(Cut.listLimit)),
      referenceCount: references.count, steps: steps, freedBytes: freed.bytes, freedObjects: freed.objects,
      freedIsExact: found != nil, explanation: text)
  }
}
