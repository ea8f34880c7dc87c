import ReferenceGraph

/// Groups the references into and inside a component by class and field, and finds what each group frees.
struct CutGroupSearch {
  /// The most references that are looked at for all groups together; at least `fewestTried` groups are tried.
  private static let steps = 600_000_000
  private static let fewestTried = 24
  private static let mostTried = 1000
  /// The most groups that are named, to be tried or not.
  private static let mostNamed = 4000

  let context: RetentionContext
  let details: any ObjectDetails
  let set: Components
  let component: Component
  let inside: ComponentGraph
  let lookups: ReportLookups

  private struct Group {
    var id: CutGroup.ID
    var owner: CodeOwner
    var references: [ReferencePlace]
  }

  func run(progress: WorkProgress) throws(Cancelled) -> CutGroups {
    guard component.isHeld else {
      return CutGroups(component: component.id, groups: [], triedCount: 0, groupCount: 0)
    }
    let members = inside.objects
    progress.begin(CutGroupStep.drawRegion, total: UInt64(component.retainedObjects))
    guard let tops = try tops(members, progress) else {
      // Of the groups inside, at least, none is tried.
      return CutGroups(
        component: component.id, groups: [], triedCount: 0, groupCount: try gather(inside, [], progress).count)
    }
    var region = try RetainedRegion(
      tops, of: component.id, members: members, set: set, context, &lookups.rows, progress: progress)
    progress.begin(CutGroupStep.group, total: UInt64(inside.references.count))
    var (groups, count) = try gather(inside, region.entries, progress)
    let each = region.searchSteps + inside.references.count + 1
    let limit = min(Self.mostTried, max(Self.fewestTried, min(Self.steps, lookups.share) / each))
    if count > limit { groups = likeliest(groups, limit) }
    lookups.take(groups.count * each)
    progress.begin(CutGroupStep.weigh, total: UInt64(groups.count))
    let rings = RingTest(inside)
    let found = try lookups.withReferences { cut throws(Cancelled) in
      var found: [CutGroup] = []
      for (number, group) in groups.enumerated() {
        try progress.check(number)
        let references = context.withSlots(group.references)
        for reference in references { cut.insert(context.cutKey(reference)) }
        let freed = region.freed(without: cut)
        let endsCycles = group.id.kind == .inside && !rings.hasRing(without: cut)
        for reference in references { cut.remove(context.cutKey(reference)) }
        guard freed.objects > 0 || endsCycles else { continue }
        found.append(
          CutGroup(
            id: group.id, owner: group.owner, references: group.references, freedBytes: freed.bytes,
            freedObjects: freed.objects, endsCycles: endsCycles))
      }
      return found
    }
    return CutGroups(
      component: component.id, groups: Self.ranked(found), triedCount: groups.count, groupCount: count)
  }

  /// The places in the retention tree of all that goes with the component; nil when the heap would have to be searched
  /// once too often.
  private func tops(_ members: [ObjectID], _ progress: WorkProgress) throws(Cancelled) -> [UInt32]? {
    if component.retainedIsExact { return set.measures.topPlaces(of: component.id.index) }
    guard lookups.share >= context.heapSteps else { return nil }
    lookups.take(context.heapSteps)
    let tree = context.tree
    let kept = try context.reachable(without: members, progress: progress)
    var tops: [UInt32] = []
    var place: UInt32 = 1
    while place < UInt32(tree.objects.count) {
      if kept.contains(tree.objects[place]) {
        place += 1
      } else {
        tops.append(place)
        place += tree.counts[place]
      }
    }
    return tops
  }

  // MARK: Gathering

  /// What references are told apart by first, in numbers.
  private struct Key: Hashable {
    var source: UInt32
    var field: UInt32
    var target: UInt32
    var isInside: Bool
  }

