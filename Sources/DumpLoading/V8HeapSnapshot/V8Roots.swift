import ReferenceGraph

/// The roots of a heap of V8.
///
/// First come the references of the snapshot's own root, in its order: groups such as `(GC roots)`, and global
/// objects. Then what DevTools hangs below the root because nothing it counts refers to it. Last, for lists of roots,
/// what the groups hold; those repeat references of the groups and count under no policy.
struct V8Roots {
  private(set) var roots: [Root] = []
  private(set) var names = NameTable()
  /// How many references the snapshot's own root has.
  let own: Int

  init(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ kinds: borrowing FlatArray<UInt8>,
    _ strings: V8Strings, orphans: [UInt32]
  ) {
    own = Int(edges.offsets[1])
    var groups: [UInt32] = []
    for k in 0..<own {
      let target = edges.targets[k]
      let isGroup = nodes.type(of: Int(target)) == .synthetic
      let label = Self.name(of: target, nodes, strings)
      add(
        target, isGroup ? Self.kind(label) : Self.isNativeContext(target, nodes, strings) ? .other : .global,
        reference: ReferenceKind(rawValue: kinds[k]) ?? .strong, label.isEmpty ? "root" : label)
      if isGroup, !groups.contains(target) { groups.append(target) }
    }
    for orphan in orphans { add(orphan, .other, reference: .orphan, "(no recorded holder)") }
    // Groups of groups: (GC roots) holds (Stack roots) and its like.
    var next = 0
    while next < groups.count, groups.count < 1000 {
      let group = groups[next]
      next += 1
      for k in Int(edges.offsets[group])..<Int(edges.offsets[group + 1]) {
        let target = edges.targets[k]
        guard nodes.type(of: Int(target)) == .synthetic, !groups.contains(target) else { continue }
        groups.append(target)
        let label = Self.name(of: target, nodes, strings)
        add(target, Self.kind(label), reference: .listing, label)
      }
    }
    for group in groups {
      let label = Self.name(of: group, nodes, strings)
      let kind = Self.kind(label)
      let row = Int(edges.offsets[group])..<Int(edges.offsets[group + 1])
      // The engine's own tables hold thousands of its own objects.
      guard kind != .other, roots.count + row.count < 1 << 20 else { continue }
      for k in row where V8Field.type(of: edges.fields[k]) != .weak {
        guard nodes.type(of: Int(edges.targets[k])) != .synthetic else { continue }
        add(edges.targets[k], kind, reference: .listing, Self.entry(label, edges.fields[k], strings))
      }
    }
  }

  /// The global objects that no reference of the snapshot's own root leads to: what native contexts have as theirs.
  static func globalObjects(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> [UInt32] {
    var known: Set<UInt32> = []
    for k in 0..<Int(edges.offsets[1]) { known.insert(nodes.names[edges.targets[k]]) }
    var result: [UInt32] = []
    let object = V8NodeType.object.rawValue
    let nativeContext = V8Strings.Role.nativeContext.rawValue
    for node in 0..<nodes.count where strings.role(of: Int(nodes.names[node])) == nativeContext {
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
        let field = edges.fields[k]
        guard V8Field.type(of: field) == .internal, field & V8Field.isLarge == 0,
          strings.role(of: Int(field & V8Field.valueMask)) == V8Strings.Role.globalObject.rawValue
        else { continue }
        let target = edges.targets[k]
        // One of the name of a root's is known as that.
        if nodes.types[target] == object, !known.contains(nodes.names[target]) { result.append(target) }
      }
    }
    return result
  }

  private static func isNativeContext(
    _ node: UInt32, _ nodes: borrowing V8Nodes, _ strings: V8Strings
  ) -> Bool {
    strings.role(of: Int(nodes.names[node])) == V8Strings.Role.nativeContext.rawValue
  }

  private mutating func add(_ target: UInt32, _ kind: RootKind, reference: ReferenceKind, _ name: String) {
    roots.append(
      Root(target: ObjectID(target), kind: kind, reference: reference, address: 0, name: names.intern(name)))
  }

  private static func name(of node: UInt32, _ nodes: borrowing V8Nodes, _ strings: V8Strings) -> String {
    V8Classes.withoutEmptyOrigin(strings.text(of: Int(nodes.names[node]), limit: 256) ?? "")
  }

  /// The group and, where it has one that is no number, the entry's name.
  private static func entry(_ group: String, _ field: UInt32, _ strings: V8Strings) -> String {
    let type = V8Field.type(of: field)
    guard !type.isNumbered, field & V8Field.isLarge == 0,
      let name = strings.text(of: Int(field & V8Field.valueMask), limit: 256), name.contains(where: { !$0.isNumber })
    else { return group }
    return "\(group) \(name)"
  }

  /// What kind of roots a group holds: stacks, handles of native code, or the engine's own.
  private static func kind(_ group: String) -> RootKind {
    switch group {
    case "(Stack roots)": return .frame
    case "(Handle scope)", "(Global handles)", "(Traced handles)", "(Eternal handles)", "(Document DOM trees)":
      return .native
    default:
      // Groups of the embedder: `Node / Environment`, `C++ roots`.
      return group.hasPrefix("(") ? .other : .native
    }
  }
}
