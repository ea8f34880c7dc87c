import ReferenceGraph

/// What reports on one component after the other look up in common: made once, and only what is needed.
final class ReportLookups {
  private let context: RetentionContext
  /// References from objects with many.
  var rows: RowSearch
  /// Steps that searches may take which may go through the heap for a single component.
  private(set) var allowance: Int
  /// Steps that ways from roots may still have which are told.
  private var waySteps: Int
  /// Whether there are many components: then searches whose length is a matter of taste are shorter.
  let isForMany: Bool
  private var freedSet: FreedSet?
  private var references: ReferenceSet?
  /// By place in the retention tree the nearest one on the way up, itself counted, that a single reference holds; 0
  /// where there is none.
  private var singles: [UInt32: UInt32] = [:]
  /// By object the first one on the preferred way to it, the one that a root refers to.
  private var firstOnWay = FlatArray<UInt32>(zeroed: 0)

  /// For one component: whatever it takes.
  init(_ context: RetentionContext) {
    self.context = context
    rows = RowSearch(context.graph)
    (allowance, waySteps) = (.max, .max)
    isForMany = false
  }

  /// For all of a heap, in a time that grows as the heap does.
  init(forMany context: RetentionContext) {
    self.context = context
    rows = RowSearch(context.graph)
    allowance = 60_000_000 + 32 * (context.graph.rows.rowCount + context.graph.rows.referenceCount)
    waySteps = 200_000 + 2 * context.graph.rows.rowCount
    isForMany = true
  }

  /// The most steps that one component may take now: half of what is left, so that there is some for the others.
  var share: Int { isForMany ? allowance / 2 : .max }

  /// Counts steps that were taken.
  func take(_ steps: Int) { if isForMany { allowance = max(0, allowance - steps) } }

  /// Whether a way of so many steps is followed.
  func follows(_ steps: Int) -> Bool {
    guard isForMany else { return true }
    guard steps <= CycleOutlines.pathLimit, steps <= waySteps else { return false }
    waySteps -= steps
    return true
  }

  /// What goes with some references, by a search near them; nil when that takes more than `steps`.
  func freed(cutting cut: [ReferencePlace], steps: Int) -> FreedSet.Result? {
    if freedSet == nil { freedSet = FreedSet(context) }
    var left = steps
    let result = freedSet!.cut(cut, allowance: &left)
    take(steps - max(0, left))
    return result
  }

  /// Runs `body` with a set of references that is empty, and is to be empty afterwards.
  func withReferences<Result>(
    _ body: (borrowing ReferenceSet) throws(Cancelled) -> Result
  ) throws(Cancelled) -> Result {
    if references == nil {
      references = ReferenceSet(of: context.graph.rows.referenceCount + context.graph.roots.count)
    }
    do throws(Cancelled) {
      return try body(references!)
    } catch {
      references = nil
      throw error
    }
  }

  /// The nearest place above `place`, or itself, that a single reference holds, and that reference.
  func single(above place: UInt32) -> (place: UInt32, reference: ReferencePlace)? {
    var passed: [UInt32] = []
    var at = place
    var found: UInt32?
    while at != 0, found == nil {
      if let known = singles[at] {
        found = known
      } else {
        passed.append(at)
        if reference(to: at) != nil { found = at } else { at = context.tree.parents[at] }
      }
    }
    for other in passed { singles[other] = found ?? 0 }
    guard let found, found != 0, let reference = reference(to: found) else { return nil }
    return (found, reference)
  }

  /// The only reference that holds what is at `place`.
  private func reference(to place: UInt32) -> ReferencePlace? {
    // A property and its slot in a table are one.
    let limit = context.hasTables ? 16 : 2
    let references = context.outsideReferences(to: context.tree.objects[place], limit: limit, &rows)
    return references.count < limit ? context.single(references) : nil
  }

  /// The first object on the preferred way to one that a root reaches.
  func firstOnWay(to object: ObjectID) -> ObjectID {
    if firstOnWay.count == 0 { firstOnWay = FlatArray(zeroed: context.graph.rows.rowCount) }
    var passed: [UInt32] = []
    var at = object.rawValue
    while firstOnWay[at] == 0 {
      passed.append(at)
      let parent = context.paths.arrivals[at].parent
      if parent == 0 { break }
      at = parent
    }
    let first = firstOnWay[at] == 0 ? at : firstOnWay[at]
    for other in passed { firstOnWay[other] = first }
    return ObjectID(first)
  }
}
