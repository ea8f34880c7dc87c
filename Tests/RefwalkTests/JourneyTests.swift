import Foundation
import Glibc
import Testing

/// What people do with refwalk, done with the program itself in a terminal.
@Suite struct JourneyTests {
  @Test func fromARootToACycleThatStaysMarkedThoughTheProgramIsKilled() throws {
    let journey = try JourneyFolder()
    do {
      let session = try journey.browser()
      // From the root in the retention tree to the object it holds, and to the cycle that one is in.
      try session.send("3")
      try session.waitFor("GC roots (127)")
      try session.send("Down", "c")
      try session.waitFor("405 objects · 1,604 references")
      try session.send("m")
      try session.waitFor("Verdict")
      try session.sendText("never evicted; 例 #1182")
      try session.waitFor("#1182")
      try session.send("Enter")
      // The file is there as soon as the screen says that the mark is kept.
      try session.waitFor("kept a, suspect")
      let process = try JourneyFolder.processID(in: session)
      #expect(kill(process, SIGKILL) == 0)
      try session.waitFor("Killed")
    }
    #expect(try journey.text(journey.marks).contains("never evicted; 例 #1182"))
    let session = try journey.browser()
    try session.waitFor("5 Marks 1")
    try session.send("5")
    let screen = try session.waitFor("never evicted; 例 #1182")
    #expect(screen.contains("● suspect"))
    try session.send("Enter")
    try session.waitFor("405 objects · 1,604 references")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func suspendedAndContinued() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("2", "Down", "Down")
    let before = try session.waitFor("row 3 of 12")
    try session.send("C-z")
    try session.waitFor("Stopped")
    try JourneyFolder.expectUsable(session)
    try session.resize(columns: 100, rows: 30)
    try JourneyFolder.type("fg", in: session)
    try session.waitFor("row 3 of 12")
    try session.send("Down")
    try session.waitFor("row 4 of 12")
    try session.resize(columns: 80, rows: 24)
    try session.send("Up")
    #expect(try session.waitFor("row 3 of 12") == before)
    // A second time, with a prompt open.
    try session.sendText("fmain")
    try session.waitFor("filter: main")
    try session.send("C-z")
    try JourneyFolder.expectUsable(session)
    try JourneyFolder.type("fg", in: session)
    try session.waitFor("filter: main")
    try session.send("Enter", "Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func aLongPasteIntoANoteOutlivesSuspensionAndResizing() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("m")
    try session.waitFor("Verdict")
    // A word of its own is in one line at any width.
    let text = String(repeating: "0123456789", count: 999) + " endofnote!"
    try session.paste(text)
    try session.waitFor("endofnote!")
    try session.send("C-z")
    try session.waitFor("Stopped")
    try session.resize(columns: 120, rows: 40)
    try JourneyFolder.type("fg", in: session)
    try session.waitFor("endofnote!")
    for (columns, rows) in [(20, 5), (60, 10), (80, 24)] { try session.resize(columns: columns, rows: rows) }
    try session.waitFor("endofnote!")
    try session.paste(String(repeating: " key by key", count: 900) + " endofkeys", isMarked: false)
    try session.waitFor("endofkeys")
    try session.send("C-w")
    try session.sendText("typed")
    try session.waitFor("typed")
    try session.send("Enter")
    try session.waitFor("kept a")
    #expect(try journey.text(journey.marks).contains(text + String(repeating: " key by key", count: 900) + " typed"))
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func resizedToAlmostNothingAndBack() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("2", "Down", "Down", "Down", "Enter", "Enter")
    try session.waitFor("ends the cycle")
    // The cuts are weighed off the screen.
    let before = try session.waitUntilGone("weighing cuts")
    try session.resize(columns: 20, rows: 5)
    try session.waitFor("needs 60×10")
    try session.send("Down")
    try session.resize(columns: 160, rows: 50)
    try session.waitFor("object 2 of 2")
    try session.waitFor("Path from the nearest root")
    try session.send("Up")
    try session.waitFor("object 1 of 2")
    try session.resize(columns: 80, rows: 24)
    try session.waitUntilGone("Path from the nearest root")
    #expect(try session.waitFor("object 1 of 2") == before)
    // With a prompt open that holds text.
    try session.send("m")
    try session.sendText("a note")
    try session.waitFor("a note")
    for (columns, rows) in [(20, 5), (60, 10), (200, 60), (61, 11), (80, 24)] {
      try session.resize(columns: columns, rows: rows)
    }
    try session.waitFor("a note")
    try session.send("Enter")
    try session.waitFor("kept a")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func whatIsExportedIsWhatTheCommandExports() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("Space", "Down", "Space")
    try session.waitFor("5 Marks 2")
    for (tabs, name) in ["text", "markdown", "html", "json", "dot", "svg"].enumerated() {
      try session.send("x")
      try session.waitFor("export the marks as text to:")
      for _ in 0..<tabs { try session.send("Tab") }
      try session.waitFor("export the marks as \(name) to:")
      try session.send("C-u")
      try session.sendText(journey.path(name))
      try session.waitFor("/\(name)")
      try session.send("Enter")
      try session.waitFor("2 marks exported to")
      let command = try CommandRun.refwalk(
        "export", journey.dump, "--executable", CommandRun.executable, "--format", name)
      #expect(command.status == 0, "\(command.errors)")
      #expect(try journey.text(journey.path(name)) == command.output)
      try session.send("Escape")
      try session.waitUntilGone("exported to")
    }
    try session.send("x", "C-u")
    try session.sendText("/no/such/folder/file")
    try session.send("Enter")
    try session.waitFor("not exported")
    // What is there already is not replaced unasked, and the dump not at all.
    func export(to path: String) throws {
      try session.send("Escape", "x", "C-u")
      try session.sendText(path)
      try session.send("Enter")
    }
    let before = try journey.text(journey.path("json"))
    for answer in ["n", "Enter", "Escape"] {
      try export(to: journey.path("json"))
      try session.waitFor("replace json?")
      try session.send(answer)
      try session.waitUntilGone("replace json?")
    }
    #expect(try journey.text(journey.path("json")) == before)
    try export(to: journey.path("json"))
    try session.waitFor("replace json?")
    try session.send("y")
    try session.waitFor("2 marks exported to")
    #expect(try journey.text(journey.path("json")) == journey.text(journey.path("text")))
    try export(to: journey.dump)
    try session.waitFor("is the dump itself")
    try export(to: "-")
    try session.waitFor("the terminal is taken")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT]) func aSignalGivesTheTerminalBack(signal: Int32) throws {
    let journey = try JourneyFolder()
    let session = try journey.browser()
    try session.send("M", "2", "Enter")
    try session.waitFor("ends the cycle")
    #expect(kill(try JourneyFolder.processID(in: session), signal) == 0)
    try JourneyFolder.expectUsable(session)
  }

