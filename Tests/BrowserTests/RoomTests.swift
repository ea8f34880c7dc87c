import GraphAnalysis
import Screen
import Testing

@testable import Browser

/// No text is cut while cells beside it are empty: over all screens, at the sizes that people have.
@Suite struct RoomTests {
  /// Keys that lead to each screen, as far as a sample has it.
  static let journeys = [
    "", "Down Down", "2", "2 Enter", "2 Enter Enter", "2 Enter v", "2 Enter v Right Enter", "2 Enter v v",
    "2 Enter v v b",
    "2 Enter b Enter", "2 Down Down Down Enter", "2 Down Down Down Enter Enter", "2 Down Down Down Enter Enter v v",
    "2 Enter p", "2 Enter p Enter", "2 Enter Enter p", "3", "3 Down Right Down Right Down Right", "3 Down L",
    "3 Down Right Down Tab Down", "3 Down i", "3 Down i Tab", "3 Down i Tab Tab", "3 Down i Tab Tab Tab", "3 z Down i",
    "3 Down p", "3 e Down Right Down Right Down", "4", "4 Enter", "4 Down Down Enter Enter", "4 p",
    "4 Down Down Down p",
    "4 Down Space 5", "2 Space Down Space Down m \"a note on what this is\" Enter 5", "/ Tab \"a\" Enter",
    "/ \"\\\"a\" Enter", "m \"never evicted\"", "3 Down x", "2 Enter B",
  ]
  static let sizes = [(24, 80), (40, 120), (50, 160)]

  @Test(arguments: ["go", "jvm", "node"]) func noTextIsCutBesideEmptyCells(sample: String) throws {
    let analysis = ["go": Samples.goLeaks, "jvm": Samples.jvmLeaks, "node": Samples.nodeLeaks][sample]!
    var found: [String] = []
    for (rows, columns) in Self.sizes {
      for keys in Self.journeys {
        var browser = BrowserDriver(analysis, name: "\(sample)-leaks", rows: rows, columns: columns)
        browser.press(keys)
        found += Self.cutBesideRoom(browser).map { "\(columns)x\(rows) `\(keys)`: \($0)" }
      }
    }
    #expect(found.isEmpty, "\(found.count) rows:\n\(found.prefix(40).joined(separator: "\n"))")
  }

  @Test func ofADiff() throws {
    let diff = HeapDiff(before: HeapDigest(Samples.goBefore), after: Samples.goLeaks)
    var found: [String] = []
    for (rows, columns) in Self.sizes {
      for names in [
        ("monday.heapdump", "tuesday.heapdump"), ("a-rather-long-name-of-the-first.heapdump", "b.heapdump"),
      ] {
        var browser = BrowserDriver(loading: names.1, steps: ["Reading"], rows: rows, columns: columns)
        browser.model.compare(with: "/data/" + names.0)
        browser.apply(.loaded(Samples.goLeaks, seconds: 0))
        browser.apply(.compared(diff))
        browser.press("6 Down")
        found += Self.cutBesideRoom(browser).map { "\(columns)x\(rows): \($0)" }
        #expect(browser.screen.contains("objects Δ"))
      }
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  /// The check itself sees what it is for.
  @Test func aCutTextBesideRoomIsSeen() {
    #expect(Self.isCutBesideRoom("  global main.sess…        1.6 MiB"))
    #expect(Self.isCutBesideRoom("> a long name that goes o…" + "          "))
    #expect(!Self.isCutBesideRoom("  global main.sess… 1.6 MiB"))
    #expect(!Self.isCutBesideRoom("  finding its ring …              "))
    #expect(!Self.isCutBesideRoom("  one, two, …                     "))
  }

  /// The rows of a screen on which a text is cut and the cells behind it are empty; panes apart.
  static func cutBesideRoom(_ browser: BrowserDriver) -> [String] {
    let frame = browser.frame
    let split = browser.model.hasTwoPanes ? browser.model.firstPaneWidth : frame.columns
    var found: [String] = []
    for row in 1..<frame.rows - 1 {
      let isBody = row > 1 && row < frame.rows - 2
      for range in isBody ? [0..<split, min(split + 1, frame.columns)..<frame.columns] : [0..<frame.columns] {
        let text = range.filter { frame[row, $0].width > 0 }.map { frame[row, $0].text }.joined()
        if isCutBesideRoom(text) { found.append(text) }
      }
    }
    return found
  }

  /// An ellipsis that ends a word, and behind it more empty cells than keep columns apart.
  static func isCutBesideRoom(_ text: String) -> Bool {
    let cells = Array(text)
    for (index, cell) in cells.enumerated() where cell == "…" && index > 0 && cells[index - 1] != " " {
      let rest = cells[(index + 1)...]
      let free = rest.prefix { $0 == " " }.count
      if free > 3 { return true }
    }
    return false
  }
}
