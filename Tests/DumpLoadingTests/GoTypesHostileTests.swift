import Foundation
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Executables that are damaged: types are lost, nothing else.
struct GoTypesHostileTests {
  /// Numbers that are the same in every run.
  private struct Numbers {
    var state: UInt64
    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
  }

  /// Where the debug sections lie: between the last section of the process and the symbol table.
  private func debugRange(_ bytes: [UInt8]) throws -> Range<Int> {
    func word(_ offset: Int) -> Int {
      (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    let table = word(0x28)
    let count = Int(bytes[0x3c]) | Int(bytes[0x3d]) << 8
    var range = Int.max..<Int.max
    for index in 0..<count {
      let header = table + index * 64
      let isInMemory = word(header + 8) & 2 != 0
      let isProgramBits = bytes[header + 4] == 1
      guard isProgramBits, !isInMemory else { continue }
      let start = word(header + 24)
      let end = start + word(header + 32)
      range = min(range.lowerBound, start)..<(range.lowerBound == .max ? end : max(range.upperBound, end))
    }
    try #require(!range.isEmpty && range.upperBound <= bytes.count)
    return range
  }

  /// The executable as `-ldflags="-s -w"` makes it: without symbols and debug information.
  private func stripped(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let table = (0..<8).reduce(0) { $0 | Int(bytes[0x28 + $1]) << (8 * $1) }
    for index in 0..<(Int(bytes[0x3c]) | Int(bytes[0x3d]) << 8) {
      let header = table + index * 64
      let isInMemory = bytes[header + 8] & 2 != 0
      let isNameTable = index == Int(bytes[0x3e]) | Int(bytes[0x3f]) << 8
      if !isInMemory, !isNameTable { bytes[header + 4] = 0 }
    }
    return bytes
  }

  @Test func aStrippedExecutableStillNamesMostObjects() throws {
    let file = try ScratchFile(stripped(Fixture.unpacked("leaky.elf.gz")))
    let heap = try DumpLoading.load(
      path: Fixture.path("small-after.heapdump.gz"), options: LoadOptions(executable: file.path))
    let graph = heap.graph
    #expect(heap.facts.facts.contains { $0.label == "types" && $0.value.contains("stripped") })
    var counts: [String: Int] = [:]
    let objects = try #require(graph.objects)
    for id in objects { counts[graph.objectClass(of: ObjectID(id)).name, default: 0] += 1 }
    #expect(counts["main.Item"] == 22_500)
    #expect(counts["main.Order"] == 10_000)
    #expect(counts["container/list.Element"] ?? 0 >= 3000)
    // Nothing but the next of the chain is known of each.
    #expect(counts["main.Chain"] == 2000)
    #expect(counts["map.group[uint64]*container/list.Element"] == 4)
    // No variable leads to maps, what they hold says which they are.
    #expect(counts["map.table[uint64]*container/list.Element"] == 4)
    #expect(counts["map[uint64]*container/list.Element"] == 1)
    #expect(counts["map[string]*main.Session"] == 1)
    // Names of functions and lines come from the runtime's own table.
    let names = Set(graph.roots.map { graph.rootNames[$0.name] })
    #expect(names.contains { $0.hasSuffix("main.startWorker.func1 plants.go:95") })
    #expect(names.contains { $0.hasPrefix("finalizer main.plantFinalizers.func2 of *main.FinCycle @") })
    let order = try #require(objects.first { graph.objectClass(of: ObjectID($0)).name == "main.Order" })
    #expect(heap.details.values(of: ObjectID(order), from: 0, limit: 9).values.map(\.name).first == ".Acct")
  }

  /// Go 1.23 keeps the entries of maps in buckets, Go 1.26 in groups.
  @Test(arguments: [
    (dump: "go-kinds/kinds.heapdump.gz", executable: "go-kinds/kinds.gz"),
    (dump: "small-after.heapdump.gz", executable: "leaky.elf.gz"),
  ])
  func mapsOfAStrippedExecutableAreTheRightOnes(_ fixture: (dump: String, executable: String)) throws {
    func heap(_ executable: [UInt8]) throws -> Heap {
      let file = try ScratchFile(executable)
      return try DumpLoading.load(path: Fixture.path(fixture.dump), options: LoadOptions(executable: file.path))
    }
    let bytes = try Fixture.unpacked(fixture.executable)
    let whole = try heap(bytes).graph
    let bare = try heap(stripped(bytes)).graph
    var right = 0
    for id in try #require(bare.objects).map({ ObjectID($0) }) {
      let name = bare.objectClass(of: id).name
      let wanted = whole.objectClass(of: id).name
      guard name.hasPrefix("map"), name != "map" else { continue }
      #expect(name == wanted, "at \(bare.addresses.address(of: id))")
      right += 1
    }
    #expect(right > 10)
  }

  @Test func namesFoundByLayoutAreTheRightOnes() throws {
    let file = try ScratchFile(stripped(Fixture.unpacked("leaky.elf.gz")))
    let heap = try DumpLoading.load(
      path: Fixture.path("small-after.heapdump.gz"), options: LoadOptions(executable: file.path))
    let graph = heap.graph
    let lines = String(decoding: try Fixture.unpacked("small-after.types.tsv.gz"), as: UTF8.self)
    var live = 0
    var bytes = 0
    var named = 0
    var namedBytes = 0
    var agreed = 0
    for line in lines.split(separator: "\n") {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts[2] == "1", let address = UInt64(parts[0].dropFirst(2), radix: 16), let size = Int(parts[1]),
        let id = graph.addresses.object(at: address)
      else { continue }
      live += 1
      bytes += size
      let name = GoTypesNames.plain(graph.objectClass(of: id))
      guard name != "?" else { continue }
      named += 1
      namedBytes += size
      if name == GoTypesNames.className(ofType: String(parts[3])) { agreed += 1 }
    }
    #expect(named * 100 >= live * 99, "\(named) of \(live)")
    #expect(namedBytes * 100 >= bytes * 98, "\(namedBytes) of \(bytes)")
    #expect(named - agreed < 20, "\(named - agreed)")
  }

  @Test func aStrippedExecutableOfAnotherProgramIsRefused() throws {
    let sample = try Data(contentsOf: URL(filePath: GoSampleTests.folder + "go-leaks"))
    let file = try ScratchFile(stripped(Array(sample)))
    do {
      _ = try DumpLoading.load(
        path: Fixture.path("small-after.heapdump.gz"), options: LoadOptions(executable: file.path))
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".hasPrefix("executable does not match: its data segment has "), "\(error)")
    }
  }

  @Test func whatOnlyVariablesReferToIsNamedByItsLayout() throws {
    let file = try ScratchFile(stripped(Fixture.unpacked("leaky.elf.gz")))
    let options = LoadOptions(executable: file.path)
    let heap = try DumpLoading.load(path: Fixture.path("small-after.heapdump.gz"), options: options)
    let unpacked = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    let full = try DumpLoading.load(
      path: Fixture.path("small-after.heapdump.gz"), options: LoadOptions(executable: unpacked.path))
    // What is named without debug information has the name it has with it.
    var same = 0
    var other = 0
    for id in try #require(heap.graph.objects) {
      let found = heap.graph.objectClass(of: ObjectID(id))
      if found.flags.contains(.untyped) { continue }
      if found.name == full.graph.objectClass(of: ObjectID(id)).name { same += 1 } else { other += 1 }
    }
    #expect(same > 60 * other, "\(same) \(other)")
    let fact = try #require(heap.facts.facts.first { $0.label == "named by their layout" })
    #expect(!fact.value.hasPrefix("0:"))
  }

