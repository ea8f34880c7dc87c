import Glibc
import ReferenceGraph

/// Whether an export may be written to a path that a person typed.
enum ExportTarget: Equatable {
  case free
  /// A file is there that would be replaced.
  case exists
  /// Nothing is written there: why.
  case refused(String)

  /// The file that a person named; files in `protected` are never written over.
  init(_ path: String, protected: ProtectedFiles) {
    guard path != "-" else {
      self = .refused("the terminal is taken: give the name of a file")
      return
    }
    if let what = protected.what(path) {
      self = .refused("\(path) is \(what)")
      return
    }
    var target = stat()
    let isFile = stat(path.systemPath, &target) == 0 && target.st_mode & S_IFMT == S_IFREG
    self = isFile ? .exists : .free
  }

  /// A path as shells read it: `~/` is the person's folder.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(systemPath: home) + path.dropFirst()
  }

  /// A path with what all files add to it that begin like it; a folder that is the only one gets its slash.
  static func completed(_ typed: String) -> String {
    let path = expanded(typed)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let begin = path.dropFirst(folder.count)
    guard let listing = opendir((folder.isEmpty ? "." : folder).systemPath) else { return typed }
    defer { closedir(listing) }
    var common: String?
    var count = 0
    while count < 100_000, let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(systemPath: $0.prefix { $0 != 0 }) }
      guard name.hasPrefix(begin), name != ".", name != "..", !begin.isEmpty || !name.hasPrefix(".") else { continue }
      count += 1
      common = common.map { String(zip($0, name).prefix { $0 == $1 }.map(\.0)) } ?? name
    }
    guard let common else { return typed }
    var file = stat()
    let isFolder = count == 1 && stat((folder + common).systemPath, &file) == 0 && file.st_mode & S_IFMT == S_IFDIR
    return folder + common + (isFolder ? "/" : "")
  }
}