  private func gather(
    _ inside: ComponentGraph, _ entries: [ReferencePlace], _ progress: WorkProgress
  ) throws(Cancelled) -> (groups: [Group], count: Int) {
    let graph = context.graph
    var numbers: [Key: Int] = [:]
    var keys: [Key] = []
    var references: [[ReferencePlace]] = []
    var slots = SlotTest(context)
    func add(_ place: ReferencePlace, isInside: Bool) {
      if slots.isSlot(place) { return }
      let source = graph.classOfObject[place.source.rawValue]
      let isArray = graph.classes[Int(source)].flags.contains(.array)
      let key = Key(
        source: source, field: isArray ? .max : graph.fields.count == 0 ? 0 : graph.fields[place.index],
        target: graph.classOfObject[graph.target(of: place).rawValue], isInside: isInside)
      if let number = numbers[key] {
        references[number].append(place)
      } else {
        numbers[key] = keys.count
        keys.append(key)
        references.append([place])
      }
    }
    for source in 0..<inside.count {
      if source & progressMask == 0 { try progress.check(inside.offsets[source]) }
      for k in inside.range(of: source) { add(inside.place(k, of: source), isInside: true) }
    }
    var groups: [CutGroup.ID: Group] = [:]
    for place in entries {
      if place.source != .root {
        add(place, isInside: false)
        continue
      }
      let index = Int(place.index)
      let id = CutGroup.ID(
        kind: .entry, source: nil, field: details.group(ofRoot: index)?.name ?? graph.nameOfRoot(index), target: nil)
      groups[id, default: Group(id: id, owner: details.owner(ofRoot: index), references: [])].references.append(place)
    }
    // Of tens of thousands most are not tried: those that lead to least are not even named.
    var named = Array(keys.indices)
    if named.count > Self.mostNamed {
      let bytes = references.map { self.bytes(of: $0) }
      named.sort { bytes[$0] != bytes[$1] ? bytes[$0] > bytes[$1] : $0 < $1 }
      named = named.prefix(Self.mostNamed).sorted()
    }
    for number in named {
      if progress.isCancelled { throw Cancelled() }
      let (key, places) = (keys[number], references[number])
      let (id, owner) = name(places[0], isInside: key.isInside)
      groups[id, default: Group(id: id, owner: owner, references: [])].references += places
    }
    let found = groups.values.map { group in
      var group = group
      // Roots have small indices: they come first.
      group.references.sort { ($0.source, $0.index) < ($1.source, $1.index) }
      return group
    }.sorted { Self.isBefore($0.id, $1.id) }
    return (found, found.count + keys.count - named.count)
  }

  /// The group of a reference.
  ///
  /// Elements, and what lies in collections of the runtime, are told apart by what they refer to; what a field of the
  /// program refers to is mostly of one class and its subclasses.
  private func name(_ place: ReferencePlace, isInside: Bool) -> (CutGroup.ID, CodeOwner) {
    let step = context.step(of: place, details: details)
    let owner = details.owner(of: place.source)
    let field = Self.withoutIndices(step.field)
    let isPart = owner == .runtime || field.utf8Index(of: "[]") != nil
    return (
      CutGroup.ID(
        kind: isInside ? .inside : .entry, source: step.source, field: field, target: isPart ? step.target : nil),
      owner
    )
  }

