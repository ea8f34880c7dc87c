import ReferenceGraph

extension SuspectSearch {
  /// A search for a static field goes no further.
  private static let lastingObjects = 10_000
  private static let lastingReferences = 50_000

  /// The nearest static field that holds a thread, or an object to which the nearest way leads through one: what
  /// threads refer to goes with them, or when a method returns, and the field stays.
  ///
  /// Nil where no thread is on the way, and where nothing but threads holds the object.
  func lastingField(of object: ObjectID) -> String? {
    let graph = context.graph
    func isThread(_ object: ObjectID) -> Bool { graph.objectClass(of: object).flags.contains(.thread) }
    guard let distance = context.paths.distance(of: object), distance < 10_000,
      isThread(object) || context.path(to: object).contains(where: { $0.source != .root && isThread($0.source) })
    else { return nil }
    let loose = context.lastOnPaths.union(ReferenceKinds(.runtime))
    var seen: Set = [object]
    var queue = [object]
    var next = 0
    var references = 0
    while next < queue.count, next < Self.lastingObjects {
      let target = queue[next]
      next += 1
      for slot in context.referrers.range(of: target) {
        references += 1
        if references > Self.lastingReferences { return nil }
        let source = ObjectID(context.referrers.targets[slot])
        guard source != .root, context.tree.isReachable(source), !isThread(source), !seen.contains(source) else {
          continue
        }
        let row = graph.rows.range(of: source)
        references += row.count
        let isHeld = row.contains {
          graph.rows.targets[$0] == target.rawValue && context.retains($0, from: source.rawValue)
            && !loose.contains(graph.kind(ofReference: $0))
        }
        guard isHeld else { continue }
        if graph.objectClass(of: source).flags.contains(.metadata) {
          // Beyond a class lies what loaded it.
          let field = row.lazy.filter { graph.rows.targets[$0] == target.rawValue }
            .map { context.fieldName(of: ReferencePlace(source: source, index: $0), details: details) }
            .first { $0.hasPrefix("static ") }
          if let field { return String(field.dropFirst("static ".count)) }
          continue
        }
        seen.insert(source)
        queue.append(source)
      }
    }
    return nil
  }
}
