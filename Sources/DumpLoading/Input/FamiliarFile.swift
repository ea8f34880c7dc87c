/// Files that are easily taken for a heap dump, told by how they begin.
enum FamiliarFile {
  /// What content with these first bytes is, and what to do about it; nil when nothing is known of it.
  static func name(header: UnsafeRawBufferPointer) -> String? {
    if let packing = packings.first(where: { header.starts(with: $0.magic) }) {
      return "a file packed with \(packing.name); unpack it first"
    }
    if let first = TarArchive.firstName(header) {
      return "an archive of tar (its first file is \(first)); unpack it first: tar -xf"
    }
    if isPage(header) { return "a page of HTML, which a server sent instead of the dump" }
    if let file = beginnings.first(where: { header.starts(with: $0.text.utf8) }) { return file.name }
    if header.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
      // The type of the file, in either order of bytes.
      let isCore = header.count > 17 && max(header[16], header[17]) == 4 && min(header[16], header[17]) == 0
      return isCore
        ? "a core file of a whole process"
        : "an executable; it goes with --executable, before or after the heap dump"
    }
    if isProfile(header) {
      return "a pprof profile, which counts allocations; heap dumps come from runtime/debug.WriteHeapDump"
    }
    return nil
  }

  private static let packings: [(magic: [UInt8], name: String)] = [
    ([0x50, 0x4b, 0x03, 0x04], "zip"),
    ([0x28, 0xb5, 0x2f, 0xfd], "zstd"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"),
    ([0x42, 0x5a, 0x68], "bzip2"),
    ([0x04, 0x22, 0x4d, 0x18], "lz4"),
  ]

  private static let beginnings: [(text: String, name: String)] = [
    ("FLR\0", "a recording of the JVM's flight recorder; heap dumps come from jcmd PID GC.heap_dump"),
    ("\0\u{12}portable heap dump", "a portable heap dump of OpenJ9, which refwalk does not read"),
    ("PERFILE2", "a recording of perf"),
    (" num     #instances", "a class histogram of the JVM; heap dumps come from jcmd PID GC.heap_dump"),
    ("goroutine ", "a text of goroutines' stacks; heap dumps come from runtime/debug.WriteHeapDump"),
    ("heap profile: ", "a heap profile as text; heap dumps come from runtime/debug.WriteHeapDump"),
    ("go 1.", "a trace of a Go program; heap dumps come from runtime/debug.WriteHeapDump"),
  ]

  /// Whether this begins as a page of HTML does, in whatever letters.
  private static func isPage(_ header: UnsafeRawBufferPointer) -> Bool {
    var text = header[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    text = text.drop { $0 <= 0x20 }
    let start = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
    return ["<!doctype html", "<html", "<head", "<body"].contains { start.hasPrefix($0) }
  }

  /// Whether this begins as a message of pprof: with a value type, which is two small numbers, as its field 1 (sample
  /// type) or 11 (period type).
  private static func isProfile(_ header: UnsafeRawBufferPointer) -> Bool {
    guard header.count > 8, header[0] == 0x0a || header[0] == 0x5a else { return false }
    return (2...6).contains(header[1]) && header[2] == 0x08 && header[3] < 0x80 && header[4] == 0x10
  }
}