  /// `.slots[].elem` of `.slots[3].elem`.
  static func withoutIndices(_ field: String) -> String {
    guard field.utf8.contains(UInt8(ascii: "[")) else { return field }
    var result: [UInt8] = []
    var isIndex = false
    for byte in field.utf8 {
      if isIndex, (0x30...0x39).contains(byte) { continue }
      isIndex = byte == UInt8(ascii: "[")
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// What the targets of references retain, each byte counted once.
  private func bytes(of references: [ReferencePlace]) -> UInt64 {
    let tree = context.tree
    var bytes: UInt64 = 0
    var end: UInt32 = 0
    let places = references.map { tree.places[context.graph.target(of: $0).index] }.filter { $0 != .max }
    for place in places.sorted() where place >= end {
      bytes += tree.retained[place]
      end = place + tree.counts[place]
    }
    return bytes
  }

  /// Of very many groups those that lead to most: by what their targets retain, each byte counted once.
  private func likeliest(_ groups: [Group], _ limit: Int) -> [Group] {
    let weighed = groups.map { group -> (group: Group, bytes: UInt64) in
      (group, Self.weighed(bytes(of: group.references), group.owner, group.id))
    }
    return weighed.sorted { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : Self.isBefore($0.group.id, $1.group.id) }
      .prefix(limit).map(\.group)
  }

  // MARK: Ranking

  private static func ranked(_ groups: [CutGroup]) -> [CutGroup] {
    groups.map { (group: $0, weight: weighed($0.freedBytes, $0.owner, $0.id)) }.sorted { left, right in
      if left.weight != right.weight { return left.weight > right.weight }
      let counts = (left.group.references.count, right.group.references.count)
      if counts.0 != counts.1 { return counts.0 < counts.1 }
      return isBefore(left.group.id, right.group.id)
    }.map(\.group)
  }

  /// Bytes of which those that the program's own references free count in full, those of libraries and of what nobody
  /// is known to own a tenth less, and those of the runtime and of the insides of collections a quarter less.
  private static func weighed(_ bytes: UInt64, _ owner: CodeOwner, _ id: CutGroup.ID) -> UInt64 {
    switch owner {
    case .program: bytes
    case .library: bytes / 10 * 9
    case .unknown: isInside(id) ? bytes / 4 * 3 : bytes / 10 * 9
    case .runtime: bytes / 4 * 3
    }
  }

  /// Whether a reference is of a collection, a closure or the engine rather than of a named type's field.
  private static func isInside(_ id: CutGroup.ID) -> Bool {
    guard let source = id.source else { return false }
    return id.target != nil || id.field.hasPrefix("[[") || !CycleShape.isTelling(source)
  }

  private static func isBefore(_ left: CutGroup.ID, _ right: CutGroup.ID) -> Bool {
    if left.kind != right.kind { return left.kind == .entry }
    let (leftSource, rightSource) = (left.source ?? "", right.source ?? "")
    if leftSource != rightSource { return leftSource < rightSource }
    if left.field != right.field { return left.field < right.field }
    return left.target ?? "" < right.target ?? ""
  }
}

/// Tells slots that list a reference of a table's owner once more: they go with it.
private struct SlotTest {
  private let context: RetentionContext
  /// By table what its owner refers to; empty for a table of nobody's.
  private var known: [ObjectID: Set<UInt32>] = [:]

  init(_ context: RetentionContext) { self.context = context }

  mutating func isSlot(_ place: ReferencePlace) -> Bool {
    guard context.isTable(place.source) else { return false }
    let graph = context.graph
    if known[place.source] == nil {
      var targets: Set<UInt32> = []
      if let owner = context.owner(ofTable: place.source) {
        for k in graph.rows.range(of: owner) where context.retains(k, from: owner.rawValue) {
          targets.insert(graph.rows.targets[k])
        }
      }
      known[place.source] = targets
    }
    return known[place.source]?.contains(graph.rows.targets[place.index]) == true
  }
}

/// Whether a component still has a ring when some of its references are cut: objects that nothing refers to go, again
/// and again (Kahn, "Topological sorting of large networks", 1962).
private struct RingTest {
  private let graph: ComponentGraph
  private let arrivals: [Int32]

  init(_ graph: ComponentGraph) {
    self.graph = graph
    var arrivals = [Int32](repeating: 0, count: graph.count)
    for target in graph.targets { arrivals[Int(target)] += 1 }
    self.arrivals = arrivals
  }

  func hasRing(without cut: borrowing ReferenceSet) -> Bool {
    var left = arrivals
    for k in graph.targets.indices where cut.contains(graph.references[k]) { left[Int(graph.targets[k])] -= 1 }
    var free = left.indices.filter { left[$0] == 0 }
    var gone = 0
    while let object = free.popLast() {
      gone += 1
      for k in graph.range(of: object) where !cut.contains(graph.references[k]) {
        let target = Int(graph.targets[k])
        left[target] -= 1
        if left[target] == 0 { free.append(target) }
      }
    }
    return gone < graph.count
  }
}
