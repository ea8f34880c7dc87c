import Foundation
import Glibc
import Testing

/// A copy of the sample in a folder of its own, where its marks go, and refwalk in a terminal on it.
final class JourneyFolder {
  let folder: URL
  let dump: String

  init(copiesSample: Bool = true) throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory(), isDirectory: true)
      .appendingPathComponent("journey-\(UUID().uuidString.prefix(8))", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    dump = folder.appendingPathComponent("app.heapdump.gz").path
    if copiesSample { try FileManager.default.copyItem(atPath: CommandRun.after, toPath: dump) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var marks: String { dump + ".marks" }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// A session of bash in this folder, whose prompt is `ready$`.
  ///
  /// `$REFWALK` is the program, `$DUMP` the dump and `$EXECUTABLE` what wrote it.
  func shell(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]) throws -> TmuxSession {
    let variables = [
      "REFWALK": CommandRun.program, "DUMP": dump, "EXECUTABLE": CommandRun.executable, "PS1": "ready$ ",
      "HOME": folder.path, "XDG_STATE_HOME": path("state"), "NO_COLOR": "", "HISTFILE": "/dev/null",
    ]
    let session = try TmuxSession(
      "cd '\(folder.path)' && exec bash --norc --noprofile -i", columns: columns, rows: rows,
      environment: variables.merging(environment) { $1 })
    try session.waitFor("ready$")
    return session
  }

  /// Types a command.
  static func type(_ command: String, in session: borrowing TmuxSession) throws {
    try session.sendText(command)
    try session.send("Enter")
  }

  /// A shell in which refwalk shows the overview of the dump.
  func browser(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], options: String = "") throws
    -> TmuxSession
  {
    let session = try shell(columns: columns, rows: rows, environment: environment)
    try Self.type("$REFWALK $DUMP --executable $EXECUTABLE \(options)", in: session)
    try session.waitFor("Suspects")
    return session
  }

  /// The id of the refwalk that runs in the terminal of a session.
  static func processID(in session: borrowing TmuxSession) throws -> pid_t {
    let shell = try session.processID()
    let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
  }

  /// The shell has the terminal again, and it is as a shell needs it: a command that is typed is seen, and works.
  static func expectUsable(_ session: borrowing TmuxSession, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try session.waitFor("ready$")
    try type("clear; stty -a; echo usable-$((40 + 2))", in: session)
    let screen = try session.waitFor("usable-42")
    for mode in [" icanon", " echo ", " isig", " icrnl", " opost"] {
      #expect(screen.replacing("\n", with: " ").contains(mode), "\(mode)\n\(screen)", sourceLocation: sourceLocation)
    }
    #expect(try session.display("alternate_on") == "0", sourceLocation: sourceLocation)
    #expect(try session.display("cursor_flag") == "1", sourceLocation: sourceLocation)
    #expect(try session.display("mouse_any_flag") == "0", sourceLocation: sourceLocation)
  }
}
