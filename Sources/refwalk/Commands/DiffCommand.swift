import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// `refwalk diff BEFORE DUMP`: what has changed between two dumps of a program.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Print what has changed since an earlier dump of the same program, most growth first.",
    discussion: """
      Shapes of held cycles and classes are matched by the names of classes and fields, since addresses move between \
      dumps. Marks are those of the later dump or, where it has none yet, of the earlier one. The earlier one is read first, and only its sizes by name are kept. With \
      --fail-on or --fail-over the command ends with status 1 when it finds what was asked for, after printing: a gate \
      for continuous integration. Cycles that are marked expected pass, and with --fail-on those of the runtime's own.
      """)

  @Argument(
    help: ArgumentHelp("The earlier dump. One of the two may be - for standard input.", valueName: "before"),
    completion: .file())
  var before: String
  @OptionGroup var dump: DumpOptions
  @OptionGroup var marks: MarksOption
  @Option(help: "Form of the output.") var format: DiffReport.Format = .text
  @Option(help: "Only shapes of cycles, or only classes.") var only: DiffReport.Only?
  @Option(help: ArgumentHelp("Only the <n> that have grown most.", valueName: "n"))
  var top: Int?
  @Option(
    name: [.long, .customShort("o")], parsing: .unconditional,
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Option(
    help: ArgumentHelp(
      "End with status 1 when held cycles are of a shape that was not there before (new), or are new or have grown.",
      valueName: "kind"))
  var failOn: DiffGate.Kind?
  @OptionGroup var least: LeastOption
  @Option(
    help: ArgumentHelp(
      "End with status 1 when a shape or class retains over <size> more than before: bytes, or with KiB, MiB, GiB.",
      valueName: "size"))
  var failOver: ByteSize?

  func validate() throws {
    if before == "-", dump.dump == "-" { throw ValidationError("one of the two dumps only comes from standard input.") }
    if let top, top < 1 { throw ValidationError("--top wants a number from 1 on, not \(top).") }
    if only == .classes, failOn != nil { throw ValidationError("--fail-on is about cycles, not --only classes.") }
  }

  func run() throws {
    let marks = MarkSet(try self.marks.load(dump: dump.dump, earlier: before))
    let places = self.marks.places(dump: dump.dump, earlier: before)
    func protected(_ others: [String]) -> ProtectedFiles {
      ProtectedFiles(dump: dump.dump, earlier: before, marks: places, others: others)
    }
    try protected(dump.executable.map { [$0] } ?? []).check(output)
    let (analysis, diff) = try ComparedDumps(before: before, dump).compare()
    let count = DiffReport(diff, marks: marks, only: only).rowCount
    let limit = top ?? (format == .text && output == nil ? TopOption.textDefault : .max)
    let report = DiffReport(diff, marks: marks, only: only, limit: limit, advice: "--top \(count) shows all")
    try protected(analysis.heap.facts.otherFiles).check(output)
    try OutputFile.write(report.render(format), to: output ?? "-", readableAs: [dump.dump, before])
    let gate = DiffGate(kind: failOn, limit: failOver?.bytes, only: only, scope: least.scope)
    if let finding = gate.finding(diff, analysis, Verdicts(marks, analysis: analysis)) {
      throw CommandFailure.findings("\(dump.dump): \(finding)")
    }
  }
}

extension DiffReport.Format: ExpressibleByArgument {}
extension DiffReport.Only: ExpressibleByArgument {}
