import CycleMarks
import Foundation
import Glibc
import GraphAnalysis
import Testing

@testable import refwalk

@Suite struct CommandsDiffTests {
  static let jvm = CommandRun.root.appending(path: "Samples/jvm-leaks/jvm-leaks.hprof.gz").path

  private func diff(_ arguments: String...) throws -> CommandRun {
    try CommandRun.run(CommandRun.program, ["diff"] + arguments)
  }

  /// What was pooled is gone, what is held stays, and the sums are those of `classes` and `cycles`.
  @Test func samples() throws {
    let run = try diff(CommandRun.before, CommandRun.after, "--format", "json")
    #expect(run.status == 0 && run.errors.isEmpty)
    let top = try run.jsonObject()
    let rows = try #require(top["rows"] as? [[String: Any]])
    let gone = rows.filter { $0["subject"] as? String == "shape" }
    #expect(gone.map { $0["state"] as? String } == ["gone", "gone"])
    #expect(gone.map { $0["title"] as? String } == ["fmt.pp → fmt.pp", "main.PooledBuffer ⇄ main.Encoder"])
    #expect((gone[1]["before"] as? [String: Any])?["cycles"] as? Int == 6)
    let same = try #require(top["same"] as? [String: Int])
    for (name, side) in [(CommandRun.before, "before"), (CommandRun.after, "after")] {
      let dump = try #require(top[side] as? [String: Any])
      let summary = try CommandRun.refwalk("summary", name, "--format", "json").jsonObject()
      let reachable = try #require(summary["reachable"] as? [String: Int])
      #expect(dump["path"] as? String == name && dump["format"] as? String == "Go heap dump")
      #expect(dump["objects"] as? Int == reachable["objects"] && dump["bytes"] as? Int == reachable["bytes"])
      let table = try CommandRun.refwalk("classes", name, "--format", "tsv").cells
      var classes: [String: (objects: Int, retained: Int)] = [:]
      for row in table { classes[row[0]] = (try #require(Int(row[1])), try #require(Int(row[3]))) }
      let there = rows.filter {
        $0["subject"] as? String == "class" && ($0[side] as? [String: Any])?["objects"] as? Int != 0
      }
      #expect(there.count + (try #require(same["classes"])) == classes.count)
      for row in there {
        let amount = try #require(row[side] as? [String: Any])
        let key = try #require(row["key"] as? String)
        let found = try #require(classes[key])
        #expect(amount["objects"] as? Int == found.objects && amount["retained"] as? Int == found.retained)
      }
      let held = try CommandRun.refwalk("cycles", name, "--format", "json").jsonList()
        .count { $0["held"] as? Bool == true }
      #expect(held == (try #require(same["shapes"])) + (side == "before" ? 2 : 0))
    }
  }

  @Test func formsAndLimits() throws {
    let text = try diff(CommandRun.before, CommandRun.after, "--top", "2")
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(
      text.lines[0].hasPrefix("before  before.heapdump.gz  ") && text.lines[1].hasPrefix("after   after.heapdump"))
    #expect(text.output.contains("  … 17 more (--top 19 shows all)\n"))
    let cycles = try diff(CommandRun.before, CommandRun.after, "--only", "cycles", "--format", "tsv")
    #expect(cycles.lines[0] == "#" + DiffReport.Column.allCases.map(\.rawValue).joined(separator: "\t"))
    #expect(cycles.cells.map { $0[0] } == ["shape", "shape"])
    try TemporaryFolder.with { folder in
      let file = folder.appending(path: "diff.md")
      let run = try diff(
        CommandRun.before, CommandRun.after, "--only", "classes", "--format", "markdown", "-o", file.path)
      #expect(run.status == 0 && run.output.isEmpty)
      let written = try String(contentsOf: file, encoding: .utf8)
      #expect(written.hasPrefix("# `after.heapdump.gz` compared with `before.heapdump.gz`\n"))
      #expect(written.split(separator: "\n").count { $0.hasPrefix("| ") } == 1 + 17)
    }
  }

  @Test func aDumpIsAsItIs() throws {
    for dump in [CommandRun.after, Self.jvm] {
      let run = try diff(dump, dump, "--format", "tsv", "--fail-on", "grown", "--fail-over", "0")
      #expect(run.status == 0 && run.lines.count == 1)
    }
  }

  @Test func oneOfThemMayComeFromStandardInput() throws {
    let direct = try diff(CommandRun.before, CommandRun.after, "--format", "tsv")
    for arguments in [
      "- '\(CommandRun.after)' < '\(CommandRun.before)'", "'\(CommandRun.before)' - < '\(CommandRun.after)'",
    ] {
      let run = try CommandRun.bash(
        "\"$REFWALK\" diff --format tsv --executable '\(CommandRun.executable)' \(arguments)")
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(run.output == direct.output)
    }
    #expect(try diff("-", "-").status == 2)
  }

  @Test func failsWhenAskedTo() throws {
    // The other way round the pool is new.
    func gate(_ before: String, _ after: String, _ options: String...) throws -> (Int32, String) {
      let run = try CommandRun.run(CommandRun.program, ["diff", before, after, "--top", "1"] + options)
      #expect(!run.output.isEmpty)
      #expect(run.errors.split(separator: "\n").count == (run.status == 0 ? 0 : 1))
      return (run.status, run.errors)
    }
    let (before, after) = (CommandRun.before, CommandRun.after)
    #expect(try gate(before, after, "--fail-on", "grown") == (0, ""))
    // What is under a thousandth of the heap fails only where that is asked for; what the runtime owns never does.
    #expect(try gate(after, before, "--fail-on", "new") == (0, ""))
    let (status, errors) = try gate(after, before, "--fail-on", "new", "--least", "1KiB")
    #expect(status == 1)
    #expect(
      errors.hasPrefix(
        "refwalk: \(before): held cycles of 1 shape are new; the first: + 1.7 KiB main.PooledBuffer ⇄ main.Encoder; "))
    #expect(errors.contains("; see object @"))
    #expect(try gate(after, before, "--fail-on", "grown", "--least", "1KiB").0 == 1)
    #expect(try gate(after, before, "--fail-over", "2k").1.contains("1 shape or class retains over 2.0 KiB more"))
    #expect(try gate(after, before, "--fail-over", "3k") == (0, ""))
    // Classes do not count where only cycles are asked for.
    #expect(try gate(after, before, "--fail-over", "2k", "--only", "cycles") == (0, ""))
    #expect(try gate(after, before, "--fail-over", "1k", "--only", "cycles").0 == 1)
  }

  @Test func whatIsExpectedPasses() throws {
    let rows = try diff(CommandRun.after, CommandRun.before, "--format", "json", "--only", "cycles")
    let shapes = try #require(try rows.jsonObject()["rows"] as? [[String: Any]])
    try TemporaryFolder.with { folder in
      let path = folder.appending(path: "marks").path
      var file = MarksFile(dump: CommandRun.before, explicit: path, environment: [:])
      let keys = try shapes.map { try #require($0["key"] as? String) }
      try file.save(keys.map { Mark(target: .shape($0), verdict: .expected, title: "ring", made: 1) })
      let run = try diff(
        CommandRun.after, CommandRun.before, "--marks", path, "--fail-on", "new", "--least", "1", "--only", "cycles")
      #expect(run.status == 0)
      #expect(run.output.contains("✓ a  ↻ main.PooledBuffer") || run.output.contains("✓ b  ↻ main.PooledBuffer"))
    }
  }

  @Test func errors() throws {
    expectOneLine(
      try diff(CommandRun.before, Self.jvm),
      "refwalk: \(CommandRun.before): a Go heap dump cannot be compared with \(Self.jvm), a JVM HPROF")
    for policy in ["none", "strict"] {
      let run = try diff(CommandRun.before, CommandRun.after, "--policy", policy)
      expectOneLine(run, "refwalk: \(CommandRun.before): no policy is named \"\(policy)\"")
    }
    for (before, after, path) in [
      ("/nonexistent", CommandRun.after, "/nonexistent"), (CommandRun.before, "/nonexistent", "/nonexistent"),
      (CommandRun.executable, CommandRun.after, CommandRun.executable),
      (CommandRun.before, CommandRun.executable, CommandRun.executable),
    ] {
      expectOneLine(try diff(before, after), "refwalk: \(path): ")
    }
    for arguments in [
      ["diff"], ["diff", "x"], ["diff", "x", "y", "z"], ["diff", "x", "y", "--top", "0"],
      ["diff", "x", "y", "--fail-on", "held"], ["diff", "x", "y", "--only", "classes", "--fail-on", "new"],
    ] {
      let run = try CommandRun.run(CommandRun.program, arguments)
      #expect(run.status == 2 && run.output.isEmpty && !run.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func policiesHoldForBoth() throws {
    let run = try diff(CommandRun.before, CommandRun.after, "--policy", "application", "--format", "json")
    let policies = try #require(try run.jsonObject()["policies"] as? [String: String])
    #expect(policies == ["retaining": "application", "cycles": "application"])
  }

  /// The program may have been built anew between the two dumps.
  @Test func anExecutableOfTheLaterDumpOnly() throws {
    let other = CommandRun.root.appending(path: "Tests/DumpLoadingTests/Fixtures/small-before.heapdump.gz").path
    let run = try diff(other, CommandRun.after, "--executable", CommandRun.executable, "--format", "tsv")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("refwalk: \(other): warning: \(CommandRun.executable) is not its executable: "))
    expectOneLine(
      try diff(CommandRun.after, other, "--executable", CommandRun.executable),
      "refwalk: \(CommandRun.executable): executable does not match \(other): ")
  }

  @Test func typesInOneOfThemOnly() throws {
    try TemporaryFolder.with { folder in
      let alone = folder.appending(path: "alone").path
      try FileManager.default.copyItem(atPath: CommandRun.before, toPath: alone)
      for run in [try diff(alone, CommandRun.after), try diff(CommandRun.after, alone)] {
        #expect(run.status == 0)
        #expect(run.errors.hasPrefix("refwalk: \(alone): warning: types are known in the other dump only"))
        #expect(run.errors.split(separator: "\n").count == 1)
      }
    }
  }

  @Test func anInterruptEndsIt() throws {
    try TemporaryFolder.with { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let process = try CommandRun.start(
        CommandRun.program, ["diff", CommandRun.before, "-"], folder: folder, input: pipe)
      let writer = open(pipe, O_WRONLY)
      let bytes = Data("go1.7 heap dump\n".utf8) + Data(repeating: 0, count: 1 << 17)
      _ = bytes.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
      kill(process.id, SIGINT)
      let run = try process.wait()
      close(writer)
      #expect(run.status == 130 && run.output.isEmpty && run.errors == "refwalk: cancelled\n")
    }
  }
}
