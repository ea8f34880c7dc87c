import Foundation
import Glibc
import Testing

@testable import refwalk

/// `refwalk redact`: the samples without what their objects hold, and what is not written over.
@Suite struct RedactCommandTests {
  private static let samples = CommandRun.root.appending(path: "Samples")

  struct Sample: CustomTestStringConvertible, Sendable {
    let path: String
    var arguments: [String] = []
    /// What its objects hold.
    let secrets: [String]

    var dump: String { RedactCommandTests.samples.appending(path: path).path }
    var testDescription: String { path }
  }

  private static let all = [
    Sample(
      path: "go-leaks/after.heapdump.gz", arguments: ["--executable", CommandRun.executable],
      secrets: ["lorem ipsum", "tenant-", "session-0", "playlist ", "welcome, reader", "{\"session\":"]),
    Sample(
      path: "jvm-leaks/jvm-leaks.hprof.gz",
      secrets: ["@example.org", "article 1", "volume1", "pool-thread-", "job-thread-", "/usr/lib/", "java.vm."]),
    Sample(
      path: "node-leaks/node-leaks.heapsnapshot.gz",
      secrets: ["left left", "right of it", "Permission is hereby", "process.binding("]),
  ]

  /// A value of JSON without what texts say: those in quotes, and the numbers of threads that have one name now.
  private static func plain(_ value: Any) -> Any {
    switch value {
    case let members as [String: Any]: return members.mapValues(plain) as NSDictionary
    case let items as [Any]: return items.map(plain) as NSArray
    case let text as String:
      return text.replacing(/"[^"]*"( #[0-9]+)?/, with: "…") as NSString
    default: return value
    }
  }

