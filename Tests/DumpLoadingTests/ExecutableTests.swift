import ReferenceGraph
import Testing

@testable import DumpLoading

/// Names from an executable, and executables that are of another program.
struct ExecutableTests {
  private let base = GoDumpWriter.base

  private func dump(slide: UInt64 = 0) -> [UInt8] {
    var dump = GoDumpWriter()
    dump.object(base, size: 32, [8: base])
    dump.goroutine(id: 1, reason: "select")
    dump.frame("main.worker", size: 16, [8: base], entry: 0x40_1000 + slide)
    dump.frame("main.Map[...].Get", size: 16, [8: base], entry: 0x40_2000 + slide)
    dump.frame("runtime.goexit", size: 8, entry: 0x40_3000 + slide)
    dump.deferred(base, stackPointer: 0x7000_0000)
    dump.segment(isData: true, 0x60_0000 + slide, size: 64, [0: base, 24: base, 40: base])
    dump.segment(isData: false, 0x61_0000 + slide, size: 32, [0: base, 8: base])
    dump.finalizer(base, code: 0x40_1008 + slide)
    dump.end()
    return dump.bytes
  }

  private func executable(_ change: (inout ElfWriter) -> Void = { _ in }, dataEnd: UInt64 = 0x60_0040) -> ElfWriter {
    var elf = ElfWriter()
    elf.add("runtime.data", .variable, at: 0x60_0000, size: 0)
    elf.add("runtime.edata", .variable, at: dataEnd, size: 0)
    elf.add("runtime.bss", .variable, at: 0x61_0000, size: 0)
    elf.add("runtime.ebss", .variable, at: 0x61_0020, size: 0)
    elf.add("main.config", .variable, at: 0x60_0000, size: 8)
    elf.add("main.sessions", .variable, at: 0x60_0010, size: 24)
    elf.add("main.cache", .variable, at: 0x61_0000, size: 16)
    elf.add("main.Map[go.shape.string].Get", .function, at: 0x40_2000, size: 64)
    elf.add("runtime.goexit.abi0", .function, at: 0x40_3000, size: 8)
    change(&elf)
    return elf
  }

  private func load(_ elf: ElfWriter, slide: UInt64 = 0) throws -> Heap {
    let file = try ScratchFile(elf.bytes)
    return try DumpLoadingTests.load(dump(slide: slide), options: LoadOptions(executable: file.path))
  }

  private func error(_ elf: ElfWriter, slide: UInt64 = 0) -> String {
    do {
      _ = try load(elf, slide: slide)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  private func addWorker(_ elf: inout ElfWriter) { elf.add("main.worker", .function, at: 0x40_1000, size: 64) }

  @Test(arguments: [0, 0x5555_5540_0000] as [UInt64])
  func variablesHaveNames(_ slide: UInt64) throws {
    let heap = try load(
      executable {
        addWorker(&$0)
        $0.isPositionIndependent = slide != 0
      }, slide: slide)
    #expect(heap.rootNames(.data) == ["global main.config", "global main.sessions+8", "data+0x28"])
    #expect(heap.rootNames(.bss) == ["global main.cache", "global main.cache+8"])
    #expect(heap.rootNames(.finalizer) == ["finalizer main.worker of object @c000000000"])
    #expect(heap.facts.facts.contains(Fact("named variables", "4 of 5 roots")))
    #expect(heap.facts.warnings.contains { $0.contains("executable") } == false)
  }

  /// What `var prices = &topic{}` points to was laid out by the linker, and has no symbol.
  @Test func valuesOfTheLinkerAreNamedByTheVariableThatPointsToThem() throws {
    var dump = GoDumpWriter()
    dump.object(base, size: 32, [:])
    dump.segment(isData: true, 0x60_0000, size: 64, [0: 0x61_0008, 16: base, 24: 0x61_0020, 40: base])
    dump.segment(isData: false, 0x61_0000, size: 64, [0: base, 16: base, 24: 0x60_0020, 32: base, 56: base])
    dump.end()
    var elf = ElfWriter()
    elf.add("runtime.data", .variable, at: 0x60_0000, size: 0)
    elf.add("runtime.edata", .variable, at: 0x60_0040, size: 0)
    elf.add("runtime.bss", .variable, at: 0x61_0000, size: 0)
    elf.add("runtime.ebss", .variable, at: 0x61_0040, size: 0)
    elf.add("main.prices", .variable, at: 0x60_0000, size: 8)
    elf.add("main.sessions", .variable, at: 0x60_0010, size: 8)
    elf.add("main.cache", .variable, at: 0x61_0000, size: 8)
    elf.add("main.last", .variable, at: 0x61_0030, size: 8)
    let file = try ScratchFile(elf.bytes)
    let heap = try DumpLoadingTests.load(dump.bytes, options: LoadOptions(executable: file.path))
    // At 0x600028, 8 bytes into what the value of main.prices points to by its word at offset 16.
    #expect(heap.rootNames(.data) == ["global main.sessions", "global main.prices.+16.+8"])
    // The last lies behind a variable: nobody knows what begins there.
    #expect(
      heap.rootNames(.bss) == ["global main.cache", "global main.prices.+8", "global main.prices.+24", "bss+0x38"])
  }

  @Test func executablesOfOtherPrograms() {
    #expect(
      error(executable { $0.add("main.worker", .function, at: 0x40_1100, size: 64) })
        == "executable does not match: function main.worker, at 0x401000 in the dump, is at 0x401100 in it")
    #expect(
      error(executable()) == "executable does not match: function main.worker, at 0x401000 in the dump, is not in it")
    #expect(
      error(executable({ addWorker(&$0) }, dataEnd: 0x60_0048))
        == "executable does not match: its data segment has 72 bytes, that of the dump 64")
    #expect(
      error(executable { addWorker(&$0) }, slide: 0x1000)
        == "executable does not match: its data segment is at 0x600000, that of the dump at 0x601000")
    #expect(
      error(
        executable {
          addWorker(&$0)
          $0.machine = 183
        }
      ).contains("executable is for another processor"))
    #expect(error(ElfWriter()).contains("it has no symbol runtime.data"))
  }

  @Test func strippedExecutables() throws {
    let heap = try load(executable { $0.hasSymbols = false })
    #expect(heap.facts.warnings.contains { $0.contains("no symbol table") })
    #expect(heap.rootNames(.bss) == ["bss+0x0", "bss+0x8"])
  }

  @Test func filesThatAreNoExecutables() throws {
    let text = try ScratchFile(Array("not an executable".utf8))
    #expect(throws: LoadError.executableUnreadable("not an ELF file")) {
      _ = try DumpLoadingTests.load(dump(), options: LoadOptions(executable: text.path))
    }
    #expect(throws: LoadError.executableUnreadable("No such file or directory")) {
      _ = try DumpLoadingTests.load(dump(), options: LoadOptions(executable: "/nonexistent/program"))
    }
    let whole = executable { addWorker(&$0) }.bytes
    let file = try ScratchFile(whole)
    let dumpFile = try ScratchFile(dump())
    for length in stride(from: 0, to: whole.count, by: 3) {
      try file.replace(Array(whole[..<length]))
      _ = try? DumpLoading.load(path: dumpFile.path, options: LoadOptions(executable: file.path))
    }
    var state: UInt64 = 99
    for _ in 0..<500 {
      var damaged = whole
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      try file.replace(damaged)
      _ = try? DumpLoading.load(path: dumpFile.path, options: LoadOptions(executable: file.path))
    }
  }
}
