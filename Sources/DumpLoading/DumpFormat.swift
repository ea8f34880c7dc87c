import ReferenceGraph

/// A format of heap dumps, told by the first bytes of the content, never by a file's name.
enum DumpFormat: Sendable {
  case goHeapDump
  case hprof
  case v8HeapSnapshot

  /// The bytes that tell all formats apart.
  static let detectionLength = 64
  /// The bytes by which other files are told.
  static let otherLength = TarArchive.headerLength
  /// The header of a Go heap dump, and how much is shown of content of no known format.
  static let headerLength = 16

  /// The format that content with these first bytes has.
  init?(header: UnsafeRawBufferPointer) {
    if header.starts(with: "go1.7 heap dump\n".utf8) {
      self = .goHeapDump
    } else if header.starts(with: HPROFHeader.magic.utf8) {
      self = .hprof
    } else if Self.isSnapshot(header) {
      self = .v8HeapSnapshot
    } else {
      return nil
    }
  }

  /// The policies of dumps of this format: first those for what is kept alive, then those for cycles.
  var policies: [ReferencePolicy] {
    let all: [ReferencePolicy]
    switch self {
    case .goHeapDump: all = [GoHeapDumpLoader.retaining, GoHeapDumpLoader.application]
    case .hprof: all = HPROFPolicies.retaining + HPROFPolicies.cycles
    case .v8HeapSnapshot: all = [V8Policies.devtools, V8Policies.strict, V8Policies.application]
    }
    var names: Set<String> = []
    return all.filter { names.insert($0.name).inserted }
  }

  /// Whether this is JSON with members: which, only the whole text tells, since their order is free.
  private static func isSnapshot(_ header: UnsafeRawBufferPointer) -> Bool {
    var text = header[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    func skip(_ byte: Character) -> Bool {
      text = text.drop { $0 <= 0x20 }
      guard text.first == byte.asciiValue else { return false }
      text = text.dropFirst()
      return true
    }
    return skip("{") && skip("\"")
  }

  /// The error for content of no known format.
  static func unknown(header: UnsafeRawBufferPointer) -> LoadError {
    if header.isEmpty { return .empty }
    if let name = FamiliarFile.name(header: header) { return .otherFile(name) }
    if header.starts(with: "go1.7 heap dump\r\n".utf8), let damage = TextMode.damage(header) {
      return .unsupported(damage)
    }
    let shown = header.prefix(headerLength)
    if shown.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a }) {
      let text = String(decoding: shown, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      return .unknownFormat(firstBytes: "\"\(text.joined(separator: "\\n"))\"")
    }
    let hex = shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return .unknownFormat(firstBytes: hex.joined(separator: " "))
  }
}
