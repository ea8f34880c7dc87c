import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen
import Testing

@testable import Browser

@Suite struct UpdateTests {
  private var browser = BrowserDriver(Samples.goLeaks)

  // MARK: Places

  @Test mutating func historyLeadsBackAndForwardToTheSameRows() {
    browser.press("2 Down Down Enter Down Enter")
    let deep = browser.screen
    browser.press("[")
    let shape = browser.screen
    #expect(browser.line(4).hasPrefix(">"))
    browser.press("BS")
    #expect(browser.line(5).hasPrefix(">") && browser.breadcrumb.hasSuffix("Cycles"))
    browser.press("]")
    #expect(browser.screen == shape)
    browser.press("]")
    #expect(browser.screen == deep)
    browser.press("]")
    #expect(browser.status.contains("nothing after this"))
    browser.press("[ [ [ [ [ [")
    #expect(browser.status.contains("nothing before this"))
    #expect(browser.model.pane.place == .overview)
  }

  @Test mutating func aViewIsAsItWasLeft() {
    browser.press("3 Down Right Down Down")
    let tree = browser.screen
    browser.press("2 Down Down Enter Enter 4 3")
    #expect(browser.screen == tree)
    browser.press("2")
    #expect(browser.line(5).hasPrefix(">"), "the list keeps its selection though a cycle was opened from it")
  }

  @Test mutating func selectionIsKeptWhenRowsAreSorted() {
    browser.press("4 / \"runtime.m\" Enter")
    let name = "runtime.m"
    for keys in ["s", "s", "s", "S", "s", "s", "S"] {
      browser.press(keys)
      #expect(browser.selectedLine.hasSuffix(name))
    }
    browser.press("f \"RUNTIME\" Esc f \"time.m\" Enter")
    #expect(browser.selectedLine.hasSuffix(name) && browser.status.contains("filter: time.m"))
    browser.press("Esc")
    #expect(browser.model.pane.filter.isEmpty && browser.selectedLine.hasSuffix(name))
  }

  @Test mutating func movesByRowsPagesAndToTheEnds() {
    browser.press("4 End")
    #expect(browser.status.contains("row 94 of 94"))
    browser.press("Down PgDn")
    #expect(browser.status.contains("row 94 of 94"))
    browser.press("Home PgDn")
    #expect(browser.status.contains("row 14 of 94"))
    browser.press("^U")
    #expect(browser.status.contains("row 7 of 94"))
    browser.press("g Up")
    #expect(browser.status.contains("row 1 of 94"))
  }

  @Test mutating func goesToAddressesAndNumbers() {
    browser.press(": \"@29452e0d02a0\" Enter")
    let object = browser.model.pane.place
    #expect(browser.line(2).contains("main.SessionCache @29452e0d02a0"))
    browser.press(": \"0x29452e0d02a8\" Enter")
    #expect(browser.model.pane.place == object && browser.status.contains("8 bytes from its start"))
    browser.press(": \"#1\" Enter")
    #expect(browser.model.pane.place == .object(ObjectID(1)))
    for text in ["@1", "#0", "#99999999", "#4294967296", "nonsense!", "@", "0x0x12", "-1", "@ffffffffffffffffff"] {
      browser.press(": \"\(text)\" Enter")
      #expect(browser.model.pane.place == .object(ObjectID(1)), "\(text)")
      #expect(browser.model.message?.isError == true, "\(text)")
    }
  }

  @Test mutating func anObjectIsShownInTheTree() {
    browser.press("2 Enter Enter Down Down t")
    #expect(browser.breadcrumb.contains("Retention"))
    #expect(browser.selectedLine.contains("@29452e126180"))
    browser.press("p")
    #expect(browser.breadcrumb.hasSuffix("Paths"))
  }

  @Test mutating func searchFindsTheNextRowAndGoesRound() {
    browser.press("4 / \"map.table\" Enter")
    #expect(browser.selectedLine.contains("[]*map.table[string]*mai"))
    browser.press("n")
    #expect(browser.selectedLine.contains(" map.table[string]*main.P"))
    #expect(browser.status.hasSuffix("found “map.table”, 2 of 10"), "\(browser.status)")
    browser.press("N N")
    #expect(browser.status.hasSuffix("found “map.table”, 10 of 10, gone round the end"), "\(browser.status)")
    browser.press("Esc n")
    #expect(browser.status.contains("no search yet"))
  }

