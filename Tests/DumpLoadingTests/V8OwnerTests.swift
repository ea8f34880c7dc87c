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

  /// A chain of variables and properties that leads from the global object to an object: the name of its holder.
  private func holder(_ links: (inout Program, Int) -> Int) throws -> String? {
    var program = Program()
    let kept = program.writer.node("object", "Kept")
    let last = links(&program, kept)
    program.writer.edge(last, "property", "kept", to: kept)
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    return analysis.holderName(of: analysis.path(to: ObjectID(kept)))
  }

  /// The variable of a module nearest to the end says most; one of a function less; `this` nothing.
  @Test func variablesOfModulesSayMost() throws {
    func store(_ program: inout Program, _ context: Int, _ name: String) -> Int {
      let store = program.writer.node("object", "Object")
      program.writer.edge(context, "context", name, to: store)
      return store
    }
    let shop = "/srv/shop/bus.js"
    // From the listener through its own variables and the module's.
    #expect(try holder { program, _ in store(&program, program.module, "orders") } == "global.start")
    func behindNode(_ program: inout Program) {
      // What Node's function leads to says less than any variable of the program's.
      program.writer.edge(program.global, "property", "queueMicrotask", to: program.builtin)
    }
    #expect(
      try holder { program, _ in
        behindNode(&program)
        let module = program.writer.node("object", "system / Context")
        let function = Program.function("later", shop, module, &program.writer)
        program.writer.edge(module, "internal", "previous", to: program.global + 1)
        program.writer.edge(program.process, "property", "later", to: function)
        return store(&program, module, "orders")
      } == "orders of \(shop)")
    #expect(
      try holder { program, _ in
        behindNode(&program)
        let module = program.writer.node("object", "system / Context")
        let call = program.writer.node("object", "system / Context")
        let function = Program.function("later", shop, call, &program.writer)
        program.writer.edge(module, "internal", "previous", to: program.global + 1)
        program.writer.edge(call, "internal", "previous", to: module)
        program.writer.edge(program.process, "property", "later", to: function)
        let receiver = store(&program, call, "this")
        let call2 = program.writer.node("object", "system / Context")
        program.writer.edge(call2, "internal", "previous", to: call)
        program.writer.edge(receiver, "property", "run", to: Program.function("run", shop, call2, &program.writer))
        return store(&program, call2, "batch")
      } == "batch of \(shop)")
  }

  /// Where the program has no variable on the way the runtime's last says more than the first step from a global object.
  @Test func theRuntimesVariablesSayMoreThanItsGlobals() throws {
    #expect(
      try holder { program, _ in
        program.writer.edge(program.global, "property", "queueMicrotask", to: program.builtin)
        return program.process
      } == "process of node:events")
    #expect(
      try holder { program, _ in
        let wrap = program.writer.node("object", "ModuleWrap")
        program.writer.edge(program.global, "property", "<symbol node:entry_point_module>", to: wrap)
        let cell = program.writer.node("object", "Object")
        program.writer.edge(wrap, "property", "namespace", to: cell)
        return cell
      } == "global.<symbol node:entry_point_module>")
  }

  /// What a function uses that is under way is held by something that lasts, where there is such a thing.
  @Test func stacksComeLastOnPaths() throws {
    var program = Program()
    let groups = program.writer.node("synthetic", "(GC roots)", size: 0)
    let stack = program.writer.node("synthetic", "(Stack roots)", size: 0)
    let handles = program.writer.node("synthetic", "(Global handles)", size: 0)
    let cache = program.writer.node("object", "Cache")
    let onlyHere = program.writer.node("object", "Local")
    program.writer.element(0, 1, to: groups)
    program.writer.element(groups, 1, to: stack)
    program.writer.element(groups, 2, to: handles)
    var last = handles
    for step in 0..<4 {
      let next = program.writer.node("object", "Step")
      program.writer.edge(last, "internal", "\(step)", to: next)
      last = next
    }
    program.writer.edge(last, "property", "cache", to: cache)
    program.writer.edge(stack, "internal", "1", to: cache)
    program.writer.edge(stack, "internal", "2", to: onlyHere)
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    let path = analysis.path(to: ObjectID(cache)).map { analysis.heap.graph.target(of: $0) }
    #expect(path.contains(ObjectID(last)) && !path.contains(ObjectID(stack)))
    // Both hold it.
    #expect(analysis.dominators.dominator(of: ObjectID(cache)) == ObjectID(groups))
    let way = analysis.path(to: ObjectID(onlyHere)).map { analysis.heap.graph.target(of: $0) }
    #expect(way == [groups, stack, onlyHere].map { ObjectID($0) })
    #expect(
      heap.details.holder(ofRoot: 1, along: way) == "a stack or a handle of native code, until the function returns")
  }

  /// Functions of JavaScriptCore stand in no script; what their variables end with tells whose they are.
  @Test func functionsOfJavaScriptCore() throws {
    var writer = V8SnapshotWriter()
    let root = writer.node("synthetic", "", size: 0)
    let global = writer.node("object", "GlobalObject", size: 40)
    writer.edge(root, "shortcut", "", to: global)
    let shape = writer.node("object shape", "Structure")
    writer.edge(global, "internal", "", to: shape)
    let all = writer.node("object", "system / JSGlobalLexicalEnvironment")
    func function(_ name: String, _ scope: Int?) -> Int {
      let closure = writer.node("closure", name)
      writer.edge(closure, "internal", "", to: scope ?? global)
      writer.edge(global, "property", name, to: closure)
      return closure
    }
    func scope(_ outer: Int?) -> Int {
      let scope = writer.node("object", "system / JSLexicalEnvironment")
      if let outer { writer.edge(scope, "internal", "", to: outer) }
      return scope
    }
    let module = scope(all)
    let call = scope(module)
    let own = function("Session", call)
    let ofModule = function("read", scope(scope(nil)))
    let native = function("push", nil)
    let bound = writer.node("closure", "bound later")
    writer.edge(bound, "internal", "", to: own)
    writer.edge(global, "property", "bound", to: bound)
    let registry = writer.node("object", "InternalModuleRegistry")
    let exports = writer.node("object", "Object")
    writer.edge(global, "internal", "", to: registry)
    writer.edge(registry, "internal", "", to: exports)
    let session = writer.node("object", "Session")
    let plain = writer.node("object", "Object")
    for (name, node) in [("a", session), ("b", plain)] { writer.edge(global, "property", name, to: node) }
    // Hostile: variables around themselves.
    let circle = scope(nil)
    writer.edge(circle, "internal", "", to: circle)
    let inCircle = function("never", circle)
    let heap = try load(writer.bytes())
    #expect(heap.facts.producer == "JavaScriptCore (Bun)")
    func owner(_ node: Int) -> CodeOwner { heap.details.owner(of: ObjectID(node)) }
    #expect([own, session, module, call].map(owner) == Array(repeating: .program, count: 4))
    #expect([ofModule, native, registry, exports, inCircle].map(owner) == Array(repeating: .runtime, count: 5))
    #expect(owner(plain) == .unknown)
    #expect(owner(bound) != .runtime)
  }

  /// The memory of buffers is told as the buffers that look into it.
  @Test func buffersAreNamedNotTheirMemory() throws {
    var program = Program()
    let list = program.writer.node("object", "Array", size: 100)
    program.writer.edge(program.module, "context", "chunks", to: list)
    for index in 0..<50 {
      let buffer = program.writer.node("object", "Buffer", size: 96)
      let array = program.writer.node("object", "ArrayBuffer", size: 88)
      let memory = program.writer.node("native", "system / JSArrayBufferData", size: 64 << 10)
      program.writer.element(list, UInt64(index), to: buffer)
      program.writer.edge(buffer, "internal", "buffer", to: array)
      program.writer.edge(array, "internal", "backing_store", to: memory)
    }
    let heap = try program.load()
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    let first = try #require(analysis.suspects.first)
    // The array is a variable beside the bus, whose listener keeps both.
    #expect(first.title == "Array of 50 × Buffer in a cycle of 5 objects", "\(first.title)")
    #expect(first.retained > 50 * (65_536 + 96 + 88) + 100)
  }

  @Test(arguments: [
    ("Main.Session", CodeOwner.program), ("Base.Dict{String, Any}", .runtime), ("Array{Any, 1}", .unknown),
    ("JSON3.Object", .library), ("<malloc>", .unknown), ("String", .unknown),
  ])
  func typesOfJuliaBelongToTheirModules(name: String, owner: CodeOwner) {
    #expect(V8HeapSnapshotDetails.owner(ofJuliaType: name) == owner)
  }
}
