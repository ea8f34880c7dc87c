import Foundation
import Glibc
import Testing

@testable import refwalk

@Suite struct CommandsErrorTests {
  @Test func filesThatAreNoDumps() throws {
    try TemporaryFolder.with { folder in
      let files: [(String, Data)] = [
        ("empty", Data()), ("text", Data("hello\n".utf8)),
        ("random", Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 77 >> 3) })),
        ("header", Data("go1.7 heap dump\n".utf8)), ("gzip", Data([0x1f, 0x8b, 8, 0, 0, 0])),
        ("hostile", Data("go1.7 heap dump\n".utf8) + Data([1, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
      ]
      for (name, content) in files {
        let path = folder.appending(path: name).path
        try content.write(to: URL(filePath: path))
        for command in ["summary", "roots", "objects"] {
          expectOneLine(try CommandRun.refwalk(command, path), "refwalk: \(path): ")
        }
      }
      expectOneLine(try CommandRun.refwalk("summary", folder.path), "refwalk: \(folder.path): ")
      let missing = folder.appending(path: "missing").path
      expectOneLine(try CommandRun.refwalk("summary", missing), "refwalk: \(missing): ")
      // Control characters in names do not reach the terminal.
      let nasty = folder.appending(path: "a\u{1b}[31mb").path
      let run = try CommandRun.refwalk("summary", nasty)
      #expect(run.status == 2 && !run.errors.contains("\u{1b}") && run.errors.contains("a·[31mb"))
    }
  }

  @Test func usageErrorsEndWithTwo() throws {
    for arguments in [
      [], ["summary"], ["summary", "a", "b"], ["cycles", "x", "--bogus"], ["classes", "x", "--format", "xml"],
      ["cycles", "x", "--format", "tsv"], ["objects", "x", "--top", "0"], ["cycles", "x", "--fail-over", "much"],
      ["export", "x", "--fail-on", "nothing"], ["x", "--frame", "80"],
    ] {
      let run = try CommandRun.run(CommandRun.program, arguments)
      expectOneLine(run, "refwalk: ")
    }
    expectOneLine(try CommandRun.refwalk(CommandRun.after, "--keys", "Nonsense"), "refwalk: ")
  }

  @Test func helpGoesToStandardOutput() throws {
    for arguments in [["--help"], ["cycles", "--help"], ["help", "paths"], ["--version"]] {
      let run = try CommandRun.run(CommandRun.program, arguments)
      #expect(run.status == 0 && !run.output.isEmpty && run.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func unknownPolicyListsThoseThereAre() throws {
    let run = try CommandRun.refwalk("summary", CommandRun.after, "--policy", "none")
    expectOneLine(run, "refwalk: \(CommandRun.after): ")
    #expect(run.errors.contains("retaining") && run.errors.contains("application"))
  }

  @Test func executableOfAnotherProgramIsRefused() throws {
    // refwalk itself is a program with symbols, and not one that Go made; the dump is no program at all.
    for path in [CommandRun.program, CommandRun.after, "/nonexistent"] {
      expectOneLine(
        try CommandRun.refwalk("summary", CommandRun.after, "--executable", path),
        "refwalk: \(path): executable ")
    }
  }

  @Test func whatIsNoFileIsNoExecutable() throws {
    try TemporaryFolder.with { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      for (path, reason) in [(folder.path, "it is a folder"), (pipe, "it is no regular file")] {
        expectOneLine(
          try CommandRun.refwalk("summary", CommandRun.after, "--executable", path),
          "refwalk: \(path): executable cannot be read: \(reason)")
      }
    }
  }

  @Test func anExecutableGivenOnceIsRemembered() throws {
    try TemporaryFolder.with { folder in
      let dump = folder.appending(path: "dump").path
      try FileManager.default.copyItem(atPath: CommandRun.after, toPath: dump)
      func summary(_ options: String) throws -> CommandRun {
        let run = try CommandRun.bash(
          "XDG_STATE_HOME='\(folder.path)/state' \"$REFWALK\" summary '\(dump)' --format json \(options)")
        #expect(run.status == 0 && run.errors.isEmpty)
        return run
      }
      func executable(_ run: CommandRun) throws -> String? {
        (try run.jsonObject()["facts"] as? [String: String])?["executable"]
      }
      #expect(try executable(summary("")) == nil)
      #expect(try executable(summary("--executable '\(CommandRun.executable)'")) == "go-leaks")
      #expect(try executable(summary("")) == "\(CommandRun.executable), given before")
      // One that is gone is passed over.
      let list = folder.appending(path: "state/refwalk/executables")
      try Data("relative\n/gone/program\n".utf8).write(to: list)
      #expect(try executable(summary("")) == nil)
    }
  }

  @Test func aDumpCutShortIsOpenedWithAWarning() throws {
    let run = try CommandRun.bash(
      "gzip -dc '\(CommandRun.after)' | head -c 1500000 | \"$REFWALK\" summary - --format json")
    #expect(run.status == 0)
    #expect(run.errors.contains("refwalk: -: warning: CUT SHORT"))
    let summary = try run.jsonObject()
    #expect(summary["truncated"] is String)
    #expect(try #require(summary["objects"] as? Int) > 1000)
  }

  @Test func standardInputIsADumpToo() throws {
    let piped = try CommandRun.bash(
      "gzip -dc '\(CommandRun.after)' | \"$REFWALK\" classes - --format tsv --executable '\(CommandRun.executable)'")
    let direct = try CommandRun.refwalk("classes", CommandRun.after, "--format", "tsv")
    #expect(piped.status == 0)
    #expect(piped.output == direct.output)
  }

  @Test func aClosedPipeIsQuiet() throws {
    let run = try CommandRun.bash(
      "\"$REFWALK\" objects '\(CommandRun.after)' --format tsv | head -n 1; echo \"${PIPESTATUS[0]}\"")
    #expect(run.lines == ["#id\taddress\tclass\tshallow\tretained\tdominator\treachable\tcomponent", "141"])
    #expect(run.errors.isEmpty)
  }

  @Test func outputThatCannotBeWrittenIsAnError() throws {
    let full = try CommandRun.bash("\"$REFWALK\" summary '\(CommandRun.after)' > /dev/full")
    #expect(full.status == 2)
    #expect(full.errors.hasPrefix("refwalk: standard output: cannot be written: "))
    let missing = "/nonexistent/folder/file"
    let export = try CommandRun.refwalk("export", CommandRun.after, "--marks", "/dev/null/x", "--output", missing)
    #expect(export.status == 2)
  }

  @Test func anInterruptEndsTheWork() throws {
    try TemporaryFolder.with { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let process = try CommandRun.start(CommandRun.program, ["summary", "-"], folder: folder, input: pipe)
      let writer = open(pipe, O_WRONLY)
      // More than a pipe holds: when all of it is written, refwalk reads, and waits for the rest of the dump.
      let bytes = Data("go1.7 heap dump\n".utf8) + Data(repeating: 0, count: 1 << 17)
      _ = bytes.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
      kill(process.id, SIGINT)
      let run = try process.wait()
      close(writer)
      #expect(run.status == 130)
      #expect(run.output.isEmpty)
      #expect(run.errors == "refwalk: cancelled\n")
    }
  }
}
