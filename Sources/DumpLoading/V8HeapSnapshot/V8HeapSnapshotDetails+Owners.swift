import ReferenceGraph

extension V8HeapSnapshotDetails {
  /// Functions and contexts belong to whose script they stand in; objects to whose their constructor is; what only the
  /// engine has, to the runtime.
  ///
  /// Strings, numbers, plain objects and arrays are nobody's in particular.
  func owner(of object: ObjectID) -> CodeOwner {
    guard object != .root, object.index <= graph.objectCount else { return .unknown }
    let owner = source.owners.owner(of: object.index)
    if owner != .unknown { return owner }
    let objectClass = graph.objectClass(of: object)
    let flags = objectClass.flags
    if source.layout.isOfJulia { return Self.owner(ofJuliaType: objectClass.name) }
    if flags.contains(.globalObject) || !flags.isDisjoint(with: [.runtime, .metadata, .rootGroup]) { return .runtime }
    if flags.contains(.engine) { return objectClass.name.hasPrefix("system / ") ? .runtime : .unknown }
    if objectClass.name.hasPrefix("Node / ") { return .runtime }
    // Of a function that has no script the engine has the code, or who embeds it.
    if flags.contains(.function) { return target(of: object.rawValue, .shared) == nil ? .unknown : .runtime }
    return source.locations.location(of: object.index).map { source.owners.owner(ofScript: $0.script) } ?? .unknown
  }

  /// Types of Julia's stand in modules: `Main` is the program, `Base` and `Core` are Julia's.
  static func owner(ofJuliaType name: String) -> CodeOwner {
    let module = name.prefix { $0 != "." && $0 != "{" }
    guard module.endIndex < name.endIndex, name[module.endIndex] == ".", let first = module.first, first.isUppercase
    else { return .unknown }
    switch module {
    case "Main": return .program
    case "Base", "Core": return .runtime
    default: return .library
    }
  }

  /// Global objects keep what the program put there; groups of roots are the engine's; of what nothing else is known to
  /// hold, the object says.
  func owner(ofRoot index: Int) -> CodeOwner {
    guard graph.roots.indices.contains(index) else { return .unknown }
    let root = graph.roots[index]
    if root.kind == .global { return .program }
    return root.reference == .orphan ? owner(of: root.target) : .runtime
  }

  /// Objects of one class that nothing is known to hold are alike.
  func group(ofRoot index: Int) -> RootGroup? {
    guard graph.roots.indices.contains(index), graph.roots[index].reference == .orphan else { return nil }
    let target = graph.roots[index].target
    return RootGroup(
      name: "\(graph.objectClass(of: target).name) without a recorded holder", member: UInt64(target.rawValue))
  }

  /// The global object that a native context leads to lives as long as the program, where the program is no page.
  func holder(ofRoot index: Int, along path: [ObjectID]) -> String? {
    if source.isOfJavaScriptCore, graph.roots.indices.contains(index), graph.roots[index].reference == .orphan {
      return "most likely a Map or Set, whose contents this file does not record"
    }
    if path.prefix(3).contains(where: { V8Kinds.isStackGroup(graph.objectClass(of: $0).name) }) {
      return "a stack or a handle of native code, until the function returns"
    }
    guard graph.roots.indices.contains(index),
      let global = path.prefix(4).first(where: { graph.objectClass(of: $0).flags.contains(.globalObject) })
    else { return nil }
    let name = graph.objectClass(of: global).name
    return name.hasPrefix("Window") || name.contains("GlobalScope")
      ? nil : "the global object, alive as long as the program"
  }
}
