import Foundation
import Testing

/// Follows the walk that the README describes, by the keys that stand there.
@Suite struct ReadMeWalkTests {
  @Test func findsTheLeakInFiveKeys() throws {
    let readMe = try String(contentsOf: CommandRun.root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readMe.components(separatedBy: "in five keys\n").dropFirst().first)
    let line = try #require(section.components(separatedBy: "\n").first { $0.hasPrefix("`2`") })
    let keys = line.split(separator: "`").filter { $0 != " " }.map(String.init)
    #expect(keys.count == 5)
    let run = try CommandRun.refwalk(
      "browse", CommandRun.after, "--executable", CommandRun.executable, "--marks", "/nonexistent/marks", "--frame",
      "100x26", "--keys", keys.joined(separator: " "))
    #expect(run.status == 0)
    #expect(run.output.contains("GC root: global main.sessionCache"))
    #expect(run.output.contains("main.SessionCache"))
    #expect(run.output.contains("✗ entry   global main.sessionCache   frees 1.6 MiB"))
    #expect(run.output.contains("marked a, suspect"))
  }

  /// The screen that README shows is what the browser draws.
  @Test func showsAScreen() throws {
    let readMe = try String(contentsOf: CommandRun.root.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(readMe.range(of: "<!-- screen -->\n```\n"))
    let end = try #require(readMe.range(of: "```\n<!-- /screen -->"))
    let run = try CommandRun.refwalk(
      "browse", CommandRun.after, "--executable", CommandRun.executable, "--marks", "/nonexistent/marks", "--frame",
      "100x22", "--keys", "2 Space Enter b")
    #expect(run.status == 0)
    #expect(run.output == String(readMe[start.upperBound..<end.lowerBound]))
  }
}
