/// Where the fields of nodes, references and locations stand, as the snapshot itself says in `snapshot.meta`.
struct V8Layout {
  var nodeStride = 0
  var nodeType = 0
  var nodeName = 0
  var nodeID = 0
  var nodeSize = 0
  var nodeEdges = 0
  var nodeDetachedness: Int?
  var nodeTrace: Int?
  /// Whether the types are those of Julia, which writes this form too.
  var isOfJulia = false
  /// By the number that a node's type field holds.
  var nodeTypes: [V8NodeType] = []

  var edgeStride = 0
  var edgeType = 0
  var edgeName = 0
  var edgeTarget = 0
  var edgeTypes: [V8EdgeType] = []

  /// 0 when the snapshot has no locations.
  var locationStride = 0
  var locationObject = 0
  var locationScript = 0
  var locationLine = 0
  var locationColumn = 0

  /// 0 when the snapshot has no functions that allocated.
  var traceFunctionStride = 0
  var traceFunctionName = 0
  var traceFunctionScript = 0
  var traceFunctionLine = 0
  /// Of a node of the tree of calls, with the list of those it calls as the last field.
  var traceNodeStride = 0

  /// The figures that the snapshot gives of itself.
  var nodeCount: UInt64?
  var edgeCount: UInt64?
  var extraNativeBytes: UInt64?

  /// Why a description cannot be used, in a line.
  struct Problem: Error {
    let text: String
  }

  /// Reads the layout from the top-level member `snapshot`.
  init(snapshot: V8JSON) throws(Problem) {
    guard let meta = snapshot["meta"] else { throw Problem(text: "no meta, which says where fields stand") }
    let nodeFields = try Self.fields(meta, "node_fields")
    nodeStride = nodeFields.count
    nodeType = try Self.place(of: "type", nodeFields, "node_fields")
    nodeName = try Self.place(of: "name", nodeFields, "node_fields")
    nodeID = try Self.place(of: "id", nodeFields, "node_fields")
    nodeSize = try Self.place(of: "self_size", nodeFields, "node_fields")
    nodeEdges = try Self.place(of: "edge_count", nodeFields, "node_fields")
    nodeDetachedness = nodeFields.firstIndex(of: "detachedness")
    nodeTrace = nodeFields.firstIndex(of: "trace_node_id")
    let typeNames = try Self.types(meta, "node_types", field: nodeType)
    isOfJulia = typeNames.contains { $0.hasPrefix("jl_") }
    nodeTypes = typeNames.map { V8NodeType(name: $0) }

    let edgeFields = try Self.fields(meta, "edge_fields")
    edgeStride = edgeFields.count
    edgeType = try Self.place(of: "type", edgeFields, "edge_fields")
    edgeName = try Self.place(of: "name_or_index", edgeFields, "edge_fields")
    edgeTarget = try Self.place(of: "to_node", edgeFields, "edge_fields")
    edgeTypes = try Self.types(meta, "edge_types", field: edgeType).map { V8EdgeType(name: $0) }

    if let fields = meta["location_fields"]?.items?.map({ $0.text ?? "" }),
      let object = fields.firstIndex(of: "object_index"), let script = fields.firstIndex(of: "script_id"),
      let line = fields.firstIndex(of: "line"), let column = fields.firstIndex(of: "column")
    {
      locationStride = fields.count
      (locationObject, locationScript, locationLine, locationColumn) = (object, script, line, column)
    }
    if let fields = meta["trace_function_info_fields"]?.items?.map({ $0.text ?? "" }), fields.count <= 64,
      let name = fields.firstIndex(of: "name"), let script = fields.firstIndex(of: "script_name"),
      let line = fields.firstIndex(of: "line"),
      let nodeFields = meta["trace_node_fields"]?.items?.map({ $0.text ?? "" }),
      nodeFields.prefix(2) == ["id", "function_info_index"], nodeFields.last == "children", nodeFields.count <= 64
    {
      traceFunctionStride = fields.count
      (traceFunctionName, traceFunctionScript, traceFunctionLine) = (name, script, line)
      traceNodeStride = nodeFields.count
    }
    nodeCount = snapshot["node_count"]?.number
    edgeCount = snapshot["edge_count"]?.number
    extraNativeBytes = snapshot["extra_native_bytes"]?.number
  }

  private static func fields(_ meta: V8JSON, _ name: String) throws(Problem) -> [String] {
    guard let items = meta[name]?.items, !items.isEmpty, items.count <= 64 else {
      throw Problem(text: "meta has no usable \(name)")
    }
    return items.map { $0.text ?? "" }
  }

  private static func place(of field: String, _ fields: [String], _ name: String) throws(Problem) -> Int {
    guard let place = fields.firstIndex(of: field) else { throw Problem(text: "\(name) has no \(field)") }
    return place
  }

  /// The names of the types: the entry of the type's own field, which is a list.
  private static func types(_ meta: V8JSON, _ name: String, field: Int) throws(Problem) -> [String] {
    guard let items = meta[name]?.items, items.indices.contains(field), let types = items[field].items,
      types.count <= 1 << 16
    else { throw Problem(text: "meta has no usable \(name)") }
    return types.map { $0.text ?? "" }
  }
}
