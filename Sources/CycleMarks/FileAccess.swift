import CRename
import Glibc

/// Reading a small file whole, and writing one so that it is whole at any moment.
enum FileAccess {
  /// No marks file is larger, in bytes.
  static let sizeLimit = 64 << 20

  /// The file at `path` and its stamp; nil when there is none.
  static func read(_ path: String) throws(MarksError) -> (bytes: [UInt8], stamp: FileStamp)? {
    // Without waiting for a writer, should somebody have put a pipe there.
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .cannotRead(path, errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = retrying { Glibc.read(descriptor, &buffer, buffer.count) }
      guard count >= 0 else { throw .cannotRead(path, errno) }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= sizeLimit else { throw .tooLarge(path, max(Int(status.st_size), bytes.count)) }
    }
    return (bytes, FileStamp(status))
  }

  /// What came of replacing a file.
  enum Replacement: Hashable {
    /// The file holds what was to be written; its stamp.
    case done(FileStamp)
    /// The file was not as expected any more, and is left as it was.
    case changed
    /// The file holds what was to be written, but what it replaced was not what was expected: its bytes.
    case overwrote([UInt8])
  }

  /// Writes `bytes` to a temporary file beside `path`, syncs it and puts it in the place of `path`, which keeps its
  /// permissions. `expected` is what `path` held when it was read, nil if there was nothing.
  ///
  /// The two files are exchanged, so that what was replaced can be looked at: nothing is lost that another process wrote
  /// in the meantime, also without a lock. Where the file system cannot exchange files, a look just before the rename
  /// has to do. `isLocked`: nobody else has a temporary file. `canExchange` is false in tests.
  static func replace(
    _ path: String, with bytes: [UInt8], expected: (bytes: [UInt8], stamp: FileStamp)?, isLocked: Bool,
    canExchange: Bool = true
  ) throws(MarksError) -> Replacement {
    let (folder, name) = split(path)
    let (descriptor, temporary) = try createTemporary(in: folder, for: name, path: path, isLocked: isLocked)
    var isThere = true
    defer {
      close(descriptor)
      if isThere { unlink(temporary) }
    }
    let stamp = try fill(descriptor, with: bytes, insteadOf: path)
    // Under the lock, too: another writer may have waited in vain for it and gone on without.
    if FileStamp(path: path) != expected?.stamp { return .changed }
    var result = -1 as Int32
    errno = ENOSYS
    if canExchange {
      result = expected == nil ? rename_to_free_name(temporary, path) : rename_exchange(temporary, path)
    }
    var replaced: [UInt8]?
    if result == 0 {
      // A file that cannot be read back is one that was there when it was read before.
      if let expected { replaced = (try? read(temporary))?.bytes ?? expected.bytes } else { isThere = false }
    } else {
      switch errno {
      case EEXIST, ENOENT: return .changed
      case EINVAL, ENOSYS, ENOTSUP, EPERM:
        guard rename(temporary, path) == 0 else { throw .cannotWrite(path, errno) }
        isThere = false
      default: throw .cannotWrite(path, errno)
      }
    }
    // The names are in the folder. File systems that cannot sync one say so, and there is nothing more to do then.
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      _ = retrying { fsync(folderDescriptor) }
      close(folderDescriptor)
    }
    if let replaced, replaced != expected?.bytes { return .overwrote(replaced) }
    return .done(stamp)
  }

  /// Writes and syncs a new file that is to stand in the place of `path`; its stamp.
  private static func fill(
    _ descriptor: Int32, with bytes: [UInt8], insteadOf path: String
  ) throws(MarksError) -> FileStamp {
    var old = stat()
    if stat(path, &old) == 0 {
      // Giving the file its owner back is for the super user only; others own it already or come by the group.
      _ = fchown(descriptor, old.st_uid, old.st_gid)
      guard fchmod(descriptor, old.st_mode & 0o7777) == 0 else { throw .cannotWrite(path, errno) }
    }
    var written = 0
    while written < bytes.count {
      let count = retrying {
        bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      }
      guard count > 0 else { throw .cannotWrite(path, count == 0 ? ENOSPC : errno) }
      written += count
    }
    guard retrying({ fsync(descriptor) }) == 0 else { throw .cannotWrite(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotWrite(path, errno) }
    return FileStamp(status)
  }

  /// A new file `.NAME.tmp`. Under the lock one that a killed process left behind is taken away first; otherwise, or
  /// when it cannot be, a name of this process.
  private static func createTemporary(
    in folder: String, for name: String, path: String, isLocked: Bool
  ) throws(MarksError) -> (descriptor: Int32, path: String) {
    let stem = "\(folder)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self))"
    for attempt in 0..<16 {
      var temporary = stem + ".tmp"
      if isLocked && attempt == 0 {
        unlink(temporary)
      } else {
        temporary = "\(stem).\(getpid()).\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
      }
      let descriptor = retrying { open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666) }
      if descriptor >= 0 { return (descriptor, temporary) }
      guard errno == EEXIST else { throw .cannotWrite(path, errno) }
    }
    throw .cannotWrite(path, EEXIST)
  }

  /// The folder of `path` and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }

  /// Where `path` leads when it is a symbolic link, also one to a file that is not there yet.
  static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes {
        readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
      guard count > 0 else { break }
      let target = String(decoding: buffer[..<count], as: UTF8.self)
      path = target.hasPrefix("/") ? target : "\(split(path).folder)/\(target)"
    }
    return path
  }

  /// Makes `folder` and those above it, for this user only.
  static func makeFolder(_ folder: String) {
    if mkdir(folder, 0o700) == 0 || errno != ENOENT { return }
    let above = split(folder).folder
    guard above != folder, above != "." else { return }
    makeFolder(above)
    mkdir(folder, 0o700)
  }

  /// Does a system call again while signals interrupt it.
  static func retrying<Number: SignedInteger>(_ call: () -> Number) -> Number {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }
}
