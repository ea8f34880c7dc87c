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
    let choices = browser.model.cutChoices(id)
    // What frees most comes first; the reference at the entry is one of them.
    let first = try #require(choices.first)
    let entry = try #require(report.entryCut)
    #expect(first.kind == .entry && Set(first.references) == Set(entry.references))
    #expect(choices.contains { $0.id == .inside || Set($0.references) == Set(report.insideCut.references) })
    for choice in choices {
      browser.press("b B")
      #expect(Set(browser.model.cuts) == Set(choice.references))
      let freed = Samples.goLeaks.whatIf(cutting: choice.references)
      #expect(browser.model.whatIf?.freedBytes == freed.freedBytes, "\(browser.status)")
      #expect(browser.screen.contains("≠"))
      browser.press("B")
      #expect(browser.model.cuts.isEmpty && browser.status.contains("restored"))
    }
    // None is chosen: the selected row's again. In a matrix that is none.
    browser.press("b B")
    #expect(browser.model.cuts == [report.witness.steps[0].reference])
    browser.press("B v B")
    #expect(browser.model.cuts.isEmpty && browser.status.contains("a cell is many references"))
    browser.press("b B")
    #expect(Set(browser.model.cuts) == Set(first.references))
  }

  /// Enter lists the references of the chosen cut; one of them can be cut alone, all of them be marked.
  @Test mutating func aChosenCutIsOpenedAndMarked() throws {
    // A shape of one cycle in which one field holds several references.
    let shape = try #require(
      Samples.goLeaks.shapes.firstIndex { shape in
        shape.count == 1
          && Samples.goLeaks.cutGroups(of: shape.components[0]).groups.contains { $0.references.count > 1 }
      })
    let id = Samples.goLeaks.shapes[shape].components[0]
    browser.press((["2"] + Array(repeating: "Down", count: shape) + ["Enter"]).joined(separator: " "))
    #expect(browser.model.pane.place == .cycle(id))
    let choices = browser.model.cutChoices(id)
    let groups = choices.enumerated().compactMap { number, choice -> (number: Int, group: CutGroup)? in
      if case .group(let group) = choice, group.references.count > 1 { return (number, group) }
      return nil
    }
    let (number, group) = try #require(groups.first)
    let keys = Array(repeating: "b", count: number + 1).joined(separator: " ")
    browser.press(keys + " Enter")
    #expect(browser.model.pane.place == .cut(CutPlace(component: id, choice: .group(group.id))))
    #expect(browser.model.rowCount(browser.model.pane) == group.references.count)
    #expect(browser.screen.contains("\(group.references.count) × "))
    browser.press("Down B")
    #expect(browser.model.cuts == [group.references[1]])
    browser.press("B Space")
    let mark = try #require(browser.model.marks.marks.first)
    #expect(mark.target == .cut(shape: Samples.goLeaks.shapes[shape].key, group: group.id))
    #expect(mark.retained == group.freedBytes)
    // The mark leads to the same references again; a filter leaves some.
    browser.press("1 ' a")
    #expect(browser.model.pane.place == .cut(CutPlace(component: id, choice: .group(group.id))))
    browser.press("f \"nothing has this\" Enter")
    #expect(browser.screen.contains("no row has"))
    browser.press("Esc Enter")
    #expect(browser.model.pane.place == .object(group.references[0].source))
  }

  /// The cuts are weighed off the screen: the ring is there at once, and b waits for them.
  @Test mutating func cutsAreWeighedOffTheScreen() throws {
    browser.press("2")
    browser.worksAtOnce = false
    browser.press("Enter")
    browser.work()
    guard case .cycle(let id) = browser.model.pane.place else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    #expect(browser.wanted == [.cutGroups(id)])
    #expect(browser.screen.contains("weighing cuts by class and field") && browser.status.contains("weighing cuts"))
    browser.press("b Down")
    #expect(browser.model.pane.cut == 0, "it waits")
    browser.work()
    #expect(browser.model.pane.cut == 1 && browser.model.cutGroups[id] != nil)
    // Who stops it goes on with the cuts that are known.
    var other = BrowserDriver(Samples.goLeaks)
    other.press("2")
    other.worksAtOnce = false
    other.press("Enter")
    other.work()
    other.press("^C")
    #expect(other.wanted.isEmpty && other.status.contains("not weighed"))
    #expect(other.model.pane.place == .cycle(id))
    other.press("b b")
    #expect(other.model.pane.cut == 2 && other.screen.contains("✗ inside"))
  }

  /// What is marked is what was selected: an object, or a root; it says which cycle it is in.
  @Test mutating func aMarkKeepsWhatWasMarked() throws {
    browser.press("2 Enter i Tab Tab Space")
    let title = Samples.goLeaks.shapes[0].title
    let object = try #require(browser.model.marks.marks.first)
    #expect(object.target.kind == "object" && object.title.hasSuffix(", in \(title)"))
    browser.press("p Home Space")
    let root = try #require(browser.model.marks.marks.last)
    #expect(root.target == .root(name: "global main.sessionCache"), "\(root.target)")
    #expect(root.title == "global main.sessionCache, in \(title)")
    browser.press("5")
    #expect(browser.screen.contains("in the cycle"))
    browser.press("Down Enter")
    #expect(browser.breadcrumb.contains("main.SessionCache"))
    // The cycle itself is not marked.
    browser.press("2")
    #expect(browser.model.marked.mark(ofShape: 0) == nil)
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
