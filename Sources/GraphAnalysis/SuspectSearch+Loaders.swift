import ReferenceGraph

extension SuspectSearch {
  /// Class loaders that are kept although a newer one has loaded the same classes: what every deployment of an
  /// application leaves behind when something still refers to the one before.
  ///
  /// One suspect for each class of loaders.
  func keptLoaders(_ histogram: ClassHistogram, progress: WorkProgress) throws(Cancelled) -> [SuspectFinding] {
    let graph = context.graph
    let idioms = details.idioms
    let classes = graph.classes.indices.filter {
      graph.classes[$0].flags.contains(.classLoader) && !idioms.isOwnLoader(graph.classes[$0].name)
    }
    let wanted = Set(classes.map { UInt32($0) })
    guard !wanted.isEmpty, histogram.rows.contains(where: { $0.objects > 1 && wanted.contains(UInt32($0.classIndex)) })
    else { return [] }
    var loaders: [UInt32: [ObjectID]] = [:]
    for id in 1..<graph.rows.rowCount {
      if id & 0xf_ffff == 0 { try progress.check(id) }
      let number = graph.classOfObject[id]
      guard wanted.contains(number), context.tree.isReachable(ObjectID(id)) else { continue }
      if loaders[number]?.count ?? 0 < Self.loaderLimit { loaders[number, default: []].append(ObjectID(id)) }
    }
    return loaders.sorted { $0.key < $1.key }.compactMap { keptLoaders(Int($0.key), $0.value) }
  }

  private static let loaderLimit = 1000
  private static let classLimit = 20_000

  private func keptLoaders(_ number: Int, _ loaders: [ObjectID]) -> SuspectFinding? {
    guard loaders.count > 1 else { return nil }
    // By name of a class: the loaders that loaded one of this name.
    var loadedBy: [String: Set<ObjectID>] = [:]
    var types: [(type: ObjectID, loader: ObjectID)] = []
    for loader in loaders {
      for type in loadedClasses(of: loader) where types.count < Self.classLimit {
        types.append((type, loader))
        if let name = details.summary(of: type) { loadedBy[name, default: []].insert(loader) }
      }
    }
    let repeated = loadedBy.filter { $0.value.count > 1 }
    guard let example = repeated.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { return nil }
    let kept = loaders.filter { loader in repeated.values.contains { $0.contains(loader) } }
    guard let largest = kept.max(by: { context.tree.retainedSize(of: $0) < context.tree.retainedSize(of: $1) }) else {
      return nil
    }
    // A loader and its classes hold each other: whatever comes first on the way there, all of them go together.
    let tree = context.tree
    let isKept = Set(kept)
    let places = (kept + types.filter { isKept.contains($0.loader) }.map(\.type)).map { tree.places[$0.index] }
    let tops = tree.outermost(places.filter { $0 != .max })
    let retained = tops.reduce(0) { $0 + tree.retained[$1] }
    var reasons = [
      "\(grouped(kept.count)) class loaders of one class are kept, and \(grouped(example.value.count)) of them loaded "
        + "a class \(example.key): code that was deployed again and not let go",
      "each keeps all the classes it loaded, their static fields, and what those hold",
    ]
    reasons += ways(to: kept)
    var finding = SuspectFinding(
      kind: .classLoaders, holder: holder(of: largest), worth: .program, component: components.component(of: largest),
      object: largest, count: kept.count, retained: retained, tops: tops, reasons: reasons)
    finding.title = "\(grouped(kept.count)) × \(className(of: largest)) that loaded a class \(example.key)"
    return finding
  }

  /// The class objects that name `loader` as theirs.
  private func loadedClasses(of loader: ObjectID) -> [ObjectID] {
    var result: [ObjectID] = []
    for slot in context.referrers.range(of: loader).prefix(Self.classLimit) {
      let source = ObjectID(context.referrers.targets[slot])
      guard source != .root, result.last != source else { continue }
      if context.graph.objectClass(of: source).flags.contains(.metadata) { result.append(source) }
    }
    return result
  }

  private static let wayLimit = 64
  private static let shownWays = 6

  /// The ways that keep loaders, those of most loaders first, with what they are in words.
  private func ways(to loaders: [ObjectID]) -> [String] {
    var groups: [(way: String, words: [String], count: Int)] = []
    for loader in loaders.prefix(Self.wayLimit) {
      guard let way = keepers(of: loader) else { continue }
      let words = pathEvidence(to: loader).reasons.map(\.reason)
      if let known = groups.firstIndex(where: { Self.withoutNumbers($0.way) == Self.withoutNumbers(way) }) {
        groups[known].count += 1
      } else {
        groups.append((way, words, 1))
      }
    }
    groups = groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    guard groups.count > 1 else { return groups.flatMap { [$0.way] + $0.words } }
    var reasons = groups.prefix(Self.shownWays).flatMap { group in
      // The way names the field.
      ["\(grouped(group.count)) of them \(group.way)"] + group.words.filter { !$0.hasPrefix("held by a static field") }
    }
    if groups.count > Self.shownWays { reasons.append("and in \(grouped(groups.count - Self.shownWays)) more ways") }
    return reasons
  }

  /// A way without the numbers that each loader's lambdas and threads have: `App$$Lambda`, `thread "worker-`.
  static func withoutNumbers(_ way: String) -> String {
    way.split(separator: " ").map { word in
      guard let lambda = word.firstRange(of: "$$Lambda") else { return word.filter { !$0.isNumber } }
      return String(word[..<lambda.upperBound])
    }.joined(separator: " ")
  }

  /// The way from the root to a loader, in short: `kept by static Shop.deployed → … → Plugin → class Plugin → loader`.
  private func keepers(of loader: ObjectID) -> String? {
    let graph = context.graph
    let places = context.path(to: loader)
    guard places.count > 1, places.count < 100 else { return nil }
    var steps: [String] = []
    for place in places.dropFirst() {
      let source = graph.objectClass(of: place.source)
      if source.flags.contains(.metadata) {
        // What was before only led to the class.
        let field = context.fieldName(of: place, details: details)
        let type = details.summary(of: place.source) ?? source.name
        steps = field.hasPrefix("static ") ? [field] : steps + ["class \(type)"]
      } else if source.flags.contains(.thread) {
        // What was before only led to the thread.
        steps = ["thread \(details.summary(of: place.source) ?? "") \(context.fieldName(of: place, details: details))"]
      } else {
        steps.append(source.name)
      }
    }
    let shown = steps.count > 7 ? Array(steps[..<3]) + ["…"] + Array(steps.suffix(3)) : steps
    return "kept by \(shown.joined(separator: " → ")) → the loader"
  }
}
