import Screen
import Testing

@testable import Browser

/// What the status line says of keys that do nothing where they are pressed, and of those that do only part.
@Suite struct KeyReasonTests {
  @Test(arguments: [
    ("4 i", "a class is no object: Enter lists its objects"), ("3 .", "one policy for what is kept alive"),
    ("3 i", "the roots are no object"), ("3 Down Down Space", "this row is many objects: → shows them"),
    ("3 T Right i", "this cell is many objects: Enter goes in"), ("4 p .", "the shortest ways only are merged"),
    ("5 m", "no marks yet: Space marks a row of another view"), ("5 w", "no marks yet"),
    ("2 Enter %", "there is no bar and no percent here"), ("2 Enter s", "a cycle has one order only"),
    ("3 S", "it has one order only: by retained size"), ("2 Enter p s", "shortest first"),
    ("3 End J", "no sibling below it"), ("3 Down K", "no sibling above it"), ("2 Enter p J", "no sibling below it"),
    ("2 Esc", "there is no search and no filter to clear"),
    ("3 Down Down Down Down Down Down Down L Down Down L", "nothing below it"),
    ("4 x", "nothing is marked or cut, and this row is no object that a root reaches"),
  ])
  func isToldInWords(keys: String, reason: String) {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press(keys)
    #expect(browser.status.contains(reason), "\(browser.status)")
  }

  @Test func whatStandsInTheStatusLineFits() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("4 x")
    #expect(!browser.status.contains("…"))
    browser.press("3 / \"byte\" Enter")
    #expect(browser.status.contains("matches") && !browser.status.contains("…"))
  }

  @Test func sizesSayHowTheyAreShown() {
    var browser = BrowserDriver(Samples.goLeaks)
    for words in ["sizes as bytes and percent", "sizes as bytes", "sizes as bytes, percent and bars"] {
      browser.press("2 %")
      #expect(browser.status.hasSuffix(words))
    }
  }

  @Test func openAllOpensTheRowItself() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("3 Down L")
    #expect(browser.selectedLine.contains("▼ global main.sessionCache"))
    #expect(browser.line(5).contains("400 × main.CachedSession"))
    #expect(browser.status.contains("2 long lists below stay folded: → opens one"))
    browser.press("Down L")
    #expect(browser.selectedLine.contains("▼ 400 ×"))
    browser.press("H")
    #expect(browser.selectedLine.contains("▶ 400 ×"))
  }

  @Test func openAllArrangesALongList() {
    var browser = BrowserDriver(Samples.ring(3, children: 9000))
    browser.press("3 Down L")
    #expect(browser.selectedLine.contains("▼ global main.head"), "\(browser.screen)")
  }

  /// What the overview has no room for is told by its help.
  @Test(arguments: [80, 160]) func theHelpOfTheOverviewTellsAllOfTheDump(columns: Int) {
    let browser = BrowserDriver(Samples.goLeaks, rows: 24, columns: columns)
    let facts = Samples.goLeaks.heap.facts
    let text = browser.model.helpLines(width: columns - 8).map { $0.map(\.0).joined() }.joined(separator: "\n")
    #expect(!facts.facts.isEmpty && !facts.checks.isEmpty)
    for fact in facts.facts { #expect(text.contains(fact.label), "\(fact.label)") }
    for check in facts.checks { #expect(text.contains("✓ \(check.name)")) }
    #expect(text.contains("This dump") && text.contains(facts.format))
  }

  /// Numbers of six digits and more stand apart.
  @Test func theMatrixIsAsWideAsItsNumbers() {
    var heap = BuiltHeap()
    let list = heap.add("list.List", 48)
    let elements = (0..<100_001).map { _ in heap.add("list.Element", 48) }
    for (number, element) in elements.enumerated() {
      heap.refer(element, ".list", list)
      if number > 0 { heap.refer(elements[number - 1], ".next", element) }
    }
    heap.refer(list, ".root", elements[0])
    heap.builder.addRoot(list, name: "global main.lru")
    var browser = BrowserDriver(heap.analysis())
    browser.press("2 Enter v")
    #expect(browser.line(4).hasSuffix("1        2      out"), "\(browser.screen)")
    #expect(browser.line(5).hasSuffix("×100,001  100,000  100,001  200,001"))
    #expect(browser.line(6).hasSuffix("×1        1        ·        1"))
  }

  @Test func textIsTakenByPromptsOnly() {
    var browser = BrowserDriver(Samples.ring(3))
    #expect(!browser.model.takesText)
    for (open, isText) in [("/", true), ("f", true), (":", true), ("m", true), ("x", true), ("?", false)] {
      browser.press(open == "/" || open == "f" || open == ":" ? "2 \(open)" : "2 Enter \(open)")
      #expect(browser.model.takesText == isText, "\(open)")
      browser.press("Esc")
    }
  }
}
