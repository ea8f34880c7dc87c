import Foundation
import Glibc
import Testing

/// Finding things, cutting them in thought, and the terminals that it is done in.
@Suite struct JourneyFindTests {
  @Test func fromATextToWhatACutWouldFree() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser(columns: 110)
    // What strings hold, looked for while the screen goes on.
    try session.sendText("/\"session-0")
    try session.waitFor("/\"session-0")
    try session.send("Enter")
    try session.waitFor("Found › \"session-0\"")
    let found = try session.waitFor("row 1 of ")
    #expect(found.contains("session-0"))
    try session.send("t")
    try session.waitFor("Retention")
    // By name in the tree, also where it is folded.
    try session.send("g")
    try session.sendText("/CachedSession")
    try session.waitFor("1 of 404 matches")
    try session.send("Enter", "n")
    // The tables of the map have no rows here.
    try session.waitFor("5 of 404 matches, past 3 inside of the collection")
    // One reference is cut in thought; what it frees is said at once.
    try session.send("g", "Down", "B")
    try session.waitFor("≠ frees ")
    try session.send("Down")
    try session.waitFor("≠ 1 cut in thought: frees")
    try session.send("1", "x")
    try session.waitFor("export the cuts as text to:")
    try session.send("C-u")
    try session.sendText(journey.path("cuts.txt"))
    try session.send("Enter")
    try session.waitFor("1 cut in thought exported to")
    let text = try journey.text(journey.path("cuts.txt"))
    #expect(text.contains("Cuts in thought") && text.contains("root global main.sessionCache --> "))
    try session.send("R")
    try session.waitFor("restored")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  /// A program that writes its next dump over the one that is open makes that one empty first.
  @Test func aDumpThatBecomesShorterEndsInALine() throws {
    let journey = try JourneyFolder()
    let dump = journey.path("plain.heapdump")
    let session = try journey.shell(columns: 100, rows: 24, environment: [:])
    try JourneyFolder.type("gzip -dc $DUMP > \(dump); $REFWALK \(dump) --executable $EXECUTABLE", in: session)
    try session.waitFor("Suspects")
    #expect(truncate(dump, 0) == 0)
    try session.send("4", "Enter", "i")
    try session.waitFor("refwalk: the file became shorter while it was open; marks are on disk")
    try JourneyFolder.type("echo status-$?", in: session)
    try session.waitFor("status-2")
    try JourneyFolder.expectUsable(session)
  }