  @Test func twoOnOneDumpKeepBothMarks() throws {
    let journey = try JourneyFolder()
    let first = try journey.browser()
    let second = try journey.browser()
    try first.send("2", "m")
    try first.sendText("from the first")
    try first.send("Enter")
    try first.waitFor("kept a")
    try second.send("2", "Down", "m")
    try second.sendText("from the second")
    try second.send("Enter")
    try second.waitFor("5 Marks 2")
    // The first looks for what others have written when nothing else is to be done.
    try first.waitFor("5 Marks 2")
    let text = try journey.text(journey.marks)
    #expect(text.contains("from the first") && text.contains("from the second"))
    try first.send("5")
    try first.waitFor("from the second")
    try first.send("Q")
    try second.send("Q")
    try JourneyFolder.expectUsable(first)
    try JourneyFolder.expectUsable(second)
  }

  @Test func aLoadIsStoppedAtOnce() throws {
    let journey = try JourneyFolder(copiesSample: false)
    let large = journey.path("large.heapdump")
    try Self.writeLargeDump(large, objects: 2_500_000)
    for (keys, status) in [("C-c", "130"), ("q", "130")] {
      let session = try journey.shell()
      try JourneyFolder.type("$REFWALK \(large); echo status $?", in: session)
      try session.waitFor("Reading records")
      try session.send(keys)
      // One that has gone on for long is not lost to one key.
      if keys == "q", try session.waitFor("quit?", "status ").contains("quit?") { try session.send("y") }
      try session.waitFor("status \(status)")
      try JourneyFolder.expectUsable(session)
    }
  }

