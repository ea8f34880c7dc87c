import GraphAnalysis
import ReferenceGraph
import Screen
import Testing

@testable import Browser

/// View 6: what has changed since an earlier dump.
@Suite struct DiffTests {
  private static let before = HeapDigest(Samples.goBefore)
  private static let diff = HeapDiff(before: before, after: Samples.goLeaks)

  private func browser(
    rows: Int = 24, columns: Int = 80, glyphs: GlyphSet = .unicode, of analysis: HeapAnalysis = Samples.goLeaks,
    diff: HeapDiff? = Self.diff
  ) -> BrowserDriver {
    var browser = BrowserDriver(
      loading: "after.heapdump.gz", steps: ["Reading"] + HeapAnalysis.steps, rows: rows, columns: columns)
    browser.model.glyphs = glyphs
    browser.model.compare(with: "/data/before.heapdump.gz")
    browser.apply(.loaded(analysis, seconds: 0))
    if let diff { browser.apply(.compared(diff)) }
    return browser
  }

  @Test(arguments: [
    (24, 80, "80x24"), (40, 120, "120x40"), (50, 160, "160x50"), (10, 60, "60x10"), (24, 80, "ascii"),
  ])
  func frames(rows: Int, columns: Int, name: String) throws {
    var browser = browser(rows: rows, columns: columns, glyphs: name == "ascii" ? .ascii : .unicode)
    browser.press("2 Space 6")
    try expectFrame(browser.frame, "diff-\(name)")
    if name == "ascii" { #expect(browser.screen.utf8.allSatisfy { $0 < 0x80 }) }
    browser.press("s s s f \"e\" Enter z Down Down")
    try expectFrame(browser.frame, "diff-by-name-\(name)")
    browser.press("Esc ?")
    try expectFrame(browser.frame, "diff-help-\(name)")
  }

  /// Between two heaps in which everything happens: growth, cycles that are new, gone and shrunk.
  @Test func framesOfALeak() throws {
    let diff = Self.leak
    for (columns, rows) in [(80, 24), (160, 50)] {
      var browser = browser(rows: rows, columns: columns, of: diff.1, diff: diff.0)
      browser.press("6")
      try expectFrame(browser.frame, "diff-leak-\(columns)x\(rows)")
    }
    var browser = browser(of: Samples.hostile, diff: HeapDiff(before: Self.before, after: Samples.hostile))
    browser.press("6")
    #expect(
      browser.screen.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    try expectFrame(browser.frame, "hostile-diff-80x24")
  }

  /// A cache that grows, a bus that is new, a parser that is gone, and what is as it was.
  private static let leak: (HeapDiff, HeapAnalysis) = {
    func heap(sessions: Int, hasBus: Bool, scopes: Int) -> HeapAnalysis {
      var heap = BuiltHeap()
      func ring(_ first: String, _ second: String, of number: Int, root: String) {
        let top = heap.add(first, 64)
        for _ in 0..<number {
          let member = heap.add(second, 512)
          heap.refer(top, ".all[]", member)
          heap.refer(member, ".owner", top)
        }
        heap.builder.addRoot(top, name: root)
      }
      ring("SessionCache", "Session", of: sessions, root: "global cache")
      if hasBus { ring("EventBus", "Listener", of: 41, root: "global bus") }
      if scopes > 0 { ring("Parser", "Scope", of: scopes, root: "global parser") }
      ring("Pool", "Worker", of: 8, root: "global pool")
      ring("Log", "Sink", of: hasBus ? 3 : 5, root: "global log")
      return heap.analysis()
    }
    let after = heap(sessions: 4156, hasBus: true, scopes: 0)
    return (HeapDiff(before: HeapDigest(heap(sessions: 100, hasBus: false, scopes: 1)), after: after), after)
  }()

  @Test func rowsLeadToWhatIsThere() {
    var browser = browser(of: Self.leak.1, diff: Self.leak.0)
    browser.press("6")
    // The ring that grew, and its class; rows as they are listed.
    #expect(browser.selectedLine.contains("grown     ↻ Session ⇄ SessionCache"), "\(browser.screen)")
    browser.press("Enter")
    guard case .cycle = browser.model.pane.place else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    #expect(browser.line(0).contains("[2 Cycles]"))
    browser.press("[ Down Enter")
    guard case .instances(let index) = browser.model.pane.place else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    #expect(Self.leak.1.graph.classes[index].name.hasPrefix("Session"))
    browser.press("[ Space")
    #expect(browser.status.contains("marked a, suspect: all of Session") && browser.selectedLine.contains("● a"))
    browser.press("g Space")
    #expect(browser.model.marks.count == 2 && browser.selectedLine.contains("● b"))
    browser.press("m \"it grows\" Enter p")
    #expect(browser.model.pane.place.tab == nil, "paths to the cycle's first object")
    browser.press("[ f \"gone\" Enter")
    #expect(browser.status.contains("row 1 of 3") && browser.status.contains("filter: gone"))
    browser.press("Enter")
    #expect(browser.status.contains("it is gone: there is nothing of it in this dump"))
    browser.press("Space")
    #expect(browser.status.contains("it is gone"))
  }

  @Test func sortedByEachColumn() {
    var browser = browser(of: Self.leak.1, diff: Self.leak.0)
    browser.press("6")
    func column(_ growth: (HeapDiff.Row) -> Int64) -> [Int64] {
      (0..<browser.model.rowCount(browser.model.pane)).map {
        growth(DiffScene(model: browser.model, pane: browser.model.pane).change(ofRow: $0)!)
      }
    }
    let all = Self.leak.0.rows.count
    #expect(browser.status.contains("row 1 of \(all) · by retained growth"))
    let retained = column(\.retainedGrowth)
    #expect(retained.count == all && retained == retained.sorted(by: >) && retained.last! < 0)
    browser.press("S")
    #expect(column(\.retainedGrowth) == retained.reversed())
    browser.press("S s")
    #expect(browser.status.contains("by objects"))
    let objects = column { Int64($0.objectGrowth) }
    #expect(objects == objects.sorted(by: >) && objects.last! < 0)
    browser.press("s")
    #expect(browser.status.contains("by state"))
    let states = column { Int64(HeapDiff.State.allCases.firstIndex(of: $0.state)!) }
    #expect(states == states.sorted() && Set(states).count == 4)
    browser.press("/ \"Listener\" Enter")
    #expect(browser.selectedLine.contains("Listener"))
  }

  @Test mutating func whileTheEarlierOneIsRead() throws {
    var browser = browser(diff: nil)
    #expect(browser.asked == [.compare(retaining: "retaining", cycles: Samples.goLeaks.cyclePolicy.name)])
    browser.apply(.compareProgress(.init(step: 1, done: 40, total: 100)))
    #expect(browser.status.contains("reading before.heapdump.gz: Find cycles 40 % … ^C stops"), "\(browser.status)")
    browser.press("6")
    try expectFrame(browser.frame, "diff-reading-80x24")
    browser.press("Down Enter s f")
    #expect(browser.model.prompt == nil && browser.status.contains("there are no rows to filter"))
    browser.press("^C")
    #expect(browser.asked.last == .cancelComparing && browser.status.contains("stopped"))
    try expectFrame(browser.frame, "diff-stopped-80x24")
    browser.apply(.compared(Self.diff))
    #expect(browser.model.diff == nil, "what was stopped does not come")
    browser.press("Enter")
    guard case .compare = browser.asked.last else {
      Issue.record("not begun anew")
      return
    }
    browser.apply(.notCompared("/data/before.heapdump.gz: the file is empty"))
    #expect(browser.screen.contains("not compared: /data/before.heapdump.gz: the file is empty"))
    browser.press("Enter")
    browser.apply(.compared(Self.diff, warning: "the earlier dump is cut short: at byte 7"))
    #expect(browser.status.contains("row 1 of \(Self.diff.rows.count)"))
    #expect(browser.line(3).contains("! the earlier dump is cut short: at byte 7"))
  }

  @Test func whoIsElsewhereIsTold() {
    var browser = browser()
    #expect(
      browser.status.contains("6 Diff: before.heapdump.gz is compared, 1 new, 7 grown, 1 shrunk, 10 gone"),
      "\(browser.status)")
    browser = self.browser(diff: nil)
    browser.apply(.notCompared("no such file"))
    #expect(browser.status.contains("not compared: no such file"))
  }