  @Test func listsAreFilteredAndPastedInto() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.sendText("4fmain.")
    try session.waitFor("filter: main.")
    try session.send("Enter")
    try session.waitFor("by retained size · filter: main.")
    // Ten thousand characters into a prompt: what is typed afterwards is still taken.
    try session.send("f", "C-u")
    try session.paste(String(repeating: "pasted ", count: 1430) + "end")
    try session.waitFor("ed end")
    try session.send("C-u")
    try session.sendText("map")
    try session.send("Enter")
    try session.waitFor("filter: map")
    try session.send("Escape", "/")
    try session.paste(String(repeating: "例", count: 10_000))
    try session.waitFor("例例例例")
    try session.send("C-u")
    // Key by key they are ten thousand texts to search for: only the last one is.
    try session.paste(String(repeating: "key ", count: 2500) + "last", isMarked: false)
    try session.waitFor("key last")
    try session.send("C-u")
    try session.sendText("runtime")
    try session.waitFor("/runtime")
    try session.send("Enter")
    try session.waitFor("found “runtime”")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func theMouseSelectsAndScrolls() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("4")
    try session.waitFor("row 1 of ")
    #expect(try session.display("mouse_any_flag") == "0")
    try session.send("M")
    try session.waitFor("mouse on")
    #expect(try session.display("mouse_any_flag") == "1")
    /// All in one piece: clicks that come in one by one may be too far apart for a double one.
    func press(_ button: UInt8, row: UInt8, times: Int = 1) throws {
      // A button is let go too; a notch of the wheel is not.
      let codes: [UInt8] = button == 0 ? [0, 3] : [button]
      let reports = codes.map { "\u{1b}[M" + String(decoding: [0x20 + $0, 0x21 + 10, 0x21 + row], as: UTF8.self) }
      try session.sendText(String(repeating: reports.joined(), count: times))
    }
    try press(0, row: 6)
    try session.waitFor("mouse on")
    try session.send("Down")
    try session.waitFor("row 5 of ")
    // Three rows a notch of the wheel.
    try press(65, row: 6)
    try session.waitFor("row 8 of ")
    try press(64, row: 6)
    try session.waitFor("row 5 of ")
    try press(0, row: 3)
    try session.send("Up", "Enter")
    try session.waitFor("Classes › ")
    try session.waitFor("row 1 of ")
    // A click on a view's name opens it, two on a row open that.
    try press(0, row: 0)
    try session.waitFor("Suspects")
    try session.send("4")
    try session.waitFor("Classes")
    try press(0, row: 8, times: 2)
    try session.waitFor("Classes › ")
    try session.send("M")
    try session.waitFor("mouse off")
    #expect(try session.display("mouse_any_flag") == "0")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func whatIsCopiedIsOnTheClipboard() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("3")
    try session.waitFor("GC roots (")
    try session.send("Down", "y")
    try session.waitFor("copied: main.SessionCache @")
    #expect(try session.clipboard().hasPrefix("main.SessionCache @"))
    try session.send("p", "y")
    try session.waitFor("copied: global main.sessionCache")
    #expect(try session.clipboard().contains("global main.sessionCache → main.SessionCache @"))
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  /// The same screen on every terminal, drawn in colours that are read on dark and on light backgrounds.
  @Test func everyTerminalShowsTheSame() throws {
    let journey = try JourneyFolder()
    let session = try journey.shell()
    var screens: [String: String] = [:]
    for terminal in ["xterm", "xterm-256color", "screen", "tmux", "linux", "vt100"] {
      try JourneyFolder.type("clear; TERM=\(terminal) $REFWALK $DUMP --executable $EXECUTABLE", in: session)
      try session.waitFor("Suspects")
      try session.send("3")
      try session.waitFor("GC roots (")
      try session.send("Down", "Right", "Down")
      screens[terminal] = try session.waitFor("row 3 of ")
      let styled = try session.captureStyled()
      // Neither yellow, white nor blue text, and the background that the terminal has.
      let unreadable = try Regex("\u{1b}\\[([0-9;]*;)?(3[347]|9[347]|4[0-7]|10[0-7]|48;5;[0-9]+)[;m]")
      #expect(!styled.contains(unreadable), "\(terminal)\n\(styled)")
      #expect(terminal == "vt100" || styled.contains("\u{1b}[31m") || styled.contains(";31m"), "\(terminal) is red")
      try session.send("Q")
      try session.waitFor("ready$")
    }
    #expect(Set(screens.values).count == 1, "\(screens)")
    try JourneyFolder.expectUsable(session)
  }

  @Test func aLocaleWithoutUnicodeGetsASCII() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser(environment: ["LC_ALL": "C", "LANG": "C"])
    try session.send("2", "Enter")
    let screen = try session.waitFor("ends the cycle")
    #expect(screen.utf8.allSatisfy { $0 < 0x80 } && screen.contains("+----"))
    try session.send("3", "?")
    try session.waitFor("Keys - Retention")
    try session.send("q", "Q")
    try JourneyFolder.expectUsable(session)
  }

  /// Asked for while the dump is read, the retention tree opens when it is built; the rest does not take the place away.
  @Test func retentionOpensWhileTheRestIsAnalysed() throws {
    let journey = try JourneyFolder(copiesSample: false)
    let large = journey.path("large.heapdump")
    try JourneyTests.writeLargeDump(large, objects: 500_000)
    let session = try journey.shell()
    try JourneyFolder.type("$REFWALK \(large)", in: session)
    try session.waitFor("Opening large")
    try session.send("3")
    try session.waitFor("GC roots", seconds: 120)
    try session.send("?")
    try session.waitFor("Keys ─ Retention")
    // The steps, and then the overview in their place.
    try session.send("q", "1")
    try session.waitFor("Suspects", seconds: 120)
    try session.send("[")
    try session.waitFor("GC roots")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func resizedAndSuspendedWhileLoading() throws {
    let journey = try JourneyFolder(copiesSample: false)
    let large = journey.path("large.heapdump")
    try JourneyTests.writeLargeDump(large, objects: 2_500_000)
    let session = try journey.shell()
    try JourneyFolder.type("$REFWALK \(large)", in: session)
    try session.waitFor("Opening large")
    for (columns, rows) in [(160, 50), (20, 5), (60, 10), (100, 30)] {
      try session.resize(columns: columns, rows: rows)
      try session.send("?")
    }
    try session.send("C-z")
    try session.waitFor("Stopped")
    try session.resize(columns: 80, rows: 24)
    try JourneyFolder.type("fg", in: session)
    try session.waitFor("Opening large", "Suspects")
    try session.send("Escape")
    try session.waitFor("Suspects", seconds: 120)
    try session.send("3")
    try session.waitFor("GC roots")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }
}
