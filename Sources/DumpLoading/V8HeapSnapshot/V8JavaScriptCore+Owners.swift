import ReferenceGraph

/// Whose the nodes of a snapshot of JavaScriptCore are. No function leads to its script, but each to its variables: those
/// of the program's functions end with the variables of a module or of all scripts, those of the runtime's own modules, and
/// of functions that it has compiled in, do not.
extension V8JavaScriptCore {
  struct Owned {
    /// The runtime's functions and their variables, the registry of its modules, and what these export.
    var runtime: [UInt32] = []
    /// The program's and its libraries' functions with their variables, and objects that are called like one of them.
    var program: [UInt32] = []
  }

  /// The names of objects that no class of the program's made.
  private static let plain: Set = ["Object", "Function", "Array", ""]

  private enum Scope { case open, program, runtime }

  static func owned(_ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings) -> Owned {
    var result = Owned()
    let object = V8NodeType.object.rawValue
    let closure = V8NodeType.closure.rawValue
    var texts: [UInt32: String] = [:]
    func name(_ node: UInt32) -> String {
      let number = nodes.names[node]
      if let known = texts[number] { return known }
      let text = strings.text(of: Int(number), limit: 48) ?? ""
      texts[number] = text
      return text
    }
    func internals(_ node: UInt32) -> [UInt32] {
      (Int(edges.offsets[node])..<Int(edges.offsets[Int(node) + 1]))
        .filter { V8Field.type(of: edges.fields[$0]) == .internal }.map { edges.targets[$0] }
    }
    var scopes: [UInt32: Scope] = [:]
    var functions: [UInt32] = []
    for node in 0..<UInt32(nodes.count) {
      let type = nodes.types[node]
      if type == closure { functions.append(node) }
      guard type == object else { continue }
      switch name(node) {
      case "InternalModuleRegistry":
        result.runtime.append(node)
        result.runtime += internals(node).filter { nodes.types[$0] == object }
      case "system / JSModuleEnvironment", "system / JSGlobalLexicalEnvironment": scopes[node] = .program
      case let name where name.hasPrefix("system / JS") && name.hasSuffix("Environment"): scopes[node] = .open
      default: break
      }
    }
    // Without those nothing can be told.
    guard scopes.values.contains(.program) else { return result }
    for start in scopes.keys {
      // Up to one that is decided, then back.
      var way: [UInt32] = []
      var end = Scope.runtime
      var next: UInt32? = start
      while let scope = next, let known = scopes[scope] {
        if known != .open {
          end = known
          break
        }
        // While it is on the way: it may lead to itself.
        scopes[scope] = .runtime
        way.append(scope)
        next = internals(scope).first { scopes[$0] != nil }
      }
      for scope in way { scopes[scope] = end }
    }
    for (scope, whose) in scopes {
      if whose == .program { result.program.append(scope) } else { result.runtime.append(scope) }
    }
    var constructors: Set<UInt32> = []
    for node in functions {
      let targets = internals(node)
      if targets.contains(where: { scopes[$0] == .program }) {
        result.program.append(node)
        if !plain.contains(name(node)) { constructors.insert(nodes.names[node]) }
      } else if !targets.contains(where: { nodes.types[$0] == closure }) {
        // A bound function leads to another, whose it is.
        result.runtime.append(node)
      }
    }
    for node in 0..<UInt32(nodes.count) where nodes.types[node] == object && constructors.contains(nodes.names[node]) {
      result.program.append(node)
    }
    return result
  }
}
