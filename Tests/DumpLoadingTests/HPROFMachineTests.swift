import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Virtual machines that lay out objects in their own ways, and virtual threads.
struct HPROFMachineTests {
  private func size(_ heap: Heap, _ address: UInt64) throws -> UInt64 {
    heap.graph.size(of: try #require(heap.object(at: address)))
  }

  // MARK: A real dump: JDK 25, compact object headers, 9 virtual threads that wait; contents of arrays zeroed

  @Test func compactHeadersAsTheMachineCounts() throws {
    let heap = try DumpLoading.load(path: Fixture.path("jvm-25-compact.hprof.gz"))
    var found: [String: (count: Int, bytes: UInt64)] = [:]
    for id in try #require(heap.graph.objects) {
      let name = heap.graph.objectClass(of: ObjectID(id)).name
      found[name, default: (0, 0)].count += 1
      found[name, default: (0, 0)].bytes += heap.graph.size(of: ObjectID(id))
    }
    var compared = 0
    let rows = String(decoding: try Fixture.unpacked("jvm-25-compact.histogram.tsv.gz"), as: UTF8.self)
    for row in rows.split(separator: "\n") {
      let columns = row.split(separator: "\t").map(String.init)
      let name = JavaText.className(columns[2].replacing("/0x", with: "+0x"))
      // Class objects of classes that are not loaded count there; unused memory is dumped as arrays of int.
      guard name != "java.lang.Class", name != "int[]" else { continue }
      #expect(found[name]?.count == Int(columns[0]), "\(name)")
      #expect(found[name]?.bytes == UInt64(columns[1]), "\(name)")
      compared += 1
    }
    #expect(compared > 330)
  }

  @Test func virtualThreadsHoldWhatIsOnTheirStacks() throws {
    let heap = try DumpLoading.load(path: Fixture.path("jvm-25-compact.hprof.gz"))
    #expect(!heap.facts.warnings.contains { $0.contains("virtual") })
    #expect(heap.rootNames(.thread).filter { $0.hasPrefix("thread \"worker-") }.count == 9)
    let analysis = try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
    let tasks = (heap.graph.objects ?? 1...1).map { ObjectID($0) }.filter {
      heap.graph.objectClass(of: $0).name == "Virtual$Task"
    }
    #expect(tasks.count == 9)
    for task in tasks {
      let cycle = try #require(analysis.components.component(of: task))
      #expect(analysis.components[cycle].objects == 2 && analysis.components[cycle].isHeld)
    }
  }

  // MARK: Layouts

  /// Instances of `demo.Pair` (two references, an int) in a row, `distance` bytes apart, and one of `demo.Lone` (an
  /// int), which another object follows after 256 bytes.
  private func laidOut(distance: UInt64, arrayBase: UInt64, referenceBytes: UInt64) throws -> Heap {
    var dump = HPROFWriter()
    dump.defineClass(0x100000, "java/lang/Object")
    dump.defineClass(0x100100, "java/lang/Class", superclass: 0x100000)
    dump.defineClass(0x100200, "demo/Pair", superclass: 0x100000, fields: [("a", 2), ("b", 2), ("n", 10)])
    dump.defineClass(0x100300, "demo/Lone", superclass: 0x100000, fields: [("n", 10)])
    dump.defineClass(0x100400, "[Ldemo/Pair;", superclass: 0x100000)
    for number in 0..<10 {
      dump.instance(0x200000 + UInt64(number) * distance, 0x100200, [.reference(0), .reference(0), .int(1)])
    }
    dump.instance(0x300000, 0x100300, [.int(1)])
    var address: UInt64 = 0x300100
    for count in 0..<8 {
      dump.objectArray(address, 0x100400, [UInt64](repeating: 0, count: count))
      address += (arrayBase + UInt64(count) * referenceBytes + 7) & ~7
    }
    dump.instance(address, 0x100000)
    dump.root(0xff, 0x200000)
    return try load(dump.finished())
  }

