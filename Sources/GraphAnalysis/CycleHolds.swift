import ReferenceGraph

/// How many cycles there are by what holds them, in all and of each shape.
struct CycleHolds: Sendable {
  /// Of all cycles.
  private(set) var all: [Hold: Int] = [:]
  /// By index of the shape, of those whose cycles are not all held by roots or by nothing.
  private var unlike: [Int: [Hold: Int]] = [:]
  private let unheld: Hold

  /// Counts the cycles of `shapes`, which are ranked.
  init(_ shapes: [CycleShape], _ components: Components, _ context: RetentionContext) {
    unheld = context.unheld
    for (index, shape) in shapes.enumerated() {
      var counts = plain(shape)
      let mayBeUnlike =
        context.unrecorded != nil && shape.heldCount > 0 || context.possible != nil && shape.heldCount < shape.count
      if mayBeUnlike {
        counts = [:]
        for id in shape.components { counts[context.hold(of: id, components), default: 0] += 1 }
        unlike[index] = counts
      }
      all.merge(counts, uniquingKeysWith: +)
    }
  }

  /// Of one shape.
  func of(_ shape: CycleShape, _ index: Int) -> [Hold: Int] { unlike[index] ?? plain(shape) }

  private func plain(_ shape: CycleShape) -> [Hold: Int] {
    var counts: [Hold: Int] = [:]
    if shape.heldCount > 0 { counts[.root] = shape.heldCount }
    if shape.heldCount < shape.count { counts[unheld] = shape.count - shape.heldCount }
    return counts
  }
}

extension RetentionContext {
  /// What holds an object.
  func hold(of object: ObjectID) -> Hold {
    switch tree.tier(of: object) {
    case nil: possible?.holder(of: object).map { .perhaps($0) } ?? unheld
    case .unrecorded: .unrecorded(unrecorded?.holder(of: object, tree) ?? 0)
    default: .root
    }
  }

  /// What holds a cycle.
  func hold(of id: ComponentID, _ components: Components) -> Hold {
    if let nearest = components[id].nearest { return hold(of: nearest) }
    // Of a cycle all or nothing is held: each of its objects leads to all others.
    guard possible != nil, let member = components.members(of: id, 0..<1).first else { return unheld }
    return hold(of: member)
  }
}
