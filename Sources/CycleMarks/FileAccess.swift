import CRename
import Glibc
import ReferenceGraph

/// Reading a small file whole, and writing one so that it is whole at any moment.
enum FileAccess {
  /// No marks file is larger, in bytes.
  static let sizeLimit = 64 << 20

  /// The file at `path` and its stamp; nil when there is none.
  static func read(_ path: String) throws(MarksError) -> (bytes: [UInt8], stamp: FileStamp)? {
    // Without waiting for a writer, should somebody have put a pipe there.
    let descriptor = retrying { open(path.systemPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
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
  /// permissions.
  ///
  /// `expected` is what `path` held when it was read, nil if there was nothing.
  ///
  /// The two files are exchanged, so that what was replaced can be looked at: nothing is lost that another process wrote
  /// in the meantime, also without a lock. Where the file system cannot exchange files, a look just before the rename
  /// has to do. `isLocked`: nobody else has a temporary file. `mode`: the permissions that a new file may have.
  /// `canExchange` is false in tests.
  static func replace(
    _ path: String, with bytes: [UInt8], expected: (bytes: [UInt8], stamp: FileStamp)?, isLocked: Bool,
    mode: mode_t = 0o666, canExchange: Bool = true
  ) throws(MarksError) -> Replacement {
    let (folder, name) = split(path)
    let (descriptor, temporary) = try createTemporary(
      in: folder, for: name, path: path, isLocked: isLocked, mode: mode)
    var isThere = true
    defer {
      close(descriptor)
      if isThere { unlink(temporary.systemPath) }
    }
    let stamp = try fill(descriptor, with: bytes, insteadOf: path)
    // Under the lock, too: another writer may have waited in vain for it and gone on without.
    if FileStamp(path: path) != expected?.stamp { return .changed }
    var result = -1 as Int32
    errno = ENOSYS
    if canExchange {
      result =
        expected == nil
        ? rename_to_free_name(temporary.systemPath, path.systemPath)
        : rename_exchange(temporary.systemPath, path.systemPath)
    }
    var replaced: [UInt8]?
    if result == 0 {
      // A file that cannot be read back is one that was there when it was read before.
      if let expected { replaced = (try? read(temporary))?.bytes ?? expected.bytes } else { isThere = false }
    } else {
      switch errno {
      case EEXIST, ENOENT: return .changed
      case EINVAL, ENOSYS, ENOTSUP, EPERM:
        guard rename(temporary.systemPath, path.systemPath) == 0 else { throw .cannotWrite(path, errno) }
        isThere = false
      default: throw .cannotWrite(path, errno)
      }
    }
    // The names are in the folder. File systems that cannot sync one say so, and there is nothing more to do then.
    let folderDescriptor = open(folder.systemPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
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
    if stat(path.systemPath, &old) == 0 {
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

  /// A new file `.NAME.tmp`.
  ///
  /// Under the lock one that a killed process left behind is taken away first; otherwise, or when it cannot be, a name
  /// of this process.
  private static func createTemporary(
    in folder: String, for name: String, path: String, isLocked: Bool, mode: mode_t
  ) throws(MarksError) -> (descriptor: Int32, path: String) {
    let stem = "\(folder)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self))"
    for attempt in 0..<16 {
      var temporary = stem + ".tmp"
      if isLocked && attempt == 0 {
        unlink(temporary.systemPath)
      } else {
        temporary = "\(stem).\(getpid()).\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
      }
      let descriptor = retrying {
        open(temporary.systemPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0o666)
      }
      if descriptor >= 0 { return (descriptor, temporary) }
      guard errno == EEXIST else { throw .cannotWrite(path, errno) }
    }
    throw .cannotWrite(path, EEXIST)
  }

  /// Takes a file away if it holds `bytes` still: what another process has just written into it stays.
  static func remove(_ path: String, holding bytes: [UInt8]) {
    let aside = "\(path).\(getpid()).\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
    guard rename(path.systemPath, aside.systemPath) == 0 else { return }
    if let found = try? read(aside), found.bytes == bytes {
      unlink(aside.systemPath)
    } else {
      _ = rename_to_free_name(aside.systemPath, path.systemPath)
    }
  }

  /// Takes away temporary files for `path` that processes which are gone have left behind.
  static func clearLeftovers(of path: String) {
    let (folder, name) = split(followed(path))
    let hidden = ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self))"
    guard let entries = opendir(folder.systemPath) else { return }
    defer { closedir(entries) }
    // Nobody writes this one without the lock.
    let lock = FolderLock(folder, patience: 0)
    while let entry = readdir(entries) {
      let file = withUnsafeBytes(of: entry.pointee.d_name) { String(systemPath: $0.prefix { $0 != 0 }) }
      if file == hidden + ".tmp" ? lock.isHeld : isOfTheDead(file, stem: hidden + ".") {
        unlink("\(folder)/\(file)".systemPath)
      } else if isOfTheDead(file, stem: name + ".") {
        // Put aside to be taken away: it gets its name back, and is looked at once more.
        let aside = "\(folder)/\(file)"
        if rename_to_free_name(aside.systemPath, "\(folder)/\(name)".systemPath) != 0 { unlink(aside.systemPath) }
      }
    }
  }

  /// Whether a file is called `stem`, the number of a process that is gone, a number by chance, and `.tmp`.
  private static func isOfTheDead(_ file: String, stem: String) -> Bool {
    guard file.hasPrefix(stem), file.hasSuffix(".tmp") else { return false }
    let parts = file.dropFirst(stem.count).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let process = pid_t(parts[0]), process > 0, UInt32(parts[1], radix: 16) != nil else {
      return false
    }
    return kill(process, 0) != 0 && errno == ESRCH
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
        readlink(path.systemPath, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
      guard count > 0 else { break }
      let target = String(systemPath: buffer[..<count])
      path = target.hasPrefix("/") ? target : "\(split(path).folder)/\(target)"
    }
    return path
  }

  /// Makes `folder` and those above it, for this user only.
  static func makeFolder(_ folder: String) {
    if mkdir(folder.systemPath, 0o700) == 0 || errno != ENOENT { return }
    let above = split(folder).folder
    guard above != folder, above != "." else { return }
    makeFolder(above)
    mkdir(folder.systemPath, 0o700)
  }

  /// The permissions that a file made from `path` may have: whoever may not read that may not read it.
  static func mode(of path: String) -> mode_t {
    var status = stat()
    guard (path == "-" ? fstat(0, &status) : stat(path.systemPath, &status)) == 0, status.st_mode & S_IFMT == S_IFREG
    else { return 0o666 }
    var mode = status.st_mode & 0o666 | 0o600
    // The group of a new file may be another one.
    if status.st_gid != getegid() { mode &= ~0o060 | (mode & 0o006) << 3 }
    // Who may read may add marks, as far as the user's mask allows.
    return mode | (mode & 0o044) >> 1
  }

  /// Does a system call again while signals interrupt it.
  static func retrying<Number: SignedInteger>(_ call: () -> Number) -> Number {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }
}
