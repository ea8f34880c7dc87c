import Foundation
import Glibc
import Testing
import TextSafety

@testable import refwalk

/// What was broken by force once: arguments, names and files that mean harm, and a system that has nothing left.
@Suite struct CommandsForceTests {
  private func isSafeLine(_ text: String) -> Bool {
    text.filter { $0 == "\n" }.count == 1 && text.hasSuffix("\n")
      && !text.dropLast().unicodeScalars.contains(where: SafeText.isUnsafe)
  }

  @Test func argumentsAreSafeInComplaints() throws {
    let nasty = "\u{1b}[31mX\u{1b}]0;t\u{7}\n\u{202e}\u{200b}"
    for arguments in [
      ["summary", "DUMP", "--\(nasty)"], ["summary", "DUMP", "--format", nasty], ["summary", "DUMP", nasty],
      [nasty], ["summary", nasty], ["paths", "DUMP", nasty], ["export", "DUMP", "--below", nasty],
      ["cycles", "DUMP", "--fail-over=\(nasty)"], ["DUMP", "--keys", nasty], ["DUMP", "--frame", nasty],
      ["cycles", CommandRun.after, "--policy", nasty], ["summary", CommandRun.after, "--executable", nasty],
      ["export", CommandRun.after, "--marks", nasty + "/x/y"], ["diff", nasty, CommandRun.after],
      ["export", CommandRun.after, "--below", "roots", "-o", "/nonexistent/\(nasty)"],
    ] {
      let run = try CommandRun.run(CommandRun.program, arguments)
      #expect(run.status == 2 || run.status == 0, "\(arguments)")
      let lines = run.errors.split(separator: "\n").map { $0 + "\n" }
      #expect(lines.allSatisfy { isSafeLine(String($0)) }, "\(arguments): \(run.errors.debugDescription)")
      #expect(run.status == 0 || lines.count <= 2, "\(arguments): \(run.errors.debugDescription)")
    }
    let run = try CommandRun.refwalk("summary", "DUMP", "--\(nasty)")
    #expect(run.errors == "refwalk: Unknown option '--·[31mX·]0;t····'; refwalk summary --help lists what there is\n")
  }

  /// Every way out of names that a dump holds, from a dump whose names mean harm.
  @Test func namesOfADumpAreSafeEverywhere() throws {
    try TemporaryFolder.with { folder in
      let nasty = "E\\u001b[31m\\u001b]0;t\\u0007\\r\\nrm x\\u0000\\u202e\\u200b\\u009b2J"
      var snapshot = """
        {"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],
        "node_types":[["hidden","object","string","synthetic"],"string","number","number","number"],
        "edge_fields":["type","name_or_index","to_node"],
        "edge_types":[["context","element","property","internal"],"string_or_number","node"]},
        "node_count":4,"edge_count":4},
        "nodes":[3,0,1,0,1, 1,1,3,64,1, 1,1,5,64,1, 2,1,7,32,0],
        "edges":[1,1,5, 2,1,10, 2,1,5],
        "strings":["","N"]}
        """
      snapshot = snapshot.replacingOccurrences(of: "\"N\"", with: "\"\(nasty)\"")
        .replacingOccurrences(of: "3,0,1,0,1,", with: "3,0,1,0,2,")
        .replacingOccurrences(of: "\"edges\":[1,1,5,", with: "\"edges\":[1,1,5, 1,2,15,")
      let dump = folder.appending(path: "evil.heapsnapshot").path
      try Data(snapshot.utf8).write(to: URL(filePath: dump))
      var outputs: [String] = []
      for arguments in [
        ["summary"], ["summary", "--format", "json"], ["cycles"], ["cycles", "--format", "json"], ["classes"],
        ["classes", "--format", "tsv"], ["classes", "--format", "json"], ["objects"], ["objects", "--format", "tsv"],
        ["objects", "--format", "json"], ["roots"], ["roots", "--format", "tsv"], ["roots", "--format", "json"],
        ["paths", "#2"], ["paths", "#2", "--format", "json"], ["export", "--below", "roots", "--least", "1"],
        ["export", "--below", "roots", "--least", "1", "--format", "markdown", "--values"],
        ["export", "--below", "roots", "--least", "1", "--format", "json", "--values"],
        ["export", "--below", "roots", "--least", "1", "--format", "dot", "--values"],
        ["diff", "--format", "text"], ["diff", "--format", "markdown"], ["diff", "--format", "json"],
        ["browse", "--keys", "2 Enter"], ["browse", "--keys", "3"], ["browse", "--keys", "3 Down i"],
        ["browse", "--keys", "5 Enter"], ["browse", "--keys", "2 Enter m"],
      ] {
        let between = arguments[0] == "diff" ? [dump, dump] : [dump]
        let run = try CommandRun.run(CommandRun.program, [arguments[0]] + between + arguments.dropFirst())
        #expect(run.status == 0, "\(arguments): \(run.errors)")
        outputs += [run.output, run.errors]
      }
      for output in outputs {
        let unsafe = output.unicodeScalars.filter { SafeText.isUnsafe($0) && $0 != "\n" && $0 != "\t" }
        #expect(unsafe.isEmpty, "\(output.debugDescription)")
        #expect(!output.contains("\nrm x"))
      }
      #expect(outputs.contains { $0.contains("·[31m") })
    }
  }

