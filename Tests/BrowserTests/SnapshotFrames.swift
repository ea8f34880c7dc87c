import Browser
import ReferenceGraph
import Testing

/// Golden frames of a snapshot of V8: cycles, one cycle, retention and inspector of the sample `node-leaks`.
@Suite struct SnapshotFrames {
  static let cases = [
    ScreenCase("v8-overview", ""),
    ScreenCase("v8-cycles", "2"),
    ScreenCase("v8-shape", "2 f \"ReportBuilder\" Enter Enter"),
    ScreenCase("v8-cycle", "2 f \"ReportBuilder\" Enter Enter Enter"),
    ScreenCase("v8-cycle-list", "2 f \"SessionPinger\" Enter Enter v"),
    ScreenCase("v8-retention", "3"),
    ScreenCase("v8-retention-open", "3 Down Right Down Right Down Right"),
    ScreenCase("v8-classes", "4"),
    ScreenCase("v8-inspector", ": \"@6051\" Enter"),
    ScreenCase("v8-inspector-cycle", ": \"#39364\" Enter Tab Tab"),
    ScreenCase("v8-no-such-id", ": \"@6050\" Enter"),
    ScreenCase("v8-no-id", ": \"@c000\" Enter"),
    ScreenCase("v8-paths", ": \"#39364\" Enter p"),
  ]

  @Test(arguments: cases) func at80x24(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.nodeLeaks, name: "node-leaks.heapsnapshot.gz")
    browser.press(screen.keys)
    try expectFrame(browser.frame, screen.name + "-80x24")
  }

  @Test(arguments: [
    ScreenCase("v8-cycles", "2"), ScreenCase("v8-cycle", "2 f \"ReportBuilder\" Enter Enter Enter"),
    ScreenCase("v8-retention-open", "3 Down Right Down Right"),
    ScreenCase("v8-inspector", ": \"@6051\" Enter"),
  ])
  func at160x50(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.nodeLeaks, name: "node-leaks.heapsnapshot.gz", rows: 50, columns: 160)
    browser.press(screen.keys)
    try expectFrame(browser.frame, screen.name + "-160x50")
  }

  /// A text, a function, and a distance, as the inspector of V8 objects shows them.
  @Test func inspectorShowsTextAndDistance() throws {
    let analysis = Samples.nodeLeaks
    let graph = analysis.graph
    let text = try #require(
      (graph.objects ?? 1...1).first {
        analysis.heap.details.text(of: ObjectID($0), limit: 80)?.text.hasPrefix("headline 3 «Überschrift» 見出し")
          == true
      })
    var browser = BrowserDriver(analysis, name: "node-leaks.heapsnapshot.gz", columns: 120)
    browser.press(": \"@\(graph.addresses.address(of: ObjectID(text)))\" Enter")
    #expect(browser.screen.contains("headline 3 «Überschrift» 見出し"))
    #expect(browser.screen.contains("distance "))
  }
}
