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
}
