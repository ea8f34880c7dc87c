/// A format of heap dumps, told by the first bytes of the content, never by a file's name.
enum DumpFormat: Sendable {
  case goHeapDump
  case hprof

  /// The bytes that tell all formats apart.
  static let headerLength = 16

  /// The format that content with these first bytes has.
  init?(header: UnsafeRawBufferPointer) {
    if header.starts(with: "go1.7 heap dump\n".utf8) {
      self = .goHeapDump
    } else if header.starts(with: HPROFHeader.magic.utf8) {
      self = .hprof
    } else {
      return nil
    }
  }

  /// The error for content of no known format.
  static func unknown(header: UnsafeRawBufferPointer) -> LoadError {
    if header.isEmpty { return .empty }
    let shown = header.prefix(headerLength)
    if shown.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a }) {
      let text = String(decoding: shown, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      return .unknownFormat(firstBytes: "\"\(text.joined(separator: "\\n"))\"")
    }
    let hex = shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return .unknownFormat(firstBytes: hex.joined(separator: " "))
  }
}
