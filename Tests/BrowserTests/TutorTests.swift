import Testing

@testable import Browser

@Suite struct TutorTests {
  private func browser(rows: Int = 24, columns: Int = 80) -> BrowserDriver {
    var browser = BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz", rows: rows, columns: columns)
    browser.model.tutor = Tutor()
    return browser
  }

  /// The keys that the steps ask for, one list a step.
  static let keys = [
    "2", "Enter", "b b", "v", "p", "3 Down Right", "T", "i", "Space", "x",
  ]

  /// Each step is done by what it asks for, and not before that.
  @Test(arguments: [(24, 80), (40, 120), (50, 160), (12, 60)]) func tenSteps(rows: Int, columns: Int) throws {
    var browser = browser(rows: rows, columns: columns)
    #expect(Tutor.stepCount == Self.keys.count)
    for (step, keys) in Self.keys.enumerated() {
      #expect(browser.screen.contains("refwalk tutor: step \(step + 1) of 10"))
      let each = keys.split(separator: " ")
      for (number, key) in each.enumerated() {
        #expect(browser.model.tutor?.step == step, "\(key)")
        browser.press(String(key))
        // A ring that has no room is a list already: it takes a key less to the matrix, or one more.
        if number == each.count - 1, browser.model.tutor?.step == step { browser.press(String(key)) }
      }
      #expect(browser.model.tutor?.step == step + 1, "\(keys)")
    }
    #expect(browser.model.tutor?.isFinished == true && browser.screen.contains("That was the walk"))
    browser.press("Esc")
    #expect(browser.model.tutor != nil)
    browser.press("Esc")
    #expect(browser.model.tutor == nil && !browser.screen.contains("tutor"))
  }

  @Test func framesOfTheWalk() throws {
    var browser = browser()
    try expectFrame(browser.frame, "tutor-begin-80x24")
    browser.press(Self.keys[..<8].joined(separator: " "))
    try expectFrame(browser.frame, "tutor-step-9-80x24")
  }

  /// No line of the bar is cut at the usual width.
  @Test func everyStepFits() {
    for step in 0...Tutor.stepCount {
      var browser = browser()
      browser.model.tutor!.step = step
      let lines = wrapped(browser.model.tutor!.instruction, width: 76)
      #expect(lines.count <= 2, "\(step)")
      #expect(browser.model.tutor!.learnt.count <= 75, "\(step)")
    }
  }

  @Test func exportsDoNotGoBesideTheSample() {
    var browser = BrowserDriver(Samples.goLeaks, name: "/usr/share/refwalk/go-leaks/after.heapdump.gz")
    browser.model.tutor = Tutor()
    browser.press("Space x Enter")
    guard case .export(let path, _, _) = browser.asked.last else {
      Issue.record("\(browser.asked)")
      return
    }
    #expect(path == "after.heapdump.gz.cycles.txt")
  }
}
