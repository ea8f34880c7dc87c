import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// `refwalk baseline DUMP`: marks that accept every cycle that roots hold today.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Print marks that accept all held cycles of a dump as they are today.",
    discussion: """
      The output is a file of marks: each shape of held cycles is marked expected, with the bytes that it retains. Keep it \
      beside the program, and let a build fail on what is new or has grown: refwalk cycles later.dump --marks known.marks \
      --fail-on grown.
      """)

  @OptionGroup var dump: DumpOptions
  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?

  func run() throws {
    let analysis = try OpenedDump.analyse(dump)
    let now = Mark.now
    var marks = MarkSet()
    for (index, shape) in analysis.shapes.enumerated() where shape.heldCount > 0 {
      let report = analysis.report(on: shape.components[0])
      marks.set(
        Mark(
          shape: index, report: report, in: analysis, verdict: .expected,
          note: "accepted as a baseline: \(Count.text(shape.heldCount, "cycle")), \(ByteCount.text(shape.retained))",
          at: now))
    }
    try TextFile.write(MarksFile.text(marks.marks), to: output ?? "-")
  }
}
