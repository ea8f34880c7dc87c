import ArgumentParser
import Browser
import CycleMarks
import FoundationEssentials
import Glibc
import GraphAnalysis
import ReferenceGraph

/// `refwalk export DUMP`: the marked cycles, to be sent to somebody; or what one object keeps alive.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Write the marked cycles, or what an object keeps alive, as text, Markdown, HTML, JSON, DOT or a picture.",
    discussion: """
      A heap holds secrets: what strings hold is left out unless --values asks for it. Names of classes, fields and \
      roots are always in. HTML is one page without scripts. Pictures are drawn by dot of Graphviz, which has to be installed: strong cycles in red.
      """)

  @OptionGroup var dump: DumpOptions
  @OptionGroup var marks: MarksOption
  @Option(help: "Form of the output.") var format: ExportChoice.Format = .text
  @Option(
    name: [.long, .customShort("o")], parsing: .unconditional,
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Flag(help: "With the text of strings, which may be secret.") var values = false
  @Option(
    help: ArgumentHelp(
      "In text and Markdown, the most objects that a mark lists by address (6); they come last.", valueName: "n"))
  var objects: Int?
  @Option(
    help: ArgumentHelp(
      "Write the retention tree below this object, @address or #id, instead of the marks; roots for the whole heap.",
      valueName: "object"))
  var below: Subtree?
  @Option(
    help: ArgumentHelp(
      """
      With --below: objects that retain less are not shown one by one. Default: a hundredth of what the first retains. \
      With --fail-on: shapes that retain less pass. Default: a thousandth of what is reachable.
      """,
      valueName: "size"))
  var least: ByteSize?
  @Option(
    help: ArgumentHelp(
      "End with status 1 when there is a held cycle of this kind: any, one marked suspect, or one not marked expected.",
      valueName: "kind"))
  var failOn: CycleGate.Kind?

  func validate() throws {
    if least != nil, below == nil, failOn == nil {
      throw ValidationError("--least goes with --below or --fail-on.")
    }
    if let objects, objects < 0 { throw ValidationError("--objects wants a number from 0 on, not \(objects).") }
    if format == .png, output == nil || output == "-", isatty(1) == 1 {
      throw ValidationError("a png is not for a terminal: --output names a file.")
    }
  }

  func run() throws {
    let places = self.marks.places(dump: dump.dump)
    func protected(_ others: [String]) -> ProtectedFiles {
      ProtectedFiles(dump: dump.dump, marks: places, others: others)
    }
    // That it cannot be is better said before the dump is read.
    try protected(dump.executable.map { [$0] } ?? []).check(output)
    let marks = MarkSet(try self.marks.load(dump: dump.dump))
    let analysis = try OpenedDump.analyse(dump)
    if marks.isEmpty, below == nil { Diagnostics.warning("nothing is marked", path: dump.dump) }
    let text: String
    if let below {
      guard let top = below.object(in: analysis.graph) else {
        throw CommandFailure.noSuchObject(below.description, path: dump.dump)
      }
      guard analysis.dominators.isReachable(top) else {
        throw CommandFailure.badArgument("\(dump.dump): no root reaches \(below), so it keeps nothing alive")
      }
      let least = least?.bytes ?? analysis.dominators.retainedSize(of: top) / 100
      text = try SubtreeReport(below: top, analysis: analysis, minimum: least).render(format.report)
    } else {
      var options = MarksReport.Options(values: values)
      if let objects {
        (options.listLimit, options.tableLimit) = (objects, max(options.tableLimit, objects))
      }
      let report = MarksReport(analysis: analysis, marks: marks, options: options)
      text = report.render(format.report)
    }
    try protected(analysis.heap.facts.otherFiles).check(output)
    try write(text)
    if let finding = CycleGate(kind: failOn, scope: GateScope(least: least?.bytes)).finding(
      analysis, Verdicts(marks, analysis: analysis))
    {
      throw CommandFailure.findings("\(dump.dump): \(finding)")
    }
  }

  private func write(_ text: String) throws(CommandFailure) {
    guard format.isPicture else {
      try OutputFile.write(text, to: output ?? "-", readableAs: [dump.dump])
      return
    }
    let watcher = WorkWatcher.shared(steps: ["Drawing"], byteSteps: 0)
    defer { watcher.rest() }
    try Graphviz.draw(
      text, format: format.rawValue, to: output ?? "-", readableAs: [dump.dump], progress: watcher.progress)
  }

  /// An object, or all that roots hold.
  enum Subtree: ExpressibleByArgument, CustomStringConvertible {
    case roots
    case object(ObjectName)

    init?(argument: String) {
      if argument == "roots" {
        self = .roots
      } else if let name = ObjectName(argument: argument) {
        self = .object(name)
      } else {
        return nil
      }
    }

    var description: String {
      switch self {
      case .roots: "roots"
      case .object(let name): name.description
      }
    }

    func object(in graph: ReferenceGraph) -> ObjectID? {
      switch self {
      case .roots: .root
      case .object(let name): name.object(in: graph)
      }
    }
  }
}

extension ExportChoice.Format: ExpressibleByArgument {}
