import Foundation
import Testing

@testable import refwalk

@Suite struct CommandsSummaryTests {
  @Test func figuresOfTheSample() throws {
    let run = try CommandRun.refwalk("summary", CommandRun.after, "--format", "json")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let summary = try run.jsonObject()
    #expect(summary["format"] as? String == "Go heap dump")
    #expect(summary["objects"] as? Int == 9864)
    #expect(summary["bytes"] as? Int == 2_257_480)
    let reachable = try #require(summary["reachable"] as? [String: Int])
    let unreachable = try #require(summary["unreachable"] as? [String: Int])
    #expect(reachable == ["objects": 9861, "bytes": 2_257_432])
    #expect(unreachable == ["objects": 3, "bytes": 48])
    let roots = try #require(summary["roots"] as? [String: Any])
    let byKind = try #require(roots["byKind"] as? [String: Int])
    #expect(roots["total"] as? Int == byKind.values.reduce(0, +))
    #expect(byKind["bss", default: 0] > 0)
    let checks = try #require(summary["checks"] as? [[String: Any]])
    #expect(checks.map { $0["name"] as? String } == ["MemStats.HeapObjects", "MemStats.HeapAlloc"])
    #expect(checks.allSatisfy { $0["holds"] as? Bool == true && $0["expected"] as? Int == $0["found"] as? Int })
    #expect(summary["truncated"] is NSNull)
  }

  @Test func keysAreAllThereAndInOrder() throws {
    let run = try CommandRun.refwalk("summary", CommandRun.after, "--format", "json")
    let summary = try run.jsonObject()
    #expect(Set(summary.keys) == Set(SummaryKey.allCases.map(\.rawValue)))
    // Keys of the outermost object stand two spaces in.
    let order = run.lines.compactMap { line in
      line.hasPrefix("  \"") ? String(line.dropFirst(3).prefix { $0 != "\"" }) : nil
    }
    #expect(order == SummaryKey.allCases.map(\.rawValue))
    let components = try #require(summary["components"] as? [String: Any])
    #expect(Set(components.keys) == Set(SummaryKey.Components.allCases.map(\.rawValue)))
    let suspects = try #require(summary["suspects"] as? [[String: Any]])
    #expect(!suspects.isEmpty)
    #expect(suspects.allSatisfy { Set($0.keys) == Set(SummaryKey.Suspect.allCases.map(\.rawValue)) })
  }

  @Test func onePolicyForBoth() throws {
    func components(_ arguments: [String]) throws -> (policy: String?, count: Int?, omitted: Int?) {
      let run = try CommandRun.run(
        CommandRun.program, ["summary", CommandRun.after, "--format", "json"] + arguments)
      let summary = try run.jsonObject()
      let components = summary["components"] as? [String: Any]
      return (components?["policy"] as? String, components?["count"] as? Int, summary["omittedReferences"] as? Int)
    }
    let standard = try components([])
    let application = try components(["--policy", "application"])
    let retaining = try components(["--policy", "retaining"])
    #expect(standard.policy == "application" && application.policy == "application")
    #expect(standard.count == application.count)
    #expect(retaining.policy == "retaining")
    #expect(retaining.omitted == 0)
    #expect(try #require(standard.omitted) > 0)
  }

  @Test func textNamesSuspectsAndChecks() throws {
    let run = try CommandRun.refwalk("summary", CommandRun.after, "--executable", CommandRun.executable)
    #expect(run.status == 0)
    #expect(run.output.contains("9,864 objects, 2,257,480 bytes"))
    #expect(run.output.contains("MemStats.HeapObjects 9,864 matches"))
    #expect(run.output.contains("main.sessionCache"))
  }
}
