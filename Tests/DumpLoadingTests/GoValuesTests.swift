import ReferenceGraph
import Testing

@testable import DumpLoading

/// Values of every kind as text, of processors of both sizes and orders of bytes.
struct GoValuesTests {
  private static let base = GoDumpWriter.base

  /// A machine, and an object whose words are the values that are looked at.
  struct Machine: Sendable, CustomTestStringConvertible {
    var pointerSize: Int
    var isBigEndian: Bool
    var testDescription: String { "\(pointerSize * 8) bits, \(isBigEndian ? "big" : "little")-endian" }
  }

  static let machines = [
    Machine(pointerSize: 8, isBigEndian: false), Machine(pointerSize: 8, isBigEndian: true),
    Machine(pointerSize: 4, isBigEndian: false), Machine(pointerSize: 4, isBigEndian: true),
  ]

  private static func number<Value: FixedWidthInteger>(_ value: Value, _ machine: Machine) -> [UInt8] {
    withUnsafeBytes(of: machine.isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }

  private static func word(_ value: UInt64, _ machine: Machine) -> [UInt8] {
    machine.pointerSize == 8 ? number(value, machine) : number(UInt32(value), machine)
  }

  /// The text of a value of a type that `describe` makes, whose bytes are `value`, in a heap with an object of the bytes
  /// `other` at address `there`.
  private func text(
    _ value: (Machine, _ there: UInt64) -> [UInt8], other: [UInt8] = [], on machine: Machine,
    _ describe: (inout GoTypeTable, inout GoTypedClasses) -> GoTypeTable.ID
  ) throws -> String {
    let low: UInt64 = machine.pointerSize == 8 ? Self.base : 0x840_0000
    let there = low + 0x4000
    var dump = GoDumpWriter(
      low: low, high: low + 0x10_0000, pointerSize: machine.pointerSize, isBigEndian: machine.isBigEndian)
    dump.numbers(1, there)
    dump.contentsAndLength(other + [UInt8](repeating: 0, count: 512 - other.count))
    dump.fields([])
    dump.end()
    let heap = try load(dump.bytes)
    let bytes = dump.bytes
    return try bytes.withUnsafeBytes { bytes in
      let params = GoParams(
        isBigEndian: machine.isBigEndian, pointerSize: machine.pointerSize, heapLow: low, heapHigh: low + 0x10_0000,
        architecture: "", version: "go1.21.0", processors: 1)
      var runs = RecordRuns(limit: 1)
      let record = try #require(bytes.firstRange(of: [1] + Self.digits(there)))
      runs.append(address: there, offset: record.lowerBound)
      runs.endRun()
      var table = GoTypeTable()
      var classes = GoTypedClasses(table: table, layouts: [], runtimeTypes: [:], interfaceTables: [:])
      let type = describe(&table, &classes)
      classes.table = table
      let details = GoTypedDetails(
        bytes: bytes, params: params, slotLayout: GoSlotLayout(version: GoVersion("go1.21.0"), pointerSize: 8),
        locator: GoObjectLocator(bytes: bytes, runs: runs, params: params), graph: heap.graph, classes: classes,
        symbols: nil, functions: nil, image: nil, constants: nil)
      return value(machine, there).withUnsafeBytes { details.text(type, $0, 0) }
    }
  }

  private static func digits(_ value: UInt64) -> [UInt8] {
    var writer = GoDumpWriter()
    let before = writer.bytes.count
    writer.number(value)
    return Array(writer.bytes[before...])
  }

  private func plain(
    _ kind: GoTypeTable.Kind, _ name: String, size: UInt64
  ) -> (inout GoTypeTable, inout GoTypedClasses) -> GoTypeTable.ID {
    { table, _ in
      var entry = GoTypeTable.Entry()
      entry.kind = kind
      entry.size = size
      entry.name = table.add(name: name)
      return table.add(entry)
    }
  }

  @Test(arguments: machines) func numbers(_ machine: Machine) throws {
    #expect(try text({ _, _ in [1] }, on: machine, plain(.boolean, "bool", size: 1)) == "true")
    #expect(try text({ _, _ in [0] }, on: machine, plain(.boolean, "bool", size: 1)) == "false")
    #expect(
      try text({ machine, _ in Self.number(Int16(-300), machine) }, on: machine, plain(.signed, "int16", size: 2))
        == "-300")
    #expect(
      try text({ machine, _ in Self.number(UInt64.max, machine) }, on: machine, plain(.unsigned, "uint64", size: 8))
        == "18446744073709551615")
    #expect(
      try text(
        { machine, _ in Self.number(Double(2.5).bitPattern, machine) }, on: machine, plain(.float, "float64", size: 8))
        == "2.5")
    #expect(
      try text(
        { machine, _ in Self.number(Float(-0.5).bitPattern, machine) }, on: machine, plain(.float, "float32", size: 4))
        == "-0.5")
    #expect(
      try text(
        { machine, _ in Self.number(Int64(1_500_000_000), machine) }, on: machine,
        plain(.signed, "time.Duration", size: 8)) == "1.5 s")
  }

  @Test(arguments: machines) func slicesSayLengthAndCapacity(_ machine: Machine) throws {
    let slice = plain(.slice, "[]int", size: UInt64(3 * machine.pointerSize))
    #expect(
      try text(
        { machine, there in [there, 3, 17].flatMap { Self.word($0, machine) } }, on: machine, slice)
        == "len 3, cap 17")
    #expect(try text({ machine, _ in Self.word(0, machine) + Self.word(0, machine) }, on: machine, slice) == "nil")
  }

  @Test(arguments: machines) func stringsAreCutAndHaveNoControlCharacters(_ machine: Machine) throws {
    let string = plain(.string, "string", size: UInt64(2 * machine.pointerSize))
    func read(_ text: String, length: Int? = nil) throws -> String {
      try self.text(
        { machine, there in Self.word(there, machine) + Self.word(UInt64(length ?? text.utf8.count), machine) },
        other: Array(text.utf8), on: machine, string)
    }
    #expect(try read("user-42") == "\"user-42\"")
    #expect(try read("a\u{1b}[2J\nb\u{9b}c") == "\"a·[2J·b·c\"")
    let long = String(repeating: "x", count: 300)
    #expect(try read(long) == "\"" + String(repeating: "x", count: 80) + "…\" (300 bytes)")
    // Cut in the middle of no character.
    let umlauts = "x" + String(repeating: "ä", count: 100)
    #expect(try read(umlauts) == "\"x" + String(repeating: "ä", count: 39) + "…\" (201 bytes)")
    #expect(try read("", length: 0) == "\"\"")
  }

  @Test(arguments: machines) func times(_ machine: Machine) throws {
    let time = plain(.structure, "time.Time", size: 24)
    // 2024-02-29 12:30:45.678 UTC: seconds since year 1, or since 1885 beside a reading of the monotonic clock.
    let seconds: Int64 = 1_709_209_845 + 62_135_596_800
    #expect(
      try text(
        { machine, _ in Self.number(UInt64(678_000_000), machine) + Self.number(seconds, machine) }, on: machine, time)
        == "2024-02-29 12:30:45.678 UTC")
    let wall = 1 << 63 | UInt64(seconds - 59_453_308_800) << 30 | 678_000_000
    #expect(
      try text({ machine, _ in Self.number(wall, machine) + Self.number(Int64(99), machine) }, on: machine, time)
        == "2024-02-29 12:30:45.678 UTC")
    #expect(
      try text({ machine, _ in Self.number(UInt64(0), machine) + Self.number(Int64(0), machine) }, on: machine, time)
        == "zero time")
  }

  @Test(arguments: machines) func interfacesSayWhatTheyHold(_ machine: Machine) throws {
    func read(_ kind: GoTypeTable.Kind, _ first: UInt64) throws -> String {
      func describe(_ table: inout GoTypeTable, _ classes: inout GoTypedClasses) -> GoTypeTable.ID {
        classes.runtimeTypes[0x50_0000] = plain(.pointer, "*main.Session", size: 8)(&table, &classes)
        classes.interfaceTables[0x60_0000] = 0x50_0000
        return plain(kind, "any", size: UInt64(2 * machine.pointerSize))(&table, &classes)
      }
      return try text(
        { machine, there in Self.word(first, machine) + Self.word(there, machine) }, on: machine, describe)
    }
    #expect(try read(.emptyInterface, 0x50_0000) == "*main.Session")
    #expect(try read(.interface, 0x60_0000) == "*main.Session")
    #expect(try read(.interface, 0) == "nil")
    #expect(try read(.emptyInterface, 0x70_0000) == "of a type that is not known")
  }

  @Test(arguments: machines) func mapsSayHowManyEntriesTheyHave(_ machine: Machine) throws {
    // Since Go 1.24 the number has 64 bits everywhere, before it was an int.
    for (role, other) in [
      (GoTypeTable.Role.swissMap, Self.number(UInt64(41), machine)), (.oldMap, Self.word(41, machine)),
    ] {
      func describe(_ table: inout GoTypeTable, _ classes: inout GoTypedClasses) -> GoTypeTable.ID {
        var header = GoTypeTable.Entry()
        header.kind = .structure
        header.role = role
        var entry = GoTypeTable.Entry()
        entry.kind = .map
        entry.element = table.add(header)
        return table.add(entry)
      }
      #expect(
        try text({ machine, there in Self.word(there, machine) }, other: other, on: machine, describe) == "len 41")
    }
  }
}
