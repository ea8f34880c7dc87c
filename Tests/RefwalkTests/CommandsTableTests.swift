import Foundation
import Testing

@testable import refwalk

@Suite struct CommandsTableTests {
  @Test func objectsAgreeWithTheSummary() throws {
    let summary = try CommandRun.refwalk("summary", CommandRun.before, "--format", "json").jsonObject()
    let reachable = try #require(summary["reachable"] as? [String: Int])
    let components = try #require(summary["components"] as? [String: Any])
    let run = try CommandRun.refwalk("objects", CommandRun.before, "--format", "tsv")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.lines[0] == "#id\taddress\tclass\tshallow\tretained\tdominator\treachable\tcomponent")
    let rows = run.cells
    #expect(rows.count == summary["objects"] as? Int)
    #expect(rows.allSatisfy { $0.count == 8 })
    #expect(rows.map { $0[0] } == (1...rows.count).map(String.init))
    #expect(rows.allSatisfy { $0[1].hasPrefix("0x") && UInt64($0[1].dropFirst(2), radix: 16) != nil })

    let shallow = try rows.map { try #require(Int($0[3])) }
    let retained = try rows.map { try #require(Int($0[4])) }
    #expect(shallow.reduce(0, +) == summary["bytes"] as? Int)
    let live = rows.indices.filter { rows[$0][6] == "1" }
    #expect(live.count == reachable["objects"])
    #expect(live.reduce(0) { $0 + shallow[$1] } == reachable["bytes"])

    // What an object retains is itself and what those retain that it dominates immediately.
    var below = [Int](repeating: 0, count: rows.count + 1)
    for (index, row) in rows.enumerated() {
      if row[6] == "1" {
        below[try #require(Int(row[5]))] += retained[index]
      } else {
        #expect(row[5] == "-" && retained[index] == 0 && row[6] == "0")
      }
    }
    #expect(below[0] == reachable["bytes"])
    #expect(live.allSatisfy { retained[$0] == shallow[$0] + below[$0 + 1] })

    let members = rows.filter { $0[7] != "-" }
    #expect(members.count == components["objects"] as? Int)
    #expect(Set(members.map { $0[7] }).count == components["count"] as? Int)
    #expect(Dictionary(grouping: members) { $0[7] }.values.map(\.count).max() == components["largest"] as? Int)
  }

  @Test func objectsInJSONAreTheSame() throws {
    let table = try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv").cells
    let list = try CommandRun.refwalk("objects", CommandRun.after, "--format", "json").jsonList()
    #expect(list.count == table.count)
    for (object, row) in zip(list, table) {
      #expect(object["id"] as? Int == Int(row[0]))
      #expect(object["address"] as? String == row[1])
      #expect(object["class"] as? String == row[2])
      #expect(object["retained"] as? Int == Int(row[4]))
      #expect(object["dominator"] as? Int == Int(row[5]))
      #expect(object["reachable"] as? Bool == (row[6] == "1"))
      #expect(object["component"] as? Int == Int(row[7]))
    }
  }

  @Test func topObjectsAreThoseThatRetainMost() throws {
    let all = try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv").cells
    let top = try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv", "--top", "7").cells
    let expected = all.sorted { (-Int($0[4])!, Int($0[0])!) < (-Int($1[4])!, Int($1[0])!) }.prefix(7)
    #expect(top == Array(expected))
  }

  @Test func classesAddUp() throws {
    let summary = try CommandRun.refwalk("summary", CommandRun.before, "--format", "json").jsonObject()
    let reachable = try #require(summary["reachable"] as? [String: Int])
    let rows = try CommandRun.refwalk("classes", CommandRun.before, "--format", "tsv")
    #expect(rows.lines[0] == "#class\tobjects\tshallow\tretained")
    #expect(rows.cells.reduce(0) { $0 + Int($1[1])! } == reachable["objects"])
    #expect(rows.cells.reduce(0) { $0 + Int($1[2])! } == reachable["bytes"])
    let retained = rows.cells.map { Int($0[3])! }
    #expect(retained == retained.sorted(by: >))
    #expect(retained.allSatisfy { $0 <= reachable["bytes"]! })
    let all = try CommandRun.refwalk("classes", CommandRun.before, "--format", "tsv", "--all")
    #expect(all.cells.reduce(0) { $0 + Int($1[1])! } == summary["objects"] as? Int)
    #expect(all.cells.reduce(0) { $0 + Int($1[2])! } == summary["bytes"] as? Int)
    let json = try CommandRun.refwalk("classes", CommandRun.before, "--format", "json", "--top", "3").jsonList()
    #expect(json.map { $0["class"] as? String } == rows.cells.prefix(3).map { $0[0] })
  }

  @Test func rootsAreAllThere() throws {
    let summary = try CommandRun.refwalk("summary", CommandRun.after, "--format", "json").jsonObject()
    let roots = try #require(summary["roots"] as? [String: Any])
    let run = try CommandRun.refwalk(
      "roots", CommandRun.after, "--format", "tsv", "--executable", CommandRun.executable)
    #expect(run.lines[0] == "#kind\tname\tobject\taddress")
    #expect(run.cells.count == roots["total"] as? Int)
    let byKind = Dictionary(grouping: run.cells) { $0[0] }.mapValues(\.count)
    #expect(byKind == roots["byKind"] as? [String: Int])
    #expect(run.cells.contains { $0[1].contains("main.sessionCache") })
    let addresses = try CommandRun.refwalk("objects", CommandRun.after, "--format", "tsv").cells.map { $0[1] }
    #expect(run.cells.allSatisfy { addresses[Int($0[2])! - 1] == $0[3] })
    let top = try CommandRun.refwalk("roots", CommandRun.after, "--format", "json", "--top", "2").jsonList()
    #expect(top.count == 2)
    let text = try CommandRun.refwalk("roots", CommandRun.after)
    #expect(text.status == 0 && text.output.contains("bss"))
  }
}
