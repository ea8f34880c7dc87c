import Foundation
import Glibc
import Testing

/// One run of the built program: what it printed and how it ended.
struct CommandRun {
  /// The exit code; 128 and the number of the signal that ended it, as shells count.
  let status: Int32
  let output: String
  let errors: String

  /// The repository.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let samples = root.appending(path: "Samples/go-leaks")
  static let after = samples.appending(path: "after.heapdump.gz").path
  static let before = samples.appending(path: "before.heapdump.gz").path
  static let executable = samples.appending(path: "go-leaks").path

  /// The program, beside the tests that run.
  static let program: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    let own = URL(filePath: String(decoding: buffer.prefix(max(0, length)), as: UTF8.self))
    let beside = own.deletingLastPathComponent().appending(path: "refwalk").path
    if access(beside, X_OK) == 0 { return beside }
    return root.appending(path: ".build/debug/refwalk").path
  }()

  /// Runs refwalk with these arguments and nothing on standard input.
  static func refwalk(_ arguments: String...) throws -> CommandRun {
    try run(program, arguments)
  }

  /// Runs a line of bash in which `$REFWALK` is the program.
  static func bash(_ line: String) throws -> CommandRun { try run("/bin/bash", ["-c", line]) }

  /// Runs a program and waits for its end.
  static func run(_ program: String, _ arguments: [String]) throws -> CommandRun {
    try TemporaryFolder.with { folder in
      let process = try start(program, arguments, folder: folder)
      return try process.wait()
    }
  }

  /// A program that runs; its output goes to files in `folder`.
  struct Started {
    let id: pid_t
    let folder: URL

    func wait() throws -> CommandRun {
      var state: Int32 = 0
      while waitpid(id, &state, 0) < 0 {
        guard errno == EINTR else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
      }
      let signal = state & 0x7f
      return CommandRun(
        status: signal == 0 ? (state >> 8) & 0xff : 128 + signal,
        output: String(decoding: try Data(contentsOf: folder.appending(path: "output")), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: folder.appending(path: "errors")), as: UTF8.self))
    }
  }

  /// Starts a program with standard input from `input`.
  static func start(_ program: String, _ arguments: [String], folder: URL, input: String = "/dev/null") throws
    -> Started
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDWR, 0)
    let create = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, folder.appending(path: "output").path, create, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.appending(path: "errors").path, create, 0o600)
    var environment = ProcessInfo.processInfo.environment
    environment["REFWALK"] = Self.program
    // What one run remembers is nothing to the next, nor to whoever runs the tests.
    environment["XDG_STATE_HOME"] = folder.appending(path: "state").path
    var argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var id = pid_t()
    let code = posix_spawn(&id, program, &actions, nil, &argumentPointers, &environmentPointers)
    guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
    return Started(id: id, folder: folder)
  }

  /// The lines of the output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// The cells of a table without its heading.
  var cells: [[String]] {
    lines.dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }

  /// The output as JSON.
  func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
  func jsonObject() throws -> [String: Any] { try json() as? [String: Any] ?? [:] }
  func jsonList() throws -> [[String: Any]] { try json() as? [[String: Any]] ?? [] }
}

/// A folder of its own for a test.
enum TemporaryFolder {
  /// Makes a folder, gives it to `body`, and removes it.
  static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "refwalk-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// Input that cannot be used: code 2, nothing on standard output, one line that begins so on standard error.
func expectOneLine(
  _ run: CommandRun, _ beginning: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.status == 2, sourceLocation: sourceLocation)
  #expect(run.output.isEmpty, sourceLocation: sourceLocation)
  #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.errors.hasPrefix(beginning), "\(run.errors)", sourceLocation: sourceLocation)
}
