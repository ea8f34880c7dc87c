import Foundation
import Glibc
import Testing

/// Comparing with an earlier dump, in a terminal.
@Suite struct JourneyDiffTests {
  @Test func fromWhatIsGoneToAMarkedCycle() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser(options: "--before '\(CommandRun.before)'")
    try session.waitFor("6 Diff: before.heapdump.gz is compared, 1 new, 7 grown, 1 shrunk, 10 gone")
    try session.send("6")
    try session.waitFor("row 1 of 19 · by retained growth")
    try session.sendText("fgone")
    try session.send("Enter")
    try session.waitFor("row 1 of 10")
    try session.send("Space")
    try session.waitFor("it is gone")
    try session.send("Escape")
    // The policies hold for both dumps: the earlier one is read again.
    try session.send(".")
    try session.waitFor("counting retaining references")
    try session.waitFor("retained Δ")
    try session.sendText("ftime.Timer")
    try session.send("Enter", "Space")
    try session.waitFor("● a")
    try session.send("Enter")
    try session.waitFor("Cycles › ")
    try session.send("[")
    try session.waitFor("filter: time.Timer")
    try session.send("Escape", "x")
    try session.waitFor("export the diff as text to:")
    try session.send("C-u")
    try session.sendText(journey.path("diff.txt"))
    try session.send("Enter")
    try session.waitFor("diff exported to")
    let exported = try journey.text(journey.path("diff.txt"))
    #expect(exported.contains("● a") && exported.contains("PooledBuffer"), "\(exported)")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
    #expect(try journey.text(journey.marks).contains("time.Timer"))
    #expect(!FileManager.default.fileExists(atPath: CommandRun.before + ".marks"))
  }

  @Test func readingTheEarlierOneIsStopped() throws {
    let journey = try JourneyFolder()
    let large = journey.path("large.heapdump")
    try JourneyTests.writeLargeDump(large, objects: 1_500_000)
    let session = try journey.browser(options: "--before \(large)")
    try session.send("6")
    try session.waitFor("large.heapdump is being read")
    try session.send("C-c")
    try session.waitFor("not compared: stopped")
    // All else goes on; and so does quitting while it is read.
    try session.send("2", "Enter")
    try session.waitFor("ends the cycle")
    try session.send("6", "Enter")
    try session.waitFor("large.heapdump is being read")
    try session.resize(columns: 100, rows: 30)
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  /// The next dump is opened with the marks of the one before.
  @Test func marksAreTakenOver() throws {
    let journey = try JourneyFolder()
    let early = journey.path("early.heapdump.gz")
    try FileManager.default.copyItem(atPath: CommandRun.before, toPath: early)
    let session = try journey.shell(columns: 110)
    try JourneyFolder.type("$REFWALK \(early) --executable $EXECUTABLE", in: session)
    try session.waitFor("Suspects")
    try session.send("2", "m")
    try session.waitFor("Verdict")
    try session.sendText("grows all day")
    try session.send("Enter")
    try session.waitFor("kept a, suspect")
    try session.send("Q")
    try session.waitFor("ready$")
    try JourneyFolder.type("clear; $REFWALK $DUMP --executable $EXECUTABLE --before \(early)", in: session)
    try session.waitFor("5 Marks 1")
    // They are this dump's own now: killed, and opened alone, it has them.
    kill(try JourneyFolder.processID(in: session), SIGKILL)
    try session.waitFor("Killed")
    try JourneyFolder.type("reset; clear; $REFWALK $DUMP --executable $EXECUTABLE", in: session)
    try session.waitFor("5 Marks 1")
    try session.send("5")
    try session.waitFor("grows all day")
    try session.waitFor("when it was marked in early.heapdump.gz")
    try session.send("Enter")
    try session.waitFor("Cycles › ")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func whatCannotBeComparedIsToldInOneLine() throws {
    let journey = try JourneyFolder()
    let java = CommandRun.root.appending(path: "Samples/jvm-leaks/jvm-leaks.hprof.gz").path
    for (earlier, why) in [("/nonexistent", "No such file"), (java, "cannot be compared with")] {
      let session = try journey.browser(columns: 200, options: "--before '\(earlier)'")
      try session.waitFor(why)
      try session.send("6")
      let screen = try session.waitFor("not compared: ")
      #expect(screen.contains(why))
      try session.send("Q")
      try JourneyFolder.expectUsable(session)
    }
  }
}
