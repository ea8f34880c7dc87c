import Foundation
import Testing

@testable import refwalk

/// Pictures, drawn by the `dot` that is installed with what the tests need.
@Suite struct PictureTests {
  private static let dump = [CommandRun.after, "--executable", CommandRun.executable]

  private func export(_ arguments: String...) throws -> CommandRun {
    try CommandRun.run(CommandRun.program, ["export"] + Self.dump + arguments)
  }

  @Test func subtreeInEveryForm() throws {
    let text = try export("--below", "roots", "--least", "20k")
    #expect(text.status == 0 && text.output.contains("400 × main.CachedSession"))
    #expect(try export("--below", "#92").output.hasPrefix("What main.SessionCache 0x"))
    #expect(try export("--below", "roots", "--format", "markdown").output.hasPrefix("# "))
    let json = try export("--below", "roots", "--format", "json").output
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    #expect(try export("--below", "roots", "--format", "dot").output.hasPrefix("digraph"))
    let picture = try export("--below", "roots", "--least", "20k", "--format", "svg")
    #expect(picture.status == 0 && picture.output.contains("<svg") && picture.output.contains("main.SessionCache"))
  }

  @Test func pictureInAFile() throws {
    try TemporaryFolder.with { folder in
      let file = folder.appending(path: "heap.png").path
      let run = try export("--below", "roots", "--format", "png", "--output", file)
      #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
      #expect(try Data(contentsOf: URL(filePath: file)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".part") })
    }
  }

  @Test func errorsAreOneLine() throws {
    let missing = try export("--below", "roots", "--format", "png", "--output", "/dev/null/x.png")
    #expect(
      missing.status == 2 && missing.errors.hasPrefix("refwalk: ") && missing.errors.filter(\.isNewline).count == 1)
    let alone = try CommandRun.bash(
      "PATH=/nowhere \"$REFWALK\" export '\(CommandRun.after)' --below roots --format svg")
    #expect(alone.status == 2 && alone.errors.contains("install graphviz") && alone.output.isEmpty)
    #expect(try export("--least", "1k").status != 0)
    #expect(try export("--below", "#99999999").errors.contains("no object is at #99999999"))
    #expect(try export("--below", "nonsense").status != 0)
  }
}
