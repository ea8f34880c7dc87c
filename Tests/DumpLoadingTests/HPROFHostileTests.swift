import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// JVM dumps that are cut off, damaged, or written in an odd way.
struct HPROFHostileTests {
  private func rich() -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.stackFrame(1, method: "run", file: "Node.java", classSerial: 5, line: 42)
    dump.stackTrace(9, thread: 1, frames: [1])
    dump.defineClass(0x1400, "java/lang/ref/WeakReference", superclass: HPROFWriter.reference)
    dump.defineClass(0x1480, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.instance(0x4000, 0x1400, [.reference(0x3000), .reference(0)])
    dump.primitiveArray(0x5000, "worker".unicodeScalars.map { .byte(UInt8($0.value)) })
    dump.instance(0x5020, HPROFWriter.string, [.reference(0x5000), .byte(0)])
    dump.instance(0x5040, HPROFWriter.thread, [.reference(0x5020)])
    dump.objectArray(0x5080, 0x1480, [0x3000, 0x5020])
    dump.root(0x08, 0x5040, thread: 1, frame: 9)
    dump.root(0x03, 0x5080, thread: 1, frame: 0)
    return dump
  }

  private func touch(_ heap: Heap) {
    let graph = heap.graph
    guard let objects = graph.objects else { return }
    for id in objects.prefix(200) {
      let object = ObjectID(id)
      _ = heap.details.values(of: object, from: 0, limit: 8)
      _ = heap.details.text(of: object, limit: 20)
      _ = heap.details.summary(of: object)
      _ = heap.details.allocationStack(of: object)
      for place in graph.references(of: object) {
        _ = heap.details.fieldName(graph.fields[place.index], of: object)
        #expect(graph.target(of: place).index <= graph.objectCount)
      }
    }
    for root in graph.roots.indices { _ = heap.details.facts(ofRoot: root) }
  }

