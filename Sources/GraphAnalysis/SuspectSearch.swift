import ReferenceGraph

/// Ranks what is worth looking at: retained bytes, weighed by what speaks for a leak.
struct SuspectSearch {
  let context: RetentionContext
  let components: Components
  let shapes: [CycleShape]
  let options: AnalysisOptions
  let reachableBytes: UInt64
  let heap: Heap
  var details: any ObjectDetails { heap.details }
  let histogram: ClassHistogram
  var finalizerCycles: Set<ComponentID> = []

  func run(progress: WorkProgress) throws(Cancelled) -> [Suspect] {
    var found = try heldCycles(progress: progress)
    found += detachedTrees()
    found += accumulations(besides: found)
    found += largeStores(besides: found)
    // Kept loaders are named however little they hold: there is one more with each deployment.
    let loaders = try keptLoaders(histogram, progress: progress).sorted { $0.score > $1.score }.prefix(3)
    let others = found.sorted { $0.score > $1.score }.prefix(max(0, options.suspectLimit - loaders.count))
    return (others + loaders).sorted { $0.score > $1.score }
  }

  /// One suspect a shape; those that hold most are looked at.
  private func heldCycles(progress: WorkProgress) throws(Cancelled) -> [Suspect] {
    var result: [Suspect] = []
    var told: [(place: UInt32, retained: UInt64)] = []
    for (index, shape) in shapes.enumerated() {
      if shape.heldCount == 0 || result.count >= 2 * options.suspectLimit { break }
      try progress.check(index)
      let component = components[shape.components[0]]
      guard let nearest = component.nearest else { continue }
      let place = context.tree.places[nearest.index]
      // A cycle below another that retains hardly more is the same bytes once more.
      let isTold = told.contains {
        context.tree.contains($0.place, place) && Double(shape.retained) > 0.9 * Double($0.retained)
      }
      if isTold || isOfEngine(component) { continue }
      // Of what a pool's threads hold the pool says little.
      if !hasThread(component) { told.append((place, shape.retained)) }
      result.append(suspect(index, shape, component, nearest))
    }
    return result
  }

  /// Whether only the engine's own records make the cycle: it has some for every function that is made by native code.
  private func isOfEngine(_ component: Component) -> Bool {
    components.members(of: component.id).prefix(4096).allSatisfy {
      context.graph.objectClass(of: $0).flags.contains(.engine)
    }
  }

  private func hasThread(_ component: Component) -> Bool {
    components.members(of: component.id).prefix(4096).contains {
      context.graph.objectClass(of: $0).flags.contains(.thread)
    }
  }

  private func suspect(_ index: Int, _ shape: CycleShape, _ component: Component, _ nearest: ObjectID) -> Suspect {
    var reasons: [String] = []
    var weight = 1.0
    let members = components.members(of: component.id)
    // For dozens of suspects a little effort each: the report on one goes further.
    let holders = HolderSearch(context: context, objectLimit: 10_000, referenceLimit: 50_000).roots(reaching: members)
    if shape.heldCount > 1 {
      reasons.append("\(grouped(shape.heldCount)) cycles of one shape are held")
      if shape.heldCount >= options.manyInstances { weight += 1 }
    } else {
      reasons.append(
        "a cycle of \(grouped(component.objects)) \(component.objects == 1 ? "object" : "objects") is held")
    }
    if finalizerCycles.contains(component.id) {
      let isUnrecorded = context.tree.tier(of: nearest) == .unrecorded
      reasons.append(
        isUnrecorded ? "never freed: what holds it waits for it" : "never freed: a finalizer in a cycle")
      weight += 1
    }
    let path = pathEvidence(to: nearest)
    for evidence in path.reasons {
      reasons.append(evidence.reason)
      weight += evidence.weight
    }
    let nearestHolder = context.holder(of: nearest, details: details)
    // The search for all holders may have ended before it came to the first.
    if let root = nearestHolder?.root ?? holders.roots.first {
      let lasting = path.namesField || path.isWeaklyHeld ? nil : lastingField(of: nearest)
      if let lasting {
        reasons.append("held by a static field, \(lasting)")
        weight += 0.5
      }
      if !path.namesField {
        let also = lasting == nil ? "" : "also "
        var name = context.graph.nameOfRoot(root)
        var kind = context.graph.roots[root].kind
        let way = context.path(to: nearest)
        // Of a global object the property that leads there; of a group of groups the group; of a thread the variable.
        if kind == .global || kind == .thread || context.isGroup(context.graph.roots[root].target),
          let inner = context.holderName(of: way, heap: heap)
        {
          name = inner
          if context.globalName(of: way, heap: heap) != nil { kind = .global }
        }
        let evidence = Self.evidence(kind, name: name)
        if let nearestHolder, nearestHolder.isSpecific {
          reasons.append("\(also)held by \(nearestHolder.words): \(name)")
        } else {
          reasons.append(also + evidence.reason)
        }
        weight += evidence.weight
      }
      if let finalizer = holders.roots.dropFirst().first(where: { context.graph.roots[$0].kind == .finalizer }) {
        let root = context.graph.roots[finalizer]
        let evidence = Self.evidence(root.kind, name: context.graph.rootNames[root.name])
        reasons.append(evidence.reason)
        weight += evidence.weight
      }
    }
    if let distance = component.distance, distance >= options.deepCycle, holders.count >= options.manyRoots {
      let roots = holders.isCapped ? "at least \(grouped(holders.count))" : grouped(holders.count)
      reasons.append("\(grouped(distance)) references below the nearest root and reached by \(roots) roots")
      weight += 0.5
    }
    for evidence in memberEvidence(members, shape: shape) + threadEvidence(members, of: shape.retained) {
      reasons.append(evidence.reason)
      weight += evidence.weight
    }
    var share = 1.0
    if let field = staticField(in: members) {
      reasons.append("a class is part of it, by \(field): what its other static fields hold is counted too")
      share = 0.5
    }
    if reachableBytes > 0, Double(shape.retained) > 0.01 * Double(reachableBytes) {
      reasons.append("retains \(percent(shape.retained)) of what is reachable")
    }
    return Suspect(
      kind: .heldCycle, component: component.id, shape: index, object: nearest, retained: shape.retained,
      score: Double(shape.retained) * (path.isWeaklyHeld ? 0.1 : share * weight), reasons: reasons)
  }

