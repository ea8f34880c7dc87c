import Foundation
import Glibc
import Testing

/// A limit on memory that the kernel knows nothing of, in place of a control group's: it is met by the same guard.
@Suite struct MemoryLimitCommandTests {
  static let dumps = [
    CommandRun.after, CommandRun.root.appending(path: "Samples/jvm-leaks/jvm-leaks.hprof.gz").path,
    CommandRun.root.appending(path: "Samples/node-leaks/node-leaks.heapsnapshot.gz").path,
  ]

  /// Under every limit it is all that was asked for, or one line.
  @Test(arguments: dumps) func aCommandEndsInALine(_ dump: String) throws {
    let commands = ["export --below roots", "summary", "cycles --format json", "objects"]
    var told = 0
    for (index, mebibytes) in [4, 6, 8, 10, 12, 15, 19, 24, 30, 40, 60, 2000].enumerated() {
      let words = commands[index % commands.count].split(separator: " ", maxSplits: 1)
      let rest = words.count > 1 ? words[1] : ""
      let run = try CommandRun.bash(
        "REFWALK_MEMORY_LIMIT=\(mebibytes)MiB exec \"$REFWALK\" \(words[0]) '\(dump)' \(rest)")
      if run.status == 0 {
        #expect(mebibytes > 4)
        continue
      }
      told += 1
      #expect(mebibytes < 2000)
      #expect(run.status == 2, "\(mebibytes): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(mebibytes): \(run.errors)")
      #expect(run.errors.hasPrefix("refwalk: ") && run.errors.contains("not enough memory: "), "\(run.errors)")
      #expect(run.errors.contains("REFWALK_MEMORY_LIMIT allows \(mebibytes)"), "\(run.errors)")
    }
    #expect((1...11).contains(told), "\(told)")
  }

  /// Pages that are promised are not taken before they are touched: what fills them later must not go beyond the limit.
  @Test func whatIsFilledLaterStaysBelowTheLimit() throws {
    try TemporaryFolder.with { folder in
      let dump = folder.appending(path: "large.hprof").path
      // Each element refers to the array: 24 MB of references, whose rows are reserved at first and filled one by one.
      let elements: UInt32 = 3_000_000
      let element = withUnsafeBytes(of: JourneyForceTests.arrayAddress.bigEndian) { Array($0) }
      let references = repeatElement(element, count: Int(elements)).joined()
      try Data(JourneyForceTests.arrayDump(elements: elements) + references).write(to: URL(filePath: dump))
      for mebibytes in [16, 24, 32, 40] {
        let run = try CommandRun.bash(
          """
          REFWALK_MEMORY_LIMIT=\(mebibytes)MiB "$REFWALK" summary '\(dump)' & id=$!; most=0
          while read -r word kilobytes _ < <(grep RssAnon /proc/$id/status 2>/dev/null); do
            [ "${kilobytes:-0}" -gt $most ] && most=$kilobytes
          done
          wait $id; echo "status-$? $most"
          """)
        let words = run.lines.last?.split(separator: " ").map(String.init) ?? []
        #expect(words.first == "status-2", "\(run.output) \(run.errors)")
        #expect(words.last.flatMap { Int($0) } ?? .max < mebibytes << 10, "\(words)")
      }
    }
  }

  @Test func aLimitThatIsNoNumber() throws {
    let run = try CommandRun.bash("REFWALK_MEMORY_LIMIT=mu$'\\n'ch exec \"$REFWALK\" summary '\(CommandRun.after)'")
    expectOneLine(run, "refwalk: REFWALK_MEMORY_LIMIT is not a number of bytes, as 512MiB is: ")
    // As if it were not there.
    #expect(try CommandRun.bash("REFWALK_MEMORY_LIMIT= exec \"$REFWALK\" summary '\(CommandRun.after)'").status == 0)
  }

  /// While it loads, analyses, and is looked through: the terminal is given back, and the line can be read.
  @Test func theTerminalIsGivenBack() throws {
    let journey = try JourneyFolder()
    let session = try journey.shell(columns: 160)
    var ends: Set<String> = []
    for (number, mebibytes) in [6, 8, 10, 12, 14, 16, 20, 2000].enumerated() {
      let end = "end-\(number)-status-"
      try JourneyFolder.type("clear; REFWALK_MEMORY_LIMIT=\(mebibytes)M $REFWALK $DUMP; echo \(end)$?", in: session)
      try session.waitFor("Suspects", end + "2")
      for key in ["2", "Enter", "b", "B", "p", "4", "Enter", "3", "T"] {
        guard try !session.capture().contains(end + "2") else { break }
        try session.send(key)
        usleep(30_000)
      }
      if try !session.capture().contains(end + "2") { try session.send("Escape", "Q") }
      let screen = try session.waitFor(end + "2", end + "0")
      ends.insert(screen.contains(end + "2") ? "line" : "done")
      if screen.contains(end + "2") {
        #expect(screen.contains("REFWALK_MEMORY_LIMIT allows \(mebibytes)"), "\(screen)")
      }
      try JourneyFolder.expectUsable(session)
    }
    #expect(ends == ["line", "done"])
  }
}
