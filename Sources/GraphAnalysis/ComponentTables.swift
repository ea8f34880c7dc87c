import ReferenceGraph

/// Which members of a component are tables of others, and which of its references are slots that list a reference of
/// such an object once more.
struct ComponentTables {
  /// By number of a member the number of the object whose table it is; its own when it is none.
  ///
  /// Empty without tables.
  private var owners: [Int32] = []
  /// Indices in the component's references.
  private var slots: Set<Int> = []
  /// Whether there are slots that list nothing else's reference.
  private(set) var hasLooseSlots = false

  init(_ graph: ComponentGraph, _ context: RetentionContext) {
    guard context.hasTables else { return }
    var tables: [(owner: Int, table: Int)] = []
    for (number, object) in graph.objects.enumerated() where context.isTable(object) {
      if let owner = context.owner(ofTable: object), let found = graph.number(of: owner) {
        tables.append((found, number))
      }
    }
    if tables.isEmpty { return }
    owners = graph.objects.indices.map { Int32($0) }
    for pair in tables { owners[pair.table] = Int32(pair.owner) }
    tables.sort { $0 < $1 }
    var next = 0
    while next < tables.count {
      let owner = tables[next].owner
      let own = Set(graph.range(of: owner).map { graph.targets[$0] })
      while next < tables.count, tables[next].owner == owner {
        for k in graph.range(of: tables[next].table) where !isOwnTable(k, of: tables[next].table, graph) {
          if own.contains(graph.targets[k]) { slots.insert(k) } else { hasLooseSlots = true }
        }
        next += 1
      }
    }
  }

  /// The member that `number` is, or is a table of.
  @inline(__always) func owner(of number: Int) -> Int { owners.isEmpty ? number : Int(owners[number]) }

  /// Whether the reference at `index` lists one of the owner's.
  @inline(__always) func isSlot(_ index: Int) -> Bool { !slots.isEmpty && slots.contains(index) }

  /// Whether the reference at `index`, of member `source`, leads to a table of the same object: that is how it is built.
  func isOwnTable(_ index: Int, of source: Int, _ graph: ComponentGraph) -> Bool {
    let target = Int(graph.targets[index])
    return target != source && owner(of: target) != target && owner(of: target) == owner(of: source)
  }
}