  @Test func beforeTheDumpIsAnalysed() {
    var browser = BrowserDriver(loading: "after.heapdump", steps: ["Reading"] + HeapAnalysis.steps)
    browser.press("6")
    #expect(browser.status.contains("no earlier dump to compare with"))
    browser.model.compare(with: "before.heapdump")
    browser.press("6")
    let parts = Samples.goParts
    browser.apply(.analysed(parts[0]))
    #expect(browser.model.pane.place == .diff)
    #expect(browser.screen.contains("before.heapdump is read as soon as after.heapdump is analysed"))
    browser.press("^C")
    #expect(browser.asked.allSatisfy { $0 != .cancelComparing })
    browser.apply(.loaded(parts[3], seconds: 1))
    #expect(browser.model.isComparing && browser.screen.contains("before.heapdump is being read"))
  }

  @Test func withoutAnEarlierDumpThereIsNoView() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("6")
    #expect(browser.status.contains("no earlier dump to compare with: --before EARLIER gives one"))
    #expect(!browser.line(0).contains("Diff") && browser.model.pane.place == .overview)
  }

  /// Under other policies both dumps are counted anew.
  @Test func policiesHoldForBoth() throws {
    var browser = browser()
    browser.press("6 s .")
    guard case .analyse(let retaining, let cycles) = browser.asked.last else {
      Issue.record("\(browser.asked)")
      return
    }
    let old = Samples.goLeaks
    var options = old.options
    options.cycles = try #require(old.heap.facts.policies.first { $0.name == cycles })
    let new = try HeapAnalysis(heap: old.heap, options: options, progress: WorkProgress())
    browser.apply(.analysisChanged(new))
    #expect(browser.asked.last == .compare(retaining: retaining, cycles: cycles))
    #expect(browser.model.diff == nil && browser.model.rowCount(browser.model.pane) == 0)
    // What was compared under the old ones comes too late.
    browser.apply(.compared(Self.diff))
    #expect(browser.model.diff == nil && browser.model.isComparing)
    browser.apply(.compared(HeapDiff(before: HeapDigest(new), after: new)))
    #expect(browser.model.diff?.rows.isEmpty == true)
    try expectFrame(browser.frame, "diff-nothing-80x24")
  }
}
