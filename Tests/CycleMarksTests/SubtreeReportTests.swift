import CycleMarks
import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing
import TextSafety

@Suite struct SubtreeReportTests {
  /// A list of `count` leaves of two classes below a root object that is in a ring, and one large leaf.
  private func heap(_ count: Int) throws -> HeapAnalysis {
    var heap = SampleHeap()
    let owner = heap.add("Owner\u{1b}[1m")
    let peer = heap.add("Peer \"&\\")
    heap.refer(owner, ".peer", peer)
    heap.refer(peer, ".owner", owner)
    heap.refer(owner, ".large", heap.add("Large", 100_000))
    for number in 0..<count {
      heap.refer(owner, ".leaf", number % 2 == 0 ? heap.add("Even", 1000) : heap.add("Odd", 10))
    }
    heap.builder.addRoot(owner, name: "global head")
    return try heap.analysis()
  }

  @Test func largeAloneSmallByClassTheOthersCounted() throws {
    let analysis = try heap(100)
    let report = try SubtreeReport(below: .root, analysis: analysis, minimum: 5000)
    let text = report.render(.text)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("What the roots keep alive in "))
    #expect(lines[1].contains("objects of 4.9 KiB and more"))
    #expect(lines[2].hasSuffix("GC roots"))
    #expect(lines[3].contains("100.0 %    global head Owner·[1m") && lines[3].hasSuffix("↻"))
    #expect(lines[4].contains("97.7 KiB") && lines[4].contains(".large Large"))
    #expect(lines[5].contains("48.8 KiB") && lines[5].hasSuffix("50 × Even"))
    // Peer and the odd ones.
    #expect(lines[6].contains("516 B") && lines[6].hasSuffix("51 more"))
    #expect(lines.count == 7 && report.nodeCount == 5)
  }

  /// A least size that would show too much grows until it does not.
  @Test func neverTooMuch() throws {
    let analysis = try heap(3000)
    let report = try SubtreeReport(below: .root, analysis: analysis, minimum: 0)
    #expect(report.nodeCount <= SubtreeReport.limit + 40 && report.minimum > 1000)
    let whole = try SubtreeReport(below: .root, analysis: try heap(100), minimum: 0)
    #expect(whole.minimum == 1 && whole.nodeCount == 104)
  }

  @Test(arguments: MarksReport.Format.allCases) func noControlCharacters(format: MarksReport.Format) throws {
    for analysis in [try heap(10), try SampleHeap.hostile()] {
      let text = try SubtreeReport(below: .root, analysis: analysis, minimum: 1).render(format)
      #expect(text.hasSuffix("\n") && !text.contains("SECRET"))
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        #expect(!line.unicodeScalars.contains(where: SafeText.isUnsafe), "\(line.debugDescription)")
      }
    }
  }

  @Test func jsonIsJSON() throws {
    let text = try SubtreeReport(below: .root, analysis: try heap(100), minimum: 5000).render(.json)
    let top = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let nodes = try #require(top["nodes"] as? [[String: Any]])
    #expect(nodes.count == 5 && top["minimumBytes"] as? Int == 5000)
    #expect(nodes.map { $0["kind"] as? String } == ["object", "object", "object", "group", "rest"])
    #expect(nodes.map { $0["parent"] as? Int } == [nil, 0, 1, 1, 1])
    #expect(nodes[1]["inCycle"] as? Bool == true && nodes[3]["objects"] as? Int == 50)
  }

  @Test func drawing() throws {
    let dot = try SubtreeReport(below: .root, analysis: try heap(100), minimum: 10).render(.dot)
    #expect(dot.contains("label=\"Peer \\\"&amp;\\\\\\n0x"))
    #expect(dot.contains("color=red") && dot.contains("n0 -> n1 [label=\"global head\""))
  }

  @Test func cancelled() throws {
    let progress = WorkProgress()
    progress.cancel()
    let analysis = try heap(10)
    #expect(throws: Cancelled.self) {
      try SubtreeReport(below: .root, analysis: analysis, minimum: 1, progress: progress)
    }
  }
}
