import ReferenceGraph
import Testing

@testable import DumpLoading
@testable import GraphAnalysis

/// What the suspects say of those who keep things in Java programs.
struct HPROFHolderTests {
  /// A ring of two `demo.Node`s with 8,000 bytes each.
  private func ring(_ address: UInt64, in dump: inout HPROFWriter) {
    dump.primitiveArray(address + 0x100, [HPROFWriter.Value](repeating: .long(1), count: 1000))
    dump.instance(address, 0x1700, [.reference(address + 0x100), .reference(address + 0x20), .int(1)])
    dump.instance(address + 0x20, HPROFWriter.node, [.reference(address), .int(2)])
  }

  private func library() -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1700, "demo/Heavy", superclass: HPROFWriter.node, loader: 0x2000, fields: [("data", 2)])
    dump.defineClass(0x1740, "demo/Worker", superclass: HPROFWriter.thread, fields: [("contextClassLoader", 2)])
    dump.primitiveArray(0x9000, "timer".unicodeScalars.map { .byte(UInt8($0.value)) })
    dump.instance(0x9020, HPROFWriter.string, [.reference(0x9000), .byte(0)])
    return dump
  }

  @Test func loadersKeptInSeveralWays() throws {
    var dump = library()
    dump.defineClass(0x1400, "java/lang/ClassLoader", superclass: HPROFWriter.object)
    dump.defineClass(
      0x1440, "demo/AppLoader", superclass: 0x1400, loader: 0x2000, fields: [("classes", 2), ("data", 2)])
    for number in UInt64(0)..<3 {
      dump.defineClass(
        0x1480 + 0x40 * number, "demo/Plugin", superclass: HPROFWriter.object, loader: 0xa000 + 0x40 * number)
      dump.primitiveArray(0xc000 + 0x1000 * number, [HPROFWriter.Value](repeating: .long(1), count: 400))
      dump.instance(
        0xa000 + 0x40 * number, 0x1440, [.reference(0x1480 + 0x40 * number), .reference(0xc000 + 0x1000 * number)])
    }
    dump.instance(0x9100, 0x1740, [.reference(0xa000), .reference(0x9020)])
    dump.root(0x08, 0x9100, thread: 1, frame: 0)
    dump.defineClass(
      0x1600, "java/lang/ApplicationShutdownHooks", superclass: HPROFWriter.object,
      statics: [("hooks", .reference(0xa040))])
    dump.defineClass(
      0x1640, "demo/Registry", superclass: HPROFWriter.object, loader: 0x2000, statics: [("known", .reference(0xa080))])
    dump.root(0x05, 0x1640)
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let suspect = try #require(analysis.suspects.first { $0.kind == .classLoaders })
    #expect(
      suspect.reasons[0].hasPrefix("3 class loaders of one class are kept, and 3 of them loaded a class demo.Plugin"))
    #expect(suspect.reasons.contains("1 of them kept by thread \"timer\" .contextClassLoader → the loader"))
    #expect(suspect.reasons.contains("it is, or belongs to, the context class loader of a thread that lives on"))
    #expect(suspect.reasons.contains("1 of them kept by static java.lang.ApplicationShutdownHooks.hooks → the loader"))
    #expect(suspect.reasons.contains { $0.hasPrefix("a shutdown hook") })
    #expect(suspect.reasons.contains("1 of them kept by static demo.Registry.known → the loader"))
  }

  /// Ways that differ in the numbers of lambdas and threads are one.
  @Test func waysWithoutNumbers() {
    let way = SuspectSearch.withoutNumbers(
      "kept by thread \"worker-12\" .target → App$$Lambda$7+0x00007f9b → the loader", behind: "$$Lambda")
    #expect(way == "kept by thread \"worker-\" .target → App$$Lambda → the loader")
  }

  @Test(arguments: [
    ("cleaner", "the action of a Cleaner holds it"), ("finalizer", "it is on the list of objects with a finalizer"),
    ("queue", "it waits in a ReferenceQueue that nobody empties"),
  ])
  func cleanersFinalizersAndQueues(_ holder: String, _ words: String) throws {
    var dump = library()
    dump.defineClass(0x1400, "java/lang/ref/PhantomReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x1440, "jdk/internal/ref/PhantomCleanable", superclass: 0x1400, fields: [("action", 2)])
    dump.defineClass(0x1480, "java/lang/ref/FinalReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x14c0, "java/lang/ref/Finalizer", superclass: 0x1480)
    dump.defineClass(0x1500, "java/lang/ref/ReferenceQueue", superclass: HPROFWriter.object, fields: [("head", 2)])
    ring(0xa000, in: &dump)
    switch holder {
    case "cleaner": dump.instance(0x9100, 0x1440, [.reference(0xa000), .reference(0), .reference(0)])
    case "finalizer": dump.instance(0x9100, 0x14c0, [.reference(0xa000), .reference(0)])
    default: dump.instance(0x9100, 0x1500, [.reference(0xa000)])
    }
    dump.root(0x01, 0x9100)
    let reasons = try analysis(dump.finished()).suspects.flatMap(\.reasons)
    #expect(reasons.contains { $0.hasPrefix(words) }, "\(reasons)")
  }

  /// A program with an executor in a static field: its thread refers to the loader, whose list leads to the class.
  private func executor(classStatics: [(String, HPROFWriter.Value)]) -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "java/lang/ClassLoader", superclass: HPROFWriter.object, fields: [("classes", 2)])
    dump.defineClass(0x1440, "demo/AppLoader", superclass: 0x1400, fields: [("classes", 2)])
    dump.defineClass(0x1480, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.defineClass(
      0x14c0, "demo/Worker", superclass: HPROFWriter.thread, fields: [("contextClassLoader", 2), ("target", 2)])
    dump.defineClass(0x1500, "demo/Pool", superclass: HPROFWriter.object, fields: [("worker", 2), ("queue", 2)])
    dump.defineClass(0x1540, "demo/App", superclass: HPROFWriter.object, loader: 0xb000, statics: classStatics)
    // Its own field first, then that of java.lang.ClassLoader.
    dump.instance(0xb000, 0x1440, [.reference(0), .reference(0xb020)])
    dump.objectArray(0xb020, 0x1480, [0x1540])
    dump.primitiveArray(0x9000, "timer".unicodeScalars.map { .byte(UInt8($0.value)) })
    dump.instance(0x9020, HPROFWriter.string, [.reference(0x9000), .byte(0)])
    dump.instance(0x9100, 0x14c0, [.reference(0xb000), .reference(0x9140), .reference(0x9020)])
    dump.instance(0x9140, 0x1500, [.reference(0x9100), .reference(0x9180)])
    dump.primitiveArray(0x9200, [HPROFWriter.Value](repeating: .long(1), count: 1000))
    dump.objectArray(0x9180, 0x1480, [0x9140, 0x9200])
    return dump
  }

  @Test func listsOfLoadersJoinNoCycles() throws {
    var dump = executor(classStatics: [("pool", .reference(0x9140))])
    dump.root(0x08, 0x9100, thread: 1, frame: 0)
    let bytes = dump.finished()
    let analysis = try DumpLoadingTests.analysis(bytes)
    func members(_ analysis: HeapAnalysis) throws -> Set<String> {
      let pool = try #require(analysis.heap.object(at: 0x9140))
      let id = try #require(analysis.components.component(of: pool))
      return Set(analysis.components.members(of: id).map { analysis.graph.objectClass(of: $0).name })
    }
    #expect(try members(analysis) == ["demo.Pool", "demo.Worker", "java.lang.Object[]"])
    // The class is kept by the loader all the same.
    let known = try #require(analysis.heap.object(at: 0x1540))
    #expect(analysis.dominators.isReachable(known))
    // A field of that name in another class is an ordinary one.
    let heap = try load(bytes)
    let list = try #require(heap.object(at: 0xb020))
    let loader = try #require(heap.object(at: 0xb000))
    let place = try #require(heap.graph.firstReference(from: loader, to: list))
    #expect(heap.graph.kind(ofReference: Int(place.index)) == .runtime)
    var options = AnalysisOptions(heap.facts)
    options.cycles = try #require(heap.facts.cyclePolicies.first { $0.name == "strong" })
    let strong = try HeapAnalysis(heap: heap, options: options, progress: WorkProgress())
    #expect(try members(strong).isSuperset(of: ["java.lang.Class", "demo.AppLoader"]))
  }

  /// What a thread holds and a static field too: the field stays when the method has returned.
  @Test func staticFieldsSayMoreThanThreads() throws {
    var dump = executor(classStatics: [("pool", .reference(0x9140))])
    dump.root(0x08, 0x9100, thread: 1, frame: 0)
    dump.root(0x03, 0x9180, thread: 1, frame: 0)
    let held = try DumpLoadingTests.analysis(dump.finished()).suspects.filter { $0.kind == .heldCycle }
    let reasons = try #require(held.first { $0.retained > 8000 }).reasons
    #expect(reasons.contains("held by a static field, demo.App.pool"), "\(reasons)")
    #expect(reasons.contains { $0.hasPrefix("also held by a thread") }, "\(reasons)")

    var alone = executor(classStatics: [])
    alone.root(0x08, 0x9100, thread: 1, frame: 0)
    let others = try DumpLoadingTests.analysis(alone.finished()).suspects.flatMap(\.reasons)
    #expect(others.contains { $0.hasPrefix("held by a thread") } && !others.contains { $0.hasPrefix("also") })
  }

  /// A cycle by a static field retains what all of the class does, and says so.
  @Test func classesInCycles() throws {
    var dump = library()
    dump.defineClass(
      0x1400, "demo/Single", superclass: HPROFWriter.object, loader: 0x2000,
      statics: [("only", .reference(0xa000)), ("data", .reference(0xb000))], fields: [("type", 2)])
    dump.instance(0xa000, 0x1400, [.reference(0x1400)])
    dump.primitiveArray(0xb000, [HPROFWriter.Value](repeating: .long(1), count: 5))
    dump.root(0x05, 0x1400)
    let reasons = try DumpLoadingTests.analysis(dump.finished()).suspects.flatMap(\.reasons)
    #expect(reasons.contains { $0.hasPrefix("a class is part of it, by static demo.Single.only") }, "\(reasons)")
  }

  /// Threads of one name are told apart by their numbers, and the state of a thread is said in words.
  @Test func namesAndStatesOfThreads() throws {
    var dump = library()
    dump.defineClass(
      0x1400, "java/lang/Thread$FieldHolder", superclass: HPROFWriter.object, fields: [("threadStatus", 10)])
    dump.defineClass(
      0x1440, "demo/Numbered", superclass: HPROFWriter.thread, fields: [("tid", 11), ("holder", 2)])
    for (number, status) in [Int32(657), 1025, 433].enumerated() {
      let address = 0x9100 + 0x40 * UInt64(number)
      dump.instance(address, 0x1440, [.long(31 + Int64(number)), .reference(address + 0x20), .reference(0x9020)])
      dump.instance(address + 0x20, 0x1400, [.int(status)])
      dump.root(0x08, address, thread: UInt32(number + 1), frame: 0)
    }
    dump.primitiveArray(0x9400, "main".unicodeScalars.map { .byte(UInt8($0.value)) })
    dump.instance(0x9420, HPROFWriter.string, [.reference(0x9400), .byte(0)])
    dump.instance(0x9500, 0x1740, [.reference(0), .reference(0x9420)])
    dump.root(0x08, 0x9500, thread: 9, frame: 0)
    let heap = try load(dump.finished())
    let names = heap.rootNames(.thread)
    #expect(names == ["thread \"timer\" #31", "thread \"timer\" #32", "thread \"timer\" #33", "thread \"main\""])
    let states = try [UInt64(0x9120), 0x9160, 0x91a0].map {
      heap.details.values(of: try #require(heap.object(at: $0)), from: 0, limit: 1).values.first?.text
    }
    #expect(states == ["657 (parked)", "1025 (blocked on a lock)", "433 (waiting in Object.wait, for a time at most)"])
  }
}
