import ReferenceGraph

/// The formats that are read.
enum DumpFormats {
  /// In the order in which they are asked whether content is theirs.
  static let all: [any DumpFormat.Type] = [
    GoHeapDumpFormat.self, HPROFFormat.self, V8HeapSnapshotFormat.self, DOTFormat.self,
  ]

  /// The bytes that tell all formats apart: text may begin with comments.
  static let detectionLength = 512
  /// The bytes by which other files are told.
  static let otherLength = TarArchive.headerLength
  /// How much is read before it is clear whether more is needed to tell a format, and how much is shown of content of none.
  static let headerLength = 16

  /// The format that content with these first bytes has; nil for none that is read.
  static func format(header: UnsafeRawBufferPointer) -> (any DumpFormat.Type)? {
    all.first { $0.matches(header) }
  }

  /// The policies of a format, each name once.
  static func policies(of format: any DumpFormat.Type) -> [ReferencePolicy] {
    var names: Set<String> = []
    return format.policies.filter { names.insert($0.name).inserted }
  }

  /// The error for content of no known format.
  static func unknown(header: UnsafeRawBufferPointer) -> LoadError {
    if header.isEmpty { return .empty }
    if let name = FamiliarFile.name(header: header) { return .otherFile(name) }
    if isTranslated(header), let damage = TextMode.damage(header) { return .unsupported(damage) }
    let shown = header.prefix(headerLength)
    if shown.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a }) {
      let text = String(decoding: shown, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      return .unknownFormat(firstBytes: "\"\(text.joined(separator: "\\n"))\"")
    }
    let hex = shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return .unknownFormat(firstBytes: hex.joined(separator: " "))
  }

  /// Whether these bytes would begin a dump if line ends had not been translated.
  private static func isTranslated(_ header: UnsafeRawBufferPointer) -> Bool {
    var before: [UInt8] = []
    for byte in header {
      if byte == 0x0a, before.last == 0x0d { before.removeLast() }
      before.append(byte)
    }
    return before.count < header.count && before.withUnsafeBytes { format(header: $0) } != nil
  }
}
