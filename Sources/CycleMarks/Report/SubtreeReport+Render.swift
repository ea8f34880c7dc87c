import GraphAnalysis
import ReferenceGraph
import TextSafety

extension SubtreeReport {
  // MARK: Words

  /// `main.Session`, `8,112 × String`, `129 more`.
  private func name(_ node: Node) -> String {
    switch node.content {
    case .object(.root): "GC roots"
    case .object(let id): SafeText.line(analysis.graph.objectClass(of: id).name)
    case .group(let index, let count):
      "\(Count.text(count)) × \(SafeText.line(analysis.graph.classes[index].name))"
    case .rest(let count): "\(Count.text(count)) more"
    }
  }

  /// The address of an object; empty for what is none.
  private func address(_ node: Node) -> String {
    guard case .object(let id) = node.content, id != .root else { return "" }
    return analysis.graph.addresses.text(of: id)
  }

  /// The field by which its parent holds it, or its root; empty where that is not one reference.
  private func field(_ node: Node) -> String {
    guard case .object(let id) = node.content, id != .root, node.parent >= 0,
      case .object(let parent) = nodes[node.parent].content
    else { return "" }
    if parent == .root {
      return analysis.rootName(directlyHolding: id).map { SafeText.line($0.text) } ?? ""
    }
    guard analysis.graph.rows.range(of: parent).count <= 4096,
      let place = analysis.graph.firstReference(from: parent, to: id)
    else { return "" }
    return SafeText.line(analysis.heap.fieldName(of: place))
  }

  private func isInCycle(_ node: Node) -> Bool { cycle(of: node) != nil }

  private func cycle(of node: Node) -> ComponentID? {
    guard case .object(let id) = node.content, id != .root else { return nil }
    return analysis.components.component(of: id)
  }

  private func percent(_ bytes: UInt64) -> String {
    analysis.reachableBytes > 0 ? Percent.text(bytes, of: analysis.reachableBytes) + " %" : ""
  }

  var title: String {
    let file = SafeText.line(analysis.heap.facts.fileName)
    if case .object(.root) = nodes[0].content { return "What the roots keep alive in \(file)" }
    return "What \(name(nodes[0])) \(address(nodes[0])) keeps alive in \(file)"
  }

  func explanation(cycles: String) -> String {
    "Retention tree, objects of \(ByteCount.text(minimum)) and more; \(cycles) is a member of a reference cycle."
  }

  /// The nodes from the top down, each below its parent, with their depths.
  private var preorder: [(node: Node, depth: Int)] {
    var result: [(Node, Int)] = []
    var pending = [(0, 0)]
    while let (index, depth) = pending.popLast() {
      result.append((nodes[index], depth))
      for child in nodes[index].children.reversed() { pending.append((child, depth + 1)) }
    }
    return result
  }

  private func line(_ node: Node) -> String {
    let parts = [field(node), name(node), address(node), isInCycle(node) ? "↻" : ""]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  // MARK: Text

  func text() -> String { ([title, explanation(cycles: "↻"), ""] + treeLines).joined(separator: "\n") + "\n" }

  /// The tree, a line a node.
  var treeLines: [String] {
    preorder.map { node, depth in
      let size = ByteCount.text(node.retained)
      let share = percent(node.retained)
      let sizes =
        String(repeating: " ", count: max(0, 11 - size.count)) + size
        + String(repeating: " ", count: max(1, 9 - share.count)) + share
      return "\(sizes)  \(String(repeating: "  ", count: min(depth, 60)))\(line(node))"
    }
  }

  func markdown() -> String {
    var lines = ["# \(MarksReport.code(title))", "", explanation(cycles: "↻"), ""]
    for (node, depth) in preorder {
      let sizes = "**\(ByteCount.text(node.retained))** \(percent(node.retained))"
      lines.append("\(String(repeating: "  ", count: min(depth, 60)))- \(sizes) \(MarksReport.code(line(node)))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: JSON

  /// Keys: `dump`, `minimumBytes`, `reachableBytes`, `nodes [node]`; node: `parent` (index into `nodes`, null for the
  /// first), `kind` (`object`, `group`, `rest`), `class`, `address`, `field`, `objects` (how many it stands for, null
  /// for an object), `retained`, `inCycle`.
  func json() -> String {
    func value(_ node: Node) -> JSONValue {
      var (kind, className, objects): (String, JSONValue, JSONValue) = ("object", .null, .null)
      switch node.content {
      case .object(.root): className = .null
      case .object(let id): className = .safe(analysis.graph.objectClass(of: id).name)
      case .group(let index, let count):
        (kind, className, objects) = ("group", .safe(analysis.graph.classes[index].name), .number(count))
      case .rest(let count): (kind, objects) = ("rest", .number(count))
      }
      let (address, field) = (address(node), field(node))
      return .object([
        ("parent", node.parent < 0 ? .null : .number(node.parent)), ("kind", .string(kind)), ("class", className),
        ("address", address.isEmpty ? .null : .string(address)), ("field", field.isEmpty ? .null : .string(field)),
        ("objects", objects), ("retained", .number(node.retained)), ("inCycle", .bool(isInCycle(node))),
      ])
    }
    return JSONValue.object([
      ("dump", .safe(analysis.heap.facts.fileName)), ("minimumBytes", .number(minimum)),
      ("reachableBytes", .number(analysis.reachableBytes)), ("nodes", .array(nodes.map(value))),
    ]).text() + "\n"
  }

  // MARK: DOT

  func dot() -> String {
    var lines = [
      "digraph refwalk {",
      "  graph [rankdir=LR, label=\(DOTDrawing.quoted([title, explanation(cycles: "what is red")]))];",
      "  node [shape=box, style=filled, fontname=\"monospace\"];", "  edge [fontname=\"monospace\"];",
    ]
    let whole = max(1, Double(nodes[0].retained))
    for (index, node) in nodes.enumerated() {
      let share = Double(node.retained) / whole
      let texts = [name(node), address(node), "\(ByteCount.text(node.retained))  \(percent(node.retained))"]
      var attributes = [
        "label=\(DOTDrawing.quoted(texts.filter { !$0.isEmpty }))",
        "fillcolor=\"0.090 \(Self.decimal(0.05 + 0.6 * share)) 1.000\"",
      ]
      if isInCycle(node) { attributes.append("color=red, penwidth=2") }
      if case .object = node.content {} else { attributes.append("style=\"filled,dashed\"") }
      lines.append("  n\(index) [\(attributes.joined(separator: ", "))];")
    }
    for (index, node) in nodes.enumerated() where node.parent >= 0 {
      let field = field(node)
      let label = field.isEmpty ? "" : "label=\(DOTDrawing.quoted([field])), "
      let width = Self.decimal(1 + 5 * Double(node.retained) / whole)
      let isRed = isInCycle(node) && cycle(of: node) == cycle(of: nodes[node.parent])
      lines.append("  n\(node.parent) -> n\(index) [\(label)penwidth=\(width)\(isRed ? ", color=red" : "")];")
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  /// Three decimals, with a point in every locale.
  private static func decimal(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}
