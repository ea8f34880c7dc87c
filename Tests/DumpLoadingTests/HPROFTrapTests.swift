import Glibc
import ReferenceGraph
import Testing

@testable import DumpLoading

/// What dumps do that readers trip over, as far as the other tests of HPROF do not show it.
struct HPROFTrapTests {
  // MARK: Lengths

  /// A count of 32 bits times 8 is more than the file has: its end is told, and no memory asked for.
  @Test(arguments: [UInt8(0x21), 0x22, 0x23])
  func aLengthOfFourGigabytes(_ tag: UInt8) throws {
    var dump = HPROFWriter.program()
    let most: [UInt8] = [255, 255, 255, 255]
    let zero: [UInt8] = [0, 0, 0, 0]
    switch tag {
    case 0x21: dump.item(tag, dump.id(0x9000) + zero + dump.id(HPROFWriter.node) + most)
    case 0x22: dump.item(tag, dump.id(0x9000) + zero + most + dump.id(HPROFWriter.object))
    default: dump.item(tag, dump.id(0x9000) + zero + most + [11])
    }
    let heap = try load(dump.finished())
    #expect(heap.graph.objectCount == 10)
    #expect(heap.facts.truncation != nil)
  }

  /// A file system that was full has zeros where the rest of the dump was to be: they are passed over, not gone through
  /// as if each were a record.
  @Test func zerosOfALostTail() throws {
    let file = try ScratchFile(HPROFWriter.program().finished())
    var status = stat()
    stat(file.path, &status)
    let whole = try DumpLoading.load(path: file.path, options: .alone)
    // A hole of 2 GB.
    try #require(truncate(file.path, status.st_size + 2 << 30) == 0)
    var (start, end) = (timespec(), timespec())
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
    let heap = try DumpLoading.load(path: file.path, options: .alone)
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
    #expect(heap.graph.objectCount == whole.graph.objectCount)
    #expect(heap.facts.truncation?.hasSuffix("on there are only zeros: the end of the dump was lost") == true)
    // The pages alone take about half a second.
    #expect(end.tv_sec - start.tv_sec < 20)
  }

  @Test func arraysCutAtFourGigabytes() {
    // long[] and Object[] as HotSpot writes them.
    #expect(HPROFSizes.isCut(8 * 536_870_909))
    #expect(HPROFSizes.isCut(8 * 536_870_908))
    #expect(!HPROFSizes.isCut(8 * 536_870_000))
    #expect(!HPROFSizes.isCut(8 * 536_870_912))
  }

  // MARK: Order

  /// Roots before or after objects, classes behind their instances or among them: one graph.
  @Test func itemsInAnyOrder() throws {
    let dump = HPROFWriter.program()
    let ends = dump.items.dropFirst() + [dump.heap.count]
    let items = zip(dump.items, ends).map { Array(dump.heap[$0..<$1]) }
    let expected = try load(dump.finished())
    func kinds(_ heap: Heap) -> [UInt8] { heap.graph.roots.map(\.kind.rawValue).sorted() }
    for order in [Array(items.reversed()), items.sorted { $0[0] < $1[0] }, items.sorted { $0.count < $1.count }] {
      var mixed = dump
      mixed.heap = order.flatMap { $0 }
      let heap = try load(mixed.finished())
      #expect(heap.graph.objectCount == expected.graph.objectCount)
      #expect(kinds(heap) == kinds(expected))
      for object in expected.graph.objects ?? 1...1 {
        let address = expected.address(of: ObjectID(object))
        #expect(heap.references(of: address) == expected.references(of: address))
      }
    }
  }

  // MARK: Classes

  /// `<resolved_references>` may come twice; it and what else belongs to the machine is no reference of the program.
  @Test func referencesOfClassObjects() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(
      0x1400, "demo/Main", superclass: HPROFWriter.node, loader: 0x2000,
      statics: [
        ("<resolved_references>", .reference(0x3000)), ("<resolved_references>", .reference(0x3020)),
        ("queue", .reference(0x3000)),
      ])
    let heap = try load(dump.finished())
    let main = try #require(heap.object(at: 0x1400))
    let found = heap.graph.references(of: main).map {
      (heap.details.fieldName(heap.graph.fields[$0.index], of: main), heap.graph.kind(ofReference: Int($0.index)))
    }
    #expect(
      found.map(\.0) == [
        "<resolved_references>", "<resolved_references>", "static demo.Main.queue", "<superclass>", "<class loader>",
      ])
    #expect(found.map(\.1) == [.metadata, .metadata, .strong, .metadata, .metadata])
    // A class of the application is no root: its loader keeps it.
    #expect(!heap.graph.roots.contains { $0.target == main })
  }

  /// The bytes of the class itself come first, so that they are known though its superclass is not in the dump.
  @Test func aSuperclassThatIsNotThere() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "demo/Leaf", superclass: 0x7777, fields: [("next", 2)])
    dump.instance(0x4000, 0x1400, [.reference(0x3000), .reference(0x3020), .int(5)])
    let heap = try load(dump.finished())
    #expect(heap.references(of: 0x4000).contains(0x3000) && !heap.references(of: 0x4000).contains(0x3020))
    #expect(heap.facts.warnings.contains { $0.contains("1 superclasses are not in the dump") })
  }

  // MARK: Roots

  /// Of a program that ran out of memory the first frame is made up; that of a local may be -1, or none of the stack.
  @Test func framesThatAreNone() throws {
    var dump = HPROFWriter.program()
    dump.stackFrame(1, method: "<init>", file: "OutOfMemoryError.java", classSerial: 1, line: -1)
    dump.stackFrame(2, method: "main", file: "Node.java", classSerial: 5, line: 9)
    dump.stackTrace(9, thread: 1, frames: [1, 2, 77])
    dump.instance(0x5040, HPROFWriter.thread, [.reference(0)])
    dump.root(0x08, 0x5040, thread: 1, frame: 9)
    for frame: Int32 in [-1, 0, 1, 2, 3, .max, .min] { dump.root(0x03, 0x3000, thread: 1, frame: frame) }
    let heap = try load(dump.finished())
    let thread = try #require(heap.object(at: 0x5040))
    let names = heap.graph.references(of: thread).map {
      heap.details.fieldName(heap.graph.fields[$0.index], of: thread)
    }
    #expect(
      names == [
        "local", "java.lang.Object.<init>(OutOfMemoryError.java) local", "demo.Node.main(Node.java:9) local",
        "unknown frame local", "local", "local", "local",
      ])
    #expect(heap.rootNames(.thread) == ["thread 1"])
  }

  // MARK: Serial numbers for addresses

  /// The old profiler numbers objects: distances say nothing, and the formula takes over.
  @Test func identifiersThatAreNoAddresses() throws {
    var dump = HPROFWriter(version: "1.0.1", idSize: 4)
    dump.defineClass(1, "java/lang/Object")
    dump.defineClass(2, "demo/Node", superclass: 1, fields: [("next", 2), ("number", 11)])
    for number in UInt64(3)..<40 { dump.instance(number, 2, [.reference(number + 1), .long(0)]) }
    dump.root(0xff, 3)
    var copy = dump
    copy.endHeap(0x0c)
    let heap = try load(copy.bytes)
    #expect(heap.facts.facts.first { $0.label == "shallow sizes" }?.value.hasPrefix("Eclipse MAT's formula") == true)
    #expect(heap.graph.size(of: try #require(heap.object(at: 7))) == 24)
    #expect(heap.references(of: 7).first == 8)
  }
}
