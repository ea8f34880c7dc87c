import ReferenceGraph

/// Finds the roots that reach a set of objects, backwards along what retains them, nearest first.
struct HolderSearch {
  struct Result {
    /// Indices into `graph.roots`: one for each name.
    var roots: [Int] = []
    /// How many names were found.
    var count = 0
    /// Whether the search was ended early.
    var isCapped = false
  }

  /// At most so many roots are listed.
  static let listLimit = 32

  let context: RetentionContext
  /// At most so many objects and references are looked at beyond the given ones.
  var objectLimit = 200_000
  var referenceLimit = 1_000_000

  func roots(reaching objects: [ObjectID]) -> Result {
    var result = Result()
    var names: Set<NameID> = []
    let seen = FlatArray<UInt64>(zeroed: context.graph.rows.rowCount / 64 + 1)
    var queue: [UInt32] = []
    func visit(_ object: UInt32) {
      let bit: UInt64 = 1 << UInt64(object & 63)
      if seen[object >> 6] & bit == 0 {
        seen[object >> 6] = seen[object >> 6] | bit
        queue.append(object)
      }
    }
    func add(_ root: Int) {
      guard names.insert(context.graph.roots[root].name).inserted else { return }
      result.count += 1
      if result.roots.count < Self.listLimit { result.roots.append(root) }
    }
    for object in objects where context.tree.isReachable(object) { visit(object.rawValue) }
    let limit = queue.count + objectLimit
    let mostReferences = referenceLimit + objects.count
    var references = 0
    var next = 0
    search: while next < queue.count {
      let object = queue[next]
      next += 1
      // A group says more than the group of all groups.
      if let group = context.groupRoots[object] {
        add(group)
        continue
      }
      for slot in context.referrers.range(of: ObjectID(object)) {
        let source = context.referrers.targets[slot]
        references += 1
        // A class may have millions of instances that refer to it.
        if references > mostReferences {
          result.isCapped = true
          break search
        }
        if source == 0 || context.tree.places[source] == .max { continue }
        if !context.retainsAll {
          if !context.keepsAllRetaining { references += context.graph.rows.range(of: ObjectID(source)).count }
          if !context.retains(object, from: source) { continue }
        }
        visit(source)
      }
      for root in context.roots(of: object) { add(root) }
      if next > limit {
        result.isCapped = next < queue.count
        break
      }
    }
    return result
  }
}

extension RetentionContext {
  /// A shortest path from a root to `id`; empty when no root reaches it.
  func path(to id: ObjectID) -> [ReferencePlace] {
    var search = RowSearch(graph)
    return path(to: id, &search)
  }

  /// The same for one of many objects.
  func path(to id: ObjectID, _ search: inout RowSearch) -> [ReferencePlace] {
    guard tree.isReachable(id), id != .root else { return [] }
    var result: [ReferencePlace] = []
    var target = id.rawValue
    while target != 0 {
      let source = paths.arrivals[target].parent
      if source == 0 {
        if let root = roots(of: target).first {
          result.append(ReferencePlace(source: .root, index: root))
        }
      } else {
        var best: Int?
        search.each(from: source, to: target) { k in
          guard retains(k, from: source) else { return true }
          let isLast = !lastOnPaths.isEmpty && lastOnPaths.contains(graph.kind(ofReference: k))
          if best == nil || !isLast { best = k }
          return isLast
        }
        if let best { result.append(ReferencePlace(source: ObjectID(source), index: best)) }
      }
      target = source
    }
    return result.reversed()
  }
}
