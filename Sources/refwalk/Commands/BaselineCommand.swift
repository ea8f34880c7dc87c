import ArgumentParser
import CycleMarks
import FoundationEssentials
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
    name: [.long, .customShort("o")], parsing: .unconditional,
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?

  func run() throws {
    let places = MarksFile(dump: dump.dump, environment: ProcessInfo.processInfo.environment).places
    func protected(_ others: [String]) -> ProtectedFiles {
      ProtectedFiles(dump: dump.dump, marks: places, others: others)
    }
    try protected(dump.executable.map { [$0] } ?? []).check(output)
    let analysis = try OpenedDump.analyse(dump)
    try protected(analysis.heap.facts.otherFiles).check(output)
    let now = Mark.now
    var marks = MarkSet()
    let outlines = CycleOutlines(analysis)
    for (index, shape) in analysis.shapes.enumerated() where shape.heldCount > 0 {
      let outline = outlines.outline(of: shape.components[0])
      marks.set(
        Mark(
          shape: index, witness: outline.witness, root: outlines.holderName(of: outline) ?? "", in: analysis,
          verdict: .expected,
          note: "accepted as a baseline: \(Count.text(shape.heldCount, "cycle")), \(ByteCount.text(shape.retained))",
          at: now))
    }
    try OutputFile.write(MarksFile.text(marks.marks), to: output ?? "-", readableAs: [dump.dump])
  }
}