  @Test(arguments: ["summary", "cycles", "classes", "objects", "roots", "export"])
  func anEmptyHeapIsNothingWrong(_ command: String) throws {
    try TemporaryFolder.with { folder in
      // Parameters, memory statistics and the end of a Go dump, without an object.
      let dump = folder.appending(path: "empty.heapdump").path
      var bytes = Data("go1.7 heap dump\n".utf8)
      bytes += [6, 0, 8, 0x80, 0x80, 0x80, 0x80, 0x08, 0x80, 0x80, 0x80, 0x80, 0x10, 5] + Data("amd64".utf8)
      bytes += [8] + Data("go1.27.0".utf8) + [1, 0]
      try bytes.write(to: URL(filePath: dump))
      for format in [[], ["--format", "json"]] {
        let run = try CommandRun.run(CommandRun.program, [command, dump] + format)
        #expect(run.status == 0, "\(run.errors)")
      }
      #expect(try CommandRun.refwalk(dump, "--keys", "1 2 3 4 5 Enter p").status == 0)
    }
  }

  @Test func nothingThatIsReadIsWrittenOver() throws {
    try TemporaryFolder.with { folder in
      let files = FileManager.default
      let (dump, executable) = (folder.appending(path: "d.gz").path, folder.appending(path: "app").path)
      let earlier = folder.appending(path: "before.gz").path
      try files.copyItem(atPath: CommandRun.after, toPath: dump)
      try files.copyItem(atPath: CommandRun.before, toPath: earlier)
      try files.copyItem(atPath: CommandRun.executable, toPath: executable)
      try files.createSymbolicLink(atPath: folder.appending(path: "soft").path, withDestinationPath: "d.gz")
      try files.linkItem(atPath: dump, toPath: folder.appending(path: "hard").path)
      try files.createSymbolicLink(atPath: folder.appending(path: "later").path, withDestinationPath: "d.gz.marks")
      let before = try ["d.gz", "before.gz", "app"].map { try Data(contentsOf: folder.appending(path: $0)) }
      for (target, what) in [
        ("d.gz", "the dump itself"), ("soft", "the dump itself"), ("hard", "the dump itself"),
        ("./d.gz", "the dump itself"), ("d.gz.marks", "the file of the marks"), ("later", "the file of the marks"),
        ("app", "the executable"),
      ] {
        for format in ["text", "svg"] {
          // The executable is found beside the dump, too.
          let run = try CommandRun.bash(
            "cd '\(folder.path)' && \"$REFWALK\" export d.gz --below roots --least 1M --format \(format) -o \(target)")
          #expect(run.status == 2 && run.errors.contains("refwalk: \(target): is \(what)\n"), "\(run.errors)")
        }
      }
      for target in ["d.gz", "before.gz", "app"] {
        let run = try CommandRun.bash("cd '\(folder.path)' && \"$REFWALK\" diff before.gz d.gz -o \(target)")
        #expect(run.status == 2 && run.errors.contains(" is "), "\(run.errors)")
      }
      #expect(try ["d.gz", "before.gz", "app"].map { try Data(contentsOf: folder.appending(path: $0)) } == before)
    }
  }

