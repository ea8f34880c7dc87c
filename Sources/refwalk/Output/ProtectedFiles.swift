import Glibc
import ReferenceGraph

/// Files that nothing is written over, whatever name or link leads to them: what is being read, and the marks.
struct ProtectedFiles {
  private var files: [(path: String, what: String)] = []

  /// Protects the dumps, all files in `marks` that the marks may lie in, there or not, and what else was read, such as
  /// the executable: `others`.
  init(dump: String, earlier: String? = nil, marks: [String], others: [String]) {
    add(dump, "the dump itself")
    if let earlier { add(earlier, "the earlier dump") }
    for path in marks { add(path, "the file of the marks") }
    for path in others { add(path, "the executable") }
  }

  private mutating func add(_ path: String, _ what: String) { if path != "-" { files.append((path, what)) } }

  /// What the file at `path` is; nil when it may be written.
  func what(_ path: String) -> String? {
    guard path != "-" else { return nil }
    let stamp = FileStamp(path: path)
    let real = Self.realPath(path)
    return files.first { file in
      if let stamp, let own = FileStamp(path: file.path) { return own.isSameFile(as: stamp) }
      return Self.realPath(file.path) == real
    }?.what
  }

  /// Throws when `path` is one of them.
  ///
  /// Nil and `-` are standard output.
  func check(_ path: String?) throws(CommandFailure) {
    if let path, let what = what(path) { throw .badArgument("\(path): is \(what)") }
  }

  /// The one name of a file that is not there yet: links followed, and its folder as the system says it.
  private static func realPath(_ path: String) -> String {
    let path = OutputFile.followed(path)
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard let real = realpath(folder.systemPath, nil) else { return path }
    defer { free(real) }
    return String(systemPath: real) + "/" + name
  }
}
