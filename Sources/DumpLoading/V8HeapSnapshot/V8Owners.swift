import ReferenceGraph

/// Whose code the functions of a heap are, told by the names of their scripts, and with them the contexts: the variables
/// of a function belong to the functions that use them, to the program if any of those is the program's.
final class V8Owners: Sendable {
  /// Four nodes a byte, the one of the lowest number in the lowest bits.
  private let codes: FlatArray<UInt8>
  private let scripts: [UInt64: CodeOwner]
  /// Whether any function belongs to the runtime.
  let hasRuntime: Bool

  // Two bits a node. While owners are looked for, `none` stands for a function that has no script.
  private static let unknown: UInt8 = 0
  private static let program: UInt8 = 1
  private static let library: UInt8 = 2
  private static let runtime: UInt8 = 3
  private static let none: UInt8 = 4

  /// Finds whose each node is; `scripts` knows functions of each script that locations name.
  init(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, _ scripts: V8Scripts,
    isOfJavaScriptCore: Bool, progress: WorkProgress
  ) throws(LoadError) {
    let found = try Self.owners(nodes, edges, strings, progress: progress)
    if isOfJavaScriptCore {
      let owned = V8JavaScriptCore.owned(nodes, edges, strings)
      for node in owned.program { found[node] = Self.program }
      for node in owned.runtime { found[node] = Self.runtime }
    }
    let codes = FlatArray<UInt8>(zeroed: nodes.count / 4 + 1)
    var hasRuntime = false
    var node = 0
    while node < nodes.count {
      let code = found[node]
      if code != Self.unknown, code != Self.none {
        codes[node >> 2] = codes[node >> 2] | code &<< UInt8((node & 3) &<< 1)
        if code == Self.runtime { hasRuntime = true }
      }
      node &+= 1
    }
    self.codes = codes
    self.hasRuntime = hasRuntime
    var owners: [UInt64: CodeOwner] = [:]
    for script in scripts.numbers {
      if let name = scripts.name(of: script, nodes, edges, strings) { owners[script] = Self.owner(ofScript: name) }
    }
    self.scripts = owners
  }

  /// Whether a function, or a context, is the runtime's own.
  @inline(__always) func isRuntime(_ node: Int) -> Bool {
    codes[node &>> 2] &>> UInt8((node & 3) &<< 1) & 3 == Self.runtime
  }

  /// Whose a function, or a context, is; unknown for all other nodes.
  func owner(of node: Int) -> CodeOwner {
    switch codes[node >> 2] >> UInt8((node & 3) << 1) & 3 {
    case Self.program: .program
    case Self.library: .library
    case Self.runtime: .runtime
    default: .unknown
    }
  }

  /// Whose the script of this number is.
  func owner(ofScript number: UInt64) -> CodeOwner { scripts[number] ?? .unknown }

  /// How the names of the scripts begin that a runtime brings along: Node.js and Electron, Deno, Chrome.
  private static let runtimeScripts = [
    "node:", "internal/", "electron/js2c/", "ext:", "deno:", "checkin:", "extensions::", "v8/",
  ]
  /// How those of libraries begin, or what they have in them.
  private static let libraryScripts = [
    "chrome-extension://", "https://deno.land/", "https://jsr.io/", "https://esm.sh/",
  ]
  private static let libraryFolders = ["node_modules/", "node_modules\\", "/npm/registry.npmjs.org/"]

  /// Whose a script of this name is.
  static func owner(ofScript name: String) -> CodeOwner {
    if runtimeScripts.contains(where: { name.hasPrefix($0) }) { return .runtime }
    if libraryScripts.contains(where: { name.hasPrefix($0) }) || libraryFolders.contains(where: { name.contains($0) }) {
      return .library
    }
    return .program
  }

  /// By node the code of its owner: functions, what leads from them to their scripts, and contexts.
  @inline(never)
  private static func owners(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, progress: WorkProgress
  ) throws(LoadError) -> FlatArray<UInt8> {
    let owners = FlatArray<UInt8>(zeroed: nodes.count)
    var bound: [(function: Int, target: UInt32)] = []
    let closure = V8NodeType.closure.rawValue
    for node in 0..<nodes.count {
      if node & 0xffff == 0, progress.isCancelled { throw .cancelled }
      guard nodes.types[node] == closure else { continue }
      var shared: UInt32?
      var context: UInt32?
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
        switch role(edges.fields[k], strings) {
        case V8Strings.Role.shared.rawValue: shared = edges.targets[k]
        case V8Strings.Role.context.rawValue: context = edges.targets[k]
        case V8Strings.Role.boundFunction.rawValue: bound.append((node, edges.targets[k]))
        default: break
        }
      }
      guard let shared else { continue }
      let owner = self.owner(ofShared: shared, owners, nodes, edges, strings)
      owners[node] = owner
      guard owner != none, var context else { continue }
      // Those around it are used by it too. Who has the better claim has a lower code.
      while strings.role(of: Int(nodes.names[context])) != V8Strings.Role.nativeContext.rawValue,
        owners[context] == unknown || owners[context] > owner
      {
        owners[context] = owner
        guard let outer = target(of: context, .previous, edges, strings) else { break }
        context = outer
      }
    }
    // What is bound may itself be bound, and stand behind.
    for _ in 0..<2 {
      for (function, target) in bound { owners[function] = owners[target] }
    }
    return owners
  }

  private static func owner(
    ofShared shared: UInt32, _ owners: borrowing FlatArray<UInt8>, _ nodes: borrowing V8Nodes,
    _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> UInt8 {
    if owners[shared] != unknown { return owners[shared] }
    var result = none
    if let script = target(of: shared, .script, edges, strings) {
      if owners[script] == unknown {
        switch owner(ofScript: V8Scripts.name(ofNode: script, nodes, edges, strings) ?? "") {
        case .runtime: owners[script] = runtime
        case .library: owners[script] = library
        default: owners[script] = program
        }
      }
      result = owners[script]
    }
    owners[shared] = result
    return result
  }

  /// What the first slot of this role refers to.
  private static func target(
    of node: UInt32, _ wanted: V8Strings.Role, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> UInt32? {
    for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1])
    where role(edges.fields[k], strings) == wanted.rawValue {
      return edges.targets[k]
    }
    return nil
  }

  /// The role of the name of a slot; plain for all other references.
  @inline(__always) private static func role(_ field: UInt32, _ strings: V8Strings) -> UInt8 {
    guard V8Field.type(of: field) == .internal, field & V8Field.isLarge == 0 else { return 0 }
    return strings.role(of: Int(field & V8Field.valueMask))
  }
}
