import ReferenceGraph
import Testing

@testable import DumpLoading

/// What is said of objects that no root reaches.
struct GoUnreachableTests {
  private static let base = GoDumpWriter.base

  /// Two objects, one of them held by a variable, in a process with `goroutine` and one frame.
  private func dump(
    version: String = "go1.23.0", reason: String = "select", entry: UInt64 = 0x40_1000, header: UInt64 = 0x50_0000,
    type: UInt64 = 0x50_0000, hasVariables: Bool = true
  ) -> GoDumpWriter {
    var dump = GoDumpWriter(version: version)
    dump.type(type, size: 600, "main.Entry")
    dump.object(Self.base, size: 32)
    dump.object(Self.base + 0x4000, size: 640, [16: Self.base], others: [0: header])
    dump.goroutine(id: 2, reason: reason)
    dump.frame("main.wait", size: 16, entry: entry)
    if hasVariables {
      dump.segment(isData: true, 0x60_0000, size: 16, [0: Self.base])
      dump.segment(isData: false, 0x61_0000, size: 16)
    }
    return dump
  }

  private func knowledge(_ dump: GoDumpWriter) throws -> (rest: UnreachableKnowledge.Rest, warnings: [String]) {
    let heap = try load(dump.bytes)
    return (heap.facts.unreachable.rest, heap.facts.warnings.filter { !$0.contains("memory statistics") })
  }

  private func reason(_ rest: UnreachableKnowledge.Rest) -> String? {
    if case .notKnown(let reason) = rest { return reason }
    return nil
  }

  @Test func whatNoRootReachesIsGarbageWhenAllRootsAreThere() throws {
    var dump = dump()
    dump.end()
    let (rest, warnings) = try knowledge(dump)
    #expect(rest == .garbage && warnings.isEmpty)
  }

  @Test func ofADumpWithoutRootsNothingIsKnown() throws {
    // Cut off in front of the end record.
    let (cut, _) = try knowledge(dump())
    #expect(reason(cut)?.contains("cut off") == true)
    var alone = dump(hasVariables: false)
    alone.end()
    #expect(reason(try knowledge(alone).rest)?.contains("no variables") == true)
  }

  /// Which closures are those of cleanups only an executable tells.
  @Test(arguments: [
    ("go1.27.0", "cleanup wait", true), ("go1.25.3", "cleanup wait", true), ("go1.25.3", "finalizer wait", false),
    ("go1.24.1", "finalizer wait", true), ("go1.23.9", "finalizer wait", false), ("go1.27.0", "select", false),
  ])
  func cleanupsAreSuspectedWithoutAnExecutable(_ version: String, _ wait: String, _ isDoubted: Bool) throws {
    var dump = dump(version: version, reason: wait)
    dump.end()
    #expect(reason(try knowledge(dump).rest)?.contains("AddCleanup") == (isDoubted ? true : nil))
  }

  @Test(arguments: [
    ("code", UInt64(0x7f00_0000_1000), UInt64(0x50_0000), UInt64(0x50_0000)),
    ("header", 0x40_1000, 0x7f00_0010_0000, 0x50_0000), ("type", 0x40_1000, 0x50_0000, 0x7f00_0010_0000),
  ])
  func variablesOfOtherModulesAreMissed(_ what: String, _ entry: UInt64, _ header: UInt64, _ type: UInt64) throws {
    var dump = dump(entry: entry, header: header, type: type)
    dump.end()
    let (rest, warnings) = try knowledge(dump)
    #expect(reason(rest)?.contains("plugins or shared libraries") == true)
    #expect(warnings.count == 1 && warnings[0].contains("more modules"))
    #expect(
      warnings[0].contains(what == "code" ? "main.wait" : what == "type" ? "main.Entry" : "an object begins with"))
  }

  @Test func functionsOfOtherModulesAreNoMismatch() throws {
    let file = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    let symbols = try ExecutableSymbols(path: file.path)
    let marks = symbols.addresses(ofSymbols: ["runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss"])
    func load(entry: UInt64) throws -> Heap {
      var dump = GoDumpWriter(version: "go1.22.0")
      dump.object(Self.base, size: 32)
      dump.goroutine(id: 2, reason: "select")
      dump.frame("plugin/unnamed.Run", size: 16, entry: entry)
      for (isData, name) in [(true, "data"), (false, "bss")] {
        let start = try #require(marks["runtime.\(name)"]?.first)
        let end = try #require(marks["runtime.e\(name)"]?.first)
        dump.segment(isData: isData, start, size: Int(end - start))
      }
      dump.end()
      return try DumpLoadingTests.load(dump.bytes, options: LoadOptions(executable: file.path))
    }
    let heap = try load(entry: 0x7f00_0000_1000)
    #expect(heap.facts.warnings.contains { $0.contains("the function plugin/unnamed.Run on a stack") })
    #expect(throws: LoadError.self) { try load(entry: 0x40_1000) }
  }

  @Test func theFunctionOfAFinalizerLivesAsLongAsItsObject() throws {
    var dump = dump()
    dump.finalizer(Self.base + 0x4000, function: Self.base + 8, code: 0x40_2000)
    dump.end()
    let heap = try load(dump.bytes)
    let kinds = heap.graph.roots.map(\.kind).filter { $0 != .data }
    #expect(kinds == [.finalizer, .finalizer])
    #expect(heap.rootNames(.finalizerQueue).isEmpty)
    let index = try #require(heap.graph.roots.firstIndex { heap.graph.rootNames[$0.name].hasPrefix("function of ") })
    #expect(heap.details.holder(ofRoot: index, along: []) == "the function of a finalizer, until it has run")
  }
}
