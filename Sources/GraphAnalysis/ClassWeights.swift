import ReferenceGraph

/// The classes of a shape in the order in which a title names them: the program's named types first, then those of
/// libraries and of nobody known, then those of the runtime; each by what its members keep alive.
///
/// A member keeps what it retains without what members retain that it dominates at once: the bytes that hang on it.
struct ClassWeights {
  private let context: RetentionContext
  private let details: any ObjectDetails
  /// By class what its members of the shape at hand keep, and an example; those in `seen` are of this shape.
  private var bytes: [Int64]
  private var examples: [UInt32]
  private var seen: [UInt32] = []
  /// By class whose code it is; a class of functions is asked for in every shape, since names say little of functions.
  private var owners: [UInt32: CodeOwner] = [:]

  init(_ context: RetentionContext, details: any ObjectDetails) {
    self.context = context
    self.details = details
    bytes = [Int64](repeating: 0, count: context.graph.classes.count)
    examples = [UInt32](repeating: 0, count: context.graph.classes.count)
  }

  /// The names in `signature`, those first that say most.
  mutating func classes(
    of signature: [ShapeStep], _ components: ArraySlice<UInt32>, _ members: borrowing ComponentMembers,
    _ progress: WorkProgress
  ) throws(Cancelled) -> [String] {
    var names: Set<String> = []
    for step in signature { names.insert(step.source) }
    if names.count < 2 { return Array(names) }
    try weigh(components, members, progress)
    var entries: [String: (tier: Int, bytes: Int64)] = [:]
    for number in seen {
      let name = ShapeStep.lastingName(context.graph.classes[Int(number)].name)
      let tier = tier(number, name)
      let known = entries[name]
      entries[name] = (min(known?.tier ?? tier, tier), (known?.bytes ?? 0) + bytes[Int(number)])
      bytes[Int(number)] = 0
      examples[Int(number)] = 0
    }
    seen.removeAll(keepingCapacity: true)
    return names.map { name in (name, entries[name] ?? (.max, 0)) }.sorted { left, right in
      if left.1.tier != right.1.tier { return left.1.tier < right.1.tier }
      return left.1.bytes != right.1.bytes ? left.1.bytes > right.1.bytes : left.0 < right.0
    }.map(\.0)
  }

  /// Of about so many members of a shape at least the weight is taken: of more every second or third, and so on.
  private static let mostWeighed = 1 << 16

  private mutating func weigh(
    _ components: ArraySlice<UInt32>, _ members: borrowing ComponentMembers, _ progress: WorkProgress
  ) throws(Cancelled) {
    let tree = context.tree
    let count = components.reduce(0) { $0 + Int(members.starts[$1 + 1] - members.starts[$1]) }
    let stride = UInt32(clamping: max(1, count / Self.mostWeighed))
    for component in components {
      let all = members.starts[component]..<members.starts[component + 1]
      for slot in Swift.stride(from: all.lowerBound, to: all.upperBound, by: Int(stride)) {
        if Int(slot) & progressMask == 0, progress.isCancelled { throw Cancelled() }
        let object = members.members[slot]
        let number = context.graph.classOfObject[object]
        if examples[Int(number)] == 0 {
          examples[Int(number)] = object
          seen.append(number)
        }
        let place = tree.places[object]
        guard place != .max else {
          bytes[Int(number)] &+= Int64(clamping: context.graph.size(of: ObjectID(object)))
          continue
        }
        let retained = Int64(clamping: tree.retained[place])
        bytes[Int(number)] &+= retained
        let dominator = tree.objects[tree.parents[place]]
        // It is weighed itself, before or after.
        if dominator != 0, members.set.component(of: dominator) == component {
          bytes[Int(context.graph.classOfObject[dominator])] &-= retained
        }
      }
    }
  }

  private mutating func tier(_ number: UInt32, _ name: String) -> Int {
    let isTelling = CycleShape.isTelling(name)
    switch owner(number) {
    case .program: return isTelling ? 0 : 1
    case .library, .unknown: return isTelling ? 2 : 4
    case .runtime: return isTelling ? 3 : 4
    }
  }

  private mutating func owner(_ number: UInt32) -> CodeOwner {
    let isFunction = context.graph.classes[Int(number)].flags.contains(.function)
    if !isFunction, let known = owners[number] { return known }
    let owner = details.owner(of: ObjectID(examples[Int(number)]))
    owners[number] = owner
    return owner
  }
}
