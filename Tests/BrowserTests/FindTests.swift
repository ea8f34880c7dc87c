import ReferenceGraph
import Screen
import Testing

@testable import Browser

/// Searching, filtering, and going to places.
@Suite struct FindTests {
  private var browser = BrowserDriver(Samples.goLeaks)

  // MARK: Rows

  @Test mutating func rowsAreFoundWhileTyping() {
    browser.press("4 / \"map.tab\"")
    #expect(browser.line(browser.frame.cursor.row).contains("/map.tab"))
    let row = browser.model.pane.selection
    #expect(row > 0 && browser.model.rowText(row, browser.model.pane).contains("map.tab"))
    browser.press("\"nowhere\"")
    #expect(browser.status.contains("not found") && browser.model.pane.selection == 0)
    browser.press("Esc")
    #expect(browser.model.pane.selection == 0 && browser.model.searchText.isEmpty)
  }

  @Test mutating func theTreeIsSearchedWhereItIsFoldedToo() {
    browser.press("3 / \"CachedSession\" Enter")
    let first = browser.selectedLine
    #expect(first.contains("CachedSession"))
    #expect(browser.status.contains("1 of ") && browser.status.contains("matches"))
    browser.press("n")
    // Tables and groups of the map have its row.
    #expect(!browser.status.contains(" 1 of ") && browser.status.contains("matches"))
    #expect(browser.selectedLine != first && browser.selectedLine.contains("CachedSession"))
    browser.press("N")
    #expect(browser.selectedLine == first)
    browser.press("Esc n")
    #expect(browser.status.contains("no search yet"))
    browser.press("/ \"no such class\" Enter")
    #expect(browser.status.contains("not found"))
  }

  @Test mutating func theTreeIsSearchedOffTheScreenAndStops() {
    browser.press("3")
    browser.worksAtOnce = false
    browser.press("/ \"Ca\"")
    #expect(browser.wanted == [.search(HeapQuery(.name, "Ca"))])
    browser.press("\"ched\"")
    #expect(browser.wanted == [.search(HeapQuery(.name, "Cached"))], "what is typed replaces what was wanted")
    browser.press("Enter")
    #expect(browser.status.contains("^C stops"))
    browser.press("^C")
    #expect(browser.wanted.isEmpty && browser.status.contains("stopped"))
  }

  // MARK: The whole heap

  @Test mutating func tabCompletesTheNameOfAClass() {
    browser.press("4 f \"main.sess\" Tab")
    #expect(browser.line(23).contains("filter: main.Session "), "\(browser.line(23))")
    #expect(browser.status.contains("2 classes begin with “main.Session”"), "\(browser.status)")
    browser.press("^U Tab")
    #expect(browser.status.contains("type how it begins"))
    browser.press("\"main.SessionC\" Tab")
    #expect(browser.line(23).contains("filter: main.SessionCache "))
    #expect(browser.status.contains("1 class begins with “main.SessionCache”"))
    browser.press("Enter")
    #expect(browser.selectedLine.contains("main.SessionCache"))
    browser.press("f ^U \"main.C\" Tab")
    #expect(browser.status.contains("classes begin with “main.C”"))
    browser.press("^U \"nowhere\" Tab")
    #expect(browser.status.contains("no class has a name that begins with “nowhere”"))
  }

  @Test func tabAsksForTheRestOfAPath() {
    var browser = BrowserDriver(Samples.ring(3))
    browser.press("Space w ^U \"/tmp/fo\" Tab")
    #expect(browser.asked.last == .completePath("/tmp/fo"))
    browser.apply(.pathCompleted("/tmp/folder/"))
    browser.press("\"x\" Enter")
    #expect(browser.asked.last == .saveMarksCopy(path: "/tmp/folder/x"))
  }

  /// Rows that differ in their addresses only can be told apart at every width.
  @Test(arguments: [80, 120, 160]) func whatIsFoundCanBeToldApart(columns: Int) {
    var browser = BrowserDriver(Samples.goLeaks, rows: 40, columns: columns)
    browser.press("/ Tab \"main.product\" Enter End")
    let width = columns < 120 ? columns : columns / 2 - 2
    let rows = (20..<35).map { String(browser.line($0).prefix(width)) }
    #expect(rows.allSatisfy { $0.contains("main.Product @") }, "\(browser.screen)")
    #expect(Set(rows).count == rows.count, "\(browser.screen)")
  }

  @Test mutating func theWholeHeapIsSearchedForNames() {
    browser.press("/ Tab \"main.product\" Enter")
    #expect(browser.breadcrumb.contains("Found › main.product"))
    #expect(browser.status.contains("row 1 of 2,0"))
    browser.press("Down n")
    #expect(browser.model.pane.selection == 2)
    browser.press("Enter")
    #expect(browser.breadcrumb.contains("main.Product"))
    browser.press("[ t")
    #expect(browser.breadcrumb.contains("Retention"))
  }

