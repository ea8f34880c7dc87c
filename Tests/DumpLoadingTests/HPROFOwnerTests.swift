import ReferenceGraph
import Testing

@testable import DumpLoading

/// Whose code classes, frames and roots of a Java program are, and which roots are alike.
struct HPROFOwnerTests {
  private static let platform: UInt64 = 0x2100
  private static let application: UInt64 = 0x2140

  /// Classes of the boot loader, of the platform loader and of an application's loader.
  private func program(version: String = "1.0.2") -> HPROFWriter {
    var dump = HPROFWriter.program(version: version)
    dump.defineClass(
      0x1400, "jdk/internal/loader/ClassLoaders$PlatformClassLoader", superclass: HPROFWriter.object)
    dump.instance(Self.platform, 0x1400)
    dump.instance(Self.application, HPROFWriter.loaderClass, [.reference(0)])
    dump.defineClass(0x1440, "java/sql/Timestamp", superclass: HPROFWriter.object, loader: Self.platform)
    dump.defineClass(0x1480, "shop/Importer", superclass: HPROFWriter.object, loader: Self.application)
    dump.defineClass(0x14c0, "[Lshop/Importer;", superclass: HPROFWriter.object, loader: Self.application)
    dump.defineClass(0x1500, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.defineClass(0x1540, "agent/Advice", superclass: HPROFWriter.object)
    dump.defineClass(0x1580, "[[B", superclass: HPROFWriter.object)
    dump.defineClass(0x15c0, "[Ljava/lang/String;", superclass: HPROFWriter.object)
    return dump
  }

  @Test func classesBelongToWhoLoadedThem() throws {
    var dump = program()
    dump.instance(0x4000, 0x1440)
    dump.instance(0x4020, 0x1480)
    dump.objectArray(0x4040, 0x14c0, [0x4020])
    dump.objectArray(0x4080, 0x1500, [0x4020])
    dump.instance(0x40c0, 0x1540)
    dump.primitiveArray(0x40e0, [.byte(1)])
    dump.objectArray(0x4100, 0x1580, [0x40e0])
    dump.objectArray(0x4140, 0x15c0, [])
    let heap = try load(dump.finished())
    func owner(_ address: UInt64) throws -> CodeOwner {
      heap.details.owner(of: try #require(heap.object(at: address)))
    }
    #expect(try owner(0x4000) == .runtime)
    #expect(try owner(0x4020) == .program)
    #expect(try owner(0x4040) == .program)
    #expect(try owner(0x4080) == .unknown)
    #expect(try owner(0x40c0) == .program, "what was put behind the JDK's own classes")
    #expect(try owner(0x40e0) == .unknown)
    #expect(try owner(0x4100) == .unknown)
    #expect(try owner(0x4140) == .runtime)
    // Class objects are those of whose class they are.
    #expect(try owner(0x1480) == .program)
    #expect(try owner(HPROFWriter.string) == .runtime)
    #expect(heap.details.owner(of: .root) == .unknown)
  }

  /// On Android the boot loader has makers' packages that nobody knows beforehand.
  @Test func androidsBootImageIsTheRuntimes() throws {
    var dump = program(version: "1.0.3")
    dump.defineClass(0x1600, "com/maker/Overlay", superclass: HPROFWriter.object)
    dump.instance(0x4000, 0x1600)
    let heap = try load(dump.finished())
    #expect(heap.details.owner(of: try #require(heap.object(at: 0x4000))) == .runtime)
    #expect(heap.details.owner(of: try #require(heap.object(at: 0x3000))) == .program)
  }

  /// Three importers in one method, one in another line of it, a pool's thread that waits, and one without a stack.
  @Test func threadsInOneMethodAreAlike() throws {
    var dump = program()
    // Classes are numbered in the order they are loaded: shop.Importer is the 10th.
    dump.stackFrame(1, method: "wait", file: "Object.java", classSerial: 1, line: -3)
    dump.stackFrame(2, method: "read", file: "Importer.java", classSerial: 10, line: 57)
    dump.stackFrame(3, method: "read", file: "Importer.java", classSerial: 10, line: 60)
    dump.stackFrame(4, method: "toString", file: "String.java", classSerial: 3, line: 9)
    let traces: [[UInt64]] = [[1, 2], [1, 2], [1, 3], [1, 4], [], []]
    for (index, frames) in traces.enumerated() {
      dump.stackTrace(UInt32(index + 1), thread: UInt32(index + 1), frames: frames)
      let address = 0x8000 + 0x100 * UInt64(index)
      let name = "worker-\(index)"
      dump.primitiveArray(address + 0x80, name.utf8.map { .byte(UInt8($0)) })
      dump.instance(address + 0x40, HPROFWriter.string, [.reference(address + 0x80), .byte(0)])
      dump.instance(address, HPROFWriter.thread, [.reference(address + 0x40)])
      dump.root(0x08, address, thread: UInt32(index + 1), frame: Int32(index + 1))
    }
    // A variable of a thread that is no object of the dump, and a reference of native code.
    dump.stackTrace(9, thread: 9, frames: [1, 2])
    dump.root(0x08, 0xdead, thread: 9, frame: 9)
    dump.instance(0xa000, 0x1480)
    dump.root(0x03, 0xa000, thread: 9, frame: 1)
    dump.root(0x01, 0xa000)
    let heap = try load(dump.finished())
    func roots(_ address: UInt64, _ kind: RootKind) -> [Int] {
      heap.graph.roots.indices.filter {
        heap.address(of: heap.graph.roots[$0].target) == address && heap.graph.roots[$0].kind == kind
      }
    }
    func thread(_ index: Int) throws -> Int { try #require(roots(0x8000 + 0x100 * UInt64(index), .thread).first) }
    let importing = RootGroup(name: "threads in shop.Importer.read(Importer.java:57)", member: 1)
    #expect(heap.details.group(ofRoot: try thread(0)) == importing)
    #expect(heap.details.group(ofRoot: try thread(1))?.name == importing.name)
    #expect(heap.details.group(ofRoot: try thread(1))?.member == 2)
    #expect(
      heap.details.group(ofRoot: try thread(2))?.name == "threads in shop.Importer.read(Importer.java:60)")
    #expect(
      heap.details.group(ofRoot: try thread(3))?.name == "threads in java.lang.String.toString(String.java:9)")
    #expect(heap.details.group(ofRoot: try thread(4))?.name == "threads \"worker-N\"")
    #expect(heap.details.group(ofRoot: try thread(5))?.name == "threads \"worker-N\"")
    #expect(heap.details.owner(ofRoot: try thread(0)) == .program)
    #expect(heap.details.owner(ofRoot: try thread(3)) == .runtime)
    let local = try #require(roots(0xa000, .frame).first)
    #expect(
      heap.details.group(ofRoot: local) == RootGroup(name: "shop.Importer.read(Importer.java:57) local", member: 9))
    #expect(heap.details.owner(ofRoot: local) == .program)
    let native = try #require(roots(0xa000, .native).first)
    #expect(heap.details.group(ofRoot: native)?.name == "JNI globals shop.Importer")
    let system = try #require(roots(HPROFWriter.object, .systemClass).first)
    #expect(heap.details.group(ofRoot: system) == nil)
    #expect(heap.details.owner(ofRoot: system) == .runtime)
  }
}
