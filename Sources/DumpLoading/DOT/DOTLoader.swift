import ReferenceGraph

/// Makes a heap of a graph in the DOT language.
///
/// A node is an object: its class is the first line of its label, or its name; its size is the attribute `size`, in bytes.
/// Roots are the nodes with `root=true`; without any, those that no edge enters; without those either, all.
struct DOTLoader {
  let input: InputSource
  let progress: WorkProgress

  func load() throws(LoadError) -> Heap {
    let bytes = input.file.bytes
    progress.begin(1, total: UInt64(bytes.count))
    var parser = DOTParser(bytes, progress: progress)
    try parser.parse()
    let described = parser.graph
    progress.begin(2, total: UInt64(bytes.count))

    var builder = ReferenceGraphBuilder()
    var lines: [[String]] = [[]]
    var names = [""]
    let hasSizes = described.nodes.contains { $0.attributes.size != nil }
    var badSizes = 0
    for node in described.nodes {
      let attributes = node.attributes
      let name = node.name.isHTML ? "<\(node.name.text)>" : node.name.text
      let shape = attributes.shape?.text.lowercased()
      let label =
        attributes.label.map {
          DOTLabel.lines($0, isRecord: shape == "record" || shape == "mrecord", own: name, graph: described.name)
        } ?? []
      var size: UInt64 = hasSizes ? 0 : 1
      if let text = attributes.size?.text {
        if let value = UInt64(text), value <= 1 << 48 { size = value } else { badSizes += 1 }
      }
      builder.add(ObjectClass(name: label.first ?? name), size: size, address: UInt64(lines.count))
      lines.append(label.isEmpty ? [name] : label)
      names.append(label.isEmpty || label == [name] ? "" : name)
    }
    for edge in described.edges {
      builder.refer(ObjectID(edge.source + 1), to: ObjectID(edge.target + 1), field: edge.label)
    }
    let rule = addRoots(described, to: &builder, names: names, lines: lines)
    let graph = builder.build(isNumbered: true)
    let labels = described.labels.map {
      DOTLabel.lines($0, own: "", graph: described.name).joined(separator: " ")
    }
    return Heap(
      graph: graph, facts: facts(parser, rule: rule, hasSizes: hasSizes, badSizes: badSizes),
      details: DOTDetails(graph: graph, lines: lines, names: names, labels: labels))
  }

  /// Adds the roots, and returns in words which nodes they are.
  private func addRoots(
    _ described: DOTGraph, to builder: inout ReferenceGraphBuilder, names: [String], lines: [[String]]
  ) -> String {
    var isEntered = [Bool](repeating: false, count: described.nodes.count)
    for edge in described.edges { isEntered[Int(edge.target)] = true }
    let all = described.nodes.indices
    var rule = "nodes with root=true"
    var chosen = all.filter { described.nodes[$0].attributes.isRoot }
    if chosen.isEmpty {
      rule = "nodes that no edge enters"
      chosen = all.filter { !isEntered[$0] }
    }
    if chosen.isEmpty {
      rule = "all nodes, since an edge enters each"
      chosen = Array(all)
    }
    for index in chosen {
      let name = names[index + 1].isEmpty ? lines[index + 1].first ?? "" : names[index + 1]
      builder.addRoot(ObjectID(index + 1), kind: .other, name: "node \(name)")
    }
    return rule
  }

  private func facts(_ parser: DOTParser, rule: String, hasSizes: Bool, badSizes: Int) -> DumpFacts {
    let bytes = input.file.bytes
    let name = parser.graph.name
    var facts = DumpFacts(
      format: "Graphviz DOT", producer: name.isEmpty ? "a graph without a name" : "graph \(name)", path: input.path,
      fileBytes: input.fileBytes, dumpBytes: UInt64(bytes.count), retainingPolicies: DOTFormat.policies,
      cyclePolicies: DOTFormat.policies)
    facts.warnings = input.warnings
    facts.truncation = input.truncation
    if facts.truncation == nil, let cut = parser.cutAt {
      facts.truncation = "the file ends at byte \(grouped(cut)), inside the graph"
    }
    let rest = bytes[parser.end...].drop { $0 <= 0x20 }
    if !rest.isEmpty {
      facts.warnings.append("\(grouped(rest.count)) bytes follow the first graph: not read")
    }
    if !hasSizes { facts.warnings.append("no node has an attribute `size`: each counts as 1 byte") }
    if badSizes > 0 {
      facts.warnings.append("\(grouped(badSizes)) sizes are no numbers of bytes: they count as 0")
    }
    facts.facts = [Fact("roots", rule)]
    facts.unreachable.rest = .notKnown("a graph in DOT may leave holders out")
    return facts
  }
}
