import Foundation
import Testing

@testable import refwalk

@Suite struct GateTests {
  private func gate(_ dump: String, _ options: String...) throws -> CommandRun {
    try CommandRun.run(CommandRun.program, ["cycles", dump, "--top", "1"] + options)
  }

  /// What is there today passes, and the same program later passes too; what has come since fails, with its size and
  /// the object to open.
  @Test func baselineAcceptsWhatIsThere() throws {
    try TemporaryFolder.with { folder in
      let marks = folder.appending(path: "known.marks").path
      let made = try CommandRun.refwalk("baseline", CommandRun.before)
      #expect(made.status == 0 && made.output.contains("accepted as a baseline: "))
      try made.output.write(toFile: marks, atomically: true, encoding: .utf8)
      for dump in [CommandRun.before, CommandRun.after] {
        for kind in ["unexpected", "grown"] {
          let run = try gate(dump, "--marks", marks, "--fail-on", kind)
          #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        }
      }
    }
  }

  @Test func whatHasGrownSinceFails() throws {
    try TemporaryFolder.with { folder in
      let marks = folder.appending(path: "known.marks").path
      let made = try CommandRun.refwalk("baseline", CommandRun.after).output
      // The same shapes, accepted when the first held a tenth of what it does.
      let lines = made.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        var columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        if columns.count > 9, columns[0] == "a", let bytes = Int(columns[7]) { columns[7] = String(bytes / 10) }
        return columns.joined(separator: "\t")
      }
      try lines.joined(separator: "\n").write(toFile: marks, atomically: true, encoding: .utf8)
      #expect(try gate(CommandRun.after, "--marks", marks, "--fail-on", "unexpected").status == 0)
      let run = try gate(CommandRun.after, "--marks", marks, "--fail-on", "grown")
      #expect(run.status == 1)
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(run.errors.contains("accepted with") && run.errors.contains("see object @"), "\(run.errors)")
      #expect(try gate(CommandRun.after, "--marks", marks, "--fail-on", "grown", "--least", "1GiB").status == 0)
    }
  }

  /// A cycle of the JDK's own that the program has nothing to do with is none of a build's business.
  @Test(arguments: [
    "go-leaks/after.heapdump.gz", "jvm-leaks/jvm-leaks.hprof.gz", "node-leaks/node-leaks.heapsnapshot.gz",
  ])
  func plantedLeaksFail(sample: String) throws {
    let dump = CommandRun.root.appending(path: "Samples/\(sample)").path
    let run = try gate(dump, "--fail-on", "unexpected")
    #expect(run.status == 1)
    #expect(try gate(dump, "--fail-on", "unexpected", "--least", "1GiB").status == 0)
  }
}
