import Foundation
import Testing

/// What can be wrong with a session of tmux.
enum TmuxError: Error, CustomStringConvertible {
  /// tmux could not be started, or refused a command.
  case failed(arguments: [String], status: Int32, message: String)
  /// A text did not appear in time; the screen as it was then.
  case neverShown(text: String, seconds: Double, screen: String)

  var description: String {
    switch self {
    case .failed(let arguments, let status, let message):
      "tmux \(arguments.joined(separator: " ")): status \(status): \(message)"
    case .neverShown(let text, let seconds, let screen): "“\(text)” was not shown in \(seconds) s:\n\(screen)"
    }
  }
}

/// A program running in a terminal of its own: a server of tmux that nobody else uses, gone with this value.
///
/// Tests wait for text and never sleep: ``waitFor(_:seconds:)``. The waits are long: on a busy machine the program may
/// not run for seconds. What has to come in together is sent together.
struct TmuxSession: ~Copyable {
  /// Holds the socket of the server.
  private let directory: URL

  /// Starts `command`, which the shell splits, in a terminal of the given size.
  ///
  /// `environment` is added to that of the tests; `LC_ALL` is `C.UTF-8` unless given. An empty value counts as not set
  /// for refwalk.
  init(
    _ command: String, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
  ) throws {
    directory = URL(fileURLWithPath: NSTemporaryDirectory(), isDirectory: true)
      .appendingPathComponent("tmux-\(UUID().uuidString.prefix(8))", isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    var arguments = ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
    let variables = ["LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) { arguments += ["-e", "\(name)=\(value)"] }
    // What ends at once keeps its last screen.
    arguments += [
      command, ";", "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-s", "set-clipboard", "on",
    ]
    do {
      try tmux(arguments)
      // The size asked for holds although no client is there.
      try tmux(["set-option", "-g", "window-size", "manual"])
    } catch {
      try? FileManager.default.removeItem(at: directory)
      throw error
    }
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(at: directory)
  }

  /// Presses keys, by their names in tmux: `Enter`, `C-z`, `PageDown`, `q`.
  func send(_ keys: String...) throws { try tmux(["send-keys", "--"] + keys) }

  /// Types a text, character by character.
  func sendText(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

  /// Pastes a text as a person does, marked as such if the program asked for it; or, where `isMarked` is false, as
  /// terminals do that cannot: key by key.
  func paste(_ text: String, isMarked: Bool = true) throws {
    let file = directory.appendingPathComponent("paste")
    try text.write(to: file, atomically: true, encoding: .utf8)
    try tmux(["load-buffer", file.path, ";", "paste-buffer"] + (isMarked ? ["-p"] : []) + ["-r", "-d"])
  }

  /// Waits until the screen contains `text` and returns the screen.
  ///
  /// - Throws: ``TmuxError/neverShown(text:seconds:screen:)`` when it does not in time.
  @discardableResult
  func waitFor(_ text: String, seconds: Double = 60) throws -> String {
    try waitFor("\(text)", seconds: seconds) { $0.contains(text) }
  }

  /// Waits until the screen contains one of two texts and returns the screen.
  @discardableResult
  func waitFor(_ text: String, _ other: String, seconds: Double = 60) throws -> String {
    try waitFor("\(text) or \(other)", seconds: seconds) { $0.contains(text) || $0.contains(other) }
  }

  /// Waits until the screen does not contain `text` any more and returns the screen.
  @discardableResult
  func waitUntilGone(_ text: String, seconds: Double = 60) throws -> String {
    try waitFor("no \(text)", seconds: seconds) { !$0.contains(text) }
  }

  /// Waits until the program has ended.
  ///
  /// How, is for a shell to tell: now and then tmux 3.3 does not hear of the end of what it started, and sees only that
  /// the terminal was closed.
  func waitForEnd(seconds: Double = 60) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try display("pane_dead") != "1" {
      guard ContinuousClock.now < deadline else {
        throw TmuxError.neverShown(text: "the end of the program", seconds: seconds, screen: try capture())
      }
      usleep(20_000)
    }
  }

  /// The screen as it is: one line a row, without trailing blanks.
  func capture() throws -> String { try tmux(["capture-pane", "-p"]) }

  /// The screen with its colours and attributes as escape sequences.
  func captureStyled() throws -> String { try tmux(["capture-pane", "-p", "-e"]) }

  /// Gives the terminal another size.
  func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The process started first in the terminal.
  func processID() throws -> Int32 {
    let text = try display("pane_pid")
    guard let number = Int32(text) else {
      throw TmuxError.failed(arguments: ["display-message"], status: 0, message: text)
    }
    return number
  }

  /// A variable of tmux, as `alternate_on`, `cursor_x` or `mouse_any_flag`.
  func display(_ variable: String) throws -> String {
    try tmux(["display-message", "-p", "#{\(variable)}"]).trimmingCharacters(in: .newlines)
  }

  /// The text copied last with OSC 52.
  func clipboard() throws -> String { try tmux(["show-buffer"]) }

  private func waitFor(_ name: String, seconds: Double, _ isShown: (String) -> Bool) throws -> String {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let screen = try capture()
      if isShown(screen) { return screen }
      guard ContinuousClock.now < deadline else {
        throw TmuxError.neverShown(text: name, seconds: seconds, screen: screen)
      }
      usleep(20_000)
    }
  }

  /// Runs a command of tmux on this session's server and returns what it printed.
  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    // Not Foundation's Process, which takes the server that tmux leaves behind for a child that still runs.
    let output = directory.appendingPathComponent("output")
    let command = [
      "env", "-u", "TMUX", "TMUX_TMPDIR=\(directory.path)", "SHELL=/bin/sh", "tmux", "-u", "-f", "/dev/null", "-L",
      "refwalk",
    ]
    var words = (command + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
    // The server would keep pipes of tests that run at the same time open.
    for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&files, descriptor) }
    // Tests run on threads that block signals, and a server without SIGCHLD and SIGTERM never ends.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    sigemptyset(&nothing)
    posix_spawnattr_setsigmask(&attributes, &nothing)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process: pid_t = 0
    let problem = posix_spawnp(&process, "env", &files, &attributes, &words, environ)
    guard problem == 0 else {
      throw TmuxError.failed(arguments: arguments, status: problem, message: "could not be started")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let text = String(decoding: (try? Data(contentsOf: output)) ?? Data(), as: UTF8.self)
    guard status == 0 else {
      throw TmuxError.failed(arguments: arguments, status: status >> 8 & 0xFF, message: text)
    }
    return text
  }
}

@Suite struct TmuxTests {
  @Test func aProgramIsDrivenInATerminal() throws {
    let session = try TmuxSession("echo $GREETING; exec sh", columns: 60, rows: 10, environment: ["GREETING": "ready"])
    try session.waitFor("ready")
    try session.sendText("stty size; echo $((40 + 2))-é-例")
    try session.send("Enter")
    let screen = try session.waitFor("42-é-例")
    #expect(screen.contains("10 60"))
    try session.resize(columns: 50, rows: 12)
    try session.sendText("stty size")
    try session.send("Enter")
    try session.waitFor("12 50")
    #expect(kill(try session.processID(), 0) == 0)
    try session.sendText("(exit 3); echo status $?")
    try session.send("Enter")
    try session.waitFor("status 3")
    try session.sendText("exit")
    try session.send("Enter")
    try session.waitForEnd()
  }

  @Test func whatIsNotShownIsReported() throws {
    let session = try TmuxSession("cat")
    try session.sendText("typed")
    try session.waitFor("typed")
    #expect(throws: TmuxError.self) { try session.waitFor("never typed", seconds: 0.1) }
    try session.send("C-c")
    try session.waitForEnd()
  }
}
