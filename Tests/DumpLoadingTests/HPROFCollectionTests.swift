import ReferenceGraph
import Testing

@testable import DumpLoading

/// The entries of collections whose insides differ from a table of chained nodes, and their sizes.
struct HPROFCollectionTests {
  private static let map: UInt64 = 0x1500
  private static let collection: UInt64 = 0x1540
  private static let objects: UInt64 = 0x1580
  /// Strings `a`, `b`, `c`, …: the keys.
  private static let keys: [UInt64] = (0..<6).map { 0x5020 + 0x40 * $0 }
  /// Integers 0, 1, 2, …: the values.
  private static let values: [UInt64] = (0..<6).map { 0x6000 + 0x20 * $0 }

  private func library() -> HPROFWriter {
    var dump = HPROFWriter.program()
    dump.defineClass(Self.map, "java/util/AbstractMap", superclass: HPROFWriter.object)
    dump.defineClass(Self.collection, "java/util/AbstractCollection", superclass: HPROFWriter.object)
    dump.defineClass(Self.objects, "[Ljava/lang/Object;", superclass: HPROFWriter.object)
    dump.defineClass(0x15c0, "java/lang/Integer", superclass: HPROFWriter.object, fields: [("value", 10)])
    for (number, key) in Self.keys.enumerated() {
      dump.primitiveArray(key - 0x20, [.byte(97 + UInt8(number))])
      dump.instance(key, HPROFWriter.string, [.reference(key - 0x20), .byte(0)])
      dump.instance(Self.values[number], 0x15c0, [.int(Int32(number))])
    }
    return dump
  }

  private func entries(_ heap: Heap, _ address: UInt64) throws -> String {
    let object = try #require(heap.object(at: address))
    let found = try #require(heap.details.entries(of: object, from: 0, limit: 20))
    let rows = found.values.map { "\($0.name)=\($0.text.split(separator: " ").last ?? "")" }.joined(separator: " ")
    return "\(rows) \(heap.details.summary(of: object) ?? "-")"
  }

  @Test func mapsInTheirOrder() throws {
    var dump = library()
    dump.defineClass(
      0x1600, "java/util/HashMap", superclass: Self.map, fields: [("size", 10), ("table", 2)])
    dump.defineClass(0x1640, "java/util/LinkedHashMap", superclass: 0x1600, fields: [("head", 2)])
    dump.defineClass(
      0x1680, "java/util/HashMap$Node", superclass: HPROFWriter.object,
      fields: [("key", 2), ("value", 2), ("next", 2)])
    dump.defineClass(
      0x16c0, "java/util/LinkedHashMap$Entry", superclass: 0x1680, fields: [("before", 2), ("after", 2)])
    dump.defineClass(0x1700, "[Ljava/util/HashMap$Node;", superclass: HPROFWriter.object)
    dump.defineClass(0x1740, "java/util/HashMap$KeySet", superclass: Self.collection, fields: [("this$0", 2)])
    dump.defineClass(0x1780, "java/util/HashMap$Values", superclass: Self.collection, fields: [("this$0", 2)])
    // In the table c, a, b; put in as a, b, c.
    for (number, after) in [UInt64(0x7040), 0x7080, 0].enumerated() {
      dump.instance(
        0x7000 + 0x40 * UInt64(number), 0x16c0,
        [
          .reference(0), .reference(after), .reference(Self.keys[number]), .reference(Self.values[number]),
          .reference(0),
        ])
    }
    dump.objectArray(0x7100, 0x1700, [0x7080, 0x7000, 0, 0x7040])
    dump.instance(0x7200, 0x1640, [.reference(0x7000), .int(3), .reference(0x7100)])
    dump.instance(0x7240, 0x1740, [.reference(0x7200)])
    dump.instance(0x7280, 0x1780, [.reference(0x7200)])
    let heap = try load(dump.finished())
    #expect(try entries(heap, 0x7200) == #"["a"]=0 ["b"]=1 ["c"]=2 (3 entries)"#)
    #expect(try entries(heap, 0x7240) == #"[0]="a" [1]="b" [2]="c" (3 elements)"#)
    #expect(try entries(heap, 0x7280) == "[0]=0 [1]=1 [2]=2 (3 elements)")
  }