  @Test func linesThatCannotBeReadAreReportedAndKept() throws {
    let journey = try JourneyFolder()
    do {
      let session = try journey.browser()
      try session.send("Space")
      try session.waitFor("5 Marks 1")
      try session.send("Q")
      try JourneyFolder.expectUsable(session)
    }
    let hostile = "not a mark \u{1b}[31m\u{7}\nneither\tis\tthis\n"
    try Data((journey.text(journey.marks) + hostile).utf8).write(to: URL(fileURLWithPath: journey.marks))
    let session = try journey.browser()
    try session.waitFor("passed over, and kept")
    try session.waitFor("5 Marks 1")
    try session.send("2", "Down", "Space")
    try session.waitFor("5 Marks 2")
    let text = try journey.text(journey.marks)
    #expect(text.contains("not a mark") && text.contains("neither\tis\tthis"))
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func aFileThatHoldsNoMarksIsLeftAlone() throws {
    let journey = try JourneyFolder()
    let text = "a letter to somebody\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: journey.marks))
    let session = try journey.browser(columns: 160)
    try session.waitFor("not a marks file")
    try session.send("Space", "Q")
    try JourneyFolder.expectUsable(session)
    #expect(try journey.text(journey.marks) == text)
  }

  @Test func marksThatCannotBeWrittenBesideTheDumpGoElsewhere() throws {
    let journey = try JourneyFolder()
    // No folder: also the superuser cannot write there.
    try Data().write(to: URL(fileURLWithPath: journey.path("file")))
    let session = try journey.browser(columns: 200, options: "--marks file/app.marks")
    try session.waitFor("marks go to")
    try session.send("Space")
    try session.waitFor("5 Marks 1")
    let state = journey.path("state/refwalk")
    let names = try FileManager.default.contentsOfDirectory(atPath: state).filter { $0.hasSuffix(".marks") }
    let name = try #require(names.first)
    #expect(try journey.text(state + "/" + name).contains("suspect"))
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  @Test func aTerminalWithoutACursorIsRefused() throws {
    let journey = try JourneyFolder()
    let session = try journey.shell()
    for terminal in ["dumb", "no-such-terminal"] {
      try JourneyFolder.type("clear; TERM=\(terminal) $REFWALK $DUMP; echo status $?", in: session)
      let screen = try session.waitFor("status 2")
      #expect(screen.contains("refwalk: "), "\(screen)")
    }
    try JourneyFolder.type("clear; $REFWALK $DUMP | cat; echo piped ${PIPESTATUS[0]}", in: session)
    try session.waitFor("piped 2")
    try JourneyFolder.expectUsable(session)
  }

  @Test func inASCIIAndWithoutColours() throws {
    let journey = try JourneyFolder()
    let session = try journey.browser(environment: ["NO_COLOR": "1"], options: "--ascii")
    try session.send("2", "Enter")
    let screen = try session.waitFor("ends the cycle")
    #expect(screen.utf8.allSatisfy { $0 < 0x80 })
    let styled = try session.captureStyled()
    // Bold and reverse, and no colours.
    let colours = try Regex("\u{1b}\\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])[;m]")
    #expect(styled.contains("\u{1b}[") && !styled.contains(colours), "\(styled)")
    try session.send("m")
    try session.paste(String(repeating: "pasted ", count: 1400) + "end")
    try session.waitFor("ed end")
    try session.send("Enter")
    try session.waitFor("kept a")
    #expect(try journey.text(journey.marks).contains("pasted end"))
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
  }

  /// Writes a dump of so many objects of 64 bytes, two references each: a tree.
  static func writeLargeDump(_ path: String, objects: Int) throws {
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var bytes = Array("go1.7 heap dump\n".utf8)
    func varint(_ value: UInt64) {
      var value = value
      while value >= 0x80 {
        bytes.append(UInt8(value & 0x7f) | 0x80)
        value >>= 7
      }
      bytes.append(UInt8(value))
    }
    func text(_ text: String) {
      varint(UInt64(text.utf8.count))
      bytes += Array(text.utf8)
    }
    let low: UInt64 = 0xc0_0000_0000
    for value in [6, 0, 8, low, low + UInt64(objects + 1) * 64] { varint(value) }
    text("amd64")
    text("go1.27.3")
    varint(2)
    for number in 1...objects {
      varint(1)
      varint(low + UInt64(number - 1) * 64)
      varint(64)
      for child in [2 * number, 2 * number + 1] {
        let address = child <= objects ? low + UInt64(child - 1) * 64 : 0
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: address >> UInt64(8 * shift))) }
      }
      bytes.append(contentsOf: repeatElement(0, count: 48))
      bytes += [1, 0, 1, 8, 0]
      if bytes.count > 1 << 20 {
        try file.write(contentsOf: bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    varint(0)
    try file.write(contentsOf: bytes)
  }
}
