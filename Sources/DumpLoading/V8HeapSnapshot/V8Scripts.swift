/// The names of scripts, found through functions that stand in them.
final class V8Scripts {
  private var functions: [UInt64: [UInt32]] = [:]
  private var last: UInt64 = .max

  /// Takes down that the function `node` stands in `script`.
  func note(function node: UInt32, in script: UInt64) {
    if script == last { return }
    last = script
    if functions[script, default: []].count < 4 { functions[script, default: []].append(node) }
  }

  /// The scripts of which functions are known.
  var numbers: some Sequence<UInt64> { functions.keys }

  /// The name of `script`; nil when no function of it leads there.
  func name(
    of script: UInt64, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> String? {
    for function in functions[script] ?? [] {
      guard let shared = Self.follow(function, ["shared"], edges, strings),
        let script = Self.follow(shared, Self.slots, edges, strings),
        let name = Self.name(ofNode: script, nodes, edges, strings)
      else { continue }
      return name
    }
    return nil
  }

  /// The name of the script that a node stands for: what its slot for it has, or the node's own name.
  static func name(
    ofNode script: UInt32, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> String? {
    if let name = follow(script, ["name"], edges, strings), nodes.type(of: Int(name)) == .string,
      let text = strings.text(of: Int(nodes.names[name])), !text.isEmpty
    {
      return text
    }
    return strings.text(of: Int(nodes.names[script])).flatMap { Self.name(ofNode: $0) }
  }

  /// The name of a script by what its node is called: that, or since V8 15 `system / Script / ` with it; nil when it is
  /// called something else.
  static func name(ofNode text: String) -> String? {
    let prefix = "system / Script / "
    let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    return name.isEmpty || name.hasPrefix("system / ") || name.hasPrefix("(") ? nil : name
  }

  private static func follow(
    _ node: UInt32, _ slots: [String], _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> UInt32? {
    for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
      let field = edges.fields[k]
      guard V8Field.type(of: field) == .internal, field & V8Field.isLarge == 0,
        let name = strings.text(of: Int(field & V8Field.valueMask), limit: 64), slots.contains(name)
      else { continue }
      return edges.targets[k]
    }
    return nil
  }

  /// What the slot of a function that leads to its script is called, by version.
  static let slots = ["script", "script_or_debug_info"]
}
