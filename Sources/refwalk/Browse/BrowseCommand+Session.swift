import CycleMarks
import Screen
import Terminal

extension BrowseCommand {
  /// Opens the dump in the terminal until the person quits.
  func openTerminal() throws(CommandFailure) {
    let request = DumpRequest(dump)
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
