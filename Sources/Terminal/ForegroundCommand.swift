import Glibc

/// Another program that uses the terminal, such as the editor of the person at it.
public enum ForegroundCommand {
  /// Runs a command of the shell with arguments and waits for its end.
  ///
  /// Call it in ``Terminal/runInForeground(_:)``.
  ///
  /// The program stays in the process group of this one, so that it may read from the terminal, and gets no signal
  /// mask or disposition from it.
  ///
  /// - Parameters:
  ///   - command: a command with options, as in `$EDITOR`; the shell splits it.
  ///   - arguments: words added to it, as they are.
  /// - Returns: its exit status, or 128 and the number of the signal that ended it, as a shell says it.
  /// - Throws: ``TerminalError/system(call:number:)`` when it could not be started.
  public static func run(_ command: String, arguments: [String]) throws(TerminalError) -> Int32 {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var everything = sigset_t()
    var nothing = sigset_t()
    sigfillset(&everything)
    sigemptyset(&nothing)
    posix_spawnattr_setsigdefault(&attributes, &everything)
    posix_spawnattr_setsigmask(&attributes, &nothing)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var words = (["sh", "-c", "\(command) \"$@\"", "sh"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let problem = posix_spawn(&process, "/bin/sh", nil, &attributes, &words, environ)
    guard problem == 0 else { throw .system(call: "posix_spawn", number: problem) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .system(call: "waitpid", number: errno) }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
