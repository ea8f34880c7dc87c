import CycleMarks
import GraphAnalysis
import Screen
import TestSupport
import Testing

@testable import Browser

/// Keys pressed at random, 100,000 of them: nothing crashes, every frame has its size, and `Esc 1` always leads to the
/// overview.
@Suite struct RandomKeysTests {
  static let sizes = [(24, 80), (50, 160), (40, 120)]
  static let oddSizes = [(5, 20), (10, 60), (1, 1), (11, 61), (12, 200), (60, 60), (100, 119), (9, 300)]

  /// The heaps, each walked through in three sizes with so many keys; fewer where a path is searched among thousands
  /// of objects.
  static let heaps = [("go", 9000), ("jvm", 2500), ("node", 2500), ("hostile", 9700), ("ring", 9700)]

  private func analysis(_ name: String) -> HeapAnalysis {
    switch name {
    case "go": Samples.goLeaks
    case "jvm": Samples.jvmLeaks
    case "node": Samples.nodeLeaks
    case "hostile": Samples.hostile
    default: Samples.ring(90, children: 500)
    }
  }

  private func keys() -> [Key] {
    let bound = KeyMap.standard.bindings.flatMap(\.keys).filter { $0 != .character("Q") }
    let typed: [Key] = "abc@#0例 \u{301}".map { .character($0) }
    return bound + bound + typed + [.enter, .enter, .escape, .escape, .delete, .function(9), .control("X")]
  }

  private func check(_ browser: BrowserDriver, _ last: Key) {
    let frame = browser.frame
    let model = browser.model
    #expect(frame.rows == model.rows && frame.columns == model.columns)
    let lines = frame.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == model.rows)
    for line in lines { #expect(DisplayWidth.width(of: String(line)) <= model.columns) }
    #expect((0..<max(1, frame.rows)).contains(frame.cursor.row) && (0...frame.columns).contains(frame.cursor.column))
    let pane = model.focused
    let count = model.rowCount(pane)
    #expect(pane.selection >= 0 && pane.selection < max(1, count))
    if model.rows >= Model.minimumRows, model.columns >= Model.minimumColumns, model.prompt == nil, count > 0,
      frame.rows > 0
    {
      // The selected row is on the screen, and the cursor is on it.
      #expect(frame.cursor.row >= 2 && frame.cursor.row < frame.rows - 2, "\(last.name) \(pane.place)\n\(frame)")
    }
  }

  /// Keys at random while the parts of the analysis come in.
  @Test(arguments: 0..<12) func partsComeInTheMiddle(run: Int) {
    var numbers = SeededNumbers(UInt64(run + 100))
    let parts = Samples.parts(of: run % 2 == 0 ? Samples.goLeaks.heap : Samples.ring(90, children: 500).heap)
    let keys = keys().filter { $0 != .control("C") }
    let size = Self.sizes[run % 3]
    for _ in 0..<4 {
      var browser = BrowserDriver(
        loading: "app.heapdump", steps: ["Reading"] + HeapAnalysis.steps, rows: size.0, columns: size.1)
      var last = Key.escape
      let outlineAt = numbers.below(5)
      for next in 0...4 {
        if next == outlineAt { browser.apply(.read(HeapOutline(parts[0].heap))) }
        for _ in 0..<numbers.below(60) {
          browser.worksAtOnce = numbers.below(5) != 0
          if numbers.below(20) == 0 { browser.work() }
          if numbers.below(30) == 0 {
            browser.apply(
              .click(row: numbers.below(60), column: numbers.below(170), double: Bool.random(using: &numbers)))
          }
          if numbers.below(40) == 0 {
            let odd = (Self.oddSizes + Self.sizes).randomElement(using: &numbers)!
            browser.resize(odd.1, odd.0)
          }
          last = keys.randomElement(using: &numbers)!
          browser.apply(.key(last))
          if !browser.model.showsSteps { check(browser, last) }
          #expect(browser.frame.rows == browser.model.rows)
        }
        let before = browser.model
        if next == 3 {
          browser.apply(.loaded(parts[3], seconds: 9))
        } else if next < 3 {
          browser.apply(.analysed(parts[next]))
          browser.apply(.progress(.init(step: 7 + next, done: 1, total: 9), seconds: Double(next)))
        }
        if before.analysis != nil, before.loading?.awaitedTab == nil {
          #expect(browser.model.pane.place == before.pane.place)
          #expect(browser.model.history.trail == before.history.trail)
        }
      }
      browser.resize(size.1, size.0)
      browser.press("Esc Esc 1")
      browser.work()
      #expect(browser.model.pane.place == .overview && browser.line(0).hasPrefix("[1 Overview]"))
      check(browser, last)
    }
  }

  @Test(arguments: 0..<15) func neverCrashAndAlwaysLeadBack(run: Int) {
    var numbers = SeededNumbers(UInt64(run + 1))
    let size = Self.sizes[run % 3]
    let heap = Self.heaps[run / 3]
    var browser = BrowserDriver(
      analysis(heap.0), rows: size.0, columns: size.1, glyphs: run % 4 == 3 ? .ascii : .unicode)
    browser.model.canDrawPictures = run % 2 == 0
    if run % 4 < 2 {
      browser.model.compare(with: "before")
      _ = browser.model.beginComparing()
      browser.apply(.compared(HeapDiff(before: HeapDigest(Samples.goBefore), after: analysis(heap.0))))
    }
    let keys = keys()
    var pressed = 0
    var last = Key.escape
    while pressed < heap.1 {
      browser.worksAtOnce = numbers.below(5) != 0
      switch numbers.below(200) {
      case 0:
        let odd = Self.oddSizes.randomElement(using: &numbers)!
        browser.resize(odd.1, odd.0)
      case 1, 2:
        let usual = Self.sizes.randomElement(using: &numbers)!
        browser.resize(usual.1, usual.0)
      case 3: browser.apply(.paste("pasted\u{1b}[31m\ntext 例"))
      case 4, 5:
        browser.apply(
          .click(row: numbers.below(60), column: numbers.below(170), double: Bool.random(using: &numbers)))
      case 6: browser.apply(.wheel(up: Bool.random(using: &numbers)))
      case 7: browser.apply(.marksMerged(Array(browser.model.marks.marks.dropFirst(5))))
      case 8: browser.work()
      case 9: browser.apply(.exported("written", isError: false))
      case 10 where browser.model.isComparing:
        browser.apply(.compared(HeapDiff(before: HeapDigest(Samples.goBefore), after: browser.model.analysis!)))
      default:
        last = keys.randomElement(using: &numbers)!
        browser.apply(.key(last))
        pressed += 1
      }
      if numbers.below(50) == 0 { check(browser, last) }
      if numbers.below(500) == 0 {
        browser.resize(size.1, size.0)
        browser.press("Esc 1")
        browser.work()
        #expect(browser.model.pane.place == .overview && browser.model.prompt == nil)
        #expect(browser.line(0).hasPrefix("[1 Overview]"))
        check(browser, last)
      }
    }
  }
}