  @Test func exportsAreWrittenAside() throws {
    try TemporaryFolder.with { folder in
      let path = { (name: String) in folder.appending(path: name).path }
      try FileManager.default.copyItem(atPath: CommandRun.after, toPath: path("d.gz"))
      chmod(path("d.gz"), 0o600)
      try Data("precious".utf8).write(to: URL(filePath: path("victim")))
      try FileManager.default.createSymbolicLink(atPath: path("pic.svg.part"), withDestinationPath: "victim")
      try FileManager.default.createSymbolicLink(atPath: path("link.txt"), withDestinationPath: "real.txt")
      try Data("old".utf8).write(to: URL(filePath: path("old.txt")))
      chmod(path("old.txt"), 0o644)
      for (name, format) in [
        ("pic.svg", "svg"), ("-x.svg", "svg"), ("link.txt", "text"), ("old.txt", "text"), ("--", "json"),
      ] {
        let run = try CommandRun.bash(
          "cd '\(folder.path)' && umask 022 && "
            + "\"$REFWALK\" export d.gz --below roots --least 100k --format \(format) --output='\(name)'")
        #expect(run.status == 0, "\(name): \(run.errors)")
        var status = stat()
        #expect(stat(path(name), &status) == 0 && status.st_size > 100 && status.st_mode & 0o777 == 0o600, "\(name)")
      }
      let dashed = try CommandRun.bash(
        "cd '\(folder.path)' && \"$REFWALK\" export d.gz --below roots --least 1M -o -y.txt && test -s ./-y.txt")
      #expect(dashed.status == 0, "\(dashed.errors)")
      #expect(try Data(contentsOf: URL(filePath: path("victim"))) == Data("precious".utf8))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link.txt")) == "real.txt")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!names.contains { $0.hasPrefix(".refwalk") }, "\(names)")
      // A full disk leaves what was there.
      let full = try CommandRun.bash(
        "cd '\(folder.path)' && gzip -dc d.gz > plain && (ulimit -f 1; trap '' XFSZ; "
          + "exec \"$REFWALK\" export plain --below roots --least 1 --format json -o old.txt)")
      #expect(full.status == 2 && full.errors.contains("old.txt: cannot be written"), "\(full.errors)")
      var status = stat()
      #expect(stat(path("old.txt"), &status) == 0 && status.st_size > 100)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix(".refwalk") })
    }
  }

  /// What is printed for the person who asks shows keys of maps; what is made to be sent on, and the file of marks, do
  /// not, unless they are asked for.
  @Test func keysOfMapsLeaveWithValuesOnly() throws {
    try TemporaryFolder.with { folder in
      let dump = CommandRun.root.appending(path: "Samples/jvm-leaks/jvm-leaks.hprof.gz").path
      let marks = folder.appending(path: "known.marks").path
      func shows(_ text: String) -> Bool {
        ["[\"line 0\"]", #"[\"line 0\"]"#, "[&quot;line 0&quot;]"].contains { text.contains($0) }
      }
      #expect(try CommandRun.refwalk("baseline", dump, "-o", marks).status == 0)
      #expect(try !shows(String(contentsOfFile: marks, encoding: .utf8)))
      #expect(shows(try CommandRun.refwalk("cycles", dump, "--format", "json").output))
      for format in ["text", "html", "json"] {
        let arguments = ["export", dump, "--marks", marks, "--format", format]
        let plain = try CommandRun.run(CommandRun.program, arguments)
        #expect(plain.status == 0 && !shows(plain.output), "\(format): \(plain.errors)")
        #expect(shows(try CommandRun.run(CommandRun.program, arguments + ["--values"]).output), "\(format)")
      }
    }
  }

  @Test func aNameThatIsNotText() throws {
    try TemporaryFolder.with { folder in
      let run = try CommandRun.bash(
        "cd '\(folder.path)' && cp '\(CommandRun.after)' $'d\\xe9mp.heapdump' && "
          + "\"$REFWALK\" summary $'d\\xe9mp.heapdump' && "
          + "\"$REFWALK\" export $'d\\xe9mp.heapdump' --below roots --least 1M -o $'\\xff.txt' && test -s $'\\xff.txt' && "
          + "\"$REFWALK\" summary $'\\xe9'")
      #expect(run.output.contains("d·mp.heapdump"), "\(run.output)")
      #expect(
        run.status == 2 && run.errors == "refwalk: ·: cannot be read: No such file or directory\n", "\(run.errors)")
    }
  }

