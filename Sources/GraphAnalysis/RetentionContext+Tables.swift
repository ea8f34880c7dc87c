import ReferenceGraph

/// Values that a dump lists twice: as references of an object, and as slots of the table that they lie in. Who deletes
/// the property empties the slot.
extension RetentionContext {
  func isTable(_ object: ObjectID) -> Bool {
    hasTables && object != .root && graph.objectClass(of: object).flags.contains(.backingStore)
  }

  /// The object whose values lie in `table`; nil when that is no table, or more than one object has it: a table that
  /// is shared is copied before something in it changes.
  func owner(ofTable table: ObjectID) -> ObjectID? {
    var object = table
    // A global object's table has cells: a table in a table.
    for _ in 0..<3 {
      guard isTable(object) else { return object == table ? nil : object }
      var owner: UInt32?
      for slot in referrers.range(of: object) {
        let source = referrers.targets[slot]
        guard source != owner, retains(object.rawValue, from: source) else { continue }
        if owner != nil || source == 0 { return nil }
        owner = source
      }
      guard let owner else { return nil }
      object = ObjectID(owner)
    }
    return nil
  }

  /// The tables that are the object's alone, and the cells in them.
  private func tables(of owner: ObjectID) -> [ObjectID] {
    var result = [owner]
    var found: Set<ObjectID> = []
    var next = 0
    while next < result.count {
      let source = result[next]
      next += 1
      for k in graph.rows.range(of: source) {
        let target = ObjectID(graph.rows.targets[k])
        guard isTable(target), retains(k, from: source.rawValue), self.owner(ofTable: target) == owner,
          found.insert(target).inserted
        else { continue }
        result.append(target)
      }
    }
    return Array(result.dropFirst())
  }

  /// How often an object refers to a value, and how often that is cut.
  private struct Listing {
    var references: [ReferencePlace] = []
    var cut = 0
    var isCut: Bool { !references.isEmpty && cut == references.count }
  }

  /// `references` and what goes with them: with all references of an object to a value also the value's slots in the
  /// object's own tables, and with all its slots the references.
  func withSlots(_ references: [ReferencePlace]) -> [ReferencePlace] {
    guard hasTables else { return references }
    var cutOf: [ObjectID: Set<UInt32>] = [:]
    for reference in references where reference.source != .root {
      cutOf[owner(ofTable: reference.source) ?? reference.source, default: []].insert(reference.index)
    }
    let listed = Set(references)
    var result = references
    for (owner, cut) in cutOf.sorted(by: { $0.key < $1.key }) {
      let tables = tables(of: owner)
      if tables.isEmpty { continue }
      var values: [UInt32: (own: Listing, slots: Listing)] = [:]
      for index in cut { values[graph.rows.targets[index]] = (Listing(), Listing()) }
      for source in [owner] + tables {
        for k in graph.rows.range(of: source) {
          let target = graph.rows.targets[k]
          guard values[target] != nil, retains(k, from: source.rawValue) else { continue }
          let part = source == owner ? \(own: Listing, slots: Listing).own : \.slots
          values[target]![keyPath: part].references.append(ReferencePlace(source: source, index: k))
          if cut.contains(UInt32(k)) { values[target]![keyPath: part].cut += 1 }
        }
      }
      for (_, value) in values.sorted(by: { $0.key < $1.key }) {
        if value.own.isCut {
          result += value.slots.references.filter { !listed.contains($0) }
        } else if value.slots.isCut, value.own.references.count <= value.slots.references.count {
          // Values that lie in the object itself have no slot: they stay.
          result += value.own.references.filter { !listed.contains($0) }
        }
      }
    }
    return result
  }

  /// `references` without the slots that go with others of them.
  func withoutSlots(_ references: [ReferencePlace]) -> [ReferencePlace] {
    guard hasTables else { return references }
    struct Pair: Hashable {
      let source: ObjectID
      let target: ObjectID
    }
    let own = Set(references.map { Pair(source: $0.source, target: graph.target(of: $0)) })
    let kept = references.filter { reference in
      guard let owner = owner(ofTable: reference.source) else { return true }
      return !own.contains(Pair(source: owner, target: graph.target(of: reference)))
    }
    guard kept.count < references.count else { return references }
    // Where references that count for less stay in the object, its slot is cut for itself.
    let gone = Set(withSlots(kept))
    return gone.isSuperset(of: references) ? kept : kept + references.filter { !gone.contains($0) }
  }

  /// The one reference that the others go with; nil when there is none.
  func single(_ references: [ReferencePlace]) -> ReferencePlace? {
    if references.count <= 1 { return references.first }
    let few = withoutSlots(references)
    return few.count == 1 ? few[0] : nil
  }
}

extension HeapAnalysis {
  /// What goes when `reference` is cut, beside it, in words; nil when nothing does.
  ///
  /// A snapshot of V8 lists a property twice, as a reference of its object and as a slot in the object's table of
  /// properties: the one goes with the other.
  public func companion(of reference: ReferencePlace) -> String? {
    let references = context.withSlots([reference])
    guard references.count > 1 else { return nil }
    if context.isTable(reference.source) { return "with the object's own reference" }
    let isElement = references.contains {
      graph.objectClass(of: $0.source).name == "(object elements)"
    }
    return isElement ? "with its slot in the element table" : "with its slot in the property table"
  }
}
