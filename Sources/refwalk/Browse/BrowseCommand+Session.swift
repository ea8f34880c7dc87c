import CycleMarks
import Glibc
import ReferenceGraph
import Screen
import Terminal

extension BrowseCommand {
  /// Opens the dump in the terminal until the person quits.
  func openTerminal() throws(CommandFailure) {
    // All else the terminal's thread leaves to others.
    let shortage = ThreadSupply.shortage()
    guard shortage == 0 else { throw .noThread(shortage) }
    var request = DumpRequest(dump)
    if dump.dump == "-" { request.options.standardInput = Self.keysFromTerminal() }
    let failure: CommandFailure?
    do {
      var loop = try EventLoop(
        request, earlier: earlier, marks: marks.marks, color: color, ascii: ascii, isTutor: isTutor)
      failure = loop.run()
    } catch {
      throw .terminal(error)
    }
    if let failure { throw failure }
  }

  /// Makes the terminal standard input, where that is the dump: keys come from there.
  /// - Returns: where the dump can be read now. Where there is no terminal all stays as it is.
  private static func keysFromTerminal() -> Int32 {
    guard isatty(STDIN_FILENO) == 0 else { return STDIN_FILENO }
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return STDIN_FILENO }
    defer { close(terminal) }
    let moved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard moved >= 0, dup2(terminal, STDIN_FILENO) >= 0 else { return STDIN_FILENO }
    return moved
  }

  /// The dump to compare with.
  private var earlier: DumpRequest? {
    before.map { path in
      var request = DumpRequest(dump)
      request.path = path
      return request
    }
  }

  /// Prints the frame that the keys lead to.
  func printFrame(after keys: [Key]) throws(CommandFailure) {
    let found = try marks.load(dump: dump.dump, earlier: before)
    let analysis = try OpenedDump.analyse(dump)
    let size = frame ?? FrameSize(columns: 80, rows: 24)
    var browser = HeadlessBrowser(
      analysis, path: dump.dump, earlier: earlier, marks: found, marksPath: marks.marks, rows: size.rows,
      columns: size.columns, ascii: ascii, isTutor: isTutor)
    var output = OutputBuffer()
    output.write(browser.frame(after: keys).description + "\n")
    try output.finish()
  }
}
