import ReferenceGraph

/// Decides how firmly each reference of a snapshot holds, in the words of `ReferenceKind`.
///
/// The rules are those that Chrome DevTools builds its dominator tree by; what they leave out, and what belongs to the
/// engine, get kinds of their own, so that policies can choose.
enum V8Kinds {
  /// A bit for each node.
  struct NodeSet: ~Copyable {
    let words: FlatArray<UInt64>

    init(count: Int) { words = FlatArray(zeroed: count / 64 + 1) }

    @inline(__always) func contains(_ node: Int) -> Bool { words[node &>> 6] &>> UInt64(node & 63) & 1 != 0 }

    /// Whether it was not there before.
    @inline(__always) func insert(_ node: Int) -> Bool {
      let bit: UInt64 = 1 &<< UInt64(node & 63)
      let word = words[node &>> 6]
      words[node &>> 6] = word | bit
      return word & bit == 0
    }
  }

  /// The kinds beside `edges.targets`, with the same room behind them.
  static func kinds(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, _ owners: V8Owners,
    _ locations: V8Locations, progress: WorkProgress
  ) throws(LoadError) -> FlatArray<UInt8> {
    let page = try pageOwned(nodes, edges, strings, progress: progress)
    let result = FlatArray<UInt8>(zeroed: edges.targets.count)
    let closure = V8NodeType.closure.rawValue
    let engine = V8Strings.Role.engine.rawValue
    let shared = V8Strings.Role.shared.rawValue
    let prototype = V8Strings.Role.prototype.rawValue
    let weakMapEntry = V8Strings.Role.weakMapEntry.rawValue
    let module = V8Strings.Role.module.rawValue
    let moduleChildren = V8Strings.Role.moduleChildren.rawValue
    let stacks = stackGroups(nodes, edges, strings)
    let hasBuiltins = owners.hasRuntime
    var node = 0
    while node < nodes.count {
      if node & 0xffff == 0, progress.isCancelled { throw .cancelled }
      let isOwned = page.contains(node)
      let isBuiltin = hasBuiltins && owners.isRuntime(node)
      var k = Int(edges.offsets[node])
      let end = Int(edges.offsets[node &+ 1])
      while k < end {
        let field = edges.fields[k]
        let target = Int(edges.targets[k])
        var kind = ReferenceKind.strong
        switch V8Field.type(of: field) {
        case .weak: kind = .weak
        case .shortcut: if node > 0 { kind = .shortcut }
        case .internal where field & V8Field.isLarge == 0:
          let name = Int(field & V8Field.valueMask)
          let role = strings.role(of: name)
          if role == weakMapEntry {
            kind =
              strings.weakMapTable(of: name) == nodes.id(of: node) ? .ephemeronTable : .ephemeron
          } else if role == engine || role == prototype || role == shared {
            kind = .metadata
          }
        case .property where field & V8Field.isLarge == 0, .context where field & V8Field.isLarge == 0:
          // A property of the name of an engine's slot is the program's own, but functions of such names are
          // mostly built in.
          let role = strings.role(of: Int(field & V8Field.valueMask))
          if role == prototype && V8Field.type(of: field) == .property {
            kind = .metadata
          } else if (role == engine || role == prototype || role == shared) && nodes.types[target] == closure {
            kind = .metadata
          } else if role == moduleChildren, strings.role(of: Int(nodes.names[node])) == module,
            let location = locations.location(of: node), owners.owner(ofScript: location.script) == .runtime
          {
            // Node lists what a module requires, and each keeps who required it first.
            kind = .builtin
          }
        default: break
        }
        if node > 0, !isOwned, kind != .weak, kind != .shortcut, kind != .ephemeronTable, page.contains(target) {
          kind = .foreign
        } else if hasBuiltins, kind == .strong, node > 0, isBuiltin || owners.isRuntime(target) {
          kind = .builtin
        }
        if kind == .strong, nodes.types[node] == V8NodeType.synthetic.rawValue, stacks.contains(UInt32(node)) {
          kind = .stack
        }
        result[k] = kind.rawValue
        k &+= 1
      }
      node &+= 1
    }
    return result
  }

