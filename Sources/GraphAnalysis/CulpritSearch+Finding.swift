import ReferenceGraph

extension CulpritSearch {
  /// Whose code a set belongs to.
  func worth(of set: Int) -> SuspectFinding.Worth {
    if case .roots(let group) = outline.sets[set].likeness {
      return outline.groups[group].roots.prefix(64).map { search.worth(ofRoot: $0) }.max() ?? .unknown
    }
    return search.worth(of: outline.heaviest(of: set))
  }

  /// Whether a set is one object that holds others for what they are: a class, a thread, the variables of a function.
  private func isHolder(_ set: Int) -> Bool { search.isHolder(outline.heaviest(of: set)) }

  /// Whether a set is what the objects above it are made of: the tables of a map.
  private func isPart(_ set: Int) -> Bool { search.isPart(outline.heaviest(of: set)) }

  /// Whether a set is of several objects: one with one or two of its class somewhere below it is one object.
  private func isMany(_ set: Int) -> Bool {
    let like = outline.sets[set]
    return like.count >= RetentionOutline.fewest || like.heads > 1
  }

  /// What a stretch of the outline comes to; nil when nothing on it can be named.
  func finding(_ stretch: Stretch) -> SuspectFinding? {
    var sets = stretch.sets[...]
    if let first = sets.first, case .roots(let group) = outline.sets[first].likeness {
      sets.removeFirst()
      return finding(ofGroup: group, first, sets, stretch)
    }
    let split = sets.firstIndex { isMany($0) && !isHolder($0) } ?? sets.endIndex
    let singles = sets[..<split].filter { !isHolder($0) }
    let content = content(of: sets[split...])
    let own = singles.lastIndex { worth(of: $0).isOwn && !isPart($0) }
    var isOwn = own != nil || stretch.isBelowProgram || sets[..<split].contains { worth(of: $0).isOwn }
    if !isOwn, let object = (singles.first ?? content ?? sets.first).map({ outline.heaviest(of: $0) }) {
      isOwn = search.isHeldByProgram(object)
    }
    // The collection as the program sees it.
    var store = own.map { own in
      let next = singles.index(after: own)
      return next < singles.endIndex && !isPart(singles[next]) ? next : own
    }
    if own == nil, !singles.isEmpty {
      var last = singles.index(before: singles.endIndex)
      while last > singles.startIndex, isInside(singles[last], below: singles[last - 1]) { last -= 1 }
      store = last
    }
    let accumulator = store.map { singles[$0] }
    let shown = stretch.sets.filter { $0 != accumulator }
    if let content, isMany(content),
      worth(of: content).isOwn || accumulator == nil || outline.sets[content].isChain
    {
      var result = finding(ofSet: content, in: accumulator, stretch)
      result.isHeldByProgram = isOwn
      result.onItsWay = ways(singles.reversed().filter { $0 != content })
      return result
    }
    guard let accumulator = accumulator ?? content else { return nil }
    var result = finding(ofStore: accumulator, content.flatMap { isMany($0) ? $0 : nil }, stretch)
    result.isHeldByProgram = isOwn
    result.onItsWay = ways(shown.reversed().filter { singles.contains($0) })
    return result
  }

  /// The set of a stretch that says most of what there is so much of: the program's nearest to the bytes; where nothing
  /// is the program's, what was put into a collection.
  private func content(of sets: ArraySlice<Int>) -> Int? {
    let named = sets.filter { !isHolder($0) && !isPart($0) }
    for wanted in [SuspectFinding.Worth.program, .library] {
      if let found = named.last(where: { worth(of: $0) == wanted }) { return found }
    }
    let inner = named.filter { set in
      !outline.flags(of: set).contains(.backingStore)
        && !(outline.sets[set].parent.map { isInside(set, below: $0) } ?? false)
    }
    return inner.last { outline.flags(of: $0).isDisjoint(with: [.pointerFree, .array]) }
      ?? inner.last { !outline.flags(of: $0).contains(.pointerFree) } ?? inner.last
      ?? named.first { outline.sets[$0].isChain }
  }

  /// Whether a set is made of parts of collections that the set above stands for.
  private func isInside(_ set: Int, below parent: Int) -> Bool {
    guard case .class = outline.sets[parent].likeness else { return false }
    return search.isInside(outline.heaviest(of: set))
  }

  private func ways(_ sets: [Int]) -> [Suspect.Way] {
    sets.prefix(8).map {
      Suspect.Way(title: search.name(of: outline.heaviest(of: $0)), retained: outline.sets[$0].retained)
    }
  }

  /// So many objects are asked what they refer to.
  private static let askedParents = 1_000_000

