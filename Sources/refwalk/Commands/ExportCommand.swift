import ArgumentParser
import CycleMarks

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
    try TextFile.write(report.render(format), to: output ?? "-")
    if let finding = CycleGate(kind: failOn).finding(analysis, Verdicts(marks, analysis: analysis)) {
      throw CommandFailure.findings("\(dump.dump): \(finding)")
    }
  }
}

extension MarksReport.Format: ExpressibleByArgument {}