  @Test(arguments: [
    // Compressed references; compact headers; neither; compressed class pointers alone.
    (24, 16, 4, 24, 16), (24, 12, 4, 24, 16), (40, 24, 8, 40, 24), (32, 16, 8, 32, 16),
  ])
  func headers(_ distance: Int, _ base: Int, _ reference: Int, _ pair: Int, _ lone: Int) throws {
    let heap = try laidOut(
      distance: UInt64(distance), arrayBase: UInt64(base), referenceBytes: UInt64(reference))
    #expect(try size(heap, 0x200000) == UInt64(pair))
    #expect(try size(heap, 0x300000) == UInt64(lone))
    #expect(try size(heap, 0x300100) == UInt64(base + 7) & ~7)
  }

  /// Objects that always have garbage behind them do not count as that large.
  @Test func garbageBetweenObjectsIsNotTheirs() throws {
    #expect(try size(try laidOut(distance: 120, arrayBase: 16, referenceBytes: 4), 0x200000) == 24)
  }

  /// Call sites of JDK 25 have 16 bytes that no dump has: 40 where their fields make 24.
  ///
  /// Other classes do not.
  @Test func fieldsThatNoDumpHas() throws {
    func sizes(_ name: String) throws -> [UInt64] {
      var dump = HPROFWriter.program()
      dump.defineClass(0x1400, name, superclass: HPROFWriter.object, fields: [("target", 2)])
      dump.defineClass(0x1480, "demo/Site", superclass: 0x1400, fields: [("isFrozen", 4)])
      for number in UInt64(0)..<4 {
        dump.instance(0x20000 + 40 * number, 0x1480, [.boolean(true), .reference(0)])
        dump.objectArray(0x30000 + 24 * number, HPROFWriter.object, [0, 0])
      }
      let heap = try load(dump.finished())
      return try (0..<3).map { try size(heap, 0x20000 + 40 * UInt64($0)) }
    }
    #expect(try sizes("java/lang/invoke/CallSite") == [40, 40, 40])
    #expect(try sizes("demo/CallSite") == [24, 24, 24])
  }

  // MARK: Virtual threads

  private func virtualThreads(stack words: Int32, rooted: Bool) throws -> Heap {
    var dump = HPROFWriter.program()
    dump.defineClass(
      0x1400, "java/lang/VirtualThread", superclass: HPROFWriter.thread, fields: [("cont", 2), ("state", 10)])
    dump.defineClass(
      0x1480, "jdk/internal/vm/StackChunk", superclass: HPROFWriter.object, fields: [("parent", 2), ("size", 10)])
    dump.instance(0x8008, 0x1480, [.reference(0), .int(words)])
    dump.instance(0x20000, 0x1400, [.reference(0x8008), .int(4), .reference(0)])
    dump.instance(0x20100, 0x1400, [.reference(0), .int(99), .reference(0)])
    if rooted { dump.root(0x08, 0x20000, thread: 1, frame: 1) }
    return try load(dump.finished())
  }

  @Test func threadsWithoutStacksAreTold() throws {
    let missing = try virtualThreads(stack: 100, rooted: false)
    #expect(missing.facts.warnings.contains { $0.contains("the stacks of 1 virtual thread(s) are not in the dump") })
    #expect(!(try virtualThreads(stack: 100, rooted: true)).facts.warnings.contains { $0.contains("virtual") })
  }

  @Test func partsOfStacksCountAsLongAsTheyAre() throws {
    let empty = try size(try virtualThreads(stack: 0, rooted: true), 0x8008)
    // The words and a bit for each, 64 at a time.
    #expect(try size(try virtualThreads(stack: 100, rooted: true), 0x8008) == empty + 800 + 16)
    // Damage.
    #expect(try size(try virtualThreads(stack: -1, rooted: true), 0x8008) == empty)
  }
}