  @Test func mapsWithoutNodes() throws {
    var dump = library()
    dump.defineClass(0x1600, "java/util/IdentityHashMap", superclass: Self.map, fields: [("table", 2), ("size", 10)])
    dump.defineClass(
      0x1640, "java/util/EnumMap", superclass: Self.map, fields: [("keyUniverse", 2), ("vals", 2), ("size", 10)])
    dump.defineClass(
      0x1680, "java/util/ImmutableCollections$Map1", superclass: Self.map, fields: [("k0", 2), ("v0", 2)])
    dump.defineClass(0x16c0, "java/util/Collections$SingletonMap", superclass: Self.map, fields: [("k", 2), ("v", 2)])
    dump.objectArray(0x7000, Self.objects, [0, 0, Self.keys[1], Self.values[1], Self.keys[0], Self.values[0]])
    dump.instance(0x7100, 0x1600, [.reference(0x7000), .int(2)])
    dump.objectArray(0x7200, Self.objects, Array(Self.keys[0..<3]))
    dump.objectArray(0x7300, Self.objects, [0, Self.values[4], 0])
    dump.instance(0x7400, 0x1640, [.reference(0x7200), .reference(0x7300), .int(1)])
    dump.instance(0x7500, 0x1680, [.reference(Self.keys[5]), .reference(Self.values[5])])
    dump.instance(0x7600, 0x16c0, [.reference(Self.keys[3]), .reference(Self.values[3])])
    let heap = try load(dump.finished())
    #expect(try entries(heap, 0x7100) == #"["b"]=1 ["a"]=0 (2 entries)"#)
    #expect(try entries(heap, 0x7400) == #"["b"]=4 (1 entry)"#)
    #expect(try entries(heap, 0x7500) == #"["f"]=5 (1 entry)"#)
    #expect(try entries(heap, 0x7600) == #"["d"]=3 (1 entry)"#)
    // The same on a path.
    func names(_ address: UInt64) throws -> [String] {
      heap.graph.references(of: try #require(heap.object(at: address))).map { heap.fieldName(of: $0) }
        .filter { $0 != "<class>" }
    }
    #expect(try names(0x7000) == ["[2]", #"["b"]"#, "[4]", #"["a"]"#])
    #expect(try names(0x7300) == [#"["b"]"#])
    #expect(try names(0x7200) == ["[0]", "[1]", "[2]"])
    #expect(try names(0x7500) == [".k0", #"["f"]"#])
    #expect(try names(0x7600) == [".k", #"["d"]"#])
  }

  @Test func aListWithShortcuts() throws {
    var dump = library()
    dump.defineClass(
      0x1600, "java/util/concurrent/ConcurrentSkipListMap", superclass: Self.map, fields: [("head", 2), ("adder", 2)])
    dump.defineClass(
      0x1640, "java/util/concurrent/ConcurrentSkipListMap$Index", superclass: HPROFWriter.object,
      fields: [("node", 2), ("down", 2), ("right", 2)])
    dump.defineClass(
      0x1680, "java/util/concurrent/ConcurrentSkipListMap$Node", superclass: HPROFWriter.object,
      fields: [("key", 2), ("val", 2), ("next", 2)])
    dump.defineClass(
      0x16c0, "java/util/concurrent/atomic/LongAdder", superclass: HPROFWriter.object,
      fields: [("cells", 2), ("base", 11)])
    let keys = Self.keys
    let values = Self.values
    dump.instance(0x7000, 0x1680, [.reference(0), .reference(0), .reference(0x7040)])
    dump.instance(0x7040, 0x1680, [.reference(keys[0]), .reference(values[0]), .reference(0x7080)])
    // Taken out.
    dump.instance(0x7080, 0x1680, [.reference(keys[1]), .reference(0), .reference(0x70c0)])
    dump.instance(0x70c0, 0x1680, [.reference(keys[2]), .reference(values[2]), .reference(0)])
    dump.instance(0x7100, 0x1640, [.reference(0x7000), .reference(0), .reference(0)])
    dump.instance(0x7140, 0x1640, [.reference(0x7000), .reference(0x7100), .reference(0)])
    dump.instance(0x7180, 0x16c0, [.reference(0), .long(2)])
    dump.instance(0x7200, 0x1600, [.reference(0x7140), .reference(0x7180)])
    let heap = try load(dump.finished())
    #expect(try entries(heap, 0x7200) == #"["a"]=0 ["c"]=2 (2 entries)"#)
    // What holds the list together is left out of paths.
    for address: UInt64 in [0x7200, 0x7140, 0x7100] {
      let object = try #require(heap.object(at: address))
      let inside = heap.graph.references(of: object).filter { heap.isInside($0) }
      #expect(!inside.isEmpty, "\(address)")
    }
  }

  @Test func queuesAndSets() throws {
    var dump = library()
    dump.defineClass(
      0x1600, "java/util/concurrent/ArrayBlockingQueue", superclass: Self.collection,
      fields: [("items", 2), ("takeIndex", 10), ("count", 10)])
    dump.defineClass(0x1640, "java/util/EnumSet", superclass: Self.collection, fields: [("universe", 2)])
    dump.defineClass(0x1680, "java/util/RegularEnumSet", superclass: 0x1640, fields: [("elements", 11)])
    dump.defineClass(
      0x16c0, "java/util/concurrent/ConcurrentLinkedQueue", superclass: Self.collection, fields: [("head", 2)])
    dump.defineClass(
      0x1700, "java/util/concurrent/ConcurrentLinkedQueue$Node", superclass: HPROFWriter.object,
      fields: [("item", 2), ("next", 2)])
    dump.defineClass(
      0x1740, "java/util/Collections$SingletonList", superclass: Self.collection, fields: [("element", 2)])
    dump.defineClass(
      0x1780, "java/util/ArrayList$SubList", superclass: Self.collection, fields: [("root", 2), ("size", 10)])
    let keys = Self.keys
    dump.objectArray(0x7000, Self.objects, [keys[3], 0, keys[1], keys[2]])
    dump.instance(0x7100, 0x1600, [.reference(0x7000), .int(2), .int(3)])
    dump.objectArray(0x7200, Self.objects, keys)
    dump.instance(0x7300, 0x1680, [.long(0b100101), .reference(0x7200)])
    dump.instance(0x7400, 0x1700, [.reference(0), .reference(0x7440)])
    dump.instance(0x7440, 0x1700, [.reference(keys[0]), .reference(0x7480)])
    dump.instance(0x7480, 0x1700, [.reference(keys[1]), .reference(0)])
    dump.instance(0x7500, 0x16c0, [.reference(0x7400)])
    dump.instance(0x7600, 0x1740, [.reference(keys[4])])
    dump.instance(0x7700, 0x1780, [.reference(0x7100), .int(2)])
    let heap = try load(dump.finished())
    #expect(try entries(heap, 0x7100) == #"[0]="b" [1]="c" [2]="d" (3 elements)"#)
    #expect(try entries(heap, 0x7300) == #"[0]="a" [1]="c" [2]="f" (3 elements)"#)
    #expect(try entries(heap, 0x7500) == #"[0]="a" [1]="b" (2 elements)"#)
    #expect(try entries(heap, 0x7600) == #"[0]="e" (1 element)"#)
    // A part of a list: which one is not known, how long it is, is.
    #expect(try entries(heap, 0x7700) == " (2 elements)")
  }

  /// Chains that lead back into themselves end.
  @Test func chainsInACircle() throws {
    var dump = library()
    dump.defineClass(
      0x16c0, "java/util/concurrent/ConcurrentLinkedQueue", superclass: Self.collection, fields: [("head", 2)])
    dump.defineClass(
      0x1700, "java/util/concurrent/ConcurrentLinkedQueue$Node", superclass: HPROFWriter.object,
      fields: [("item", 2), ("next", 2)])
    dump.instance(0x7400, 0x1700, [.reference(Self.keys[0]), .reference(0x7440)])
    dump.instance(0x7440, 0x1700, [.reference(Self.keys[1]), .reference(0x7400)])
    dump.instance(0x7500, 0x16c0, [.reference(0x7400)])
    let heap = try load(dump.finished())
    #expect(try entries(heap, 0x7500) == #"[0]="a" [1]="b" (1,000 elements or more)"#)
  }
}