  @Test func aSearchOfManyRowsGoesOnBetweenKeysAndStops() {
    var browser = BrowserDriver(Samples.ring(3, children: 9000))
    browser.press("4 s Home Enter / \"nowhere\" Enter")
    #expect(browser.asked.contains(.searchOn))
    #expect(browser.model.searching?.done == RowSearch.objectsAtOnce && browser.status.contains("^C stops"))
    browser.apply(.searchOn)
    #expect(browser.model.searching?.done == 2 * RowSearch.objectsAtOnce)
    browser.press("Down")
    #expect(browser.model.searching == nil)
    browser.apply(.searchOn)
    #expect(browser.model.searching == nil && !browser.status.contains("^C"))
    browser.press("n")
    for _ in 0..<300 { browser.apply(.searchOn) }
    #expect(browser.status.contains("not found"))
  }

  // MARK: Marks

  @Test mutating func everyMarkIsWrittenAndCanBeUndone() {
    browser.press("2 Space")
    #expect(browser.asked.contains(.saveMarks))
    #expect(browser.model.marks.count == 1 && browser.line(3).contains("a●"))
    browser.press("Down m Tab \"by design\" Enter")
    #expect(browser.model.marks.marks.map(\.note) == ["", "by design"])
    browser.press("u")
    #expect(browser.model.marks.count == 1 && browser.status.contains("undone"))
    browser.press("^R")
    #expect(browser.model.marks.marks.last?.note == "by design")
    browser.press("u u u")
    #expect(browser.model.marks.isEmpty && browser.status.contains("nothing to undo"))
    browser.press("^R Up Space")
    #expect(browser.model.marks.isEmpty && browser.status.contains("removed"))
  }

  @Test mutating func aMarkMadeBeforeItsRingIsKnownIsCompleted() throws {
    browser.worksAtOnce = false
    browser.press("2 Space")
    #expect(try #require(browser.model.marks.marks.first).ring.isEmpty)
    #expect(browser.wanted.count == 1)
    browser.work()
    let mark = try #require(browser.model.marks.marks.first)
    #expect(!mark.ring.isEmpty && mark.verdict == .suspect && mark.made == BrowserDriver.now)
    #expect(browser.asked.filter { $0 == .saveMarks }.count == 2)
  }

  @Test mutating func marksFromOutsideComeIn() throws {
    browser.press("2 Space")
    let own = try #require(browser.model.marks.marks.first)
    var other = BrowserDriver(Samples.goLeaks)
    other.press("2 Down m \"theirs\" Enter")
    browser.apply(.marksMerged([own, other.model.marks.marks[0]]))
    #expect(browser.model.marks.count == 2 && browser.line(4).contains("●"))
    browser.apply(.marksMerged([]))
    #expect(browser.model.marks.isEmpty && !browser.line(3).contains("●"))
    browser.press("5 Space Enter m x")
  }

  @Test mutating func aNoteIsKeptForWhatWasSelectedWhenItWasOpened() {
    browser.resize(160, 50)
    browser.press("2 Down Down Tab m \"note\"")
    browser.resize(80, 24)
    browser.press("Enter")
    #expect(browser.model.marks.marks.map(\.note) == ["note"])
    #expect(browser.model.marks.marks[0].target.kind == "cycle")
  }

  @Test mutating func jumpsToAMarkByItsLetter() {
    browser.press("2 Down Down Down Space 1 ' a")
    #expect(browser.breadcrumb.contains("main.NewService.func1"))
    browser.press("' z")
    #expect(browser.status.contains("no mark z"))
  }

  @Test mutating func aNoteIsEditedInItsMiddleAndInSeveralLines() {
    browser.press("2 m \"abcd\" Left Left \"X\"")
    browser.apply(.paste("one\r\ntwo\rthree"))
    browser.press("Up Home \"Y\" Del End Enter")
    #expect(browser.model.marks.marks[0].note == "YbXone\ntwo\nthreecd")
  }

  @Test mutating func aNoteHasALimit() {
    browser.press("m")
    browser.apply(.paste(String(repeating: "x例", count: 30_000)))
    _ = browser.screen
    browser.press("Up Up Left \"y\" Enter 5")
    #expect(browser.model.marks.marks[0].note.count == TextField.limit)
    _ = browser.screen
  }

  // MARK: Work

  @Test mutating func workIsWantedOnceAndDroppedWhenOneLeaves() {
    browser.worksAtOnce = false
    browser.press("2 Enter")
    #expect(browser.wanted.count == 1 && browser.status.contains("working"))
    let first = browser.wanted
    browser.press("v")
    #expect(browser.wanted == first)
    browser.press("1")
    #expect(browser.wanted.isEmpty && !browser.status.contains("working"))
  }

