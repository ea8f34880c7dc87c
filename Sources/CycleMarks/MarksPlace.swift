import Glibc
import ReferenceGraph
import TextSafety

/// Finds where the marks of a dump can be kept.
struct MarksPlace: Sendable {
  /// The file to write.
  var path: String
  /// The file to read while `path` is not there: where the marks would be, if that could be written.
  var inherited: String?
  /// Files of the same marks from when `path` could not be written: in the user's state folders, which ever there are.
  var others: [String] = []
  /// What to tell the user.
  var notice: String?

  /// The place asked for, or, when its folder cannot be written, one that can.
  init(dump: String, explicit: String?, environment: [String: String]) {
    path = explicit ?? (dump == "-" ? "refwalk-stdin.marks" : dump + ".marks")
    let code = Self.reasonNotWritable(FileAccess.followed(path))
    others = Self.folders(environment).filter(Self.isOwn).map { Self.path(in: $0, for: path) }
    if code != 0 {
      move(because: code, environment: environment)
    } else if let owner = Self.otherOwner(path) {
      notice = "\(SafeText.line(path)) is the file of user \(owner): with the next mark it becomes yours"
    }
  }

  /// The user whose file `path` is, when replacing it makes it this one's.
  static func otherOwner(_ path: String, than user: uid_t = geteuid()) -> uid_t? {
    var status = stat()
    // The super user leaves files to their owners.
    guard user != 0, stat(path.systemPath, &status) == 0, status.st_uid != user else { return nil }
    return status.st_uid
  }

  /// Where in a state folder the marks go that were wanted at `path`.
  private static func path(in folder: String, for wanted: String) -> String {
    let name = SafeText.line(String(decoding: FileAccess.split(wanted).name.utf8.prefix(180), as: UTF8.self))
    let stem = name.hasSuffix(".marks") ? String(name.dropLast(6)) : name
    return "\(folder)/\(stem)-\(hash(fullPath(wanted).utf8)).marks"
  }

  /// Whether `folder` is there and nobody else's.
  private static func isOwn(_ folder: String) -> Bool {
    var status = stat()
    return stat(folder.systemPath, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid()
  }

  /// Turns to the user's state folder; false when there is none that can be written.
  @discardableResult mutating func move(because code: Int32, environment: [String: String]) -> Bool {
    let wanted = path
    let reason = "\(SafeText.line(wanted)): \(String(cString: strerror(code)))"
    for folder in Self.folders(environment) where Self.canBeMade(folder) {
      path = Self.path(in: folder, for: wanted)
      inherited = wanted
      notice = "\(reason); marks go to \(SafeText.line(path))"
      return true
    }
    notice = "\(reason); marks cannot be kept anywhere"
    return false
  }

  /// 0 when a file can be put at `path`, else the error number that says why not.
  private static func reasonNotWritable(_ path: String) -> Int32 {
    let (folder, name) = FileAccess.split(path)
    if name.utf8.count > 255 - ".marks".utf8.count { return ENAMETOOLONG }
    var status = stat()
    guard stat(folder.systemPath, &status) == 0 else { return errno }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    guard access(folder.systemPath, W_OK | X_OK) == 0 else { return errno }
    // A file that nobody may write is left as it is, though it could be replaced.
    guard stat(path.systemPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    if status.st_mode & 0o222 == 0 { return EACCES }
    return access(path.systemPath, W_OK) == 0 ? 0 : errno
  }

  /// Folders for what programs remember, best first: the XDG base directories, then a temporary one.
  private static func folders(_ environment: [String: String]) -> [String] {
    var folders: [String] = []
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { folders.append(state + "/refwalk") }
    if let home = environment["HOME"], home.hasPrefix("/") { folders.append(home + "/.local/state/refwalk") }
    if let temporary = environment["TMPDIR"], temporary.hasPrefix("/") {
      folders.append("\(temporary)/refwalk-\(getuid())")
    }
    folders.append("/tmp/refwalk-\(getuid())")
    return folders
  }

  /// Whether `folder` is one of this user's that can be written, or can be made.
  private static func canBeMade(_ folder: String) -> Bool {
    var status = stat()
    if stat(folder.systemPath, &status) == 0 {
      return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid()
        && access(folder.systemPath, W_OK | X_OK) == 0
    }
    guard errno == ENOENT else { return false }
    var above = FileAccess.split(folder).folder
    while stat(above.systemPath, &status) != 0 {
      guard errno == ENOENT, above != "/" else { return false }
      above = FileAccess.split(above).folder
    }
    return status.st_mode & S_IFMT == S_IFDIR && access(above.systemPath, W_OK | X_OK) == 0
  }

  /// The same for one file, however it was called.
  private static func fullPath(_ path: String) -> String {
    let (folder, name) = FileAccess.split(path)
    if let real = realpath(folder.systemPath, nil) {
      defer { free(real) }
      return String(systemPath: real) + "/" + name
    }
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return String(systemPath: current) + "/" + path
  }

  /// FNV-1a of 64 bits (Fowler, Noll, Vo), as 16 hexadecimal digits.
  static func hash(_ bytes: some Sequence<UInt8>) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
