import ReferenceGraph
import TextSafety

/// Where the first module of a process lies, the only one whose variables a dump has: plugins and shared libraries are
/// other modules.
struct GoModuleRange {
  /// Where its data segment begins; nil when nothing can be told.
  private let data: UInt64?
  private let heap: Range<UInt64>

  /// Code, types and data of one module lie closer together: instructions refer to them by distances of 32 bits.
  private static let reach: UInt64 = 1 << 32

  init(data: UInt64?, params: GoParams) {
    self.data = params.pointerSize == 8 ? data : nil
    heap = params.heapLow..<max(params.heapLow, params.heapHigh)
  }

  /// Whether code or a type at `address` is of another module.
  func isElsewhere(_ address: UInt64) -> Bool {
    guard let data, address != 0, !heap.contains(address) else { return false }
    return (address > data ? address - data : data - address) > Self.reach
  }
}

extension GoHeapDumpLoader {
  /// How the dump shows that the process has other modules, a phrase; nil when it does not.
  func otherModules(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) -> String? {
    if let function = rows.roots.functionElsewhere { return "the function \(SafeText.line(function)) on a stack" }
    let range = moduleRange(scan)
    if range.isElsewhere(rows.lowestType) || range.isElsewhere(rows.highestType) {
      return "the type that an object begins with"
    }
    let reader = GoHeapDumpReader(bytes: bytes)
    for offset in scan.catalog.types {
      guard var cursor = try? reader.cursor(at: offset), let type = try? GoHeapDumpReader.type(&cursor),
        range.isElsewhere(type.address)
      else { continue }
      return "the type \(SafeText.line(type.name))"
    }
    return modulesOfTheRuntime(scan, rows).map { "the runtime's list of \(grouped($0)) modules" }
  }

  /// How many modules the runtime lists, if that is more than one; nil also where its variable has no name.
  private func modulesOfTheRuntime(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> UInt64? {
    guard let root = rows.roots.roots.first(where: { rows.roots.names[$0.name] == "global runtime.modulesSlice" }),
      let record = GoObjectLocator(bytes: bytes, runs: scan.runs, params: scan.params)
        .record(at: scan.addresses.address(of: root.target))
    else { return nil }
    let size = scan.params.pointerSize
    let contents = record.contents.bytes
    guard contents.count >= 3 * size else { return nil }
    let length = GoHeapDumpReader.word(bytes, at: contents.lowerBound + size, scan.params)
    return length > 1 && length < 1 << 20 ? length : nil
  }

  /// Where the module lies whose variables the dump has.
  func moduleRange(_ scan: borrowing GoFirstPass) -> GoModuleRange {
    var address: UInt64?
    if let offset = scan.catalog.data.first ?? scan.catalog.bss.first {
      var cursor = try? GoHeapDumpReader(bytes: bytes).cursor(at: offset)
      address = try? cursor?.varint()
    }
    return GoModuleRange(data: address, params: scan.params)
  }
}
