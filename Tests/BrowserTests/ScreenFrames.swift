import Browser
import GraphAnalysis
import ReferenceGraph
import Testing

/// One golden frame: a name, and the keys that lead to it from the overview of the sample.
struct ScreenCase: CustomTestStringConvertible {
  let name: String
  let keys: String
  var testDescription: String { name }

  init(_ name: String, _ keys: String) {
    self.name = name
    self.keys = keys
  }
}

@Suite struct ScreenFrames {
  static let cases = [
    ScreenCase("overview", ""),
    ScreenCase("overview-second-suspect", "Down"),
    ScreenCase("cycles", "2"),
    ScreenCase("cycles-by-name", "2 s s s s s"),
    ScreenCase("cycles-percent", "2 %"),
    ScreenCase("cycles-bytes", "2 % %"),
    ScreenCase("cycles-marked", "2 Space Down m Tab \"why is it here\" Enter"),
    ScreenCase("shape", "2 Down Down Down Down Down Enter"),
    ScreenCase("ring-of-two", "2 Down Down Down Down Down Enter Enter"),
    ScreenCase("ring-cut", "2 Down Down Down Down Down Enter Enter b"),
    ScreenCase("ring-entry-cut", "2 Down Down Down Down Down Enter Enter b b"),
    ScreenCase("ring-many", "2 Down Down Down Down Down Down Down Down Down Enter Enter"),
    ScreenCase("matrix", "2 Enter v"),
    ScreenCase("matrix-cell", "2 Enter v Right b"),
    ScreenCase("links", "2 Enter v Right Enter"),
    ScreenCase("list", "2 Enter v v"),
    ScreenCase("list-cut", "2 Down Down Down Down Down Down Down Down Down Enter Enter v v b"),
    ScreenCase("retention", "3"),
    ScreenCase("retention-open", "3 Down Right Down Right Down Right"),
    ScreenCase("retention-end", "3 End"),
    ScreenCase("treemap", "3 T"),
    ScreenCase("treemap-inner", "3 T Right Enter"),
    ScreenCase("paths", "2 Down Down Down Down Down Enter Enter p"),
    ScreenCase("paths-context", "2 Down Down Down Down Enter p"),
    ScreenCase("fields", "2 Enter Enter"),
    ScreenCase("referrers", "2 Enter Enter Tab"),
    ScreenCase("dominated", "2 Enter Enter Tab Tab"),
    ScreenCase("strings", "2 Enter Enter Tab Tab Tab"),
    ScreenCase("allocation", "2 Enter Enter Tab Tab Tab Tab"),
    ScreenCase("classes", "4"),
    ScreenCase("classes-by-objects", "4 s"),
    ScreenCase("classes-filtered", "4 f \"64\""),
    ScreenCase("instances", "4 Enter"),
    ScreenCase("marks-none", "5"),
    ScreenCase("marks", "Space Down Down m Tab \"held by design\" Enter 5"),
    ScreenCase("note", "m \"never evicted\""),
    ScreenCase("note-long", "m \"\(String(repeating: "never evicted; see #1182. 例の注釈。", count: 12))\""),
    ScreenCase("help-overview", "?"),
    ScreenCase("help-cycle", "2 Enter Enter ?"),
    ScreenCase("help-scrolled", "3 ? PgDn PgDn PgDn"),
    ScreenCase("prompt-search", "4 / \"main\""),
    ScreenCase("search-found", "4 / \"main\" Enter"),
    ScreenCase("search-not-found", "4 / \"nowhere\" Enter"),
    ScreenCase("prompt-filter", "2 f \"main\""),
    ScreenCase("filter-nothing", "2 f \"nowhere\" Enter"),
    ScreenCase("prompt-go-to", ": \"@c000\""),
    ScreenCase("go-to-nothing", ": \"@12345\" Enter"),
    ScreenCase("prompt-export", "Space x"),
    ScreenCase("prompt-export-dot", "Space x Tab Tab Tab"),
    ScreenCase("prompt-export-subtree", "3 Down x"),
    ScreenCase("prompt-save", "Space w"), ScreenCase("found", "/ Tab \"main.product\" Enter"),
    ScreenCase("prompt-jump", "Space '"),
    ScreenCase("disabled-key", "u"),
  ]

  @Test(arguments: cases) func at80x24(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz")
    browser.press(screen.keys)
    try expectFrame(browser.frame, screen.name + "-80x24")
  }

  static let wideCases = [
    ScreenCase("overview", ""),
    ScreenCase("cycles", "2"),
    ScreenCase("shape", "2 Down Down Down Down Down Enter"),
    ScreenCase("ring", "2 Down Down Down Down Down Enter Enter"),
    ScreenCase("matrix", "2 Enter v"),
    ScreenCase("list", "2 Enter v v"),
    ScreenCase("retention", "3 Down Right Down Right Down m \"why\" Enter"),
    ScreenCase("treemap", "3 T Down"),
    ScreenCase("retention-second-pane", "3 Down Right Down Tab Down"),
    ScreenCase("paths", "2 Down Down Down Down Enter p"),
    ScreenCase("fields", "2 Enter Enter"),
    ScreenCase("classes", "4"),
    ScreenCase("instances", "4 Enter"),
    ScreenCase("marks", "Space Down Down m Tab \"held by design\" Enter 5"),
    ScreenCase("help", "3 ?"),
    ScreenCase("zoomed", "2 z"), ScreenCase("links", "2 Enter v Right Enter"),
    ScreenCase("found", "/ Tab \"main.product\" Enter"), ScreenCase("note", "m \"never evicted\""),
  ]

  @Test(arguments: wideCases) func at160x50(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz", rows: 50, columns: 160)
    browser.press(screen.keys)
    try expectFrame(browser.frame, screen.name + "-160x50")
  }

  static let middleCases = [
    ScreenCase("overview", ""), ScreenCase("cycles", "2"),
    ScreenCase("ring", "2 Down Down Down Down Down Enter Enter"), ScreenCase("matrix", "2 Enter v Right"),
    ScreenCase("retention", "3 Down Right Down"), ScreenCase("treemap", "3 T"),
    ScreenCase("paths", "2 Down Down Down Down Enter p"), ScreenCase("fields", "2 Enter Enter"),
    ScreenCase("classes", "4"), ScreenCase("marks", "Space Down Down m Tab \"held by design\" Enter 5"),
    ScreenCase("help", "2 ?"), ScreenCase("shape", "2 Down Down Down Down Down Enter"),
    ScreenCase("list", "2 Enter v v"), ScreenCase("links", "2 Enter v Right Enter"), ScreenCase("instances", "4 Enter"),
    ScreenCase("found", "/ Tab \"main.product\" Enter"), ScreenCase("note", "m \"never evicted\""),
  ]

  @Test(arguments: middleCases) func at120x40(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz", rows: 40, columns: 120)
    browser.press(screen.keys)
    try expectFrame(browser.frame, screen.name + "-120x40")
  }

  /// What the other formats show that Go's does not: class objects and unreachable cycles, hidden classes and contexts.
  @Test(arguments: [
    ScreenCase("overview", ""), ScreenCase("cycles", "2"), ScreenCase("paths", "2 Enter p"),
    ScreenCase("fields", "2 Enter Enter"),
  ])
  func ofOtherFormats(screen: ScreenCase) throws {
    for (name, analysis) in [("jvm", Samples.jvmLeaks), ("node", Samples.nodeLeaks)] {
      var browser = BrowserDriver(analysis, name: "\(name)-leaks")
      browser.press(screen.keys)
      try expectFrame(browser.frame, "\(name)-\(screen.name)-80x24")
    }
  }

  @Test(arguments: [
    ScreenCase("overview", ""), ScreenCase("ring", "2 Down Down Down Down Down Enter Enter"),
    ScreenCase("retention", "3 Down Right Down Right"), ScreenCase("treemap", "3 T"),
    ScreenCase("matrix", "2 Enter v Right b"), ScreenCase("paths", "2 Down Down Down Down Enter p"),
    ScreenCase("help", "?"), ScreenCase("cycles", "2"), ScreenCase("shape", "2 Down Down Down Down Down Enter"),
    ScreenCase("list", "2 Enter v v b"), ScreenCase("links", "2 Enter v Right Enter"), ScreenCase("fields", "3 Down i"),
    ScreenCase("classes", "4"), ScreenCase("instances", "4 Enter"), ScreenCase("marks", "2 Space 5"),
    ScreenCase("found", "/ Tab \"main.product\" Enter"), ScreenCase("note", "m \"never evicted\""),
  ])
  func inASCII(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz", glyphs: .ascii)
    browser.press(screen.keys)
    #expect(browser.screen.utf8.allSatisfy { $0 < 0x80 })
    try expectFrame(browser.frame, screen.name + "-ascii")
  }

  @Test(arguments: [
    ScreenCase("overview", ""), ScreenCase("cycles", "2"), ScreenCase("ring", "2 Enter"),
    ScreenCase("ring-other", "2 Down Enter"), ScreenCase("matrix", "2 Enter v"), ScreenCase("list", "2 Enter v v"),
    ScreenCase("retention", "3 Down Right Down Right"), ScreenCase("treemap", "3 T"), ScreenCase("paths", "2 Enter p"),
    ScreenCase("fields", "2 Enter Down Enter"), ScreenCase("strings", "2 Enter Down Enter Tab Tab Tab"),
    ScreenCase("allocation", "2 Enter Down Enter Tab Tab Tab Tab"),
    ScreenCase("classes", "4"), ScreenCase("instances", "4 Enter"), ScreenCase("marks", "2 Space Down Space 5"),
  ])
  func ofHostileNames(screen: ScreenCase) throws {
    for (rows, columns) in [(24, 80), (50, 160)] {
      var browser = BrowserDriver(Samples.hostile, rows: rows, columns: columns)
      browser.press(screen.keys)
      // A frame's text has no control characters whatever the dump holds.
      #expect(
        browser.screen.unicodeScalars.allSatisfy {
          $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value))
        })
      try expectFrame(browser.frame, "hostile-\(screen.name)-\(columns)x\(rows)")
    }
  }

  @Test func whileLoading() throws {
    let steps = ["Unpacking", "Reading records", "Linking objects", "Finding cycles", "Retention tree"]
    var browser = BrowserDriver(loading: "app.heapdump", steps: steps)
    try expectFrame(browser.frame, "loading-begin")
    browser.apply(.progress(.init(step: 0, done: 10, total: 100), seconds: 0.5))
    browser.apply(.progress(.init(step: 1, done: 300 << 20, total: 1200 << 20), seconds: 2.5))
    try expectFrame(browser.frame, "loading-read")
    browser.apply(.progress(.init(step: 3, done: 580_000, total: 1_000_000), seconds: 6))
    browser.apply(.progress(.init(step: 3, done: 700_000, total: 1_000_000), seconds: 8))
    try expectFrame(browser.frame, "loading-cycles")
    browser.press("3")
    try expectFrame(browser.frame, "loading-not-yet")
    browser.press("q")
    try expectFrame(browser.frame, "loading-confirm")
    browser.press("n ?")
    try expectFrame(browser.frame, "loading-help")
    browser.press("Esc ^C")
    try expectFrame(browser.frame, "loading-cancelled")
  }

  @Test func whileAnalysing() throws {
    let steps = ["Unpacking", "Reading records", "Linking objects"] + HeapAnalysis.steps
    for (columns, rows, name) in [
      (80, 24, "80x24"), (120, 40, "120x40"), (160, 50, "160x50"), (60, 10, "60x10"), (80, 24, "ascii"),
    ] {
      var browser = BrowserDriver(loading: "app.heapdump", steps: steps, rows: rows, columns: columns)
      if name == "ascii" { browser.model.glyphs = .ascii }
      for step in 0..<3 {
        browser.apply(.progress(.init(step: step, done: 10, total: 3 << 20), seconds: Double(step) + 0.5))
      }
      browser.apply(.memory(6_300_000))
      browser.apply(.read(HeapOutline(Samples.goLeaks.heap)))
      browser.apply(.progress(.init(step: 3, done: 2000, total: 9865), seconds: 4))
      browser.apply(.progress(.init(step: 3, done: 5700, total: 9865), seconds: 6))
      try expectFrame(browser.frame, "loading-analysis-\(name)")
      browser.press("4 Down Down PgDn")
      try expectFrame(browser.frame, "loading-classes-\(name)")
      browser.press("2")
      try expectFrame(browser.frame, "loading-awaits-\(name)")
    }
  }

  /// The retention tree is there, then the cycles, while the rest goes on.
  @Test func openedWhileAnalysing() throws {
    let steps = ["Unpacking", "Reading records", "Linking objects"] + HeapAnalysis.steps
    let parts = Samples.goParts
    for (columns, rows, name) in [(80, 24, "80x24"), (120, 40, "120x40"), (160, 50, "160x50"), (60, 10, "60x10")] {
      var browser = BrowserDriver(loading: "app.heapdump", steps: steps, rows: rows, columns: columns)
      for step in 0..<8 {
        browser.apply(.progress(.init(step: step, done: 10, total: 3 << 20), seconds: Double(step) + 0.5))
      }
      browser.apply(.memory(6_300_000))
      browser.apply(.read(HeapOutline(parts[0].heap)))
      browser.apply(.analysed(parts[0]))
      browser.apply(.progress(.init(step: 8, done: 2000, total: 9865), seconds: 8))
      browser.apply(.progress(.init(step: 8, done: 5700, total: 9865), seconds: 10))
      try expectFrame(browser.frame, "early-retention-ready-\(name)")
      browser.press("3 Down Right Down Right Down Down")
      try expectFrame(browser.frame, "early-retention-\(name)")
      browser.press("2")
      try expectFrame(browser.frame, "early-not-yet-\(name)")
      browser.press("4 Down Down")
      try expectFrame(browser.frame, "early-classes-\(name)")
      browser.press("1")
      browser.apply(.analysed(parts[1]))
      browser.apply(.progress(.init(step: 10, done: 2000, total: 9865), seconds: 11))
      try expectFrame(browser.frame, "early-cycles-ready-\(name)")
      browser.press("2 Enter")
      try expectFrame(browser.frame, "early-cycle-\(name)")
    }
  }

  @Test func whileLoadingOnASmallScreen() throws {
    var browser = BrowserDriver(loading: "app.heapdump", steps: (1...11).map { "Step \($0)" }, rows: 10, columns: 60)
    browser.apply(.progress(.init(step: 9, done: 58, total: 100), seconds: 6))
    try expectFrame(browser.frame, "loading-60x10")
  }

  @Test func tooSmall() throws {
    var browser = BrowserDriver(Samples.goLeaks, rows: 5, columns: 20)
    try expectFrame(browser.frame, "too-small-20x5")
    browser.press("2 Enter")
    browser.resize(60, 10)
    try expectFrame(browser.frame, "cycle-60x10")
    browser.press("1")
    try expectFrame(browser.frame, "overview-60x10")
    browser.press("?")
    try expectFrame(browser.frame, "help-60x10")
    browser.press("Esc m \"\(String(repeating: "a note ", count: 40))\"")
    try expectFrame(browser.frame, "note-60x10")
  }

  @Test func workUnderWay() throws {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz")
    browser.worksAtOnce = false
    browser.press("2 Enter")
    try expectFrame(browser.frame, "cycle-working-80x24")
    browser.press("3")
    try expectFrame(browser.frame, "retention-working-80x24")
  }

  @Test func longRings() throws {
    var browser = BrowserDriver(Samples.ring(300), rows: 24, columns: 80)
    browser.press("2 Enter")
    try expectFrame(browser.frame, "ring-of-300-80x24")
    browser.press("b b End")
    try expectFrame(browser.frame, "ring-of-300-end-80x24")
  }
}
