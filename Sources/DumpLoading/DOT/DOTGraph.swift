/// Nodes and edges that a file in the DOT language describes.
struct DOTGraph {
  /// A node that was named, with what held for it.
  struct Node {
    let name: DOTName
    var attributes: DOTAttributes
  }

  /// An edge between two nodes, by their numbers.
  struct Edge {
    let source: UInt32
    let target: UInt32
    /// What it is called, an index into `labels`; 0 for nothing.
    var label: UInt32
  }

  private struct EdgeName: Hashable {
    let source: UInt32
    let target: UInt32
    let key: DOTName?
  }

  /// The graph's own name.
  var name = ""
  /// Whether there is one edge between two nodes at most.
  var isStrict = false
  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  private(set) var labels: [DOTName] = [DOTName("")]
  private var numbers: [DOTName: UInt32] = [:]
  private var labelNumbers: [DOTName: UInt32] = [DOTName(""): 0]
  /// Edges that may be named again: all of a strict graph, else those with a key.
  private var known: [EdgeName: Int] = [:]

  /// The number of a node; one that is new has the attributes in force.
  mutating func node(_ name: DOTName, _ inForce: DOTAttributes) -> UInt32 {
    if let number = numbers[name] { return number }
    let number = UInt32(nodes.count)
    numbers[name] = number
    nodes.append(Node(name: name, attributes: inForce))
    return number
  }

  mutating func set(_ attributes: DOTAttributes, of node: UInt32) {
    nodes[Int(node)].attributes = nodes[Int(node)].attributes.overlaid(by: attributes)
  }

  /// Adds an edge, or gives one that is there the attributes of its statement.
  mutating func connect(_ source: UInt32, _ target: UInt32, _ inForce: DOTAttributes, _ own: DOTAttributes) {
    let key = own.key ?? inForce.key
    if isStrict || key != nil {
      let name = EdgeName(source: source, target: target, key: isStrict ? nil : key)
      if let index = known[name] {
        if let label = own.label { edges[index].label = number(ofLabel: label) }
        return
      }
      known[name] = edges.count
    }
    edges.append(
      Edge(source: source, target: target, label: (own.label ?? inForce.label).map { number(ofLabel: $0) } ?? 0))
  }

  private mutating func number(ofLabel label: DOTName) -> UInt32 {
    if let number = labelNumbers[label] { return number }
    let number = UInt32(labels.count)
    labelNumbers[label] = number
    labels.append(label)
    return number
  }
}
