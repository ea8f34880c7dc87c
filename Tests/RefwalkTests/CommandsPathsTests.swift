import Foundation
import Testing

@testable import refwalk

@Suite struct CommandsPathsTests {
  @Test func anObjectIsNamedInThreeWays() throws {
    let row = try #require(
      try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv").cells.first { $0[7] != "-" })
    let names = ["#" + row[0], row[1], "@" + row[1].dropFirst(2)]
    let runs = try names.map { try CommandRun.refwalk("paths", CommandRun.after, $0) }
    #expect(runs.allSatisfy { $0.status == 0 && $0.errors.isEmpty })
    #expect(Set(runs.map(\.output)).count == 1)
    #expect(runs[0].output.hasPrefix("#\(row[0]) "))
    #expect(runs[0].output.contains("\n1. "))
  }

  @Test func everyHopIsAReferenceOfTheOneBefore() throws {
    let objects = try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv").cells
    let roots = Set(try CommandRun.refwalk("roots", CommandRun.after, "--format", "tsv").cells.map { $0[2] })
    let target = try #require(objects.last { $0[6] == "1" && $0[7] != "-" })
    let run = try CommandRun.refwalk("paths", CommandRun.after, "#" + target[0], "--format", "json")
    let paths = try #require(try run.jsonObject()["paths"] as? [[String: Any]])
    #expect(!paths.isEmpty && paths.count <= 10)
    var lengths: [Int] = []
    for path in paths {
      let hops = try #require(path["hops"] as? [[String: Any]])
      lengths.append(hops.count)
      let ids = hops.compactMap { $0["object"] as? Int }
      #expect(ids.last == Int(target[0]))
      #expect(Set(ids).count == ids.count)
      #expect(roots.contains("\(ids[0])"))
      #expect(hops[0]["field"] is NSNull)
      #expect(hops.dropFirst().allSatisfy { ($0["field"] as? String)?.isEmpty == false })
    }
    #expect(lengths == lengths.sorted())
  }

  @Test func topLimitsThePaths() throws {
    let roots = try CommandRun.refwalk("roots", CommandRun.after, "--format", "tsv").cells
    let most = try #require(Dictionary(grouping: roots) { $0[2] }.max { $0.value.count < $1.value.count })
    let run = try CommandRun.refwalk("paths", CommandRun.after, "#" + most.key, "--format", "json", "--top", "1")
    #expect((try run.jsonObject()["paths"] as? [Any])?.count == 1)
  }

  @Test func garbageHasNoPath() throws {
    let objects = try CommandRun.refwalk("objects", CommandRun.before, "--format", "tsv").cells
    let garbage = try #require(objects.first { $0[6] == "0" })
    let run = try CommandRun.refwalk("paths", CommandRun.before, garbage[1])
    #expect(run.status == 0)
    #expect(run.output.contains("no root reaches it"))
  }

  @Test(arguments: ["#0", "12", "0x", "0xzz", "#-1", "@", "", "0x+1"])
  func badNamesAreUsageErrors(_ name: String) throws {
    let run = try CommandRun.refwalk("paths", CommandRun.after, name)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
  }

  @Test(arguments: ["#999999", "0x10", "@ffffffffffffffff"])
  func unknownObjectsAreErrors(_ name: String) throws {
    let run = try CommandRun.refwalk("paths", CommandRun.after, name)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("refwalk: \(CommandRun.after): no object is at "))
  }
}
