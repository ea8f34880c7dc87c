import FoundationEssentials
import Glibc
import ReferenceGraph

/// Draws pictures with `dot` of Graphviz, where that is installed.
enum Graphviz {
  /// The program; nil when it is not on the PATH.
  static func program(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> String? {
    for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
      let file = "\(folder)/dot"
      if access(file, X_OK) == 0 { return file }
    }
    return nil
  }

  /// Draws `text`, a graph in the DOT language, into the file at `path`; it appears there when it is whole.
  /// - Parameter format: a name that `dot -T` knows.
  static func draw(_ text: String, format: String, to path: String, progress: WorkProgress) throws(CommandFailure) {
    guard let program = program() else {
      throw .picture("pictures are drawn by dot, which is not on the PATH: install graphviz, or export as dot")
    }
    let folder = try temporaryFolder()
    defer { for file in ["\(folder)/in.dot", "\(folder)/errors", folder] { remove(file) } }
    try TextFile.write(text, to: "\(folder)/in.dot")
    // Beside the file that is wanted, so that it can take its place at once.
    let unfinished = path + ".part"
    let end: Int32
    do throws(CommandFailure) {
      end = try run(
        program, ["-T\(format)", "-o", unfinished, "\(folder)/in.dot"], errors: "\(folder)/errors", progress)
    } catch {
      unlink(unfinished)
      throw error
    }
    guard end == 0 else {
      unlink(unfinished)
      let said = (try? String(decoding: Data(contentsOf: URL(filePath: "\(folder)/errors")), as: UTF8.self)) ?? ""
      let line = said.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
      throw .picture(end > 128 ? "dot was ended by signal \(end - 128)\(line)" : "dot failed (\(end))\(line)")
    }
    guard rename(unfinished, path) == 0 else {
      let code = errno
      unlink(unfinished)
      throw .cannotWrite(path, code)
    }
  }

  /// Draws to standard output.
  static func print(_ text: String, format: String, progress: WorkProgress) throws(CommandFailure) {
    let folder = try temporaryFolder()
    let file = "\(folder)/picture"
    defer { for file in [file, folder] { remove(file) } }
    try draw(text, format: format, to: file, progress: progress)
    var output = OutputBuffer()
    guard let picture = try? Data(contentsOf: URL(filePath: file)) else { throw .cannotWrite(file, errno) }
    output.write(bytes: Array(picture))
    try output.finish()
  }

  private static func temporaryFolder() throws(CommandFailure) -> String {
    let place = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var name = Array("\(place)/refwalk-dot-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw .cannotWrite(place, errno) }
    return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs a program without a terminal and waits for its end, looking now and then whether it is still wanted.
  /// Returns its exit status, or 128 and the number of the signal that ended it.
  private static func run(
    _ program: String, _ arguments: [String], errors: String, _ progress: WorkProgress
  ) throws(CommandFailure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals as a new program expects them, and a group of its own: keys of the terminal are not for it.
    var everything = sigset_t()
    var nothing = sigset_t()
    sigfillset(&everything)
    sigemptyset(&nothing)
    posix_spawnattr_setsigdefault(&attributes, &everything)
    posix_spawnattr_setsigmask(&attributes, &nothing)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let problem = posix_spawn(&process, program, &actions, &attributes, &words, environ)
    guard problem == 0 else {
      throw .picture("dot could not be started: \(String(cString: strerror(problem)))")
    }
    var status: Int32 = 0
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { break }
      if ended < 0, errno != EINTR { throw .picture("dot was lost: \(String(cString: strerror(errno)))") }
      if progress.isCancelled {
        kill(process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        throw .cancelled
      }
      usleep(10_000)
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
