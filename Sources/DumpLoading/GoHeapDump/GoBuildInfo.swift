/// What `go build` wrote down of the modules of a program: no stripping removes it.
struct GoBuildInfo: Sendable {
  /// The path of the package that was built: `example.com/shop/cmd/server`; empty where that is not known.
  private(set) var path = ""
  /// The paths of modules whose code is the program's own: the main module, and others of its workspace.
  private(set) var own: [String] = []
  /// The paths of the modules it depends on.
  private(set) var dependencies: [String] = []

  /// Nil when the executable has none, or one of a version before Go 1.18.
  init?(image: ExecutableImage) {
    guard let section = image.section(".go.buildinfo"), let text = Self.modules(section.bytes) else { return nil }
    self.init(text: text)
  }

  /// - Parameter text: lines of fields with tabs between them: `path`, `mod`, `dep`, `=>`, `build`.
  init(text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count > 1, !fields[1].isEmpty else { continue }
      switch fields[0] {
      case "path": path = String(fields[1])
      case "mod": own.append(String(fields[1]))
      // Only modules of the same workspace are built without a version.
      case "dep" where fields.count > 2 && fields[2] == "(devel)": own.append(String(fields[1]))
      case "dep": dependencies.append(String(fields[1]))
      default: break
      }
    }
  }

  /// The text on the modules, which stands between marks of 16 bytes behind the version.
  private static func modules(_ bytes: UnsafeRawBufferPointer) -> String? {
    // The mark, the size of a pointer, flags: bit 1 says that the texts follow behind 32 bytes.
    guard bytes.count > 32, bytes[0] == 0xff, bytes[1..<14].elementsEqual(" Go buildinf:".utf8), bytes[15] & 2 != 0
    else {
      return nil
    }
    var cursor = ByteCursor(bytes, at: 32)
    guard (try? cursor.range(limit: 1 << 16)) != nil, let range = try? cursor.range(limit: 1 << 24), range.count >= 33
    else { return nil }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range].dropFirst(16).dropLast(16)), as: UTF8.self)
  }
}