  @Test func contentIsFoundInStrings() {
    var browser = BrowserDriver(Samples.hostile, rows: 24, columns: 120)
    browser.press("z / \"\\\"TOKEN\" Enter")
    #expect(browser.screen.contains("nothing has \"TOKEN\""), "upper case is upper case")
    browser.press("/ \"\\\"token\" Enter")
    #expect(browser.status.contains("row 1 of 1") && browser.line(3).contains("token·[31m·例xxx"))
    browser.press("Enter")
    #expect(browser.line(2).contains("evil"))
    browser.press("/ \"\\\"\" Enter")
    #expect(browser.status.contains("there is no text"))
    browser.worksAtOnce = false
    browser.press("/ \"\\\"other\" Enter")
    #expect(browser.wanted == [.search(HeapQuery(.content, "other"))])
    browser.apply(.workProgress(.search(HeapQuery(.content, "other")), .init(step: 0, done: 1, total: 4)))
    #expect(browser.status.contains("searching the heap 25 % … ^C stops"))
    browser.press("^C")
    #expect(browser.wanted.isEmpty && browser.breadcrumb.contains("evil"))
  }

  @Test func theDefaultSearchLooksAtTexts() throws {
    let heap = Samples.hostile.heap
    let pattern = try #require(TextPattern("xxx"))
    var hits: [ObjectID] = []
    try heap.details.search(pattern, in: heap.graph, progress: WorkProgress()) { object, offset in
      hits.append(object)
      #expect(offset == "token\u{1b}[31m\u{0}例".utf8.count)
      #expect(heap.details.excerpt(of: object, at: offset, before: 3, length: 6) == "例xxx")
      return true
    }
    #expect(hits.count == 1)
    let stopped = WorkProgress()
    stopped.cancel()
    #expect(throws: Cancelled.self) {
      try Samples.goLeaks.heap.details.search(pattern, in: Samples.goLeaks.graph, progress: stopped) { _, _ in true }
    }
  }

  // MARK: Filters

  @Test(arguments: [
    "", "2", "2 s Home Enter", "4", "4 Enter", "2 Enter Enter", "2 Enter Enter Tab",
    "Space Down Space Down Space 5", "/ Tab \"main.\" Enter",
  ])
  func everyListIsFiltered(place: String) {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press(place)
    let count = browser.model.rowCount(browser.model.pane)
    #expect(count > 1, "\(place)")
    // The last row of the overview folds suspects: the first is one.
    let text = browser.model.rowText(place.isEmpty ? 0 : count - 1, browser.model.pane).lowercased()
    browser.press("f")
    browser.apply(.paste(text))
    let kept = browser.model.rowCount(browser.model.pane)
    #expect(kept >= 1 && kept <= count)
    browser.press("Enter")
    #expect(browser.status.contains("filter: "))
    for row in 0..<kept {
      #expect(matches(browser.model.rowText(row, browser.model.pane), text), "\(place)")
    }
    _ = browser.screen
    browser.press("f ^U \"nothing has this\" Enter")
    #expect(browser.model.rowCount(browser.model.pane) == 0 && browser.screen.contains("has “nothing"))
    browser.press("Down PgDn End Home B Esc")
    #expect(browser.model.rowCount(browser.model.pane) == count && browser.model.pane.filter.isEmpty)
  }

  @Test mutating func longListsAreFilteredOffTheScreen() {
    browser.press("4 / \"main.Product\" Enter Enter")
    browser.worksAtOnce = false
    let count = browser.model.rowCount(browser.model.pane)
    #expect(count == 2000)
    browser.press("f \"a\"")
    #expect(browser.wanted.count == 1 && browser.model.rowCount(browser.model.pane) == count)
    browser.press("\"0\" Enter")
    #expect(browser.status.contains("filtering"))
    browser.press("^C")
    #expect(browser.model.pane.filter.isEmpty && browser.wanted.isEmpty)
    browser.press("f \"a0\" Enter")
    browser.work()
    let kept = browser.model.rowCount(browser.model.pane)
    #expect(kept > 0 && kept < count)
    browser.worksAtOnce = true
    browser.press("S End")
    let last = browser.selectedLine
    browser.press("s s")
    #expect(browser.selectedLine == last, "sorting keeps the selection")
  }

  @Test(arguments: ["3", "2 Enter", "2 Enter p"]) func whatIsNotFilteredSaysWhy(place: String) {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press(place + " f")
    #expect(browser.model.prompt == nil && browser.status.contains("/ finds in it"))
  }

  // MARK: Paths

  @Test func weakPathsAreShownWhenAsked() {
    var heap = BuiltHeap()
    let held = heap.add("main.Held", 16)
    let weak = heap.add("main.Table", 32)
    heap.builder.addRoot(held, name: "global main.held")
    heap.builder.addRoot(weak, name: "global main.weak")
    heap.builder.refer(weak, to: held, field: 0, kind: .weak)
    heap.details.fields = [".weak"]
    var browser = BrowserDriver(heap.analysis())
    browser.press("3 Down")
    while browser.model.selectedObject(browser.model.pane) != held { browser.press("Down") }
    browser.press("p")
    #expect(browser.status.contains("1 path") && browser.screen.contains(". shows them"))
    browser.press(".")
    #expect(browser.screen.contains("global main.weak"))
    #expect(browser.screen.contains("weak ") && browser.model.pane.showsAll)
    browser.press(".")
    #expect(!browser.screen.contains("global main.weak"))
    var plain = BrowserDriver(Samples.ring(3))
    plain.press("2 Enter p .")
    #expect(plain.status.contains("every reference counts"))
  }
}
