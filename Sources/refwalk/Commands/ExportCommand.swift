import ArgumentParser
import CycleMarks
import Glibc

/// `refwalk export DUMP`: the marked cycles, to be sent to somebody.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the marked cycles as text, Markdown, JSON or DOT.",
    discussion: """
      A heap holds secrets: what strings hold is left out unless --values asks for it. Names of classes, fields and \
      roots are always in.
      """)

  @OptionGroup var dump: DumpOptions
  @OptionGroup var marks: MarksOption
  @Option(help: "Form of the output.") var format: MarksReport.Format = .text
  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Flag(help: "With the text of strings, which may be secret.") var values = false
  @Option(
    help: ArgumentHelp(
      "End with status 1 when there is a held cycle of this kind: any, one marked suspect, or one not marked expected.",
      valueName: "kind"))
  var failOn: CycleGate.Kind?

  func run() throws {
    let marks = MarkSet(try self.marks.load(dump: dump.dump))
    let analysis = try OpenedDump.analyse(dump)
    if marks.isEmpty { Diagnostics.warning("nothing is marked", path: dump.dump) }
    let report = MarksReport(analysis: analysis, marks: marks, options: MarksReport.Options(values: values))
    try write(report.render(format))
    if let finding = CycleGate(kind: failOn).finding(analysis, Verdicts(marks, analysis: analysis)) {
      throw CommandFailure.findings("\(dump.dump): \(finding)")
    }
  }

  private func write(_ text: String) throws(CommandFailure) {
    guard let path = output, path != "-" else {
      var buffer = OutputBuffer()
      buffer.write(text)
      try buffer.finish()
      return
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path, errno) }
    var buffer = OutputBuffer(descriptor: descriptor)
    buffer.write(text)
    buffer.flush()
    let closed = close(descriptor) == 0 ? 0 : errno
    try buffer.finish(target: path)
    if closed != 0 { throw .cannotWrite(path, closed) }
  }
}

extension MarksReport.Format: ExpressibleByArgument {}
