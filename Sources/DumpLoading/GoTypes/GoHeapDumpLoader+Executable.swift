import Glibc
import ReferenceGraph

extension GoHeapDumpLoader {
  /// Files beside the dump that are looked at, and their size in bytes at most.
  private static let candidateLimit = 16
  private static let candidateSize: off_t = 2 << 30

  /// Opens the executable that was asked for, or one that matches, beside the dump or known from before, and takes from
  /// it what it has.
  func openExecutable(_ scan: borrowing GoFirstPass, into found: inout GoRoots) throws(LoadError) {
    if let path = options.executable {
      if try !use(path, scan, into: &found) {
        found.warnings.append("the executable has no symbol table: variables stay without names")
      }
      return
    }
    guard options.searchesForExecutable, let segment = place(of: scan.catalog.data.first, scan) else { return }
    let known = options.knownExecutables.filter(Self.isExecutable)
    for (path, origin) in candidates().map({ ($0, .beside) }) + known.map({ ($0, .known) })
      as [(String, GoRoots.ExecutableOrigin)]
    {
      if progress.isCancelled { throw .cancelled }
      guard Self.mayMatch(path, dataBytes: Int(clamping: segment.upperBound - segment.lowerBound)) else { continue }
      do throws(LoadError) {
        guard try use(path, scan, into: &found) else { continue }
        found.executable = (path, origin)
        return
      } catch {
        if error == .cancelled { throw error }
      }
    }
  }

  /// Takes what the executable at `path` tells; false when it has nothing to tell.
  ///
  /// Throws when it is not the one that wrote the dump.
  private func use(
    _ path: String, _ scan: borrowing GoFirstPass, into found: inout GoRoots
  ) throws(LoadError) -> Bool {
    let symbols = try ExecutableSymbols(path: path)
    guard
      let matched = try symbols.matched(
        reader: GoHeapDumpReader(bytes: bytes), catalog: scan.catalog, params: scan.params, module: moduleRange(scan),
        progress: progress)
    else { return try useRuntimeTypes(path, scan, into: &found) }
    found.symbols = matched
    found.image = ExecutableImage(path: path, slide: matched.slide)
    found.executable = (path, .given)
    let typeData = matched.addresses(ofSymbols: ["runtime.types"])["runtime.types"]?.first
    var warning: String?
    let program = typeData.flatMap { _ in
      DwarfProgram(path: path, isCancelled: { progress.isCancelled }, warning: &warning)
    }
    if let warning { found.warnings.append(warning) }
    if let typeData, let program {
      let types = GoProgramTypes(
        program: program, slide: matched.slide, typeData: typeData &+ matched.slide,
        params: scan.params, undescribed: undescribedTypes(found.image, scan))
      types.findStaticValues(segments(scan), interfaceTables: interfaceTables(scan))
      found.types = types
    } else {
      _ = try useRuntimeTypes(path, scan, into: &found)
    }
    return true
  }

  /// The types of which the runtime has data, for those that debug information leaves out.
  private func undescribedTypes(_ image: ExecutableImage?, _ scan: borrowing GoFirstPass) -> RuntimeTypeSource? {
    guard let image, let module = GoModuleData(image: image, params: scan.params) else { return nil }
    return RuntimeTypeSource(
      image: image, module: module, functions: nil, params: scan.params, version: scan.version)
  }

  /// Takes types from what the runtime itself carries, which no stripping removes.
  ///
  /// False when there is nothing.
  private func useRuntimeTypes(
    _ path: String, _ scan: borrowing GoFirstPass, into found: inout GoRoots
  ) throws(LoadError) -> Bool {
    guard let still = ExecutableImage(path: path, slide: 0) else { return false }
    guard let unmoved = GoModuleData(image: still, params: scan.params) else {
      guard !still.hasSections else {
        throw .executableMismatch(
          "it has neither symbols nor the runtime's data of a Go program, version 1.20 or newer")
      }
      return false
    }
    let slide = try unmoved.slide(
      data: place(of: scan.catalog.data.first, scan), bss: place(of: scan.catalog.bss.first, scan),
      isPositionIndependent: still.isPositionIndependent)
    guard let image = slide == 0 ? still : ExecutableImage(path: path, slide: slide),
      let module = slide == 0 ? unmoved : GoModuleData(image: image, params: scan.params)
    else { return false }
    let functions = GoFunctionTable(image: image, module: module, params: scan.params)
    if let functions { try checkFrames(functions, scan) }
    found.image = image
    found.functions = functions
    found.types = GoProgramTypes(
      runtime: RuntimeTypeSource(
        image: image, module: module, functions: functions, params: scan.params, version: scan.version))
    found.executable = (path, .given)
    return true
  }

