import FoundationEssentials
import Glibc
import ReferenceGraph

/// The executables that were given with `--executable` and matched their dump, newest first: kept as lines of a file in
/// the user's state folder, so that the next dump of the same program is opened without the flag.
struct KnownExecutables {
  /// How many are kept.
  static let limit = 16
  /// More bytes than the file has.
  private static let sizeLimit = 1 << 20

  private let folder: String?

  /// - Parameter environment: gives `XDG_STATE_HOME` and `HOME`; without both nothing is kept.
  init(environment: [String: String]) {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      folder = state + "/refwalk"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      folder = home + "/.local/state/refwalk"
    } else {
      folder = nil
    }
  }

  private var file: String? { folder.map { $0 + "/executables" } }

  /// Their paths, newest first; none when there is no file or it cannot be read.
  var paths: [String] {
    guard let file else { return [] }
    var status = stat()
    guard stat(file.systemPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.sizeLimit,
      let data = FileManager.default.contents(atPath: file)
    else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).filter { $0.first == UInt8(ascii: "/") }
      .prefix(Self.limit).map { String(systemPath: $0) }
  }

  /// Remembers the executable at `path` as the last one used, in front of the others.
  ///
  /// What cannot be written is not remembered: nobody asked for it.
  func add(_ path: String) {
    guard let folder, let file, let real = realpath(path.systemPath, nil) else { return }
    let full = String(systemPath: real)
    free(real)
    let old = paths
    guard old.first != full, !full.contains("\n") else { return }
    let lines = [full] + old.filter { $0 != full }.prefix(Self.limit - 1)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      // Whole at any moment: written beside it, then renamed.
      let text = (lines.joined(separator: "\n") + "\n").systemPath.dropLast().map { UInt8(bitPattern: $0) }
      try Data(text).write(to: URL(filePath: file), options: .atomic)
    } catch {}
  }
}