  private static func json(_ command: String, _ dump: String, _ arguments: [String]) throws -> NSObject {
    let run = try CommandRun.run(CommandRun.program, [command, dump, "--format", "json"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    var value = try run.json()
    if var summary = value as? [String: Any], var facts = summary["facts"] as? [String: Any] {
      // The table of strings of a snapshot has some more.
      facts["strings"] = nil
      summary["facts"] = facts
      value = summary
    }
    return try #require(plain(value) as? NSObject)
  }

  private static func contains(_ data: Data, _ text: String) -> Bool {
    let units = Array(text.utf16)
    let forms = [
      Array(text.utf8), units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
      units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
    ]
    return forms.contains { data.firstRange(of: $0) != nil }
  }

  @Test(arguments: all) func theSameIsShown(_ sample: Sample) throws {
    try TemporaryFolder.with { folder in
      let target = folder.appending(path: "redacted").path
      let run = try CommandRun.run(
        CommandRun.program, ["redact", sample.dump, "--to", target] + sample.arguments)
      #expect(run.status == 0 && run.errors.isEmpty && run.output.isEmpty, "\(run.errors)")
      for command in ["summary", "cycles", "classes", "objects"] {
        let before = try Self.json(command, sample.dump, sample.arguments)
        #expect(before == (try Self.json(command, target, sample.arguments)), "\(command)")
      }
      let data = try Data(contentsOf: URL(filePath: target))
      for secret in sample.secrets { #expect(!Self.contains(data, secret), "\(secret)") }
      // What is looked for is there in the dump itself.
      let whole = try CommandRun.bash("gzip -dc '\(sample.dump)' > '\(folder.path)/whole'")
      #expect(whole.status == 0)
      let original = try Data(contentsOf: folder.appending(path: "whole"))
      for secret in sample.secrets { #expect(Self.contains(original, secret), "\(secret)") }
    }
  }

  @Test func nothingOfTheUsersIsOverwritten() throws {
    try TemporaryFolder.with { folder in
      let dump = folder.appending(path: "after.heapdump.gz")
      try FileManager.default.copyItem(atPath: CommandRun.after, toPath: dump.path)
      let executable = folder.appending(path: "go-leaks").path
      try FileManager.default.copyItem(atPath: CommandRun.executable, toPath: executable)
      let link = folder.appending(path: "link").path
      symlink(dump.path, link)
      let marks = dump.path + ".marks"
      for (target, arguments, what) in [
        (dump.path, [], "the dump itself"), (link, [], "the dump itself"), (marks, [], "the file of the marks"),
        (executable, ["--executable", executable], "the executable"), (executable, [], "the executable"),
      ] {
        let run = try CommandRun.run(CommandRun.program, ["redact", dump.path, "--to", target] + arguments)
        expectOneLine(run, "refwalk: \(target): is \(what)")
      }
      #expect(FileManager.default.contentsEqual(atPath: dump.path, andPath: CommandRun.after))
      #expect(FileManager.default.contentsEqual(atPath: executable, andPath: CommandRun.executable))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["after.heapdump.gz", "go-leaks", "link"])
    }
  }

  @Test func packedAndNoMoreReadable() throws {
    try TemporaryFolder.with { folder in
      let dump = folder.appending(path: "dump").path
      try FileManager.default.copyItem(atPath: Self.all[1].dump, toPath: dump)
      chmod(dump, 0o600)
      let target = folder.appending(path: "redacted.hprof.gz").path
      let run = try CommandRun.refwalk("redact", dump, "--to", target)
      #expect(run.status == 0 && run.errors.isEmpty)
      var status = stat()
      #expect(stat(target, &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(try Data(contentsOf: URL(filePath: target)).prefix(2) == Data([0x1f, 0x8b]))
      #expect(try CommandRun.bash("gzip -t '\(target)'").status == 0)
      #expect(try Self.json("summary", target, []) == Self.json("summary", dump, []))
    }
  }

  @Test func throughPipes() throws {
    let run = try CommandRun.bash(
      "set -o pipefail; gzip -dc '\(Self.all[1].dump)' | $REFWALK redact - --to - | $REFWALK summary - --format json")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let before = try CommandRun.refwalk("summary", Self.all[1].dump, "--format", "json").jsonObject()
    #expect(try run.jsonObject()["objects"] as? Int == before["objects"] as? Int)
  }

  /// What cannot be redacted ends in one line, and leaves no file.
  @Test func whatCannotBeDoneIsOneLine() throws {
    try TemporaryFolder.with { folder in
      let text = folder.appending(path: "text").path
      try Data("no dump at all\n".utf8).write(to: URL(filePath: text))
      let webkit = folder.appending(path: "webkit.json").path
      try Data(#"{"version":2,"type":"Inspector","nodes":[0,0,0,0],"nodeClassNames":["<root>"]}"#.utf8)
        .write(to: URL(filePath: webkit))
      let target = folder.appending(path: "out").path
      expectOneLine(try CommandRun.refwalk("redact", text, "--to", target), "refwalk: \(text): not a heap dump")
      expectOneLine(
        try CommandRun.refwalk("redact", webkit, "--to", target),
        "refwalk: \(webkit): not a heap dump but a heap snapshot of JavaScriptCore")
      expectOneLine(
        try CommandRun.refwalk("redact", CommandRun.after, "--to", target, "--executable", text),
        "refwalk: \(text): executable")
      expectOneLine(
        try CommandRun.refwalk("redact", CommandRun.after, "--to", "/dev/full"),
        "refwalk: /dev/full: cannot be written: No space left on device")
      expectOneLine(
        try CommandRun.refwalk("redact", CommandRun.after), "refwalk: Missing expected argument '--to <file>'")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["text", "webkit.json"])
    }
  }

  @Test func aDumpThatIsCutShort() throws {
    try TemporaryFolder.with { folder in
      let dump = folder.appending(path: "cut.hprof").path
      let target = folder.appending(path: "out.hprof").path
      _ = try CommandRun.bash("gzip -dc '\(Self.all[1].dump)' | head -c 3000000 > '\(dump)'")
      let run = try CommandRun.refwalk("redact", dump, "--to", target)
      #expect(run.status == 0)
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(run.errors.hasPrefix("refwalk: \(dump): warning: CUT SHORT, only what is whole is written: "))
      for key in ["objects", "bytes", "references", "classes"] {
        let before = try CommandRun.refwalk("summary", dump, "--format", "json").jsonObject()
        let after = try CommandRun.refwalk("summary", target, "--format", "json").jsonObject()
        #expect(before[key] as? Int == after[key] as? Int, "\(key)")
      }
    }
  }
}
