import ReferenceGraph

/// Whose code packages, functions and types of a Go program are, by their names.
///
/// Without build info nobody can tell the packages of the main module from those of others: all that are not of the
/// standard library count as the program's.
struct GoCodeOwners: Sendable {
  private let build: GoBuildInfo?

  init(_ build: GoBuildInfo?) { self.build = build }

  /// What the paths of standard packages begin with: modules of others have a dot there.
  private static let standard: Set<Substring> = [
    "arena", "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug",
    "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "internal", "io",
    "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime",
    "runtime_test",
    "simd", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "text", "time", "unicode",
    "unique", "vendor", "weak",
  ]

  /// Whose a package is, by its path: `main`, `encoding/json`, `github.com/gorilla/mux`.
  func owner(ofPackage path: Substring) -> CodeOwner {
    if path.isEmpty || path == "unsafe" || path == "type:" || path == "go" || path == "go:" { return .unknown }
    if path == "main" || path.hasPrefix("cmd/") { return .program }
    if let build {
      if build.own.contains(where: { Self.isInside(path, module: $0) }) { return .program }
      if build.dependencies.contains(where: { Self.isInside(path, module: $0) }) { return .library }
    }
    if Self.standard.contains(path.prefix { $0 != "/" }) { return .runtime }
    if path.contains("/vendor/") { return .library }
    guard let build else { return .program }
    if Self.isInside(path, module: build.path) { return .program }
    return .library
  }

  /// Whether a package belongs to a module: dots in the last part of a path are left out where names are cut off.
  private static func isInside(_ path: Substring, module: String) -> Bool {
    guard !module.isEmpty else { return false }
    if path.hasPrefix(module) {
      return path.utf8.count == module.utf8.count || path.dropFirst(module.count).first == "/"
    }
    // `gopkg.in/yaml.v2`, of which a name such as `gopkg.in/yaml.v2.Node` leaves `gopkg.in/yaml`.
    return module.hasPrefix(path) && module.dropFirst(path.count).first == "." && path.contains("/")
  }

  /// Whose a function or variable is: `main.(*Server).run.func1`, `net/http.DefaultClient.Transport`.
  func owner(ofSymbol name: some StringProtocol) -> CodeOwner {
    owner(ofPackage: Self.package(ofSymbol: Substring(name)))
  }

  /// The path of the package of a function, variable or named type: empty when the name has none.
  static func package(ofSymbol name: Substring) -> Substring {
    let plain = name.prefix { $0 != "[" && $0 != "(" && $0 != " " }
    let start = plain.lastIndex(of: "/").map { plain.index(after: $0) } ?? plain.startIndex
    guard let dot = plain[start...].firstIndex(of: ".") else { return "" }
    return unescaped(plain[..<dot])
  }

  /// Symbols have `%2e` for a dot in the last part of a path.
  private static func unescaped(_ path: Substring) -> Substring {
    guard path.contains("%"), let escape = path.firstRange(of: "%2e") else { return path }
    return unescaped(Substring(path[..<escape.lowerBound] + "." + path[escape.upperBound...]))
  }

  /// Whose a type is, by its name: that of what a pointer, array, map, channel or generic type is made of, of several the
  /// one that says most.
  func owner(ofType name: String) -> CodeOwner {
    if name.hasPrefix("closure ") { return owner(ofSymbol: name.dropFirst(8)) }
    var best = CodeOwner.unknown
    var word = name.startIndex
    var isQuoted = false
    func take(_ end: String.Index) {
      guard word < end else { return }
      var part = name[word..<end].drop { $0 == "." || $0 == "~" }
      for prefix in ["noalg.", "go.shape."] where part.hasPrefix(prefix) { part = part.dropFirst(prefix.count) }
      // What a map keeps its entries in.
      if part.hasPrefix("map."), end < name.endIndex, name[end] == "[" { return }
      let owner = owner(ofSymbol: part)
      if Self.weight(owner) > Self.weight(best) { best = owner }
    }
    for index in name.indices {
      switch name[index] {
      case "\"":
        isQuoted.toggle()
        word = name.index(after: index)
      case "[", "]", "(", ")", "{", "}", "<", ">", "*", ",", ";", " ":
        if !isQuoted { take(index) }
        word = name.index(after: index)
      default: break
      }
    }
    if !isQuoted { take(name.endIndex) }
    return best
  }

  /// How much an owner says: of several that of most is taken.
  static func weight(_ owner: CodeOwner) -> Int {
    switch owner {
    case .program: 3
    case .library: 2
    case .runtime: 1
    case .unknown: 0
    }
  }
}