  @Test mutating func workCanBeStopped() {
    browser.worksAtOnce = false
    browser.press("2 Enter p ^C")
    #expect(!browser.breadcrumb.contains("Paths") && browser.status.contains("stopped"))
    browser.press("1 ^C")
    #expect(browser.status.contains("nothing is under way"))
  }

  @Test mutating func resultsThatCameLateAreKept() {
    browser.worksAtOnce = false
    browser.press("2 Enter")
    let request = browser.wanted[0]
    browser.press("1")
    if case .cycle(let id) = request {
      browser.apply(.done(request, .cycle(Samples.goLeaks.report(on: id))))
      browser.press("2 Enter")
      #expect(browser.wanted == [.cutGroups(id)] && browser.screen.contains("┌"))
    }
  }

  @Test mutating func thePoliciesChangeAndCanBeLeftAsTheyAre() {
    browser.press(".")
    #expect(browser.asked == [.analyse(retaining: "retaining", cycles: "application")] || browser.asked.count == 1)
    #expect(browser.model.isChanging && browser.status.contains("^C stops"))
    browser.press(".")
    #expect(browser.status.contains("already") || browser.asked.count == 1)
    browser.press("^C")
    #expect(!browser.model.isChanging && browser.asked.last == .cancelAnalysis)
    browser.apply(.analysisChanged(Samples.ring(3)))
    #expect(browser.model.analysis === Samples.goLeaks, "an analysis that was stopped changes nothing")
  }

  @Test mutating func copiesExportsAndQuitsAreAskedFor() {
    browser.press("2 Enter y")
    #expect(browser.asked.last == .copy("main.SessionCache @29452e0d02a0"))
    browser.press("p y")
    if case .copy(let text) = browser.asked.last { #expect(text.hasPrefix("global main.sessionCache → ")) }
    browser.press("Space x Tab Enter")
    #expect(
      browser.asked.contains(.export(path: "app.heapdump.cycles.md", ExportChoice(subject: .marks, format: .markdown))))
    browser.apply(.exported("1 mark exported to app.heapdump.cycles.md", isError: false))
    #expect(browser.status.contains("1 mark exported to"))
    browser.press("x ^U Enter w ^U \"copy\" Enter M ^L ^Z")
    #expect(browser.asked.suffix(4) == [.saveMarksCopy(path: "copy"), .mouse(true), .redraw, .suspend])
    browser.press("q q q q")
    #expect(browser.asked.last == .quit)
  }

  @Test func aLongLoadIsNotLostToOneKey() {
    var browser = BrowserDriver(Samples.ring(3))
    browser.press("q")
    #expect(browser.asked == [.quit])
    var slow = BrowserDriver(loading: "app.heapdump", steps: ["Reading"])
    slow.apply(.loaded(Samples.ring(3), seconds: 4))
    slow.press("q")
    #expect(slow.asked.isEmpty)
    slow.press("n q Enter q Esc q x")
    #expect(slow.asked.isEmpty)
    slow.press("q y")
    #expect(slow.asked.contains(.quit))
  }

  /// Marks or what is selected, in every form; pictures only where something draws them.
  @Test func whatCanBeExported() throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("3 x")
    #expect(browser.line(23).contains("export the heap ≥ 22.0 KiB as text to:"))
    browser.press("Up Tab Tab Tab Tab")
    #expect(browser.line(23).contains("export the heap ≥ 44.1 KiB as dot to:"))
    browser.press("Tab")
    #expect(browser.line(23).contains("as text to:"))
    browser.press("Esc")
    #expect(browser.asked.isEmpty)
    browser.model.canDrawPictures = true
    browser.press("Down Space x Tab Tab Tab Tab Tab")
    #expect(browser.line(23).contains("export main.Sess… ≥ 16.4 KiB as svg to:"))
    browser.press("Tab Tab")
    #expect(browser.line(23).contains("export the marks as text to:"))
    browser.press("S-Tab Enter")
    guard case .export(let path, let choice, false) = browser.asked.last else {
      Issue.record("\(browser.asked)")
      return
    }
    #expect(path.hasSuffix(".png") && choice.format == .png)
    // One after the other, with a word on how far it is, and a way out.
    #expect(browser.model.isExporting)
    browser.apply(.exportProgress(.init(step: 1, done: 0, total: 0)))
    #expect(browser.status.contains("drawing ") && browser.status.contains("^C stops"))
    browser.press("x")
    #expect(browser.status.contains("a file is being written already"))
    browser.press("^C")
    #expect(browser.asked.last == .cancelExport)
    browser.apply(.exported("export stopped", isError: false))
    #expect(!browser.model.isExporting && browser.status.contains("export stopped"))
  }
}
