import ReferenceGraph

/// Names: what a suspect is called, who holds it, and whose code that is.
extension SuspectSearch {
  /// Whose code the class of an object is.
  func worth(of object: ObjectID) -> SuspectFinding.Worth {
    switch details.owner(of: object) {
    case .program: return .program
    case .library: return .library
    case .runtime: return .runtime
    case .unknown:
      let flags = context.graph.objectClass(of: object).flags
      return flags.isDisjoint(with: Self.ofRuntime) ? .unknown : .runtime
    }
  }

  private static let ofRuntime: ObjectClass.Flags = [
    .runtime, .metadata, .engine, .rootGroup, .backingStore, .classLoader, .referenceQueue, .finalizer,
  ]

  /// Whose code a root is.
  func worth(ofRoot index: Int) -> SuspectFinding.Worth {
    switch details.owner(ofRoot: index) {
    case .program: .program
    case .library: .library
    case .runtime: .runtime
    case .unknown: .unknown
    }
  }

  /// Whether an object only holds others, for what it is: a class, a thread, a group of roots.
  ///
  /// It names the holder, and is no culprit.
  func isHolder(_ object: ObjectID) -> Bool {
    let flags = context.graph.objectClass(of: object).flags
    if !flags.isDisjoint(with: [.metadata, .classLoader, .rootGroup, .context, .globalObject]) { return true }
    // A thread of a class of the program's is what that class makes of it.
    if flags.contains(.thread), !worth(of: object).isOwn { return true }
    return context.roots(of: object.rawValue).contains { context.graph.roots[$0].kind == .global }
  }

  /// So much of a way is looked at for what belongs to the program.
  private static let wayLimit = 256

  /// Whether a variable of the program's, or an object of its classes, leads to `object`.
  func isHeldByProgram(_ object: ObjectID) -> Bool {
    guard context.paths.distance(of: object).map({ $0 <= Self.longestWay }) ?? false else { return false }
    let path = context.path(to: object)
    guard let first = path.first else { return false }
    // What a global object leads to by a property of the runtime's is not the program's for that.
    let isGlobal = context.graph.roots[Int(first.index)].kind == .global
    if !isGlobal || path.count == 1, worth(ofRoot: Int(first.index)).isOwn { return true }
    for place in path.dropFirst().prefix(RetentionContext.globalDepth)
    where context.isGlobal(place.source) || isGlobal && place.source == context.graph.target(of: first) {
      if context.owner(ofGlobal: place, details: details) != .runtime { return true }
    }
    return path.dropFirst().suffix(Self.wayLimit).contains { worth(of: $0.source).isOwn }
  }

  /// Whether an object is a part of the collection that it lies in.
  func isInside(_ object: ObjectID) -> Bool {
    guard let above = context.tree.dominator(of: object), above != .root,
      context.graph.rows.range(of: above).count <= 4096,
      let place = context.graph.firstReference(from: above, to: object)
    else { return false }
    return heap.isInside(place) || isPart(object)
  }

  /// References of an object that are gone through for the one that leads to another.
  private static let longestRow = 1 << 20

  /// Whether an object is what the one above it in the retention tree is made of.
  func isPart(_ object: ObjectID) -> Bool {
    guard let above = context.tree.dominator(of: object), above != .root, context.graph.fields.count > 0,
      context.graph.rows.range(of: above).count <= Self.longestRow,
      let place = context.graph.firstReference(from: above, to: object)
    else { return false }
    return details.isPart(context.graph.fields[place.index], of: above, leadingTo: object)
  }

  /// The class of an object; of a function its name.
  func className(of object: ObjectID) -> String {
    let type = context.graph.objectClass(of: object)
    return type.flags.contains(.function) ? name(of: object) : type.name
  }

  /// The class of an object and what tells it from others.
  func name(of object: ObjectID) -> String {
    let name = context.graph.objectClass(of: object).name
    return details.summary(of: object).map { "\(name) \($0)" } ?? name
  }

  /// The entries of a collection; of a plain array its elements that refer to something.
  func entryCount(of object: ObjectID) -> Int? { heap.entryCount(of: object, atHand: true) }

  /// That most of a collection, a buffer or a text is not in use.
  func unused(_ object: ObjectID) -> String? {
    guard let occupancy = details.occupancy(of: object), occupancy.places > 0,
      2 * occupancy.unusedBytes >= context.tree.retainedSize(of: object)
        || occupancy.places >= 64 && occupancy.places >= 8 * max(1, occupancy.entries) && occupancy.unusedBytes > 0
    else { return nil }
    return "\(grouped(occupancy.entries)) of \(grouped(occupancy.places)) in use"
  }

