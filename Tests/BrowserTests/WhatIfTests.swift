import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import Browser

/// References cut in thought.
@Suite struct WhatIfTests {
  private var browser = BrowserDriver(Samples.goLeaks)

  @Test mutating func oneCutIsCountedAtOnce() throws {
    // The sessions hang on one global.
    browser.press("3 Down")
    browser.worksAtOnce = false
    guard case .reference(let place) = browser.model.reference(ofRow: 1, browser.model.pane) else {
      Issue.record("no reference")
      return
    }
    let freed = Samples.goLeaks.whatIf(cutting: [place])
    #expect(freed.freedObjects > 1000)
    browser.press("B")
    #expect(browser.wanted.isEmpty)
    #expect(browser.model.cuts == [place] && browser.model.whatIf?.freedBytes == freed.freedBytes)
    #expect(browser.status.contains("frees \(ByteCount.text(freed.freedBytes))"))
    #expect(browser.selectedLine.contains("≠ "))
    browser.press("Down")
    #expect(browser.status.contains("≠ 1 cut in thought: frees"))
    browser.press("Up B")
    #expect(browser.model.cuts.isEmpty && browser.status.contains("restored"))
    #expect(!browser.screen.contains("≠"))
  }

  /// What `b` has chosen is what `B` cuts, whatever row is selected.
  @Test mutating func aSuggestedCutIsCutAsAWhole() throws {
    browser.press("2 Enter")
    guard case .cycle(let id) = browser.model.pane.place, let report = browser.model.reports[id] else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    let entry = try #require(report.entryCut)
    for (keys, cut) in [("b", report.insideCut), ("b", entry)] {
      browser.press(keys + " B")
      #expect(Set(browser.model.cuts) == Set(cut.references))
      #expect(browser.model.whatIf?.freedBytes == cut.freedBytes, "\(browser.status)")
      #expect(browser.screen.contains("≠"))
      browser.press("B")
      #expect(browser.model.cuts.isEmpty && browser.status.contains("restored"))
    }
    // None is chosen: the selected row's again. In a matrix that is none.
    browser.press("b B")
    #expect(browser.model.cuts == [report.witness.steps[0].reference])
    browser.press("B v B")
    #expect(browser.model.cuts.isEmpty && browser.status.contains("a cell is many references"))
    browser.press("b b B")
    #expect(Set(browser.model.cuts) == Set(entry.references))
  }

  @Test mutating func severalAreCountedOffTheScreen() throws {
    browser.press("3")
    browser.worksAtOnce = false
    browser.press("Down B Down Down B")
    let cuts = browser.model.cuts
    #expect(cuts.count == 2 && browser.wanted == [.whatIf(cuts)])
    // Said at once and kept up to date, without another key.
    #expect(browser.status.contains("2 cuts in thought") && browser.status.contains("counting"))
    browser.apply(.workProgress(.whatIf(cuts), .init(step: 0, done: 30, total: 100)))
    #expect(browser.status.contains("30 % … ^C stops"))
    browser.press("^C")
    #expect(browser.wanted.isEmpty && browser.model.cuts == cuts)
    browser.press("Up")
    #expect(browser.status.contains("not counted"))
    browser.press("Home Down Down Down B")
    #expect(browser.model.cuts.count == 1, "the second one is restored")
    browser.press("B")
    #expect(!browser.status.contains("frees"))
    browser.work()
    let freed = Samples.goLeaks.whatIf(cutting: browser.model.cuts)
    #expect(browser.model.whatIf?.freedObjects == freed.freedObjects)
    #expect(browser.status.contains("2 cuts in thought: frees"))
    browser.press("R")
    #expect(browser.model.cuts.isEmpty && browser.status.contains("restored"))
    browser.press("R")
    #expect(browser.status.contains("nothing is cut"))
  }

  /// A ring of three: whatever is cut in it, by ring, list, inspector or tree, is the same reference.
  @Test func everyScreenCutsTheReferenceItShows() throws {
    let analysis = Samples.ring(3)
    let graph = analysis.graph
    func cut(_ keys: String) -> [ReferencePlace] {
      var browser = BrowserDriver(analysis)
      browser.press(keys)
      return browser.model.cuts
    }
    let first = ReferencePlace(source: ObjectID(1), index: graph.rows.range(of: ObjectID(1)).lowerBound)
    let root = ReferencePlace(source: .root, index: 0)
    let last = ReferencePlace(source: ObjectID(3), index: graph.rows.range(of: ObjectID(3)).lowerBound)
    #expect(cut("2 Enter B") == [first], "the arrow that leaves the first box")
    #expect(cut("2 Enter v v B") == [root], "the row of the first object shows how the root holds it")
    #expect(cut("2 Enter v v Down B") == [first])
    #expect(cut("2 Enter Down Down B") == [last])
    #expect(cut("2 Enter Down i Tab B") == [first], "what refers to the second object")
    #expect(cut("2 Enter i Tab B") == [root] && cut("2 Enter i Tab Down B") == [last])
    #expect(cut("2 Enter i Tab Tab B") == [first], "what the first dominates")
    #expect(cut("2 Enter p B") == [root])
    #expect(cut("3 Down B") == [root] && cut("3 Down Right Down B") == [first])
    for keys in ["B", "2 B", "4 B", "2 Enter v B", "3 B", "5 B"] { #expect(cut(keys).isEmpty, "\(keys)") }
  }

  @Test func fieldsAreCutByTheirReferences() throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("2 Enter Enter")
    guard case .object(let id) = browser.model.pane.place else {
      Issue.record("not the inspector")
      return
    }
    for row in 0..<browser.model.rowCount(browser.model.pane) {
      let field = Samples.goLeaks.heap.details.values(of: id, from: row, limit: 1).values[0]
      browser.press("g" + String(repeating: " Down", count: row) + " B")
      if let target = field.target {
        let place = try #require(browser.model.cuts.last)
        #expect(place.source == id && Samples.goLeaks.graph.target(of: place) == target)
        #expect(Samples.goLeaks.heap.fieldName(of: place) == field.name)
        #expect(browser.selectedLine.contains("≠"))
      } else {
        #expect(browser.status.contains("no reference"))
      }
    }
    #expect(Set(browser.model.cuts).count == browser.model.cuts.count)
  }

  @Test func theRingShowsTheCut() throws {
    var browser = BrowserDriver(Samples.ring(3))
    browser.press("2 Enter B")
    #expect(browser.screen.contains("≠") && browser.screen.contains("╌"))
    browser.press("Down Down B v v")
    #expect(browser.screen.contains("≠"), "the list shows it too")
    browser.press("1 2")
    #expect(browser.status.contains("2 cuts in thought"))
  }

  @Test func cutsGoIntoTheExport() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("x")
    #expect(browser.model.prompt != nil || browser.status.contains("nothing is marked"))
    browser.press("Esc")
    for keys in ["3 Down B x", "Esc 1 x"] {
      browser.press(keys)
      #expect(browser.line(23).contains("export the cuts as text to"))
    }
    let marks = browser.model.marks
    let report = MarksReport(analysis: Samples.goLeaks, marks: marks, cuts: browser.model.cuts)
    let text = report.render(.text)
    #expect(text.contains("Cuts in thought") && text.contains("✗ root global main.sessionCache --> "))
    #expect(report.render(.markdown).contains("## Cuts in thought"))
    #expect(report.render(.json).contains("\"freedObjects\": "))
    #expect(report.render(.dot).contains("✗ cut in thought"))
  }
}
