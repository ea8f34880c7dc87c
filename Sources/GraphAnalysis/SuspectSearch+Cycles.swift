import ReferenceGraph

extension SuspectSearch {
  /// Enters the cycles that roots hold, by shape, where nothing found before stands for the same bytes.
  func addCycles(to found: inout [SuspectFinding], progress: WorkProgress) throws(Cancelled) {
    let tree = context.tree
    var added = 0
    for (index, shape) in shapes.enumerated() {
      if shape.heldCount == 0 || added >= 2 * options.suspectLimit { break }
      try progress.check(index)
      let component = components[shape.components[0]]
      guard let nearest = component.nearest, !found.contains(where: { $0.shape == index && !$0.isDropped }) else {
        continue
      }
      let place = tree.places[nearest.index]
      let worth = worth(ofShape: index)
      let tops = components.measures.topPlaces(of: component.id.index)
      let known = found.firstIndex { other in
        guard !other.isDropped, 4 * min(other.retained, shape.retained) > 3 * max(other.retained, shape.retained) else {
          return false
        }
        let object = tree.places[other.object.index]
        return other.covers(place, tree) || tree.contains(place, object)
          || tops.contains { tree.contains($0, object) || tree.contains($0, other.tops.first ?? object) }
      }
      // What has no type says less than what it is full of.
      let isMute = known.map { found[$0].contentIsTyped } == true && isUntyped(component)
      if let known, found[known].worth >= worth || isMute {
        let way = Suspect.Way(title: title(ofShape: index), retained: shape.retained)
        if found[known].worth > worth || isMute { found[known].onItsWay.append(way) }
        continue
      }
      if isOfEngine(component) || isOfCollection(component) || worth < .library && explain(shape, by: &found) {
        continue
      }
      added += 1
      let reasons = cycleReasons(index, component)
      var finding = SuspectFinding(
        kind: .heldCycle, title: title(ofShape: index), holder: holder(of: nearest), worth: worth,
        component: component.id, shape: index, object: nearest, count: shape.heldCount, retained: shape.retained,
        isExact: shape.retainedIsExact, tops: tops,
        reasons: reasons.reasons, isWeaklyHeld: reasons.isWeaklyHeld)
      finding.isHeldByProgram = worth.isOwn || isHeldByProgram(nearest)
      if let known {
        finding.onItsWay.append(Suspect.Way(title: found[known].title, retained: found[known].retained))
        found[known].isDropped = true
      }
      found.append(finding)
    }
  }

  private func title(ofShape index: Int) -> String {
    let shape = shapes[index]
    return shape.heldCount > 1 ? "\(grouped(shape.heldCount)) × \(shape.title)" : shape.title
  }

  /// Whose code the members of a shape's cycles are: that of the best known of some of them.
  func worth(ofShape index: Int) -> SuspectFinding.Worth {
    guard let first = shapes[index].components.first else { return .unknown }
    var best = SuspectFinding.Worth.runtime
    var isKnown = false
    for member in components.members(of: first, 0..<512) where !isHolder(member) {
      let worth = worth(of: member)
      // A plain array is whose the rest is.
      if worth == .unknown, flagsOfClass(of: member).contains(.array) { continue }
      isKnown = true
      best = max(best, worth)
      if best == .program { break }
    }
    return isKnown ? best : .unknown
  }

  /// So many cycles of a shape are asked what hangs on them.
  private static let askedCycles = 4096

  /// Whether what is the program's makes up most of what cycles retain that are not: then the cycles are on its way.
  ///
  /// Where class loaders are part of them, which hold all of a program, however little that is.
  private func explain(_ shape: CycleShape, by found: inout [SuspectFinding]) -> Bool {
    let tree = context.tree
    var tops: [UInt32] = []
    for id in shape.components.prefix(min(shape.heldCount, Self.askedCycles)) {
      tops += components.measures.topPlaces(of: id.index)
    }
    tops = tree.outermost(tops)
    // The parts of each finding that lie below the cycles: it has very many, or they have.
    var own: [Int] = []
    var parts: [UInt32] = []
    for index in found.indices {
      guard !found[index].isDropped, found[index].worth.isOwn || found[index].isHeldByProgram else { continue }
      let before = parts.count
      tree.appendBelow(tops, of: found[index].tops, to: &parts)
      if parts.count > before { own.append(index) }
    }
    guard let largest = own.max(by: { found[$0].retained < found[$1].retained }) else { return false }
    if own.count > 1 { parts = tree.outermost(parts) }
    let together = max(found[largest].retained, parts.reduce(0) { $0 + tree.retained[$1] })
    let holdsLoaders = components.members(of: shape.components[0], 0..<4096).contains {
      flagsOfClass(of: $0).contains(.classLoader)
    }
    guard holdsLoaders || 4 * together > 3 * shape.retained else { return false }
    if 2 * found[largest].retained >= shape.retained {
      found[largest].onItsWay.append(Suspect.Way(title: shape.title, retained: shape.retained))
    }
    return true
  }

  /// Whether only the engine's own records make the cycle: it has some for every function that is made by native code.
  func isOfEngine(_ component: Component) -> Bool {
    components.members(of: component.id).prefix(4096).allSatisfy {
      context.graph.objectClass(of: $0).flags.contains(.engine)
    }
  }

