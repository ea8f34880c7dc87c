import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen
import Testing

@testable import Browser

/// Keys typed while the rows they are for are being worked out.
@Suite struct KeysAheadTests {
  private var browser = BrowserDriver(Samples.goLeaks)

  init() { browser.worksAtOnce = false }

  /// What the same keys lead to when each finds its rows.
  private func patient(_ keys: String) -> String {
    var other = BrowserDriver(Samples.goLeaks)
    other.press(keys)
    return other.screen
  }

  /// Does work until none is wanted.
  private mutating func finish() { while !browser.wanted.isEmpty { browser.work() } }

  @Test(arguments: [
    "3 Down Down Enter", "3 j Right j j i Tab Tab", "2 Enter v Down Right Enter Down Enter", "2 j Enter b b",
    "4 Enter j j p j j", "2 Enter p Down Enter", "3 / \"time\" Enter n n N i", "2 j Space j Space 5",
    "1 Enter m \"a q note\" Enter 5", "4 Enter f \"a1\" Enter j Enter", "4 Enter s j j S Enter",
    "3 T Right Down Enter i", "3 Down Space 5", "3 Down B 1",
  ])
  mutating func keysWaitForTheirRows(keys: String) {
    browser.press(keys)
    finish()
    #expect(browser.model.keysAhead.isEmpty)
    #expect(browser.screen == patient(keys), "\(keys)")
  }

  @Test mutating func theStatusLineTellsOfThem() {
    browser.press("3 j j")
    #expect(browser.status.contains("2 keys waiting"))
    browser.press("j")
    #expect(browser.status.contains("3 keys waiting"))
    finish()
    #expect(browser.status.contains("row 4 of"))
  }

  @Test(arguments: ["Esc", "^C"]) mutating func canBeDropped(key: String) {
    browser.press("2 3 j j Enter \(key)")
    #expect(browser.model.keysAhead.isEmpty && browser.model.pane.place == .cycles)
    finish()
    #expect(browser.model.pane.place == .cycles, "they do not come back")
  }

  @Test(arguments: ["4", "q", "[", "BS"]) mutating func leavingActsAtOnceAndDropsThem(key: String) {
    browser.press("2 3 j Enter \(key)")
    #expect(browser.model.keysAhead.isEmpty)
    #expect(browser.model.pane.place == (key == "4" ? .classes : .cycles))
  }

  @Test mutating func textThatWaitsIsNoCommand() {
    browser.press("3 j m \"q1\" Enter")
    #expect(browser.model.pane.place == .retention(.root), "q and 1 belong to the note")
    finish()
    #expect(browser.model.marks.marks.map(\.note) == ["q1"])
  }

  @Test mutating func helpOpensAtOnceAndTheyGoOnBelowIt() {
    browser.press("3 j ?")
    #expect(browser.screen.contains("Keys"))
    browser.press("Esc")
    finish()
    #expect(browser.status.contains("row 2 of"))
  }

  @Test mutating func keysThatNeedNoRowsActAtOnce() {
    browser.press("3 %")
    #expect(browser.model.sizeColumns == .percent && browser.model.keysAhead.isEmpty)
    browser.press("o")
    #expect(browser.status.contains("no meaning"))
  }

  @Test mutating func aKeyHeldDownDoesNotRunOnForEver() {
    browser.press("3")
    for _ in 0..<1000 { browser.press("j") }
    #expect(browser.model.keysAhead.count == Model.keysAheadLimit && browser.status.contains("64 keys wait"))
    finish()
    #expect(browser.model.keysAhead.isEmpty)
  }
}
