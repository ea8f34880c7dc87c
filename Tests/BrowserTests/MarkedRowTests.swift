import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Testing

@testable import Browser

/// What Space marks is what the row is; and how the prompt of a mark takes its keys.
@Suite struct MarkedRowTests {
  @Test(arguments: [
    ("4 Space", "class"), ("3 Down Space", "root"), ("3 Down Right Down Down Space", "object"), ("2 Space", "shape"),
    ("2 Enter b Space", "cut"), ("4 Enter Space", "object"),
  ])
  func spaceMarksWhatTheRowIs(keys: String, kind: String) throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press(keys)
    let mark = try #require(browser.model.marks.marks.first)
    #expect(mark.target.kind == kind)
    // It leads to the same again, and a second Space takes it away.
    browser.press("5 Enter")
    #expect(browser.model.pane.place != .marks)
    browser.press("5 Space")
    #expect(browser.model.marks.isEmpty)
  }

  @Test func aMarkedRootAndClassShowTheirMarks() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("3 Down Space")
    #expect(browser.selectedLine.contains("↻a ●"))
    browser.press("4 Space")
    #expect(browser.selectedLine.contains("b●"))
  }

  /// A field of the inspector is what it refers to.
  @Test func aFieldIsWhatItRefersTo() throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("3 Down i Space")
    let target = try #require(browser.model.marks.marks.first?.target)
    guard case .object(let id) = browser.model.marked[target] else {
      Issue.record("\(target)")
      return
    }
    #expect(id == browser.model.selectedObject(browser.model.pane))
  }

  @Test func verdictsComeInTheOrderThatIsShown() {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("2 m")
    let row = (0..<24).map(browser.line).first { $0.contains("Verdict") }!
    let shown = Verdict.allCases.sorted {
      row.firstRange(of: $0.name)!.lowerBound < row.firstRange(of: $1.name)!.lowerBound
    }
    for key in ["Tab", "Right"] {
      for verdict in shown.dropFirst() + [shown[0]] {
        browser.press(key)
        guard case .note(let draft) = browser.model.prompt else { return }
        #expect(draft.verdict == verdict, "\(key)")
      }
    }
    for key in ["S-Tab", "Left"] {
      browser.press(key)
      guard case .note(let draft) = browser.model.prompt else { return }
      #expect(draft.verdict == (key == "S-Tab" ? shown[2] : shown[1]))
    }
    // In a text arrows move, unless one goes up to the verdict.
    browser.press("\"abc\" Left \"x\" Up Left Down \"y\"")
    guard case .note(let draft) = browser.model.prompt else { return }
    #expect(draft.field.text == "abxyc" && draft.verdict == shown[0])
  }

  @Test func thePolicyForWhatIsKeptSwitchesInTheTree() throws {
    var browser = BrowserDriver(Samples.jvmLeaks)
    browser.press("3 Down Right Down .")
    let names = Samples.jvmLeaks.heap.facts.retainingPolicies.map(\.name)
    #expect(browser.asked.last == .analyse(retaining: names[1], cycles: Samples.jvmLeaks.cyclePolicy.name))
    #expect(browser.model.isChanging && browser.status.contains("^C stops"))
    let selected = try #require(browser.model.selectedObject(browser.model.pane))
    // Keys go on meanwhile.
    browser.press("Down Up")
    var options = AnalysisOptions(Samples.jvmLeaks.heap.facts)
    options.retaining = Samples.jvmLeaks.heap.facts.retainingPolicies[1]
    let new = try HeapAnalysis(heap: Samples.jvmLeaks.heap, options: options, progress: WorkProgress())
    browser.apply(.analysisChanged(new))
    #expect(browser.model.analysis?.retaining.name == names[1])
    #expect(browser.model.selectedObject(browser.model.pane) == selected)
    browser.press(". ^C")
    #expect(browser.asked.last == .cancelAnalysis && !browser.model.isChanging)
  }

  /// Keys of maps are contents of the dump: an export leaves them out.
  @Test(arguments: [Samples.goLeaks, Samples.jvmLeaks, Samples.nodeLeaks])
  func keysOfMapsAreNotExported(analysis: HeapAnalysis) throws {
    var keys: Set<String> = []
    var set = MarkSet()
    for (index, shape) in analysis.shapes.prefix(12).enumerated() {
      let report = analysis.report(on: shape.components[0])
      set.set(Mark(shape: index, report: report, in: analysis, at: 0))
      for place in report.pathToRing + report.witness.steps.map(\.reference) {
        let name = analysis.heap.fieldName(of: place)
        if name.hasPrefix("[\""), name.count > 9, place.source != .root,
          analysis.heap.details.entryName(analysis.graph.fields[place.index], of: place.source) != nil
        {
          keys.insert(name)
        }
      }
    }
    for format in MarksReport.Format.allCases {
      let text = MarksReport(analysis: analysis, marks: set).render(format)
      for key in keys { #expect(!text.contains(key.dropFirst(2).dropLast(2)), "\(format) \(key)") }
    }
  }

  @Test func collectionsAreShownRawWhenAsked() {
    var browser = BrowserDriver(Samples.jvmLeaks)
    browser.press("4 f \"java.util.HashMap\" Enter Enter t Right")
    #expect(browser.screen.contains("tables and nodes") && !browser.screen.contains("HashMap$Node"))
    let selected = browser.model.selectedObject(browser.model.pane)
    browser.press("e")
    #expect(browser.model.selectedObject(browser.model.pane) == selected)
    browser.press("Right Down Right")
    #expect(!browser.screen.contains("tables and nodes") && browser.screen.contains("HashMap$Node"))
  }
}
