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

  /// The name of `script`; nil when no function of it leads there.
  func name(
    of script: UInt64, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> String? {
    func follow(_ node: UInt32, _ slots: [String]) -> UInt32? {
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
        let field = edges.fields[k]
        guard V8Field.type(of: field) == .internal, field & V8Field.isLarge == 0,
          let name = strings.text(of: Int(field & V8Field.valueMask), limit: 64), slots.contains(name)
        else { continue }
        return edges.targets[k]
      }
      return nil
    }
    for function in functions[script] ?? [] {
      guard let shared = follow(function, ["shared"]), let script = follow(shared, V8Scripts.slots),
        let name = follow(script, ["name"])
      else { continue }
      if nodes.type(of: Int(name)) == .string, let text = strings.text(of: Int(nodes.names[name])), !text.isEmpty {
        return text
      }
    }
    return nil
  }

  /// What the slot of a function that leads to its script is called, by version.
  static let slots = ["script", "script_or_debug_info"]
}
