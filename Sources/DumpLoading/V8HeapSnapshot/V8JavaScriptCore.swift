import ReferenceGraph

/// What is different where JavaScriptCore (Bun) wrote a snapshot in the form of V8's.
///
/// References that belong to the engine have no names, so that its objects tell them. What a `Map`, a `Set` or a
/// `WeakMap` holds is not recorded: its objects have no holder in the file.
enum V8JavaScriptCore {
  /// Why what has no holder may be alive.
  static let unrecorded = "JavaScriptCore records no contents of Map and Set"

  /// Whether the nodes are those of JavaScriptCore: its object shapes are called so.
  static func wrote(_ nodes: borrowing V8Nodes, _ strings: V8Strings) -> Bool {
    let shape = V8NodeType.shape.rawValue
    for node in 0..<nodes.count where nodes.types[node] == shape {
      return strings.text(of: Int(nodes.names[node]), limit: 16) == "Structure"
    }
    return false
  }

  /// What belongs to the engine: shapes of objects, what goes with them, and compiled code.
  private static let records: Set = [
    "FunctionRareData", "StructureRareData", "StructureChain", "PropertyTable", "SymbolTable", "StrongRootBlock",
  ]
  /// What V8's form counts as code and is the program's.
  private static let accessors: Set = ["GetterSetter", "CustomGetterSetter", "DOMAttributeGetterSetter"]

  /// The class of a node of JavaScriptCore's; nil where it is as V8's of the same type and name.
  static func objectClass(_ type: V8NodeType, _ name: String) -> ObjectClass? {
    switch type {
    case .code:
      return accessors.contains(name)
        ? ObjectClass(name: name) : ObjectClass(name: "(compiled code)", flags: .metadata)
    case .hidden where records.contains(name): return ObjectClass(name: name, flags: [.metadata, .engine])
    case .object where name == "GlobalObject" || name == "JSGlobalProxy":
      return ObjectClass(name: name, flags: [.runtime, .globalObject])
    case .object where name.hasPrefix("system / JS") && name.hasSuffix("Environment"):
      return ObjectClass(name: name, flags: .context)
    default: return nil
    }
  }
}