  /// What an object is as a collection.
  func storeReasons(_ object: ObjectID) -> [String] {
    var reasons: [String] = []
    let type = context.graph.objectClass(of: object)
    if let count = entryCount(of: object) {
      let isKnown = details.occupancy(of: object) != nil || details.entries(of: object, from: 0, limit: 0) != nil
      reasons.append(
        isKnown ? "\(type.name) has \(grouped(count)) entries" : "an array of \(grouped(count)) references")
    }
    if let occupancy = details.occupancy(of: object), occupancy.unusedBytes > 0, unused(object) != nil {
      reasons.append(
        "only \(grouped(occupancy.entries)) of \(grouped(occupancy.places)) places are in use: "
          + "\(ByteCount.text(occupancy.unusedBytes)) are kept for nothing")
    }
    return reasons
  }

  // MARK: Holders

  /// Longer ways are not told.
  private static let longestWay = 10_000
  /// So many fields of a way are named.
  private static let namedFields = 3

  /// Who holds an object, by the most telling name on its way: `static shop.Registry.INSTANCE .listeners`.
  ///
  /// With how many roots more hold something on that way themselves, where `countsMore`.
  func holder(of object: ObjectID, countsMore: Bool = true) -> String {
    guard context.paths.distance(of: object).map({ $0 <= Self.longestWay }) ?? false else { return "" }
    let path = context.path(to: object)
    guard let first = path.first, let holder = context.holder(of: path, heap: heap) else { return "" }
    let rest = countsMore ? holder.rest : ""
    // A static field stays when a thread's method has returned.
    if let field = lastingField(of: object) { return "static \(field)" + rest }
    let name = holder.name
    var start = start(of: path)
    // What people find in their source says more than how the engine comes there.
    let way = path.map { context.graph.target(of: $0) }
    if let variable = context.variable(ofRoot: Int(first.index), along: way, heap: heap) {
      start = min(variable.step + 2, path.count)
    }
    let fields = self.fields(path[start...])
    guard !fields.isEmpty else { return name + rest }
    let shown = fields.suffix(Self.namedFields)
    return name + (shown.count < fields.count ? " … " : " ") + shown.joined() + rest
  }

  /// The variable that names who holds the end of a way: see `RetentionContext.variable`.
  func variable(on path: [ReferencePlace]) -> String? { namedVariable(on: path)?.name }

  private func namedVariable(on path: [ReferencePlace]) -> NamedVariable? {
    guard let first = path.first, first.source == .root else { return nil }
    return context.variable(ofRoot: Int(first.index), along: path.map { context.graph.target(of: $0) }, heap: heap)
  }

  /// Whether a variable of the runtime's leads to `object`, and none of the program's: what it holds is its own where
  /// nobody knows whose it is.
  func isHeldByRuntime(_ object: ObjectID) -> Bool {
    guard context.paths.distance(of: object).map({ $0 <= Self.longestWay }) ?? false else { return false }
    return namedVariable(on: context.path(to: object))?.owner == .runtime
  }

  /// Where on a way the fields begin that the name of its holder does not have.
  private func start(of path: [ReferencePlace]) -> Int {
    var start = 1
    if let first = path.first, context.graph.roots[Int(first.index)].kind == .global { start = 2 }
    for (step, place) in path.enumerated().dropFirst() {
      let flags = context.graph.objectClass(of: place.source).flags
      if context.isGlobal(place.source), step < RetentionContext.globalDepth {
        start = step + 1
      } else if flags.contains(.thread) || context.isGroup(place.source) {
        start = step + 1
      } else if flags.contains(.metadata), heap.fieldName(of: place).hasPrefix("static ") {
        start = step + 1
      }
    }
    return min(start, path.count)
  }

  /// The fields of a way that say something: no elements of arrays, no insides of collections, none of a runtime's.
  private func fields(_ path: ArraySlice<ReferencePlace>) -> [String] {
    path.suffix(Self.wayLimit).compactMap { place in
      guard !heap.isInside(place), worth(of: place.source) != .runtime else { return nil }
      let name = heap.fieldName(of: place)
      guard name.hasPrefix("."), name != ".__proto__" else { return nil }
      return name
    }
  }
}
