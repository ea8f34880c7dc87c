import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// What is said of objects of Java programs that no root reaches.
struct HPROFUnreachableTests {
  /// What the dump says once it is known what roots reach.
  private func knowledge(_ heap: Heap) -> UnreachableKnowledge {
    let seen = heap.reachable(.all).seen
    return heap.details.unreachable(heap.facts.unreachable) { seen[$0.index] }
  }

  private func holder(_ heap: Heap, _ words: String) -> UnreachableKnowledge.Holder? {
    knowledge(heap).holders.first { $0.words == words }
  }

  private func addresses(_ heap: Heap, _ words: String) -> [UInt64]? {
    holder(heap, words)?.objects.map { heap.address(of: $0) }
  }

  @Test func mapsOfClassValuesAreHeldByClasses() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(
      0x1400, "java/lang/ClassValue$ClassValueMap", superclass: HPROFWriter.object, fields: [("table", 2)])
    dump.instance(0x5000, 0x1400, [.reference(0x5040)])
    dump.instance(0x5040, HPROFWriter.node, [.reference(0x5060), .int(1)])
    dump.instance(0x5060, HPROFWriter.node, [.reference(0x5040), .int(2)])
    dump.instance(0x5080, HPROFWriter.node, [.reference(0), .int(3)])
    let heap = try load(dump.finished())
    #expect(addresses(heap, "a ClassValue of a class") == [0x5000])
    #expect(holder(heap, "a ClassValue of a class")?.isCertain == true)
    #expect(heap.facts.unreachable.holders.map(\.words) == ["a ClassValue of a class"])
    let root = try #require(heap.graph.roots.last)
    #expect(root.kind == .unrecorded && heap.address(of: root.target) == 0x5000)
    #expect(knowledge(heap).holders.count == 1)
    #expect(knowledge(heap).rest == .garbage)
  }

  @Test func fieldsOfClassObjectsHoldWhatOnlyTheyHave() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "java/lang/Class$ReflectionData", superclass: HPROFWriter.object)
    dump.defineClass(0x1440, "java/lang/ref/SoftReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x1480, "demo/Worker", superclass: HPROFWriter.thread, fields: [("eetop", 11)])
    dump.defineClass(0x14c0, "[Ldemo/Node;", superclass: HPROFWriter.object, loader: 0x2000)
    dump.defineClass(0x1500, "demo/Gone", superclass: HPROFWriter.object, loader: 0x7000)
    dump.defineClass(0x1540, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.instance(0x7000, HPROFWriter.loaderClass, [.reference(0)])
    // Reflection data, and another soft reference.
    dump.instance(0x5000, 0x1440, [.reference(0x5040), .reference(0)])
    dump.instance(0x5040, 0x1400)
    dump.instance(0x5060, 0x1440, [.reference(0x5080), .reference(0)])
    dump.instance(0x5080, HPROFWriter.node, [.reference(0), .int(3)])
    // A thread of the JVM's own, and one that has ended.
    dump.instance(0x50a0, 0x1480, [.long(0x7f00), .reference(0)])
    dump.instance(0x50c0, 0x1480, [.long(0), .reference(0)])
    // The name of a class, and another text; an empty array and a filled one that nothing refers to, and one that is
    // referred to.
    func text(_ address: UInt64, _ text: String) {
      dump.instance(address, HPROFWriter.string, [.reference(address + 0x20), .byte(0)])
      dump.primitiveArray(address + 0x20, text.utf8.map { .byte(UInt8($0)) })
    }
    text(0x6000, "demo.Node")
    text(0x6100, "demo.Nodes")
    dump.primitiveArray(0x6200, [], type: 10)
    dump.primitiveArray(0x6240, [.int(7), .int(8)])
    dump.primitiveArray(0x6280, [.int(7), .int(8)])
    dump.instance(0x62c0, HPROFWriter.node, [.reference(0x6280), .int(3)])
    let heap = try load(dump.finished())
    #expect(addresses(heap, "the reflection data of a class") == [0x5000, 0x5040])
    #expect(addresses(heap, "a thread of the JVM's own") == [0x50a0])
    #expect(addresses(heap, "the class loader of the JVM") == [0x1540], "a class of arrays, which has no root")
    // The class of arrays of a loader that is there; not the class whose loader is garbage.
    #expect(addresses(heap, "held by a class object") == [0x14c0, 0x6000, 0x6200])
    #expect(holder(heap, "held by a class object")?.isCertain == false)
    #expect(addresses(heap, "padding of the collector") == [0x6240])
  }

  /// Dumps of JDK 11 name anonymous classes without the address that their texts end with.
  @Test func namesOfAnonymousClasses() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "demo/Shop$$Lambda$19", superclass: HPROFWriter.object, loader: 0x2000)
    for (number, text) in ["demo.Shop$$Lambda$19/0x0000000840066840", "demo.Other/0x0000000840066840"].enumerated() {
      let address = 0x6000 + 0x100 * UInt64(number)
      dump.instance(address, HPROFWriter.string, [.reference(address + 0x20), .byte(0)])
      dump.primitiveArray(address + 0x20, text.utf8.map { .byte(UInt8($0)) })
    }
    let found = try #require(addresses(try load(dump.finished()), "held by a class object"))
    #expect(found.contains(0x6000) && !found.contains(0x6100))
  }

  /// JVMs before 8 keep methods and constants in arrays of the heap; their texts have a second hash.
  @Test(arguments: [true, false])
  func recordsOfClassesInTheHeap(_ isOld: Bool) throws {
    var dump = HPROFWriter()
    dump.defineClass(HPROFWriter.object, "java/lang/Object")
    dump.defineClass(
      HPROFWriter.string, "java/lang/String", superclass: HPROFWriter.object,
      fields: [("value", 2)] + (isOld ? [("hash32", 10)] : []))
    dump.defineClass(0x1400, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.root(0x05, HPROFWriter.object)
    dump.primitiveArray(0x5000, [.short(1), .short(2)])
    dump.objectArray(0x5040, 0x1400, [0x5080])
    dump.primitiveArray(0x5080, [.byte(1)])
    let heap = try load(dump.finished())
    let words = "held by the JVM's own records of a class"
    #expect(addresses(heap, words) == (isOld ? [0x5000, 0x5040] : nil))
    #expect(holder(heap, words)?.isCertain != true)
  }

  /// A hidden class that is not the JDK's may have anything as its data.
  @Test func hiddenClassesOfOthers() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "demo/Shop$$Lambda+0x00007f0000001000", superclass: HPROFWriter.object, loader: 0x2000)
    #expect(knowledge(try load(dump.finished())).rest == .garbage)
    dump.defineClass(0x1440, "demo/Generated+0x00007f0000002000", superclass: HPROFWriter.object, loader: 0x2000)
    guard case .notKnown(let reason) = knowledge(try load(dump.finished())).rest else {
      Issue.record("called garbage")
      return
    }
    #expect(reason.hasSuffix("as demo.Generated+0x00007f0000002000"))
  }

  // MARK: Tools

  /// Threads with stacks, and not one variable or system class.
  private func fromOutside(frames: [UInt64] = [1], variable: Bool = false) -> HPROFWriter {
    var dump = HPROFWriter()
    dump.defineClass(HPROFWriter.object, "java/lang/Object")
    dump.defineClass(HPROFWriter.thread, "java/lang/Thread", superclass: HPROFWriter.object, fields: [("name", 2)])
    dump.defineClass(HPROFWriter.node, "demo/Node", superclass: HPROFWriter.object, fields: [("next", 2)])
    dump.stackFrame(1, method: "work", file: "Shop.java", classSerial: 3, line: 6)
    dump.stackTrace(1, thread: 1, frames: frames)
    dump.instance(0x3000, HPROFWriter.thread, [.reference(0)])
    dump.instance(0x4000, HPROFWriter.node, [.reference(0x4000)])
    dump.root(0x08, 0x3000, thread: 1, frame: 1)
    if variable { dump.root(0x03, 0x4000, thread: 1, frame: 0) }
    return dump
  }

  @Test func dumpsFromOutsideHaveNoVariables() throws {
    let facts = try load(fromOutside().finished()).facts
    #expect(facts.warnings.contains { $0.hasPrefix("dumped by jhsdb or from a core: no variables of stacks") })
    #expect(facts.unreachable.rest == .notKnown("dumped by jhsdb or from a core, without the variables of stacks"))
  }

  @Test func otherDumpsAreNotFromOutside() throws {
    for dump in [fromOutside(frames: []), fromOutside(variable: true)] {
      let heap = try load(dump.finished())
      #expect(!heap.facts.warnings.contains { $0.contains("jhsdb") })
      #expect(knowledge(heap).rest == .garbage)
    }
  }

  @Test(arguments: [(2000, true), (20, false)])
  func halfWrittenDumpsWarn(_ stray: UInt64, _ isHalfWritten: Bool) throws {
    var dump = HPROFWriter.program()
    for number in 0..<stray { dump.instance(0x10000 + 32 * number, HPROFWriter.node, [.reference(0xdead), .int(0)]) }
    let heap = try load(dump.finished())
    #expect(
      heap.facts.warnings.contains { $0.contains("references lead to objects that are not in the dump") }
        == isHalfWritten)
    #expect((knowledge(heap).rest == .garbage) == !isHalfWritten)
  }

  /// The archive's array leads out of each dump, and makes none half-written; it is the JDK's, whoever made the array.
  @Test func arraysOfTheArchive() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.objectArray(0x10000, 0x1400, [UInt64](repeating: 0xdead, count: 3000) + [0x3000])
    dump.objectArray(0x20000, 0x1400, [0x3000])
    dump.root(0x01, 0x10000)
    dump.root(0x01, 0x20000)
    let heap = try load(dump.finished())
    #expect(heap.facts.warnings.isEmpty)
    #expect(heap.details.owner(of: try #require(heap.object(at: 0x10000))) == .runtime)
    #expect(heap.details.owner(of: try #require(heap.object(at: 0x20000))) == .unknown)
    for (index, root) in heap.graph.roots.enumerated() where heap.address(of: root.target) == 0x10000 {
      #expect(heap.details.owner(ofRoot: index) == .runtime)
      #expect(heap.details.group(ofRoot: index) == nil)
    }
  }

  // MARK: Roots

  /// A dump that tells system classes tells all of them; one that tells none has those of the boot loader.
  @Test func classesAreRootsWhereTheDumpTellsNone() throws {
    func systemClasses(sticky: Bool) throws -> [String] {
      var dump = HPROFWriter()
      dump.defineClass(HPROFWriter.object, "java/lang/Object")
      dump.defineClass(0x1400, "java/lang/invoke/LambdaForm$MH", superclass: HPROFWriter.object)
      dump.instance(0x3000, HPROFWriter.object)
      dump.root(0x01, 0x3000)
      if sticky { dump.root(0x05, HPROFWriter.object) }
      return try load(dump.finished()).rootNames(.systemClass).sorted()
    }
    #expect(try systemClasses(sticky: true) == ["system class java.lang.Object"])
    #expect(
      try systemClasses(sticky: false)
        == ["system class java.lang.Object", "system class java.lang.invoke.LambdaForm$MH"])
  }

  /// What waits in the finalizer's queue, by class; what only has a finalizer does not wait.
  @Test func whatWaitsForFinalizers() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(
      0x1400, "java/lang/ref/ReferenceQueue", superclass: HPROFWriter.object,
      statics: [("NULL", .reference(0x5000)), ("ENQUEUED", .reference(0x5020))], fields: [("head", 2)])
    dump.defineClass(0x1440, "java/lang/ref/FinalReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x1480, "java/lang/ref/Finalizer", superclass: 0x1440, fields: [("next", 2)])
    for address: UInt64 in [0x5000, 0x5020, 0x5040] { dump.instance(address, 0x1400, [.reference(0)]) }
    for (index, queue) in [UInt64(0x5020), 0x5020, 0x5040].enumerated() {
      let address = 0x6000 + 0x80 * UInt64(index)
      dump.instance(address, 0x1480, [.reference(0), .reference(address + 0x40), .reference(queue)])
      dump.instance(address + 0x40, HPROFWriter.node, [.reference(0), .int(1)])
    }
    #expect(
      try load(dump.finished()).facts.facts.contains(Fact("waiting for finalize()", "2 objects: 2 × demo.Node")))
  }
}