  @Test func aGarbledStrippedExecutableIsNoCrash() throws {
    let bytes = stripped(try Fixture.unpacked("leaky.elf.gz"))
    var numbers = Numbers(state: 7)
    for round in 0..<6 {
      var garbled = bytes
      // Type data and function tables.
      for _ in 0..<(256 << round) {
        garbled[0x10_d2a8 + numbers.next(below: 0x12_0000)] = UInt8(numbers.next(below: 256))
      }
      check(try ScratchFile(garbled).path)
    }
  }

  /// Reads everything the debug information has.
  private func readAll(_ path: String) {
    var warning: String?
    guard let program = DwarfProgram(path: path, isCancelled: { false }, warning: &warning) else { return }
    var table = GoTypeTable()
    for offset in program.typesByDistance.values { _ = program.type(at: offset, in: &table) }
    for variable in program.variables { _ = program.type(at: variable.type, in: &table) }
    for (number, entry) in program.functions.keys.sorted().enumerated() where number % 8 == 0 {
      _ = program.captures(ofFunctionAt: entry, in: &table)
      _ = program.locals(ofFunctionAt: entry, pc: entry + 16, next: entry + 20)
      _ = program.line(ofFunctionAt: entry, pc: entry + 16)
    }
    let source = DwarfTypeSource(program: program, pointerSize: 8, slide: 0, typeData: 0)
    var slots = GoPointerSlots(byte: 0, pointerSize: 8)
    for id in table.entries.indices { _ = slots.range(of: GoTypeTable.ID(id), &table, source) }
  }

  @Test func garbledDebugInformationIsNoCrash() throws {
    let bytes = try Fixture.unpacked("leaky.elf.gz")
    let range = try debugRange(bytes)
    var numbers = Numbers(state: 3)
    for round in 0..<24 {
      var garbled = bytes
      for _ in 0..<(1 << (round % 12)) {
        garbled[range.lowerBound + numbers.next(below: range.count)] = UInt8(numbers.next(below: 256))
      }
      readAll(try ScratchFile(garbled).path)
    }
  }

  @Test func aGarbledExecutableOpensOrIsRefused() throws {
    let bytes = try Fixture.unpacked("leaky.elf.gz")
    let range = try debugRange(bytes)
    var numbers = Numbers(state: 5)
    for round in 0..<6 {
      var garbled = bytes
      let area = round % 2 == 0 ? range : 0..<bytes.count
      for _ in 0..<(64 << round) {
        garbled[area.lowerBound + numbers.next(below: area.count)] = UInt8(numbers.next(below: 256))
      }
      check(try ScratchFile(garbled).path)
    }
    for length in [0, 3, 64, 4096, 100_000, range.lowerBound + 1000, bytes.count - 100_000] {
      check(try ScratchFile(Array(bytes[..<length])).path)
    }
  }

  private func check(_ executable: String) {
    do throws(LoadError) {
      let heap = try DumpLoading.load(
        path: Fixture.path("small-after.heapdump.gz"), options: LoadOptions(executable: executable))
      #expect(heap.graph.objectCount == 49_952)
      for id in stride(from: 1, through: heap.graph.objectCount, by: 997) {
        let object = ObjectID(id)
        _ = heap.details.values(of: object, from: 0, limit: 50)
        _ = heap.details.text(of: object, limit: 50)
        for place in heap.graph.references(of: object) {
          _ = heap.details.fieldName(heap.graph.fields[place.index], of: object)
        }
      }
    } catch {
      #expect(!error.description.contains("\n"))
    }
  }
}
