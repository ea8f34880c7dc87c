import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// What is named first of a Java program, where cycles of the library's own, of modules and of class loaders hold the same.
struct HPROFCulpritTests {
  private static let fields: UInt64 = 0x1f00
  private static let item: UInt64 = 0x1f40
  /// What the program's class `demo.Shop` holds by its static field `items`.
  private static let held: UInt64 = 0x9000

  /// The library's base classes, a class of the program's with a static field, and objects of the program's.
  private func program(items: Int = 40, isRoot: Bool = true) -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "java/util/AbstractMap", superclass: HPROFWriter.object)
    dump.defineClass(0x1440, "java/util/AbstractCollection", superclass: HPROFWriter.object)
    dump.defineClass(0x1480, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.defineClass(Self.item, "demo/Thumb", superclass: HPROFWriter.object, loader: 0x2000, fields: [("pixels", 2)])
    dump.defineClass(
      Self.fields, "demo/Shop", superclass: HPROFWriter.object, loader: 0x2000,
      statics: [("items", .reference(Self.held))])
    if isRoot { dump.root(0x01, Self.fields) }
    for number in 0..<UInt64(items) {
      dump.instance(Self.thumb(number), Self.item, [.reference(Self.pixels(number))])
      dump.primitiveArray(Self.pixels(number), [HPROFWriter.Value](repeating: .byte(1), count: 200))
    }
    return dump
  }

  private static func thumb(_ number: UInt64) -> UInt64 { 0x20_0000 + 0x20 * number }
  private static func pixels(_ number: UInt64) -> UInt64 { 0x30_0000 + 0x200 * number }

  private func suspects(_ dump: HPROFWriter) throws -> [Suspect] {
    try DumpLoadingTests.analysis(dump.finished()).suspects
  }

  // MARK: Collections

  /// A list whose nodes are linked both ways, with objects of the program's or with plain arrays.
  @Test(arguments: [false, true])
  func theLinksOfAListAreTheLists(_ hasObjects: Bool) throws {
    var dump = program()
    dump.defineClass(
      0x1500, "java/util/LinkedList", superclass: 0x1440, fields: [("size", 10), ("first", 2), ("last", 2)])
    dump.defineClass(
      0x1540, "java/util/LinkedList$Node", superclass: HPROFWriter.object,
      fields: [("item", 2), ("next", 2), ("prev", 2)])
    func node(_ number: UInt64) -> UInt64 { 0xa000 + 0x40 * number }
    dump.instance(Self.held, 0x1500, [.int(40), .reference(node(0)), .reference(node(39))])
    for number in UInt64(0)..<40 {
      dump.instance(
        node(number), 0x1540,
        [
          .reference(hasObjects ? Self.thumb(number) : Self.pixels(number)),
          .reference(number < 39 ? node(number + 1) : 0), .reference(number > 0 ? node(number - 1) : 0),
        ])
    }
    let found = try suspects(dump)
    let first = try #require(found.first)
    #expect(first.title == (hasObjects ? "40 × demo.Thumb" : "java.util.LinkedList (40 elements) of 40 × byte[]"))
    #expect(first.holder == "static demo.Shop.items" && first.reasons.contains("java.util.LinkedList has 40 entries"))
    #expect(!found.contains { $0.title.contains("LinkedList$Node") })
  }

  /// A map in the order of use: its entries are a ring beside the chains of its table.
  @Test func theRingOfAMapIsTheMaps() throws {
    var dump = program()
    dump.defineClass(0x1500, "java/util/HashMap", superclass: 0x1400, fields: [("size", 10), ("table", 2)])
    dump.defineClass(0x1540, "java/util/LinkedHashMap", superclass: 0x1500, fields: [("head", 2), ("tail", 2)])
    dump.defineClass(
      0x1580, "java/util/HashMap$Node", superclass: HPROFWriter.object, fields: [("key", 2), ("value", 2), ("next", 2)])
    dump.defineClass(
      0x15c0, "java/util/LinkedHashMap$Entry", superclass: 0x1580, fields: [("before", 2), ("after", 2)])
    dump.defineClass(0x1600, "[Ljava/util/HashMap$Node;", superclass: HPROFWriter.object)
    func node(_ number: UInt64) -> UInt64 { 0xa000 + 0x40 * number }
    dump.instance(
      Self.held, 0x1540, [.reference(node(0)), .reference(node(39)), .int(40), .reference(0xf000)])
    dump.objectArray(0xf000, 0x1600, (0..<40).map { node($0) })
    for number in UInt64(0)..<40 {
      dump.instance(
        node(number), 0x15c0,
        [
          .reference(number > 0 ? node(number - 1) : 0), .reference(number < 39 ? node(number + 1) : 0),
          .reference(0), .reference(Self.thumb(number)), .reference(0),
        ])
    }
    let found = try suspects(dump)
    let first = try #require(found.first)
    #expect(first.title == "40 × demo.Thumb" && first.holder == "static demo.Shop.items")
    #expect(first.reasons.contains("java.util.LinkedHashMap has 40 entries"))
    #expect(!found.contains { $0.title.contains("LinkedHashMap$Entry") })
  }

  /// A map and what it gave out to be seen of it refer to each other.
  @Test func theViewsOfAMapAreTheMaps() throws {
    var dump = program()
    dump.defineClass(
      0x1500, "java/util/HashMap", superclass: 0x1400,
      fields: [("size", 10), ("table", 2), ("keySet", 2), ("values", 2)]
    )
    dump.defineClass(
      0x1580, "java/util/HashMap$Node", superclass: HPROFWriter.object, fields: [("key", 2), ("value", 2), ("next", 2)])
    dump.defineClass(0x1600, "[Ljava/util/HashMap$Node;", superclass: HPROFWriter.object)
    dump.defineClass(0x1640, "java/util/HashMap$KeySet", superclass: 0x1440, fields: [("this$0", 2)])
    dump.defineClass(0x1680, "java/util/HashMap$Values", superclass: 0x1440, fields: [("this$0", 2)])
    func node(_ number: UInt64) -> UInt64 { 0xa000 + 0x40 * number }
    dump.instance(
      Self.held, 0x1500, [.int(40), .reference(0xf000), .reference(0xf200), .reference(0xf240)])
    dump.instance(0xf200, 0x1640, [.reference(Self.held)])
    dump.instance(0xf240, 0x1680, [.reference(Self.held)])
    dump.objectArray(0xf000, 0x1600, (0..<40).map { node($0) })
    for number in UInt64(0)..<40 {
      dump.instance(node(number), 0x1580, [.reference(0), .reference(Self.pixels(number)), .reference(0)])
    }
    let analysis = try DumpLoadingTests.analysis(dump.finished())
    let first = try #require(analysis.suspects.first)
    #expect(first.kind == .largeStore && first.title == "java.util.HashMap (40 entries) of 40 × byte[]")
    #expect(!analysis.suspects.contains { $0.title.contains("KeySet") })
    // The list of cycles has it nevertheless.
    #expect(analysis.shapes.contains { $0.title.contains("KeySet") })
  }

  // MARK: Modules and class loaders

  /// Modules and class loaders hold each other, and by the program's classes all that is the program's.
  @Test func modulesHoldEveryProgram() throws {
    var dump = program(items: 30, isRoot: false)
    dump.defineClass(
      0x1500, "jdk/internal/loader/ClassLoaders$PlatformClassLoader", superclass: HPROFWriter.object,
      fields: [("module", 2)])
    dump.defineClass(
      0x1540, "java/lang/Module", superclass: HPROFWriter.object, fields: [("layer", 2), ("loader", 2), ("table", 2)])
    dump.defineClass(0x1580, "demo/Screen", superclass: HPROFWriter.object, loader: 0x2000, fields: [("listener", 2)])
    dump.defineClass(
      0x15c0, "demo/Screen$$Lambda+0x00007f0000001000", superclass: HPROFWriter.object, loader: 0x2000,
      fields: [("arg$1", 2), ("image", 2)])
    dump.instance(0x7000, 0x1500, [.reference(0x7040)])
    dump.instance(0x7040, 0x1540, [.reference(0x7080), .reference(0x7000), .reference(0)])
    dump.instance(0x7080, 0x1540, [.reference(0x7040), .reference(0), .reference(0x70c0)])
    dump.objectArray(0x70c0, 0x1480, [0x7040, Self.fields])
    dump.root(0x01, 0x7000)
    dump.objectArray(Self.held, 0x1480, (0..<30).map { 0xa000 + 0x40 * $0 })
    for number in UInt64(0)..<30 {
      let listener = 0xa000 + 0x40 * number
      dump.instance(listener, 0x15c0, [.reference(listener + 0x20), .reference(Self.thumb(number))])
      dump.instance(listener + 0x20, 0x1580, [.reference(listener)])
    }
    let found = try suspects(dump)
    let first = try #require(found.first)
    #expect(first.count == 30 && first.title.hasPrefix("30 × demo.Screen"))
    #expect(!found.contains { $0.title.contains("java.lang.Module") })
  }

  /// A driver of each deployment: of eight classes of one name, which keep their loaders and large static fields.
  @Test func whatSeveralLoadersLoadedOfOneNameIsAlike() throws {
    var dump = program(items: 8)
    dump.defineClass(0x14c0, "java/lang/ClassLoader", superclass: HPROFWriter.object)
    dump.defineClass(0x1500, "demo/WebLoader", superclass: 0x14c0, loader: 0x2000, fields: [("classes", 2)])
    let loaders = (0..<8).map { 0x7000 + 0x40 * UInt64($0) }
    for (number, loader) in loaders.enumerated() {
      let type = 0x5000 + 0x40 * UInt64(number)
      dump.defineClass(
        type, "demo/Driver", superclass: HPROFWriter.object, loader: loader,
        statics: [("CACHE", .reference(Self.pixels(UInt64(number))))])
      dump.instance(loader, 0x1500, [.reference(type)])
      dump.instance(0xa000 + 0x40 * UInt64(number), type)
    }
    dump.objectArray(Self.held, 0x1480, (0..<8).map { 0xa000 + 0x40 * $0 })
    let found = try suspects(dump)
    let first = try #require(found.first)
    #expect(first.kind == .classLoaders && first.count == 8)
    #expect(first.title == "8 × demo.WebLoader that loaded a class demo.Driver")
    #expect(first.holder == "static demo.Shop.items" && first.retained >= 8 * 200)
    #expect(first.onItsWay.first?.title == "8 × demo.Driver")
  }

  /// Handlers and messages of the system's refer to each other, and to the fragments of the program's.
  @Test func aQueueOfTheSystemsHoldsTheProgram() throws {
    var dump = program(items: 25)
    dump.defineClass(0x1500, "java/lang/MessageQueue", superclass: HPROFWriter.object, fields: [("messages", 2)])
    dump.defineClass(
      0x1540, "java/lang/Message", superclass: HPROFWriter.object,
      fields: [("callback", 2), ("next", 2), ("target", 2)])
    dump.defineClass(0x1580, "java/lang/Handler", superclass: HPROFWriter.object, fields: [("queue", 2)])
    dump.instance(Self.held, 0x1500, [.reference(0xa000)])
    dump.instance(0x7000, 0x1580, [.reference(Self.held)])
    for number in UInt64(0)..<25 {
      dump.instance(
        0xa000 + 0x40 * number, 0x1540,
        [
          .reference(Self.thumb(number)), .reference(number < 24 ? 0xa040 + 0x40 * number : 0), .reference(0x7000),
        ])
    }
    let found = try suspects(dump)
    #expect(found.first?.title.hasPrefix("25 × demo.Thumb") == true)
    #expect(!found.contains { $0.count == 1 && $0.title.contains("java.lang.Handler") })
  }

  // MARK: Threads

  /// What a group of threads refers to too is held by the threads, and by their ThreadLocals.
  @Test func threadsThatTheirGroupHoldsToo() throws {
    var dump = program(items: 5)
    dump.defineClass(
      0x1500, "demo/Worker", superclass: HPROFWriter.thread, loader: 0x2000, fields: [("threadLocals", 2)])
    dump.defineClass(0x1540, "java/lang/ThreadGroup", superclass: HPROFWriter.object, fields: [("threads", 2)])
    dump.stackFrame(1, method: "take", file: "Queue.java", classSerial: 1, line: 9)
    for number in UInt64(0)..<5 {
      let thread = 0x7000 + 0x40 * number
      dump.stackTrace(UInt32(number) + 1, thread: UInt32(number) + 1, frames: [1])
      dump.instance(thread, 0x1500, [.reference(Self.thumb(number)), .reference(0)])
      dump.root(0x08, thread, thread: UInt32(number) + 1, frame: Int32(number) + 1)
    }
    dump.instance(0x8000, 0x1540, [.reference(0x8040)])
    dump.objectArray(0x8040, 0x1480, (0..<5).map { 0x7000 + 0x40 * $0 })
    dump.root(0x01, 0x8000)
    let first = try #require(try suspects(dump).first)
    #expect(first.kind == .rootGroup && first.count == 5 && first.retained >= 5 * 200)
    #expect(first.reasons.contains("a ThreadLocal of a thread that lives on holds it: nobody called remove()"))
  }
}