  /// Every function on a stack of the dump has to begin where the runtime's table of functions says.
  private func checkFrames(_ functions: GoFunctionTable, _ scan: borrowing GoFirstPass) throws(LoadError) {
    let reader = GoHeapDumpReader(bytes: bytes)
    let module = moduleRange(scan)
    var checked: Set<UInt64> = []
    for (number, entry) in scan.catalog.frames.enumerated() {
      if number & 1023 == 0, progress.isCancelled { throw .cancelled }
      guard var cursor = try? reader.cursor(at: entry.offset),
        let frame = try? GoHeapDumpReader.frame(&cursor, pointerSize: scan.params.pointerSize),
        checked.insert(frame.entry).inserted, !frame.function.isEmpty, !module.isElsewhere(frame.entry)
      else { continue }
      let there = functions.name(at: frame.entry)
      let wanted = ExecutableSymbols.withoutTypeArguments(frame.function)
      if let there, there.entry == frame.entry, ExecutableSymbols.withoutTypeArguments(there.name) == wanted {
        continue
      }
      let what = there.map { $0.entry == frame.entry ? "it has \($0.name)" : "it has the middle of \($0.name)" }
      throw .executableMismatch(
        "function \(frame.function) is at \(hexadecimal(frame.entry)) in the dump, where \(what ?? "it has no function")"
      )
    }
  }

  /// The variables of the process.
  private func segments(_ scan: borrowing GoFirstPass) -> GoSegments {
    let reader = GoHeapDumpReader(bytes: bytes)
    var segments: [(address: UInt64, memory: UnsafeRawBufferPointer)] = []
    for offset in scan.catalog.data + scan.catalog.bss {
      guard var cursor = try? reader.cursor(at: offset),
        let segment = try? GoHeapDumpReader.segment(&cursor, pointerSize: scan.params.pointerSize)
      else { continue }
      segments.append((segment.address, UnsafeRawBufferPointer(rebasing: bytes[segment.contents.bytes])))
    }
    return GoSegments(segments, params: scan.params)
  }

  /// The runtime types by the addresses of the interface tables that the dump lists.
  func interfaceTables(_ scan: borrowing GoFirstPass) -> [UInt64: UInt64] {
    let reader = GoHeapDumpReader(bytes: bytes)
    var tables: [UInt64: UInt64] = [:]
    for offset in scan.catalog.itabs {
      guard var cursor = try? reader.cursor(at: offset), let table = try? cursor.varint(),
        let type = try? cursor.varint()
      else { continue }
      tables[table] = type
    }
    return tables
  }

  /// Where the segment whose record lies at `offset` was in the process.
  private func place(of offset: Int?, _ scan: borrowing GoFirstPass) -> Range<UInt64>? {
    guard let offset, var cursor = try? GoHeapDumpReader(bytes: bytes).cursor(at: offset),
      let segment = try? GoHeapDumpReader.segment(&cursor, pointerSize: scan.params.pointerSize)
    else { return nil }
    let (end, overflow) = segment.address.addingReportingOverflow(UInt64(segment.contents.bytes.count))
    return overflow ? nil : segment.address..<end
  }

  /// Whether it is worth reading all symbols: a Go program with a data segment as large as the dump's, or one that was
  /// linked with C, whose sections hold more.
  private static func mayMatch(_ path: String, dataBytes: Int) -> Bool {
    guard let image = ExecutableImage(path: path, slide: 0),
      GoModuleData.functionSections.contains(where: { image.section($0) != nil }),
      let data = image.section(".data")
    else { return false }
    return data.bytes.count == dataBytes || image.section(".init_array") != nil && data.bytes.count > dataBytes
  }

  /// The executables in the dump's folder: first those with the dump's own name, then by name.
  private func candidates() -> [String] {
    guard input.path != "-" else { return [] }
    let parts = input.path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "./"
    var base = String(parts.last ?? "")
    for suffix in [".gz", ".heapdump", ".dump"] where base.hasSuffix(suffix) { base.removeLast(suffix.count) }
    guard let entries = opendir(folder.systemPath) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    for _ in 0..<4096 {
      guard let entry = readdir(entries) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(systemPath: $0) }
      }
      if Self.isExecutable(folder + name) { names.append(name) }
    }
    let own: Set = [base, base + ".elf"]
    names.sort { (own.contains($0) ? 0 : 1, $0) < (own.contains($1) ? 0 : 1, $1) }
    return names.prefix(Self.candidateLimit).map { folder + $0 }
  }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    guard stat(path.systemPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 4096,
      status.st_size <= candidateSize
    else { return false }
    let descriptor = open(path.systemPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var magic: UInt32 = 0
    return read(descriptor, &magic, 4) == 4 && UInt32(bigEndian: magic) == 0x7f45_4c46
  }
}
