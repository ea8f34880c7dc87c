import FoundationEssentials
import Glibc
import ReferenceGraph

/// Writes files that the user names.
///
/// What stood there before stays until the new one is whole.
enum OutputFile {
  /// Writes `text` to `path`, `-` for standard output.
  ///
  /// See `write(_:to:readableAs:)` for a list of bytes.
  static func write(_ text: String, to path: String, readableAs dumps: [String]) throws(CommandFailure) {
    guard path != "-" else {
      var buffer = OutputBuffer()
      buffer.write(text)
      try buffer.finish()
      return
    }
    try write(Array(text.utf8), to: path, readableAs: dumps)
  }

  /// Writes `bytes` to `path`: see `write(to:readableAs:contents:)`.
  static func write(_ bytes: [UInt8], to path: String, readableAs dumps: [String]) throws(CommandFailure) {
    try write(to: path, readableAs: dumps) { (descriptor) throws(CommandFailure) in
      var buffer = OutputBuffer(descriptor: descriptor)
      buffer.write(bytes: bytes)
      try buffer.finish(target: path)
    }
  }

  /// Writes to a new file beside `path`, whose name nobody can guess, and puts it in the place of `path`, links
  /// followed.
  ///
  /// Devices and pipes are written to as they are, and so are standard output (`-`) and a file that can be written in a
  /// folder that cannot.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - dumps: files it was made from: it is no more readable than the least readable of them.
  ///   - contents: writes all of it to a descriptor; where that throws, what stood at `path` stays.
  /// - Throws: what `contents` throws, and `cannotWrite`.
  static func write(
    to path: String, readableAs dumps: [String], contents: (Int32) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    if path == "-" { return try contents(1) }
    var old = stat()
    let isThere = stat(path.systemPath, &old) == 0
    let mask = Self.mode(of: dumps)
    if isThere, old.st_mode & S_IFMT != S_IFREG {
      try fill(open(path.systemPath, O_WRONLY | O_CLOEXEC), target: path, contents)
      return
    }
    let followed = Self.followed(path)
    let (descriptor, temporary) = Self.create(beside: followed)
    guard descriptor >= 0 else {
      let code = errno
      guard isThere, [EACCES, EPERM, EROFS].contains(code) else { throw .cannotWrite(path, code) }
      try fill(open(path.systemPath, O_WRONLY | O_TRUNC | O_CLOEXEC), target: path, contents)
      return
    }
    do throws(CommandFailure) {
      let wanted = isThere ? old.st_mode & 0o777 : 0o666 & ~Self.umask
      fchmod(descriptor, wanted & mask)
      try fill(descriptor, target: path, contents)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, followed.systemPath) == 0 else {
      let code = errno
      unlink(temporary)
      throw .cannotWrite(path, code)
    }
  }

  /// The permissions that a file may have so that nobody reads it who may not read all of `files`.
  static func mode(of files: [String]) -> mode_t {
    var mode: mode_t = 0o777
    for file in files {
      var status = stat()
      guard (file == "-" ? fstat(0, &status) : stat(file.systemPath, &status)) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { continue }
      var allowed = status.st_mode & 0o777
      // The group of a new file may be another one.
      if status.st_gid != getegid() { allowed &= ~0o070 | (allowed & 0o007) << 3 }
      mode &= allowed | 0o700
    }
    return mode
  }

  private static var umask: mode_t {
    // The one way to read it that changes nothing.
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("Umask:") }
    return line.flatMap { mode_t($0.dropFirst(6).trimmingPrefix { $0 == "\t" || $0 == " " }, radix: 8) } ?? 0o077
  }

  /// How the names of new files begin, before the number of the process.
  private static let beginning = ".refwalk-"

  /// Takes away files that processes of this user have left in `folder` which were killed while they wrote them.
  private static func clearLeftovers(in folder: String) {
    guard let entries = opendir(folder.systemPath) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let file = withUnsafeBytes(of: entry.pointee.d_name) { String(systemPath: $0.prefix { $0 != 0 }) }
      guard file.hasPrefix(beginning) else { continue }
      let parts = file.dropFirst(beginning.count).split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let process = pid_t(parts[0]), process > 0, kill(process, 0) != 0, errno == ESRCH
      else { continue }
      var status = stat()
      if lstat((folder + file).systemPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_uid == geteuid()
      {
        unlink((folder + file).systemPath)
      }
    }
  }

  /// A new file in the folder of `path`: readable for this user alone.
  ///
  /// The descriptor is -1 and errno set when there is none.
  private static func create(beside path: String) -> (descriptor: Int32, path: [CChar]) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    clearLeftovers(in: folder)
    var name: [CChar] = []
    for _ in 0..<16 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
      name = (folder + "\(beginning)\(getpid())-" + random).systemPath
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      if descriptor >= 0 || errno != EEXIST { return (descriptor, name) }
    }
    return (-1, name)
  }

  /// Where `path` leads when it is a symbolic link, also one to a file that is not there yet.
  static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes {
        readlink(path.systemPath, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
      guard count > 0 else { break }
      let target = String(systemPath: buffer[..<count])
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      path = target.hasPrefix("/") ? target : folder + target
    }
    return path
  }

  /// Has an open file written, and closes it.
  private static func fill(
    _ descriptor: Int32, target: String, _ contents: (Int32) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    guard descriptor >= 0 else { throw .cannotWrite(target, errno) }
    do throws(CommandFailure) {
      try contents(descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    if close(descriptor) != 0 { throw .cannotWrite(target, errno) }
  }
}