  /// What kind of root holds, in words, and what that counts.
  static func evidence(_ kind: RootKind, name: String) -> (reason: String, weight: Double) {
    switch kind {
    case .data, .bss: return ("held by a global variable, \(name)", 0.5)
    case .global: return ("held by the global object, \(name)", 0.5)
    case .staticField: return ("held by a static field, \(name)", 0.5)
    case .systemClass: return ("held by a class that is never unloaded, \(name)", 0.5)
    case .frame, .frameMaybe, .goroutine, .deferred:
      let isBlocked = name.contains("[chan ") || name.contains("[select") || name.contains("[sync")
      return (
        isBlocked ? "held by a blocked goroutine or thread, \(name)" : "held by a stack, \(name)",
        isBlocked ? 1 : 0.1
      )
    case .thread, .monitor: return ("held by a thread, \(name)", 0.3)
    case .finalizer, .finalizerQueue:
      return ("held by a finalizer, \(name): a cycle that an object with a finalizer is part of is never freed", 1)
    case .native: return ("held by native code, \(name)", 0.3)
    case .panic, .other: return ("held by \(name)", 0)
    case .unrecorded: return ("held by \(name), which this file does not record", 0.5)
    }
  }

  /// Objects that retain much, no part of it the larger share.
  private func accumulations(besides cycles: [Suspect]) -> [Suspect] {
    let tree = context.tree
    let threshold = UInt64(Double(reachableBytes) * options.accumulationShare)
    guard reachableBytes > 0, tree.objects.count > 1 else { return [] }
    let hasMainChild = FlatArray<UInt64>(zeroed: tree.objects.count / 64 + 1)
    var large: [UInt32] = []
    var place: UInt32 = 1
    let end = UInt32(tree.objects.count)
    while place < end {
      let retained = tree.retained[place]
      // That all the handles together hold much says nothing.
      if retained > threshold, !context.isGroup(ObjectID(tree.objects[place])) { large.append(place) }
      let parent = tree.parents[place]
      if Double(retained) > options.dominantChildShare * Double(tree.retained[parent]) {
        hasMainChild[parent >> 6] = hasMainChild[parent >> 6] | 1 << UInt64(parent & 63)
      }
      // What is below an object that retains too little retains less.
      place += retained > threshold ? 1 : tree.counts[place]
    }
    var result: [Suspect] = []
    for place in large where hasMainChild[place >> 6] >> UInt64(place & 63) & 1 == 0 {
      let retained = tree.retained[place]
      // Where a cycle was named for the same bytes, that says more.
      let isTold = cycles.contains { suspect in
        guard let object = suspect.object else { return false }
        let other = tree.places[object.index]
        let isNear = tree.contains(place, other) || tree.contains(other, place)
        return isNear && 2 * min(suspect.retained, retained) > max(suspect.retained, retained)
      }
      if isTold { continue }
      let object = ObjectID(tree.objects[place])
      let children = tree.childCount(of: object)
      result.append(
        Suspect(
          kind: .accumulation, component: components.component(of: object), shape: nil, object: object,
          retained: retained, score: Double(retained),
          reasons: store(object) + accumulationEvidence(object) + [
            "retains \(percent(retained)) of what is reachable",
            children == 0
              ? "all of it itself" : "in \(grouped(children)) parts of which none is the main one",
          ]))
    }
    return result
  }

  /// That an object is an array or a table, with how many entries.
  private func store(_ object: ObjectID) -> [String] {
    let graph = context.graph
    let objectClass = graph.objectClass(of: object)
    guard objectClass.flags.contains(.array), !objectClass.flags.contains(.pointerFree) else { return [] }
    return ["an array of \(grouped(graph.rows.range(of: object).count)) references"]
  }

  func percent(_ bytes: UInt64) -> String {
    let tenths = Int((1000 * Double(bytes) / Double(max(1, reachableBytes))).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

/// A number with its thousands apart: `1,234,567`.
func grouped(_ number: Int) -> String {
  var digits = String(number)
  var index = digits.count - 3
  while index > (number < 0 ? 1 : 0) {
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
    index -= 3
  }
  return digits
}
