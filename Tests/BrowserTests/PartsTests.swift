import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import Testing

@testable import Browser

/// Views open as their part of the analysis ends; when a fuller one comes, nobody loses the place.
@Suite struct PartsTests {
  private let parts = Samples.goParts
  private var browser = BrowserDriver(loading: "app.heapdump", steps: ["Reading"] + HeapAnalysis.steps)

  /// The dump is read, and so much of the analysis is there.
  private mutating func begin(_ part: Int) {
    browser.apply(.progress(.init(step: 0, done: 1, total: 2), seconds: 2))
    browser.apply(.read(HeapOutline(parts[0].heap)))
    browser.apply(.progress(.init(step: 6 + part, done: 30, total: 100), seconds: 5))
    for number in 0...part { come(number) }
  }

  private mutating func come(_ part: Int) {
    browser.apply(part < 3 ? .analysed(parts[part]) : .loaded(parts[3], seconds: 9))
  }

  @Test func partsShareWhatTheyHaveInCommon() {
    #expect(parts.map(\.readiness) == [.retention, .cycles, .classes, .whole])
    for part in parts {
      #expect(part.isOfSameRun(as: parts[3]) && !part.isOfSameRun(as: Samples.goLeaks))
      #expect(part.reachableBytes == parts[3].reachableBytes && part.rootCounts == parts[3].rootCounts)
    }
    #expect(parts[0].components.count == 0 && parts[0].shapes.isEmpty)
    #expect(parts[0].components.component(of: ObjectID(1)) == nil)
    #expect(parts[1].components === parts[3].components && parts[1].shapes.map(\.key) == parts[3].shapes.map(\.key))
    #expect(parts[1].finalizerCycles == parts[3].finalizerCycles && parts[1].histogram.rows.isEmpty)
    #expect(
      parts[2].histogram.rows == parts[3].histogram.rows && parts[2].unreachableBytes == parts[3].unreachableBytes)
    #expect(parts[2].suspects.isEmpty && !parts[3].suspects.isEmpty)
  }

  @Test(arguments: [
    (0, "4 Classes is ready; 2 Cycles and 3 Retention open", " 4 classes"),
    (1, "3 Retention and 4 Classes are ready; 2 Cycles opens when its step is done", " 3 retention  4 classes"),
    (2, "2 Cycles, 3 Retention and 4 Classes are ready; 1 Overview opens", " 2 cycles  3 retention  4 classes"),
    (3, "2 Cycles, 3 Retention and 4 Classes are ready; 1 Overview opens", " 2 cycles  3 retention  4 classes"),
  ])
  mutating func theStepsSayWhatIsReady(parts: Int, status: String, footer: String) {
    browser.apply(.progress(.init(step: 0, done: 1, total: 2), seconds: 2))
    browser.apply(.read(HeapOutline(self.parts[0].heap)))
    for number in 0..<parts { come(number) }
    #expect(browser.screen.contains("Opening app.heapdump"))
    #expect(browser.status.contains(status), "\(browser.status)")
    #expect(browser.line(23).contains(footer), "\(browser.line(23))")
    come(3)
    #expect(browser.line(0).hasPrefix("[1 Overview]") && browser.screen.contains("Suspects"))
  }

  @Test(arguments: [
    (0, "2", "not yet: cycles are being measured. 2 Cycles opens then; Esc: it does not"),
    (0, "Enter", "not yet: suspects are ranked last"), (0, "s", "not yet: suspects are ranked last"),
    (0, "3 2", "not yet: cycles are being measured"), (0, "3 Down c", "not yet: cycles are being measured"),
    (0, "3 .", "not yet: policies change when all steps are done"), (0, "3 Down x", "not yet: what is exported"),
    (0, "4 s", "not yet: what classes retain is being summed"),
    (0, "4 f", "not yet: what classes retain is being summed"),
    (1, "4 S", "not yet: what classes retain is being summed"), (1, "Space", "not yet: suspects are ranked last"),
    (2, ".", "not yet: policies change"), (2, "p", "not yet: suspects are ranked last"),
    (0, "3 Down % Down", "row 3 of"), (0, "3 Down Down", "Measure cycles 30 %"),
    (1, "2 Enter p .", "every reference counts here"),
  ])
  mutating func whatIsNotReadySaysWhy(part: Int, keys: String, reason: String) {
    begin(part)
    browser.press(keys)
    #expect(browser.status.contains(reason), "\(browser.status)")
    for next in part + 1...3 { come(next) }
    #expect(!browser.status.contains("not yet"), "\(browser.status)")
  }

  @Test mutating func aViewThatIsAskedForOpensWithItsPart() {
    browser.press("3")
    browser.apply(.read(HeapOutline(parts[0].heap)))
    come(0)
    #expect(browser.model.pane.place == .retention(.root))
    browser.press("1")
    #expect(browser.screen.contains("Opening app.heapdump"))
    browser.press("2")
    come(1)
    #expect(browser.model.pane.place == .cycles && browser.line(0).contains("[2 Cycles]"))
    browser.press("1 4 1 2 1")
    come(3)
    #expect(browser.model.pane.place == .overview && browser.selectedLine.hasPrefix(">"))
    browser = BrowserDriver(loading: "app.heapdump", steps: HeapAnalysis.steps)
    come(0)
    browser.press("2 3")
    come(1)
    #expect(browser.model.pane.place == .retention(.root), "who has gone elsewhere stays there")
  }

  /// What was opened, unfolded, selected, scrolled or half typed is as it was.
  @Test(arguments: [
    "3", "3 Down Right Down Down", "3 G L End PgUp", "3 Down L Down Right Down B", "3 Down i Tab Down",
    "3 Down p L Down",
    "3 Down T Right Down", "3 Down i Enter [", "3 / \"Cach\"", "3 / \"Cached\" Enter n", "3 Down m \"half a no\"",
    "3 Down w \"/tmp/a\"", ": \"#12\"", "3 Down ?", "3 %", "3 Down i f \"a\"", "/ Tab \"Session\" Enter Down", "5",
    "4 Down Down Enter Down", "3 Down m \"note\" Enter Down", "3 q", "3 Down B Down B", "3 Down i Tab Tab z",
  ])
  mutating func thePlaceIsKept(keys: String) {
    for (columns, rows) in [(80, 24), (160, 50)] {
      browser = BrowserDriver(loading: "app.heapdump", steps: ["Reading"] + HeapAnalysis.steps)
      browser.resize(columns, rows)
      begin(0)
      browser.press(keys)
      for part in 1...3 {
        let before = browser.model
        let selected = browser.model.selectedObject(browser.model.focused)
        come(part)
        let after = browser.model
        #expect(after.pane.place == before.pane.place && after.isSecondFocused == before.isSecondFocused)
        #expect(after.pane.selection == before.pane.selection && after.pane.top == before.pane.top)
        #expect(after.pane.retention?.rowCount == before.pane.retention?.rowCount)
        #expect(after.pane.paths?.rowCount == before.pane.paths?.rowCount)
        #expect(after.pane.tab == before.pane.tab && after.pane.filter == before.pane.filter)
        #expect("\(String(describing: after.prompt))" == "\(String(describing: before.prompt))")
        #expect(after.history.trail == before.history.trail && after.marks.marks == before.marks.marks)
        #expect(after.cuts == before.cuts && after.searchText == before.searchText)
        #expect(part == 3 || after.message?.text == before.message?.text)
        if before.pane.place != .overview { #expect(browser.model.selectedObject(browser.model.focused) == selected) }
      }
      browser.press("Esc Esc Down Up")
    }
  }

  @Test mutating func classesStaySelectedWhenTheirOrderChanges() {
    begin(1)
    browser.press("4 Down Down PgDn / \"Conn\"")
    let name = browser.selectedClass
    let line = browser.frame.cursor.row
    #expect(name == "main.Connection")
    browser.press("Enter")
    come(2)
    #expect(browser.selectedClass == name)
    browser.press("Down Up")
    #expect(browser.selectedLine.contains(name) && browser.selectedLine.contains("%") == false)
    come(3)
    #expect(browser.selectedClass == name && line > 0)
    // Also where one will come back to.
    browser = BrowserDriver(loading: "app.heapdump", steps: ["Reading"] + HeapAnalysis.steps)
    begin(0)
    browser.press("4 Down Down Down Enter 3")
    come(2)
    browser.press("[")
    #expect(
      browser.model.pane.place
        == .instances(parts[3].histogram.rows[browser.model.tabPanes[.classes]!.selection].classIndex))
    browser.press("[")
    #expect(browser.selectedClass == "[]string", "\(browser.screen)")
  }

  @Test mutating func theClassesThatWereSeenWhileReadingStay() {
    browser.apply(.read(HeapOutline(parts[0].heap)))
    browser.press("4 Down Down")
    let line = browser.selectedLine
    come(0)
    #expect(browser.model.pane.place == .classes && browser.selectedLine == line)
    browser.press("q")
    #expect(browser.screen.contains("Opening app.heapdump"))
  }

  /// Marks of a file are not told to be gone while cycles are not known, and those made early stay.
  @Test mutating func marksWaitForTheirCycles() throws {
    var full = BrowserDriver(Samples.goLeaks)
    full.press("2 Space Down Space")
    begin(0)
    browser.apply(.marksMerged(full.model.marks.marks))
    browser.press("5")
    #expect(browser.line(3).contains("not yet") && !browser.screen.contains("not here"))
    browser.press("Enter")
    #expect(browser.status.contains("not yet: cycles are being measured"))
    browser.press("3 Down Right Down Right Down m \"early\"")
    come(1)
    browser.press("Enter")
    #expect(browser.model.marks.count == 3 && browser.status.contains("kept"), "\(browser.screen)")
    browser.press("5")
    #expect(!browser.screen.contains("not yet") && !browser.screen.contains("not here"))
    come(3)
    #expect(browser.model.marks.count == 3 && browser.screen.contains("early"))
  }

  /// A member of a cycle that was marked when its cycle was not known: the same key takes that mark away.
  @Test mutating func anEarlyMarkOnAMemberIsItsOwn() throws {
    let parts = Samples.parts(of: Samples.ring(5).heap)
    browser.apply(.analysed(parts[0]))
    browser.press("3 Down i Tab Tab Space")
    #expect(browser.model.marks.marks.map(\.target.kind) == ["object"])
    browser.apply(.loaded(parts[3], seconds: 5))
    #expect(browser.selectedLine.contains("↻a"), "\(browser.selectedLine)")
    browser.press("Space")
    #expect(browser.model.marks.isEmpty)
    browser.press("Space")
    #expect(browser.model.marks.marks.map(\.target.kind) == ["object"])
    // Now it says which cycle it is in.
    #expect(browser.model.marks.marks.first?.title.contains(", in ") == true)
  }

  /// Work that was begun on a part of the analysis is of use for the whole.
  @Test mutating func workGoesOn() {
    begin(0)
    browser.worksAtOnce = false
    browser.press("3")
    #expect(browser.screen.contains("arranging the children") && browser.wanted == [.arrange(.root)])
    come(1)
    come(3)
    #expect(browser.wanted == [.arrange(.root)])
    browser.work()
    #expect(browser.selectedLine.contains("GC roots"))
    #expect(browser.model.keysAhead.isEmpty)
  }

  @Test mutating func leavingAsksWhileTheAnalysisGoesOn() {
    begin(0)
    browser.press("3 ^C")
    #expect(browser.line(23).contains("stop analysing and quit?") && browser.asked.isEmpty)
    browser.press("n q q")
    #expect(browser.line(23).contains("stop analysing and quit?") && browser.asked.isEmpty)
    browser.press("y")
    #expect(browser.asked == [.cancelLoading, .quit])
    browser = BrowserDriver(loading: "app.heapdump", steps: HeapAnalysis.steps)
    begin(1)
    browser.press("^C")
    #expect(browser.asked == [.cancelLoading, .quit] && browser.status.contains("stopping"))
    browser = BrowserDriver(loading: "app.heapdump", steps: HeapAnalysis.steps)
    begin(1)
    browser.press("2 Q")
    #expect(browser.asked == [.cancelLoading, .quit])
  }

  /// Entries that are shown as they lie in memory stay so.
  @Test mutating func namesOfEntriesStayAsTheyAre() {
    let parts = Samples.parts(of: Samples.jvmLeaks.heap)
    browser.apply(.analysed(parts[0]))
    let named = parts[0].heap.namesEntries
    browser.press("3 e")
    #expect(browser.model.analysis!.heap.namesEntries == !named)
    browser.apply(.analysed(parts[1]))
    browser.apply(.loaded(parts[3], seconds: 9))
    #expect(browser.model.analysis!.heap.namesEntries == !named && browser.model.analysis!.readiness == .whole)
  }

  @Test mutating func aClickGoesOnlyWhereThereIsSomething() {
    begin(0)
    browser.apply(.click(row: 0, column: 15, double: true))
    browser.apply(.click(row: 5, column: 15, double: true))
    #expect(browser.model.pane.place == .overview)
    browser.press("3")
    browser.apply(.click(row: 0, column: 15, double: false))
    #expect(browser.model.pane.place == .retention(.root) && browser.status.contains("not yet: cycles"))
    browser.apply(.click(row: 0, column: 1, double: false))
    #expect(browser.screen.contains("Opening app.heapdump"))
  }
}

extension BrowserDriver {
  /// The class of the selected row.
  fileprivate var selectedClass: String {
    model.analysis!.graph.classes[model.classIndex(ofRow: model.pane.selection, model.pane)].name
  }
}