  /// Whether a cycle is the inside of a collection, as the links of a list both ways are: no more than the collection.
  func isOfCollection(_ component: Component) -> Bool {
    components.members(of: component.id, 0..<64).allSatisfy { member in
      let row = context.graph.rows.range(of: member).prefix(4096)
      return row.allSatisfy { index in
        let target = ObjectID(context.graph.rows.targets[index])
        guard context.joins(index, from: member.rawValue), components.component(of: target) == component.id else {
          return true
        }
        return heap.isInside(ReferencePlace(source: member, index: index))
      }
    }
  }

  /// Whether no type is known of any member.
  func isUntyped(_ component: Component) -> Bool {
    components.members(of: component.id).prefix(4096).allSatisfy {
      context.graph.objectClass(of: $0).flags.contains(.untyped)
    }
  }

  /// Why cycles of a shape are worth a look, and whether only references lead to them that the collector does not count.
  ///
  /// `component` is the one that is looked at, which a root holds.
  func cycleReasons(_ index: Int, _ component: Component) -> (reasons: [String], isWeaklyHeld: Bool) {
    let shape = shapes[index]
    guard let nearest = component.nearest else { return ([], false) }
    var reasons: [String] = []
    let members = components.members(of: component.id)
    // For dozens of suspects a little effort each: the report on one goes further.
    let holders = HolderSearch(context: context, objectLimit: 10_000, referenceLimit: 50_000).roots(reaching: members)
    if shape.heldCount > 1 {
      reasons.append("\(grouped(shape.heldCount)) cycles of one shape are held")
    } else {
      reasons.append(
        "a cycle of \(grouped(component.objects)) \(component.objects == 1 ? "object" : "objects") is held")
    }
    // Where the title has no room for the class by which roots lead into it.
    let entry = ShapeStep.lastingName(className(of: nearest))
    if shape.title.hasSuffix(", …"), CycleShape.isTelling(entry), !shape.title.contains(entry) {
      reasons.append("the way from a root enters at \(entry)")
    }
    if finalizerCycles.contains(component.id) {
      reasons.append("never freed: a finalizer in a cycle")
    }
    let path = pathEvidence(to: nearest)
    reasons += path.reasons.map(\.reason)
    let nearestHolder = context.holder(of: nearest, details: details)
    // The search for all holders may have ended before it came to the first.
    if let root = nearestHolder?.root ?? holders.roots.first {
      let lasting = path.namesField || path.isWeaklyHeld ? nil : lastingField(of: nearest)
      if let lasting {
        reasons.append("held by a static field, \(lasting)")
      }
      if !path.namesField {
        let also = lasting == nil ? "" : "also "
        var name = context.graph.nameOfRoot(root)
        var kind = context.graph.roots[root].kind
        let way = context.path(to: nearest)
        let isGlobal = context.globalName(of: way, heap: heap) != nil
        let variable = variable(on: way)
        // Of a global object the property that leads there; of a group of groups the group; of a thread the variable.
        if kind == .global || kind == .thread || isGlobal || context.isGroup(context.graph.roots[root].target),
          let inner = context.holderName(of: way, heap: heap)
        {
          name = inner
          if isGlobal { kind = .global }
        }
        let evidence = variable.map { "held by a variable, \($0)" } ?? Self.evidence(kind, name: name)
        if variable == nil, let nearestHolder, nearestHolder.isSpecific {
          reasons.append("\(also)held by \(nearestHolder.words): \(name)")
        } else {
          reasons.append(also + evidence)
        }
      }
      if let finalizer = holders.roots.dropFirst().first(where: { context.graph.roots[$0].kind == .finalizer }) {
        let root = context.graph.roots[finalizer]
        let evidence = Self.evidence(root.kind, name: context.graph.rootNames[root.name])
        reasons.append(evidence)
      }
    }
    if let distance = component.distance, distance >= options.deepCycle, holders.count >= options.manyRoots {
      let roots = holders.isCapped ? "at least \(grouped(holders.count))" : grouped(holders.count)
      reasons.append("\(grouped(distance)) references below the nearest root and reached by \(roots) roots")
    }
    for evidence in memberEvidence(members, shape: shape) + threadEvidence(members, of: shape.retained) {
      reasons.append(evidence.reason)
    }
    if let field = staticField(in: members) {
      reasons.append("a class is part of it, by \(field): what its other static fields hold is counted too")
    }
    if reachableBytes > 0, Double(shape.retained) > 0.01 * Double(reachableBytes) {
      reasons.append("retains \(percent(shape.retained)) of what is reachable")
    }
    return (reasons, path.isWeaklyHeld)
  }

  /// What kind of root holds, in words.
  static func evidence(_ kind: RootKind, name: String) -> String {
    switch kind {
    case .data, .bss: return "held by a global variable, \(name)"
    case .global: return "held by the global object, \(name)"
    case .staticField: return "held by a static field, \(name)"
    case .systemClass: return "held by a class that is never unloaded, \(name)"
    case .frame, .frameMaybe, .goroutine, .deferred:
      let isBlocked = name.contains("[chan ") || name.contains("[select") || name.contains("[sync")
      return isBlocked ? "held by a blocked goroutine or thread, \(name)" : "held by a stack, \(name)"
    case .thread, .monitor: return "held by a thread, \(name)"
    case .finalizer, .finalizerQueue:
      return "held by a finalizer, \(name): a cycle that an object with a finalizer is part of is never freed"
    case .native: return "held by native code, \(name)"
    case .panic, .other: return "held by \(name)"
    case .unrecorded: return "held by \(name), which this file does not record"
    }
  }
}