  @Test(arguments: [("INT", 130), ("TERM", 143)] as [(String, Int32)])
  func dotDoesNotOutliveAnInterrupt(_ signal: String, _ status: Int32) throws {
    try TemporaryFolder.with { folder in
      // A dot that takes long, and says who it is.
      let dot = folder.appending(path: "dot").path
      try Data("#!/bin/sh\necho $$ > '\(folder.path)/pid'\nexec sleep 33\n".utf8).write(to: URL(filePath: dot))
      chmod(dot, 0o755)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "tmp"), withIntermediateDirectories: false)
      let run = try CommandRun.bash(
        """
        export PATH='\(folder.path)':"$PATH" TMPDIR='\(folder.path)/tmp'
        "$REFWALK" export '\(CommandRun.after)' --below roots --format svg --values -o '\(folder.path)/x.svg' &
        for n in $(seq 600); do [ -s '\(folder.path)/pid' ] && break; sleep 0.05; done
        kill -\(signal) $!; wait $!; code=$?
        for n in $(seq 100); do kill -0 $(cat '\(folder.path)/pid') 2>/dev/null || break; sleep 0.05; done
        kill -0 $(cat '\(folder.path)/pid') 2>/dev/null && echo "dot runs on"
        ls -A '\(folder.path)/tmp'; ls '\(folder.path)'/x.svg 2>/dev/null
        exit $code
        """)
      #expect(run.status == status && run.errors == "refwalk: cancelled\n", "\(run.status) \(run.errors)")
      #expect(run.output.isEmpty, "\(run.output)")
    }
  }

  /// However little memory there is, it is one line, and no trap.
  @Test func memoryThatRunsOutIsALine() throws {
    try TemporaryFolder.with { folder in
      // One array of 40 million nulls, which the file has as a hole.
      let dump = folder.appending(path: "large.hprof").path
      func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
      func big64(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
      let count: UInt32 = 40_000_000
      let root: [UInt8] = [0x05] + big64(0x1000)
      var item: [UInt8] = [0x22] + big64(0x1000)
      item += big(0) + big(count) + big64(0x100)
      let length = UInt32(root.count + item.count) + 8 * count
      var bytes = Array("JAVA PROFILE 1.0.2".utf8) + [0] + big(8) + big64(0)
      bytes += [0x1c] + big(0) + big(length)
      bytes += root + item
      try Data(bytes).write(to: URL(filePath: dump))
      #expect(truncate(dump, off_t(bytes.count) + 8 * off_t(count)) == 0)
      var told = 0
      for kilobytes in [450_000, 550_000, 650_000, 800_000] {
        let run = try CommandRun.bash("ulimit -v \(kilobytes); exec \"$REFWALK\" summary '\(dump)' --format json")
        // Below what the program itself takes the system's loader speaks.
        if run.errors.contains("shared libraries") || run.errors.contains("shared object") || run.status == 127 {
          continue
        }
        if run.status == 0 { continue }
        #expect(run.status == 2, "\(kilobytes): \(run.status) \(run.errors)")
        #expect(isSafeLine(run.errors), "\(kilobytes): \(run.errors)")
        if run.errors.hasPrefix("refwalk: \(dump): not enough memory: ") { told += 1 }
      }
      #expect(told > 0)
    }
  }
}
