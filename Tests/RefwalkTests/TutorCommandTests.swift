import Foundation
import Testing

@testable import refwalk

@Suite struct TutorCommandTests {
  @Test func fromTheSources() throws {
    let run = try CommandRun.refwalk("tutor", "--keys", "2 Enter", "--frame", "100x30")
    #expect(run.status == 0 && run.output.contains("refwalk tutor: step 3 of 10"), "\(run.errors)")
    #expect(run.output.contains("main.SessionCache"))
    #expect(try CommandRun.refwalk("tutor", "--keys", "nonsense key", "--ascii").status == 2)
  }

  /// What make install puts in place is all that the walk needs; uninstall takes it away again.
  @Test func installed() throws {
    try TemporaryFolder.with { folder in
      let make = "make --no-print-directory -C '\(CommandRun.root.path)' SWIFT=no-swift-here"
      let to = "BINARY='\(CommandRun.program)' PREFIX=/opt/refwalk DESTDIR='\(folder.path)'"
      let install = try CommandRun.bash("\(make) install \(to)")
      #expect(install.status == 0, "\(install.errors)")
      let program = folder.path + "/opt/refwalk/bin/refwalk"
      let run = try CommandRun.run(program, ["tutor", "--keys", "2", "--frame", "80x24"])
      #expect(run.status == 0 && run.output.contains("step 2 of 10"), "\(run.errors)")
      #expect(run.output.contains("main.CachedSession"))
      let found = try TutorCommand.sampleFolder(program: program)
      #expect(found == folder.path + "/opt/refwalk/share/refwalk/go-leaks")
      // A program without its sample says where it should be.
      try FileManager.default.removeItem(atPath: folder.path + "/opt/refwalk/share/refwalk")
      let alone = try CommandRun.run(program, ["tutor", "--frame", "80x24"])
      #expect(alone.status == 2 && alone.output.isEmpty && alone.errors.filter(\.isNewline).count == 1)
      #expect(alone.errors.contains("/opt/refwalk/share/refwalk/go-leaks"))
      let uninstall = try CommandRun.bash("\(make) uninstall \(to)")
      #expect(uninstall.status == 0, "\(uninstall.errors)")
      #expect(!FileManager.default.fileExists(atPath: program))
    }
  }

  @Test func inATerminal() throws {
    let journey = try JourneyFolder(copiesSample: false)
    let session = try journey.shell(environment: ["TMPDIR": journey.folder.path])
    try JourneyFolder.type("$REFWALK tutor", in: session)
    try session.waitFor("step 1 of 10")
    try session.send("2", "Enter")
    try session.waitFor("ends the cycle")
    try session.send("b", "b")
    try session.waitFor("step 4 of 10")
    try session.send("Space")
    try session.waitFor("5 Marks 1")
    try session.send("Q")
    try JourneyFolder.expectUsable(session)
    // Nothing stays, neither beside the sample nor where the marks were.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: journey.folder.path).allSatisfy { !$0.contains("tutor") })
    #expect(!FileManager.default.fileExists(atPath: CommandRun.after + ".marks"))
  }
}