  /// What the page (in Node: the program) owns: all that a global object or a document reaches.
  private static func pageOwned(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, progress: WorkProgress
  ) throws(LoadError) -> NodeSet {
    let owned = NodeSet(count: nodes.count)
    let work = FlatArray<UInt32>(zeroed: nodes.count)
    var waiting = 0
    for k in 0..<Int(edges.offsets[1]) {
      let target = Int(edges.targets[k])
      switch V8Field.type(of: edges.fields[k]) {
      case .shortcut: break
      case .element where isDocumentTrees(target, nodes, strings): break
      default: continue
      }
      if owned.insert(target) {
        work[waiting] = UInt32(target)
        waiting += 1
      }
    }
    let weak = V8EdgeType.weak
    var steps = 0
    while waiting > 0 {
      waiting &-= 1
      let node = Int(work[waiting])
      steps &+= 1
      if steps & 0xffff == 0, progress.isCancelled { throw .cancelled }
      var k = Int(edges.offsets[node])
      let end = Int(edges.offsets[node &+ 1])
      while k < end {
        if V8Field.type(of: edges.fields[k]) != weak {
          let target = Int(edges.targets[k])
          if owned.insert(target) {
            work[waiting] = UInt32(truncatingIfNeeded: target)
            waiting &+= 1
          }
        }
        k &+= 1
      }
    }
    return owned
  }

  /// The groups of roots that list what functions under way use: `(Stack roots)`, and handles of native code until that
  /// returns.
  private static func stackGroups(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> Set<UInt32> {
    var result: Set<UInt32> = []
    var groups: Set<UInt32> = [0]
    // The root refers to the groups, or to a group of groups.
    for _ in 0..<2 {
      for group in groups {
        for k in Int(edges.offsets[group])..<Int(edges.offsets[group + 1])
        where nodes.type(of: Int(edges.targets[k])) == .synthetic {
          groups.insert(edges.targets[k])
        }
      }
    }
    for group in groups {
      if isStackGroup(strings.text(of: Int(nodes.names[group]), limit: 40) ?? "") { result.insert(group) }
    }
    return result
  }

  /// Whether a group of roots of this name lists what functions under way use.
  static func isStackGroup(_ name: String) -> Bool { name == "(Stack roots)" || name == "(Handle scope)" }

  static func isDocumentTrees(_ node: Int, _ nodes: borrowing V8Nodes, _ strings: V8Strings) -> Bool {
    nodes.type(of: node) == .synthetic
      && strings.role(of: Int(nodes.names[node])) == V8Strings.Role.documentTrees.rawValue
  }

  /// Whether the root refers to an object of the program's, and not only to groups of the engine's.
  static func hasUserRoots(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> Bool {
    for k in 0..<Int(edges.offsets[1]) {
      let target = Int(edges.targets[k])
      if nodes.type(of: target) != .synthetic || isDocumentTrees(target, nodes, strings) { return true }
    }
    return false
  }

  /// What no reference that counts for DevTools reaches, and that DevTools hangs below the root one by one.
  ///
  /// Those that nothing refers to that way, with all they reach, are as good as any other object. The rest keep each
  /// other alive in circles; what they refer to does not count for DevTools: those references become stray.
  static func orphans(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ kinds: borrowing FlatArray<UInt8>,
    progress: WorkProgress
  ) throws(LoadError) -> [UInt32] {
    let reached = NodeSet(count: nodes.count)
    let work = FlatArray<UInt32>(zeroed: nodes.count)
    var counts = [Bool](repeating: false, count: 256)
    for kind in ReferenceKind.allCases { counts[Int(kind.rawValue)] = V8Policies.devtools.kinds.contains(kind) }
    var found = 0
    func spread(from start: Int) throws(LoadError) {
      guard reached.insert(start) else { return }
      work[0] = UInt32(start)
      var waiting = 1
      found += 1
      while waiting > 0 {
        waiting &-= 1
        let node = Int(work[waiting])
        if found & 0xffff == 0, progress.isCancelled { throw .cancelled }
        var k = Int(edges.offsets[node])
        let end = Int(edges.offsets[node &+ 1])
        while k < end {
          if counts[Int(kinds[k])] {
            let target = Int(edges.targets[k])
            if reached.insert(target) {
              work[waiting] = UInt32(truncatingIfNeeded: target)
              waiting &+= 1
              found &+= 1
            }
          }
          k &+= 1
        }
      }
    }
    try spread(from: 0)
    guard found < nodes.count else { return [] }
    // Those that another node refers to.
    let referred = NodeSet(count: nodes.count)
    for node in 0..<nodes.count where !reached.contains(node) {
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) where counts[Int(kinds[k])] {
        if Int(edges.targets[k]) != node { _ = referred.insert(Int(edges.targets[k])) }
      }
    }
    var result: [UInt32] = []
    for node in 0..<nodes.count where !reached.contains(node) && !referred.contains(node) {
      result.append(UInt32(node))
      try spread(from: node)
    }
    for node in 0..<nodes.count where !reached.contains(node) {
      result.append(UInt32(node))
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
        switch ReferenceKind(rawValue: kinds[k]) {
        case .strong: kinds[k] = ReferenceKind.stray.rawValue
        case .metadata, .builtin: kinds[k] = ReferenceKind.foreign.rawValue
        case .ephemeron: kinds[k] = ReferenceKind.ephemeronTable.rawValue
        default: break
        }
      }
    }
    return result
  }
}
