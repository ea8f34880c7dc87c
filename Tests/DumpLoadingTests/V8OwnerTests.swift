import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Whose code functions, contexts and objects are, and what follows for cycles.
@Suite struct V8OwnerTests {
  /// A module whose emitter keeps a listener, which keeps the module's variables; Node's `publish` is among them, and
  /// leads through Node's own variables to `process`, which leads back.
  private struct Program {
    var writer = V8SnapshotWriter()
    let global: Int
    let bus: Int
    let listener: Int
    let module: Int
    let inner: Int
    let builtin: Int
    let builtinContext: Int
    let libraryFunction: Int
    let process: Int

    init() {
      let root = writer.node("synthetic", "", size: 0)
      global = writer.node("object", "global", size: 40)
      writer.edge(root, "shortcut", "global", to: global)
      let native = writer.node("hidden", "system / NativeContext", size: 200)
      writer.edge(global, "internal", "native_context", to: native)
      bus = writer.node("object", "EventEmitter", size: 40)
      module = writer.node("object", "system / Context", size: 40)
      inner = writer.node("object", "system / Context", size: 40)
      builtinContext = writer.node("object", "system / Context", size: 40)
      process = writer.node("object", "process", size: 40)
      listener = Self.function("listener", "/srv/shop/bus.js", inner, &writer)
      builtin = Self.function("publish", "node:events", builtinContext, &writer)
      libraryFunction = Self.function("debounce", "/srv/shop/node_modules/lodash/debounce.js", module, &writer)
      writer.edge(global, "property", "start", to: listener)
      writer.edge(inner, "internal", "previous", to: module)
      writer.edge(module, "internal", "previous", to: native)
      writer.edge(builtinContext, "internal", "previous", to: native)
      writer.edge(module, "context", "bus", to: bus)
      writer.edge(module, "context", "publish", to: builtin)
      writer.edge(module, "context", "debounce", to: libraryFunction)
      writer.edge(bus, "property", "_events", to: listener)
      writer.edge(builtinContext, "context", "process", to: process)
      writer.edge(process, "property", "hook", to: listener)
      writer.edge(process, "property", "publish", to: builtin)
    }

    static func function(_ name: String, _ script: String, _ context: Int, _ writer: inout V8SnapshotWriter) -> Int {
      let closure = writer.node("closure", name, size: 64)
      let shared = writer.node("code", name)
      let file = writer.node("code", script)
      writer.edge(closure, "internal", "shared", to: shared)
      writer.edge(closure, "internal", "context", to: context)
      writer.edge(shared, "internal", "script_or_debug_info", to: file)
      return closure
    }

    mutating func load() throws -> Heap { try DumpLoadingTests.load(writer.bytes()) }
  }

  @Test func functionsBelongToTheirScriptsAndContextsToTheirFunctions() throws {
    var program = Program()
    let bound = program.writer.node("closure", "native_bind")
    program.writer.edge(bound, "internal", "bound_function", to: program.builtin)
    let native = program.writer.node("closure", "push", size: 56)
    program.writer.edge(native, "internal", "shared", to: program.writer.node("code", "push"))
    let heap = try program.load()
    func owner(_ node: Int) -> CodeOwner { heap.details.owner(of: ObjectID(node)) }
    #expect(owner(program.listener) == .program)
    #expect(owner(program.inner) == .program)
    // A function of a library uses it too.
    #expect(owner(program.module) == .program)
    #expect(owner(program.builtin) == .runtime)
    #expect(owner(program.builtinContext) == .runtime)
    #expect(owner(program.libraryFunction) == .library)
    #expect(owner(bound) == .runtime)
    // Without a script it is the engine's.
    #expect(owner(native) == .runtime)
    #expect(heap.details.owner(ofRoot: 0) == .program)
  }

  @Test(arguments: [
    ("node:internal/modules/cjs/loader", CodeOwner.runtime), ("internal/bootstrap/node.js", .runtime),
    ("ext:core/01_core.js", .runtime), ("extensions::messaging", .runtime), ("electron/js2c/init", .runtime),
    ("/srv/app/node_modules/express/index.js", .library), ("C:\\app\\node_modules\\x\\i.js", .library),
    ("https://deno.land/std@0.200.0/http/server.ts", .library), ("chrome-extension://abc/content.js", .library),
    ("/srv/node/app.js", .program), ("file:///srv/internal/app.mjs", .program),
    ("https://example.org/app.js", .program),
    ("evalmachine.<anonymous>", .program), ("", .program),
  ])
  func scriptsAreToldByTheirNames(name: String, owner: CodeOwner) {
    #expect(V8Owners.owner(ofScript: name) == owner)
  }

