import CElf
import ReferenceGraph

extension ExecutableSymbols {
  /// Checks that this is the program that wrote the dump, and finds out how far it was moved when it was started.
  ///
  /// Nil when there are no symbols to check or to use.
  func matched(
    reader: GoHeapDumpReader, catalog: GoRecordCatalog, params: GoParams, module: GoModuleRange, progress: WorkProgress
  ) throws(LoadError) -> ExecutableSymbols? {
    let machines = [
      "amd64": EM_X86_64, "386": EM_386, "arm64": EM_AARCH64, "arm": EM_ARM, "riscv64": EM_RISCV, "mips": EM_MIPS,
      "mipsle": EM_MIPS, "mips64": EM_MIPS, "mips64le": EM_MIPS, "ppc64": EM_PPC64, "ppc64le": EM_PPC64,
      "s390x": EM_S390, "loong64": EM_LOONGARCH,
    ]
    if let expected = machines[params.architecture], UInt16(expected) != machine {
      throw .executableMismatch("the dump is of \(params.architecture), the executable is for another processor")
    }
    guard hasSymbolTable else { return nil }
    let slide = try slideFromSegments(reader: reader, catalog: catalog, params: params)
    let symbols = moved(by: slide ?? 0)
    guard slide != nil || !isPositionIndependent else {
      // Without segments nobody knows where a position independent program lay.
      return nil
    }
    try symbols.checkFrames(reader: reader, catalog: catalog, params: params, module: module, progress: progress)
    return symbols
  }

  /// Compares the segments with the marks that Go's linker sets around them; nil when the dump has no segments.
  private func slideFromSegments(
    reader: GoHeapDumpReader, catalog: GoRecordCatalog, params: GoParams
  ) throws(LoadError) -> UInt64? {
    let marks = addresses(ofSymbols: ["runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss"])
    var slide: UInt64?
    for (name, offset) in [("data", catalog.data.first), ("bss", catalog.bss.first)] {
      guard let offset else { continue }
      guard let start = marks["runtime.\(name)"]?.first, let end = marks["runtime.e\(name)"]?.first else {
        throw .executableMismatch("it has no symbol runtime.\(name): not a Go program, or linked by something else")
      }
      guard var cursor = try? reader.cursor(at: offset),
        let segment = try? GoHeapDumpReader.segment(&cursor, pointerSize: params.pointerSize)
      else { continue }
      let size = end &- start
      guard size == UInt64(segment.contents.bytes.count) else {
        throw .executableMismatch(
          "its \(name) segment has \(grouped(size)) bytes, that of the dump \(grouped(segment.contents.bytes.count))")
      }
      let distance = segment.address &- start
      guard slide == nil || slide == distance else {
        throw .executableMismatch("its data and bss segments lie otherwise apart than those of the dump")
      }
      guard distance == 0 || isPositionIndependent && distance & 4095 == 0 else {
        throw .executableMismatch(
          "its \(name) segment is at \(hexadecimal(start)), that of the dump at \(hexadecimal(segment.address))")
      }
      slide = distance
    }
    return slide
  }

  /// Every function on a stack of the dump has to begin where the symbol table says, those of other modules left out.
  private func checkFrames(
    reader: GoHeapDumpReader, catalog: GoRecordCatalog, params: GoParams, module: GoModuleRange, progress: WorkProgress
  ) throws(LoadError) {
    var checked: Set<UInt64> = []
    for (number, entry) in catalog.frames.enumerated() {
      if number & 1023 == 0, progress.isCancelled { throw .cancelled }
      guard var cursor = try? reader.cursor(at: entry.offset),
        let frame = try? GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize),
        checked.insert(frame.entry).inserted, !frame.function.isEmpty, !module.isElsewhere(frame.entry)
      else { continue }
      let wanted = Self.withoutTypeArguments(frame.function)
      let there = functions(at: frame.entry)
      if there.contains(where: { Self.withoutTypeArguments($0) == wanted }) { continue }
      let known = addresses(ofSymbols: [frame.function, frame.function + ".abi0"]).values.joined().first
      let difference = known.map { "is at \(hexadecimal($0 &+ slide)) in it" } ?? "is not in it"
      throw .executableMismatch(
        "function \(frame.function), at \(hexadecimal(frame.entry)) in the dump, \(difference)")
    }
  }

  /// `main.F[...]` and `main.F[go.shape.int]` are one function to a stack trace.
  static func withoutTypeArguments(_ name: String) -> String {
    guard let start = name.firstIndex(of: "["), let end = name.lastIndex(of: "]"), start < end else { return name }
    return String(name[..<start] + name[name.index(after: end)...])
  }
}