  /// How many references lead from the objects of the set above to objects of a set's class: more than there are
  /// objects in the set, where something else holds some of them too.
  private func entries(of set: Int) -> Int {
    let like = outline.sets[set]
    guard let parent = like.parent, let index = outline.classIndex(of: set), !like.isChain,
      case .class = outline.sets[parent].likeness, outline.sets[parent].count <= Self.askedParents
    else { return like.count }
    let graph = context.graph
    var count = 0
    for place in outline.sets[parent].places {
      let source = context.tree.objects[place]
      for k in graph.rows.range(of: ObjectID(source)) {
        if outline.kind(ofClass: graph.classOfObject[graph.rows.targets[k]]) == index, context.retains(k, from: source)
        {
          count += 1
        }
      }
    }
    // Twice as many are no entries: objects that know one another.
    return count >= like.count && 5 * count <= 6 * like.count ? count : like.count
  }

  /// The class of a set's objects; of functions of one name that.
  private func className(of set: Int) -> String {
    let object = outline.heaviest(of: set)
    guard outline.flags(of: set).contains(.function) else { return search.className(of: object) }
    let name = search.name(of: object)
    guard let found = commonName(of: set) else { return context.graph.objectClass(of: object).name }
    if found.isOfAll { return name }
    let type = context.graph.objectClass(of: object).name
    return found.name.hasPrefix(type + " ") ? "\(type), most of them \(found.name.dropFirst(type.count + 1))" : type
  }

