import CycleMarks
import Foundation
import ReferenceGraph
import Testing
import TextSafety

@Suite struct MarksReportTests {
  @Test(arguments: MarksReport.Format.allCases)
  func shop(format: MarksReport.Format) throws {
    let analysis = try SampleHeap.shop()
    let report = MarksReport(analysis: analysis, marks: marks(on: analysis))
    try expectReport(report.render(format), as: "shop.\(format.fileExtension)")
  }

  @Test(arguments: MarksReport.Format.allCases)
  func hostile(format: MarksReport.Format) throws {
    let analysis = try SampleHeap.hostile()
    let report = MarksReport(analysis: analysis, marks: marks(on: analysis), options: .init(values: true))
    let text = report.render(format)
    try expectReport(text, as: "hostile.\(format.fileExtension)")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(!line.unicodeScalars.contains(where: SafeText.isUnsafe), "\(line.debugDescription)")
    }
  }

  @Test(arguments: MarksReport.Format.allCases)
  func noMarks(format: MarksReport.Format) throws {
    let report = MarksReport(analysis: try SampleHeap.shop(), marks: MarkSet())
    try expectReport(report.render(format), as: "none.\(format.fileExtension)")
  }

  @Test(arguments: MarksReport.Format.allCases)
  func stringsOnlyWhenAskedFor(format: MarksReport.Format) throws {
    for (analysis, secret) in [(try SampleHeap.shop(), "hunter2"), (try SampleHeap.hostile(), "SECRET")] {
      let marks = marks(on: analysis)
      let without = MarksReport(analysis: analysis, marks: marks).render(format)
      #expect(!without.contains(secret))
      let with = MarksReport(analysis: analysis, marks: marks, options: .init(values: true)).render(format)
      // A drawing has no room for values.
      #expect(with.contains(secret) == (format != .dot))
    }
  }

  @Test func jsonIsJSON() throws {
    for analysis in [try SampleHeap.shop(), try SampleHeap.hostile()] {
      let set = marks(on: analysis)
      let text = MarksReport(analysis: analysis, marks: set).render(.json)
      let top = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let marks = try #require(top["marks"] as? [[String: Any]])
      #expect(marks.compactMap { $0["letter"] as? String } == set.marks.map(\.letter.text))
      #expect(Set(marks.map { Set($0.keys) }).count == 1)
    }
  }

  /// Each member of a cycle is in the table of one mark only.
  @Test func componentsArePrintedOnce() throws {
    let analysis = try SampleHeap.shop()
    var set = MarkSet()
    for shape in analysis.shapes.indices {
      let ids = analysis.shapes[shape].components
      let report = analysis.report(on: ids[0])
      set.set(Mark(shape: shape, report: report, in: analysis, at: 0))
      for id in ids { set.set(Mark(cycle: analysis.report(on: id), in: analysis, at: 0)) }
    }
    let text = MarksReport(analysis: analysis, marks: set).render(.json)
    let top = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let marks = try #require(top["marks"] as? [[String: Any]])
    let members = marks.flatMap { $0["objects"] as? [[String: Any]] ?? [] }
      .filter { $0["inCycle"] as? Bool == true }.compactMap { $0["address"] as? String }
    #expect(members.count == 10)
    #expect(Set(members).count == members.count)
  }

  @Test func longRingsAndLargeTables() throws {
    var heap = SampleHeap()
    let ring = (0..<500).map { _ in heap.add("Link", 16) }
    for index in ring.indices { heap.refer(ring[index], ".next", ring[(index + 1) % ring.count]) }
    for link in ring { heap.refer(link, ".value", heap.add("Value", 8)) }
    heap.builder.addRoot(ring[0], name: "global main.ring")
    let analysis = try heap.analysis()
    var set = MarkSet()
    set.set(Mark(cycle: analysis.report(on: analysis.shapes[0].components[0]), in: analysis, at: 0))
    #expect(set.marks[0].ring.count == Mark.ringLimit)
    #expect(set.marks[0].witness.last == "and 400 more")
    let report = MarksReport(
      analysis: analysis, marks: set, options: .init(tableLimit: 10, hopLimit: 20, listLimit: .max))
    let text = report.render(.text)
    #expect(text.contains("… 480 more hops …"))
    #expect(text.contains("CYCLE BACK TO <Link"))
    #expect(text.contains("and 480 more in the cycle"))
    #expect(text.contains("and 490 more outside"))
    for format in MarksReport.Format.allCases { #expect(report.render(format).utf8.count < 40_000) }
  }

  /// What a marked object refers to may be in a cycle with it: it is not called outside.
  @Test(arguments: [MarksReport.Format.text, .markdown])
  func moreThanTheTableOfAnObject(format: MarksReport.Format) throws {
    var heap = SampleHeap()
    let list = heap.add("List", 16)
    heap.builder.addRoot(list, name: "global main.list")
    for index in 0..<50 {
      let entry = heap.add("Entry", 8)
      heap.refer(list, "[\(index)]", entry)
      heap.refer(entry, ".list", list)
    }
    let analysis = try heap.analysis()
    var set = MarkSet()
    set.set(Mark(object: list, in: analysis, at: 0))
    let text = MarksReport(analysis: analysis, marks: set, options: .init(tableLimit: 10, listLimit: .max)).render(
      format)
    #expect(text.contains("and 40 more that it refers to"))
    #expect(!text.contains("more outside"))
  }

  /// What is needed comes first, and rows with addresses last: a few of them.
  @Test(arguments: [MarksReport.Format.text, .markdown])
  func addressesComeLast(format: MarksReport.Format) throws {
    var heap = SampleHeap()
    let cache = heap.add("Cache", 16)
    heap.builder.addRoot(cache, name: "global main.cache")
    for index in 0..<50 {
      let entry = heap.add("Entry", 8)
      heap.refer(cache, "[\(index)]", entry)
      heap.refer(entry, ".cache", cache)
    }
    let analysis = try heap.analysis()
    var set = MarkSet()
    set.set(Mark(shape: 0, report: analysis.report(on: analysis.shapes[0].components[0]), in: analysis, at: 0))
    func text(_ limit: Int) -> String {
      MarksReport(analysis: analysis, marks: set, options: .init(listLimit: limit)).render(format)
    }
    let short = text(6)
    let first = try #require(short.firstRange(of: "0x")).lowerBound
    for needed in ["suspect", "holder", "global main.cache → Cache", "Entry.cache", "frees", "back to Cache"] {
      let place = short.firstRange(of: needed)?.lowerBound
      #expect(place.map { $0 < first } == true, "\(needed)")
    }
    func addresses(_ text: String) -> Int { text.split(separator: "0x").count - 1 }
    #expect(addresses(short) < 40 && addresses(text(.max)) > 60)
    #expect(short.contains("and 45 more in the cycle"))
  }

  @Test func graphvizAcceptsDrawings() throws {
    let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/dot" }
    guard let dot = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else { return }
    for analysis in [try SampleHeap.shop(), try SampleHeap.hostile()] {
      let folder = TemporaryFolder()
      folder.write(MarksReport(analysis: analysis, marks: marks(on: analysis)).render(.dot), to: "in.dot")
      let process = Process()
      process.executableURL = URL(filePath: dot)
      process.arguments = ["-Tsvg", "-o", folder.file("out.svg"), folder.file("in.dot")]
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(!String(decoding: said, as: UTF8.self).contains("rror"))
      let drawn = folder.text("out.svg")
      #expect(drawn.contains("strong cycle: "))
      #expect(drawn.contains("stroke=\"red\" stroke-dasharray"))
    }
  }
}
