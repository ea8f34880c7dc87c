import ReferenceGraph
import Testing

@testable import DumpLoading

/// The allocator gives more room than a program asks for: arrays end where slices and channels say.
struct GoCapacityTests {
  private static let base = GoDumpWriter.base

  /// The lines on an array.
  private func lines(
    _ words: [UInt64], fields: [Int] = [0], rootWords: [UInt64]? = nil, isSlice: Bool = true
  ) throws -> [String] {
    try inspect(words, fields: fields, isSlice: isSlice) { details, object in
      let values = try #require(details.values(of: object, from: 0, limit: 100) { _ in rootWords })
      #expect(values.total == values.values.count)
      return values.values.map { "\($0.name) \($0.text)" }
    }
  }

  /// How much of an array is in use.
  private func occupancy(
    _ words: [UInt64], fields: [Int] = [0], isSlice: Bool = true
  ) throws -> Occupancy? {
    try inspect(words, fields: fields, isSlice: isSlice) { details, object in details.occupancy(of: object) { _ in nil }
    }
  }

  /// An array of 8 words that is referred to by an object of `words`, of which `fields` are pointers.
  private func inspect<Result>(
    _ words: [UInt64], fields: [Int], isSlice: Bool, _ body: (GoTypedDetails, ObjectID) throws -> Result
  ) throws -> Result {
    var dump = GoDumpWriter()
    func bytes(_ words: [UInt64]) -> [UInt8] {
      words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }
    let holder = Self.base + 0x2000
    let array = Self.base + 0x4000
    for (address, words, fields) in [(holder, words, fields), (array, [UInt64](70...77), [])] {
      dump.numbers(1, address)
      dump.contentsAndLength(bytes(words + [UInt64](repeating: 0, count: 8 - words.count)))
      dump.fields(fields)
    }
    dump.end()
    let heap = try load(dump.bytes)
    let graph = heap.graph
    return try dump.bytes.withUnsafeBytes { bytes in
      let params = GoParams(
        isBigEndian: false, pointerSize: 8, heapLow: Self.base, heapHigh: Self.base + 0x10_0000, architecture: "",
        version: "go1.21.0", processors: 1)
      var runs = RecordRuns(limit: 1)
      for address in [holder, array] {
        var writer = GoDumpWriter()
        let before = writer.bytes.count
        writer.numbers(1, address)
        runs.append(address: address, offset: try #require(bytes.firstRange(of: writer.bytes[before...])).lowerBound)
        runs.endRun()
      }
      var table = GoTypeTable()
      var number = GoTypeTable.Entry()
      (number.kind, number.size, number.name) = (.signed, 8, table.add(name: "int64"))
      let element = table.add(number)
      var slice = GoTypeTable.Entry()
      (slice.kind, slice.size, slice.element) = (isSlice ? .slice : .pointer, isSlice ? 24 : 8, element)
      slice.name = table.add(name: "[]int64")
      let sliceType = table.add(slice)
      var classes = GoTypedClasses(
        table: table, layouts: .init(repeating: .init(), count: graph.classes.count), runtimeTypes: [:],
        interfaceTables: [:])
      let found = (graph.addresses.object(at: array), graph.addresses.object(at: holder))
      let object = try #require(found.0)
      let source = try #require(found.1)
      try #require(graph.classOfObject[object.index] != graph.classOfObject[source.index])
      classes.layouts[Int(graph.classOfObject[object.index])] = .init(type: element, isArray: true)
      classes.layouts[Int(graph.classOfObject[source.index])] = .init(type: sliceType)
      let details = GoTypedDetails(
        bytes: bytes, params: params, slotLayout: GoSlotLayout(version: GoVersion("go1.21.0"), pointerSize: 8),
        locator: GoObjectLocator(bytes: bytes, runs: runs, params: params), graph: graph, classes: classes,
        symbols: nil, functions: nil, image: nil, constants: nil)
      return try body(details, object)
    }
  }

  @Test func whatSlicesDoNotReachIsNotInUse() throws {
    let array = Self.base + 0x4000
    #expect(try occupancy([array, 2, 6]) == Occupancy(entries: 2, places: 8, unusedBytes: 48))
    // A part of it: what stands in front is out of reach, too.
    #expect(try occupancy([array + 16, 1, 3]) == Occupancy(entries: 1, places: 8, unusedBytes: 56))
    #expect(try occupancy([array, 8, 8]) == Occupancy(entries: 8, places: 8, unusedBytes: 0))
    // Longer than it has room for: no slice. A pointer does not say how much is in use.
    #expect(try occupancy([array, 9, 6]) == nil)
    #expect(try occupancy([array, 2, 6], isSlice: false) == nil)
  }

  @Test func arraysEndAtTheCapacityOfTheirSlices() throws {
    let array = Self.base + 0x4000
    #expect(try lines([array, 2, 6]).last == "[5] 75")
    // A part of it: the capacity counts from where that begins.
    #expect(try lines([array + 16, 1, 3]).last == "[4] 74")
    #expect(try lines([array, 2, 8]).count == 8)
    // No such capacity fits.
    #expect(try lines([array, 2, 900]).count == 8)
    // A pointer does not say how many there are.
    #expect(try lines([array, 2, 6], isSlice: false).count == 8)
  }
}