  @Test func objectsBelongToTheScriptOfTheirConstructor() throws {
    var program = Program()
    let own = program.writer.node("object", "Session")
    let nodes = program.writer.node("object", "Agent")
    let plain = program.writer.node("object", "Object")
    for object in [own, nodes, plain] { program.writer.edge(program.global, "property", "it\(object)", to: object) }
    program.writer.locations = [
      [program.listener * 7, 5, 1, 1], [program.builtin * 7, 6, 1, 1], [own * 7, 5, 4, 2], [nodes * 7, 6, 4, 2],
    ]
    let heap = try program.load()
    #expect(heap.details.owner(of: ObjectID(own)) == .program)
    #expect(heap.details.owner(of: ObjectID(nodes)) == .runtime)
    #expect(heap.details.owner(of: ObjectID(plain)) == .unknown)
  }

  /// Only what belongs to the program is a member; what is retained does not change.
  @Test func nodesOwnFunctionsMakeNoCycleOfTheProgram() throws {
    var program = Program()
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    let cycle = try #require(analysis.shapes.first)
    let members = analysis.components.members(of: cycle.components[0]).map { Int($0.rawValue) }
    #expect(Set(members) == [program.listener, program.inner, program.module, program.bus, program.libraryFunction])
    #expect(analysis.shapes.count == 1)
    #expect(analysis.dominators.dominator(of: ObjectID(program.process)) == ObjectID(program.builtinContext))
    let classes = heap.graph.classes.map(\.name)
    #expect(Set(classes).count == classes.count)
  }

  /// Node's list of what a module requires leads to modules that keep who required them.
  @Test(arguments: [("node:internal/modules/cjs/loader", 0), ("/srv/app/module.js", 1)])
  func modulesAndWhatTheyRequireAreNoCycleOfTheProgram(script: String, cycles: Int) throws {
    var program = Program()
    let constructor = Program.function("Module", script, program.inner, &program.writer)
    let parent = program.writer.node("object", "Module")
    let child = program.writer.node("object", "Module")
    let list = program.writer.node("object", "Array")
    program.writer.edge(program.global, "property", "main", to: parent)
    program.writer.edge(program.global, "property", "Module", to: constructor)
    program.writer.edge(parent, "property", "children", to: list)
    program.writer.element(list, 0, to: child)
    program.writer.edge(child, "property", "<symbol node:module_first_parent>", to: parent)
    program.writer.locations = [constructor, parent, child].map { [$0 * 7, 9, 1, 1] }
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    #expect((analysis.components.component(of: ObjectID(parent)) == nil) == (cycles == 0))
    #expect(analysis.dominators.dominator(of: ObjectID(child)) == ObjectID(list))
  }

  @Test func variablesHaveTheirNamesAndScripts() throws {
    var program = Program()
    let module = program.writer.node("object", "Module")
    let file = program.writer.node("string", "/srv/shop/bus.js")
    let exports = program.writer.node("object", "Object")
    program.writer.edge(module, "property", "filename", to: file)
    program.writer.edge(module, "property", "exports", to: exports)
    let heap = try program.load()
    func variables(_ node: Int) -> [ProgramVariable] {
      heap.graph.rows.range(of: ObjectID(node)).compactMap {
        heap.details.variable(heap.graph.fields[$0], of: ObjectID(node))
      }
    }
    let shop = "/srv/shop/bus.js"
    #expect(
      variables(program.module) == [
        ProgramVariable(name: "bus", file: shop, owner: .program),
        ProgramVariable(name: "publish", file: shop, owner: .program),
        ProgramVariable(name: "debounce", file: shop, owner: .program),
      ])
    #expect(
      variables(program.builtinContext) == [ProgramVariable(name: "process", file: "node:events", owner: .runtime)])
    #expect(variables(module) == [ProgramVariable(name: "exports", file: shop, owner: .program)])
    #expect(variables(program.bus).isEmpty)
  }

  /// The first step of a shortest way is often one of Node's: it says nothing.
  ///
  /// A property of the program's says more than any variable behind it.
  @Test(arguments: [("get process", "exports of /srv/shop/bus.js"), ("app", "global.app")])
  func holdersAreNamedByTheProgramsVariables(property: String, name: String) throws {
    var program = Program()
    let module = program.writer.node("object", "Module")
    let file = program.writer.node("string", "/srv/shop/bus.js")
    let exports = program.writer.node("object", "Object")
    let kept = program.writer.node("object", "Kept")
    let first = property == "app" ? exports : program.builtin
    program.writer.edge(program.global, "property", property, to: first)
    program.writer.edge(program.builtinContext, "context", "module", to: module)
    program.writer.edge(module, "property", "filename", to: file)
    program.writer.edge(module, "property", "exports", to: exports)
    program.writer.edge(exports, "property", "kept", to: kept)
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    #expect(analysis.holderName(of: analysis.path(to: ObjectID(kept))) == name)
  }
}
