/// Writes small heap snapshots of V8 for tests.
///
/// Field orders and layouts are the caller's.
struct V8SnapshotWriter {
  var nodeFields = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"]
  var nodeTypes = [
    "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic",
    "concatenated string", "sliced string", "symbol", "bigint", "object shape",
  ]
  var edgeFields = ["type", "name_or_index", "to_node"]
  var edgeTypes = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]
  var locationFields = ["object_index", "script_id", "line", "column"]
  /// Between the records: Node.js begins a line for each.
  var separator = ""
  var nodeCount: Int?
  var edgeCount: Int?
  /// Raw JSON of further members, each with a comma behind.
  var extra = ""

  struct Edge {
    var type: String
    var name: String
    var index: UInt64?
    var target: Int
  }
  private(set) var nodes: [(type: String, name: String, size: UInt64, id: UInt64, detachedness: Int)] = []
  private(set) var edges: [[Edge]] = []
  private(set) var strings: [String] = []
  var locations: [[Int]] = []
  /// Added to the ids of the nodes that are added from now on.
  var firstID: UInt64 = 1
  /// By node the number of the stack that allocated it.
  var traces: [Int: UInt64] = [:]

  /// Adds a node; its number.
  mutating func node(_ type: String, _ name: String, size: UInt64 = 16, detachedness: Int = 0) -> Int {
    nodes.append((type, name, size, firstID &+ UInt64(nodes.count * 2), detachedness))
    edges.append([])
    return nodes.count - 1
  }

  mutating func edge(_ source: Int, _ type: String, _ name: String, to target: Int) {
    edges[source].append(Edge(type: type, name: name, index: nil, target: target))
  }

  mutating func element(_ source: Int, _ index: UInt64, to target: Int, type: String = "element") {
    edges[source].append(Edge(type: type, name: "", index: index, target: target))
  }

  /// The number of a string, which is taken as raw JSON between the quotes.
  mutating func number(of string: String) -> Int {
    if let known = strings.firstIndex(of: string) { return known }
    strings.append(string)
    return strings.count - 1
  }

  private static func list(_ names: [String]) -> String {
    "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
  }

  mutating func text() -> String {
    _ = number(of: "<dummy>")
    var nodeRecords: [String] = []
    var edgeRecords: [String] = []
    for (index, node) in nodes.enumerated() {
      let values: [String: UInt64] = [
        "type": UInt64(nodeTypes.firstIndex(of: node.type) ?? 99), "name": UInt64(number(of: node.name)),
        "id": node.id, "self_size": node.size, "edge_count": UInt64(edges[index].count),
        "trace_node_id": traces[index] ?? 0,
        "detachedness": UInt64(node.detachedness),
      ]
      nodeRecords.append(nodeFields.map { "\(values[$0] ?? 7)" }.joined(separator: ","))
      for edge in edges[index] {
        let values: [String: UInt64] = [
          "type": UInt64(edgeTypes.firstIndex(of: edge.type) ?? 99),
          "name_or_index": edge.index ?? UInt64(number(of: edge.name)),
          "to_node": UInt64(edge.target * nodeFields.count),
        ]
        edgeRecords.append(edgeFields.map { "\(values[$0] ?? 7)" }.joined(separator: ","))
      }
    }
    let comma = separator + ","
    let nodeTypeList = nodeFields.map { $0 == "type" ? Self.list(nodeTypes) : "\"number\"" }.joined(separator: ",")
    let edgeTypeList = edgeFields.map { $0 == "type" ? Self.list(edgeTypes) : "\"number\"" }.joined(separator: ",")
    return """
      {"snapshot":{"meta":{"node_fields":\(Self.list(nodeFields)),"node_types":[\(nodeTypeList)],\
      "edge_fields":\(Self.list(edgeFields)),"edge_types":[\(edgeTypeList)],\
      "location_fields":\(Self.list(locationFields)),\
      "trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],\
      "trace_node_fields":["id","function_info_index","count","size","children"]},\
      "node_count":\(nodeCount ?? nodes.count),"edge_count":\(edgeCount ?? edgeRecords.count)},\(extra)
      "nodes":[\(nodeRecords.joined(separator: comma))\(separator)],
      "edges":[\(edgeRecords.joined(separator: comma))\(separator)],
      "locations":[\(locations.map { $0.map(String.init).joined(separator: ",") }.joined(separator: comma))],
      "strings":[\(strings.map { "\"\($0)\"" }.joined(separator: ",\n"))]}
      """
  }

  mutating func bytes() -> [UInt8] { Array(text().utf8) }

  /// A root with a group of roots and a global object, which holds `app`, an object with a bit of everything.
  static func sample() -> V8SnapshotWriter {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let groups = writer.node("synthetic", "(GC roots)", size: 0)
    let stack = writer.node("synthetic", "(Stack roots)", size: 0)
    let global = writer.node("object", "global", size: 40)
    let app = writer.node("object", "App", size: 24)
    let text = writer.node("string", "a \\\"quoted\\\" text, \\u00fc \\ud83d\\udcf0 \\u0007 end", size: 32)
    let left = writer.node("string", "left ", size: 16)
    let joined = writer.node("concatenated string", "(concatenated string)", size: 20)
    let slice = writer.node("sliced string", "(sliced string)", size: 20)
    let closure = writer.node("closure", "onClick", size: 32)
    let context = writer.node("object", "system / Context", size: 28)
    let helper = writer.node("array", "(object elements)", size: 100)
    let map = writer.node("object shape", "system / Map", size: 80)
    let number = writer.node("number", "3.5", size: 12)
    let weak = writer.node("object", "Elsewhere", size: 8)
    let shared = writer.node("code", "(shared function info)", size: 8)
    let script = writer.node("code", "app.js", size: 8)
    let scriptName = writer.node("string", "file:///srv/app.js", size: 8)
    writer.element(root, 1, to: groups)
    writer.edge(root, "shortcut", "global", to: global)
    writer.element(groups, 1, to: stack)
    writer.edge(stack, "internal", "frame", to: app)
    writer.edge(stack, "internal", "1", to: weak)
    writer.edge(global, "property", "app", to: app)
    writer.edge(app, "property", "title", to: text)
    writer.edge(app, "property", "my-name", to: joined)
    writer.edge(app, "property", "slice", to: slice)
    writer.element(app, 17, to: closure)
    writer.element(app, 4_294_967_294, to: number)
    writer.edge(app, "internal", "elements", to: helper)
    writer.edge(app, "internal", "map", to: map)
    writer.edge(app, "weak", "3", to: weak)
    writer.edge(closure, "internal", "context", to: context)
    writer.edge(closure, "internal", "shared", to: shared)
    writer.edge(context, "context", "self", to: app)
    writer.edge(joined, "internal", "first", to: left)
    writer.edge(joined, "internal", "second", to: text)
    writer.edge(slice, "internal", "parent", to: text)
    writer.edge(shared, "internal", "script", to: script)
    writer.edge(script, "internal", "name", to: scriptName)
    writer.locations = [[closure * 7, 5, 11, 6]]
    return writer
  }
}