  /// The name of most objects of a set, by some of them; nil where they have many names.
  private func commonName(of set: Int) -> (name: String, isOfAll: Bool)? {
    let asked = outline.sets[set].places.prefix(64)
    var counts: [String: Int] = [:]
    for place in asked { counts[search.name(of: ObjectID(context.tree.objects[place])), default: 0] += 1 }
    guard let (most, count) = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), 4 * count >= 3 * asked.count
    else { return nil }
    return (most, counts.count == 1)
  }

  /// Whether a set is functions of many names.
  private func isCode(_ set: Int) -> Bool {
    outline.flags(of: set).contains(.function) && commonName(of: set) == nil
  }

  // MARK: Kinds

  private func finding(ofSet set: Int, in store: Int?, _ stretch: Stretch) -> SuspectFinding {
    let object = outline.heaviest(of: set)
    let like = outline.sets[set]
    let tops = outline.outermost(of: set)
    let anchor = store.map { outline.heaviest(of: $0) }
    var result = SuspectFinding(
      kind: like.isChain ? .chain : .group, worth: worth(of: set), object: anchor ?? object, count: entries(of: set),
      retained: tops.reduce(0) { $0 + context.tree.retained[$1] }, tops: tops)
    let name = className(of: set)
    if like.isChain {
      let chains = like.heads > 1 ? "\(grouped(like.heads)) chains, together " : "a chain of "
      result.title = "\(chains)\(grouped(like.count)) × \(name)"
    } else {
      result.title = "\(grouped(result.count)) × \(name)"
      let chain = stretch.sets.last { $0 != set && outline.sets[$0].isChain }
      if let chain {
        result.kind = .chain
        result.title +=
          " in a chain of \(grouped(outline.sets[chain].count)) × "
          + className(of: chain)
      }
    }
    result.note = search.unused(object)
    result.isCode = isCode(set)
    result.holder = search.holder(of: anchor ?? object)
    join(&result, sets: stretch.sets, from: set)
    result.reasons = reasons(for: result, count: like.count, store: anchor, part: object)
    if result.kind != .heldCycle, result.count > like.count {
      result.reasons.append("\(grouped(result.count - like.count)) of them are held by something else too")
    }
    return result
  }

  private func finding(ofStore set: Int, _ content: Int?, _ stretch: Stretch) -> SuspectFinding {
    let object = outline.heaviest(of: set)
    let retained = outline.sets[set].retained
    var result = SuspectFinding(
      kind: .accumulation, worth: worth(of: set), object: object, retained: retained, tops: [outline.sets[set].heaviest]
    )
    result.title = search.name(of: object)
    let entries = search.entryCount(of: object)
    if let entries, entries >= 2 {
      result.kind = .largeStore
      result.entries = entries
    }
    if let content {
      let name = className(of: content)
      result.content = "\(grouped(self.entries(of: content))) × \(name)"
      result.isCode = isCode(content)
      result.contentIsOwn = worth(of: content).isOwn
      result.contentIsOfRuntime = worth(of: content) == .runtime
      result.contentIsTyped = !outline.flags(of: content).contains(.untyped)
    }
    result.note = search.unused(object)
    if let content, let note = search.unused(outline.heaviest(of: content)) {
      result.note = [result.note, "of the largest \(note)"].compactMap { $0 }.joined(separator: ", ")
    }
    result.holder = search.holder(of: object)
    join(&result, sets: stretch.sets, from: set)
    result.reasons = reasons(for: result, count: 1, store: object, part: object)
    return result
  }

  private func finding(ofGroup group: Int, _ first: Int, _ sets: ArraySlice<Int>, _ stretch: Stretch) -> SuspectFinding
  {
    let like = outline.groups[group]
    let set = outline.sets[first]
    var result = SuspectFinding(
      kind: .rootGroup, worth: worth(of: first), object: outline.heaviest(of: first), count: like.count,
      retained: set.retained, tops: set.places.sorted(), group: group)
    result.isHeldByProgram = result.worth.isOwn
    result.title = "\(grouped(like.count)) \(like.name)"
    if let seconds = like.longestWait, seconds > 0 { result.title += ", longest \(Self.duration(seconds))" }
    if let creator = like.creator { result.reasons.append("started by \(creator)") }
    if let content = content(of: sets) {
      if result.worth < worth(of: content) { result.worth = worth(of: content) }
      result.object = outline.heaviest(of: content)
      let bytes = ByteCount.text(context.tree.retained[outline.sets[content].heaviest])
      result.title += ": \(grouped(outline.sets[content].count)) × \(search.className(of: result.object))"
      result.reasons.append(
        "\(grouped(outline.sets[content].count)) × \(search.className(of: result.object)), \(bytes) the largest, "
          + "held by \(search.holder(of: result.object))")
      for (reason, _) in search.pathEvidence(to: result.object).reasons where !result.reasons.contains(reason) {
        result.reasons.append(reason)
      }
    }
    // The number of those that are alike stands for all of them.
    result.holder = search.holder(of: result.object, countsMore: false)
    if !result.holder.isEmpty { result.holder += " and \(grouped(like.count - 1)) more" }
    result.reasons.insert(
      "\(grouped(like.count)) \(like.name) are alike: what one of them keeps stays until it ends", at: 0)
    // How one of them keeps it: by a variable that belongs to the thread, by a queue.
    let evidence = search.pathEvidence(to: result.object)
    result.reasons += evidence.reasons.map(\.reason)
    return result
  }

  /// `2 h 3 m`, `20 s`.
  private static func duration(_ seconds: UInt64) -> String {
    let parts = [(seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    let start = parts.firstIndex { $0.0 > 0 } ?? 3
    return parts[start..<min(start + 2, 4)].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }

  /// Where the objects are members of cycles that explain the same bytes, the cycles are shown.
  private func join(_ finding: inout SuspectFinding, sets: [Int], from set: Int) {
    let start = sets.firstIndex(of: set) ?? 0
    let order = [set] + sets[..<start].reversed().filter { !isHolder($0) } + sets[(start + 1)...]
    for candidate in order {
      guard let id = search.components.component(of: outline.heaviest(of: candidate)) else { continue }
      let component = search.components[id]
      let shape = search.shapes[component.shape]
      let bytes = shape.heldCount > 1 ? shape.retained : component.retained
      guard shape.heldCount > 0, 2 * bytes >= finding.retained, bytes <= 2 * finding.retained,
        search.worth(ofShape: component.shape) >= min(finding.worth, .unknown), !search.isOfEngine(component),
        !search.isOfCollection(component)
      else { continue }
      // What has no type says less than what it is full of.
      if finding.contentIsTyped, search.isUntyped(component) { continue }
      finding.kind = .heldCycle
      finding.shape = component.shape
      finding.component = shape.components[0]
      finding.retained = bytes
      finding.object = search.components[shape.components[0]].nearest ?? finding.object
      finding.isExact = shape.retainedIsExact
      if shape.heldCount > 1 {
        finding.count = shape.heldCount
        finding.title = "\(grouped(shape.heldCount)) × \(shape.title)"
        finding.content = ""
      } else if finding.count == 1, finding.content.isEmpty {
        finding.title = shape.title
      } else {
        finding.cycle = " in a cycle of \(grouped(component.objects)) \(component.objects == 1 ? "object" : "objects")"
      }
      return
    }
  }

  private func reasons(
    for finding: SuspectFinding, count: Int, store: ObjectID?, part: ObjectID
  ) -> [String] {
    var reasons: [String] = []
    if let shape = finding.shape, let id = finding.component {
      return search.cycleReasons(shape, search.components[id]).reasons
    }
    if let store { reasons += search.storeReasons(store) }
    reasons += search.accumulationEvidence(store ?? part)
    return reasons
  }
}
