import Glibc

/// Whether an export may be written to a path that a person typed.
enum ExportTarget: Equatable {
  case free
  /// A file is there that would be replaced.
  case exists
  /// Nothing is written there: why.
  case refused(String)

  /// - Parameter dump: the dump that is open: writing over it would end the program, and the dump.
  init(_ path: String, dump: String) {
    guard path != "-" else {
      self = .refused("the terminal is taken: give the name of a file")
      return
    }
    var target = stat()
    guard stat(path, &target) == 0, target.st_mode & S_IFMT == S_IFREG else {
      self = .free
      return
    }
    var own = stat()
    let isDump = dump != "-" && stat(dump, &own) == 0 && own.st_dev == target.st_dev && own.st_ino == target.st_ino
    self = isDump ? .refused("\(path) is the dump itself") : .exists
  }

  /// A path as shells read it: `~/` is the person's folder.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  /// A path with what all files add to it that begin like it; a folder that is the only one gets its slash.
  static func completed(_ typed: String) -> String {
    let path = expanded(typed)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let begin = path.dropFirst(folder.count)
    guard let listing = opendir(folder.isEmpty ? "." : folder) else { return typed }
    defer { closedir(listing) }
    var common: String?
    var count = 0
    while count < 100_000, let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.hasPrefix(begin), name != ".", name != "..", !begin.isEmpty || !name.hasPrefix(".") else { continue }
      count += 1
      common = common.map { String(zip($0, name).prefix { $0 == $1 }.map(\.0)) } ?? name
    }
    guard let common else { return typed }
    var file = stat()
    let isFolder = count == 1 && stat(folder + common, &file) == 0 && file.st_mode & S_IFMT == S_IFDIR
    return folder + common + (isFolder ? "/" : "")
  }
}