  @Test func cutAtEveryByte() throws {
    let whole = rich().finished()
    let file = try ScratchFile(whole)
    var opened = 0
    for length in 0..<whole.count {
      try file.replace(Array(whole[..<length]))
      do {
        let heap = try DumpLoading.load(path: file.path)
        opened += 1
        #expect(heap.facts.truncation?.contains("at byte \(grouped(length))") == true)
        touch(heap)
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > 600)
  }

  @Test(arguments: 0..<4)
  func randomDamage(_ part: UInt64) throws {
    let whole = rich().finished()
    let file = try ScratchFile(whole)
    var random = SeededNumbers(part)
    var opened = 0
    for _ in 0..<600 {
      var bytes = whole
      random.damage(&bytes, from: 19)
      try file.replace(bytes)
      do {
        touch(try DumpLoading.load(path: file.path))
        opened += 1
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > 150)
  }

  /// The same items in segments cut at every place come out the same.
  @Test func itemsAcrossSegments() throws {
    var dump = rich()
    dump.addSystemClasses()
    let before = dump.bytes
    let whole = try load(dump.finished())
    let items = dump.heap
    let file = try ScratchFile(before)
    for cut in stride(from: 1, to: items.count, by: 3) {
      var copy = dump
      copy.heap = []
      var bytes = copy.bytes
      for part in [Array(items[..<cut]), Array(items[cut...])] {
        bytes += [0x1c] + HPROFWriter.big(UInt32(0)) + HPROFWriter.big(UInt32(part.count)) + part
      }
      bytes += [0x2c] + [UInt8](repeating: 0, count: 8)
      try file.replace(bytes)
      let heap = try DumpLoading.load(path: file.path)
      #expect(heap.graph.objectCount == whole.graph.objectCount, "\(cut)")
      #expect(heap.graph.referenceCount == whole.graph.referenceCount)
      #expect(heap.graph.roots.count == whole.graph.roots.count)
      #expect(heap.facts.truncation == nil && heap.facts.skipped.isEmpty)
    }
  }

  /// A length that is too small, with the items going on behind it.
  @Test func aSegmentShorterThanItsLastItem() throws {
    var dump = rich()
    dump.addSystemClasses()
    let count = UInt32(dump.heap.count)
    dump.endHeap(0x1c, length: count - 5)
    let heap = try load(dump.bytes)
    #expect(heap.facts.truncation == nil && heap.facts.skipped.isEmpty)
    #expect(heap.graph.roots.count == (try load(rich().finished())).graph.roots.count)
  }

  @Test func lengthsOfMoreThan32Bits() {
    #expect(HPROFRecordPass.isWrapped(5, of: 5 + (1 << 32)))
    #expect(HPROFRecordPass.isWrapped(5, of: 5 + (3 << 32)))
    #expect(!HPROFRecordPass.isWrapped(5, of: 5))
    #expect(!HPROFRecordPass.isWrapped(5, of: 6 + (1 << 32)))
    #expect(!HPROFRecordPass.isWrapped(1 << 31, of: 1 << 32))
  }

  @Test func theWriterDied() throws {
    var dump = rich()
    dump.record(0x1c, dump.heap, length: 0)
    let heap = try load(dump.bytes)
    #expect(heap.graph.objectCount == (try load(rich().finished())).graph.objectCount)
    #expect(heap.facts.truncation?.contains("has no length") == true)
  }

  @Test func withoutRootsEveryClassIsOne() throws {
    var dump = HPROFWriter()
    dump.defineClass(HPROFWriter.object, "java/lang/Object", loader: 0x3000)
    dump.instance(0x3000, HPROFWriter.object)
    let heap = try load(dump.finished())
    #expect(heap.rootNames(.systemClass) == ["system class java.lang.Object"])
    #expect(heap.facts.warnings.contains { $0.contains("no roots") })
  }

  @Test func unknownItemsAndRecordsAreCounted() throws {
    var dump = HPROFWriter.program()
    dump.record(0x55, [1, 2, 3])
    dump.item(0x77, [0, 0, 0])
    let heap = try load(dump.finished())
    #expect(heap.graph.objectCount == 10)
    #expect(heap.facts.skipped.map(\.what).contains("unknown record 0x55"))
    #expect(heap.facts.skipped.contains { $0.what.contains("unknown record kind 0x77") })
  }

  @Test func oneAddressTwice() throws {
    var dump = HPROFWriter.program()
    dump.instance(0x3020, HPROFWriter.node, [.reference(0), .int(1)])
    let heap = try load(dump.finished())
    #expect(heap.graph.objectCount == 10)
    #expect(heap.facts.skipped.map(\.what) == ["object at an address another has"])
  }

  @Test func classesInACircle() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "demo/A", superclass: 0x1480, fields: [("x", 2)])
    dump.defineClass(0x1480, "demo/B", superclass: 0x1400, fields: [("y", 2)])
    dump.instance(0x4000, 0x1400, [.reference(0x3000), .reference(0x3020)])
    touch(try load(dump.finished()))
  }

  @Test func headersThatAreNone() {
    func error(_ bytes: [UInt8]) -> String { loadError(bytes).map { "\($0)" } ?? "opened" }
    #expect(error(Array("JAVA PROFILE 1.0.9".utf8) + [UInt8](repeating: 0, count: 40)).contains("1.0.9"))
    #expect(
      error(Array("JAVA PROFILE 1.0.2".utf8) + [0, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 40)).contains("3 bytes"))
    #expect(error(Array("JAVA PROFILE 1.0.2".utf8) + [0, 0, 0]).contains("ends in its header"))
    #expect(error(Array("JAVA PROFILE 1.0.2 and so on, without any end of it".utf8)).contains("no end"))
    #expect(error(HPROFWriter().bytes).contains("no heap dump record"))
    var empty = HPROFWriter()
    empty.endHeap()
    #expect(error(empty.bytes).contains("nothing to show"))
  }
}
