import Glibc
import ReferenceGraph

extension GoHeapDumpLoader {
  /// Files beside the dump that are looked at, and their size in bytes at most.
  private static let candidateLimit = 16
  private static let candidateSize: off_t = 2 << 30

  /// Opens the executable that was asked for, or one beside the dump that matches, and takes from it what it has.
  func openExecutable(_ scan: borrowing GoFirstPass, into found: inout GoRoots) throws(LoadError) {
    if let path = options.executable {
      if try !use(path, scan, into: &found) {
        found.warnings.append("the executable has no symbol table: variables stay without names")
      }
      return
    }
    guard options.searchesForExecutable, let segment = dataSegment(scan) else { return }
    for path in candidates() {
      if progress.isCancelled { throw .cancelled }
      guard Self.mayMatch(path, dataBytes: segment.count) else { continue }
      do throws(LoadError) {
        guard try use(path, scan, into: &found) else { continue }
        found.executable = (path, true)
        return
      } catch {
        if error == .cancelled { throw error }
      }
    }
  }

  /// False when the executable has nothing to tell. Throws when it is not the one that wrote the dump.
  private func use(
    _ path: String, _ scan: borrowing GoFirstPass, into found: inout GoRoots
  ) throws(LoadError) -> Bool {
    let symbols = try ExecutableSymbols(path: path)
    guard
      let matched = try symbols.matched(
        reader: GoHeapDumpReader(bytes: bytes), catalog: scan.catalog, params: scan.params, progress: progress)
    else { return useRuntimeTypes(path, scan, into: &found) }
    found.symbols = matched
    found.image = ExecutableImage(path: path, slide: matched.slide)
    found.executable = (path, false)
    let typeData = matched.addresses(ofSymbols: ["runtime.types"])["runtime.types"]?.first
    if let typeData, let program = DwarfProgram(path: path, isCancelled: { progress.isCancelled }) {
      let types = GoProgramTypes(program: program, slide: matched.slide, typeData: typeData &+ matched.slide)
      types.findStaticValues(segments(scan), interfaceTables: interfaceTables(scan))
      found.types = types
    } else {
      _ = useRuntimeTypes(path, scan, into: &found)
    }
    return true
  }

  /// Takes types from what the runtime itself carries, which no stripping removes.
  private func useRuntimeTypes(_ path: String, _ scan: borrowing GoFirstPass, into found: inout GoRoots) -> Bool {
    guard let image = ExecutableImage(path: path, slide: 0), let segment = dataSegment(scan),
      let module = GoModuleData(image: image, dataSegment: segment, pointerSize: scan.params.pointerSize)
    else { return false }
    found.image = image
    found.functions = GoFunctionTable(image: image, module: module)
    found.types = GoProgramTypes(
      runtime: RuntimeTypeSource(
        image: image, module: module, functions: found.functions, params: scan.params, version: scan.version))
    found.executable = (path, false)
    return true
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

  /// Where the data segment of the process lies.
  private func dataSegment(_ scan: borrowing GoFirstPass) -> Range<UInt64>? {
    guard let offset = scan.catalog.data.first,
      var cursor = try? GoHeapDumpReader(bytes: bytes).cursor(at: offset),
      let segment = try? GoHeapDumpReader.segment(&cursor, pointerSize: scan.params.pointerSize)
    else { return nil }
    return segment.address..<segment.address &+ UInt64(segment.contents.bytes.count)
  }

  /// Whether it is worth reading all symbols: a Go program with a data segment as large as the dump's, or one that was
  /// linked with C, whose sections hold more.
  private static func mayMatch(_ path: String, dataBytes: Int) -> Bool {
    guard let image = ExecutableImage(path: path, slide: 0), image.section(".gopclntab") != nil,
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
    guard let entries = opendir(folder) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    for _ in 0..<4096 {
      guard let entry = readdir(entries) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if Self.isExecutable(folder + name) { names.append(name) }
    }
    let own: Set = [base, base + ".elf"]
    names.sort { (own.contains($0) ? 0 : 1, $0) < (own.contains($1) ? 0 : 1, $1) }
    return names.prefix(Self.candidateLimit).map { folder + $0 }
  }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 4096,
      status.st_size <= candidateSize
    else { return false }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var magic: UInt32 = 0
    return read(descriptor, &magic, 4) == 4 && UInt32(bigEndian: magic) == 0x7f45_4c46
  }
}
