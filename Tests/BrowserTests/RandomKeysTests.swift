import CycleMarks
import Screen
import TestSupport
import Testing

@testable import Browser

/// Keys pressed at random: nothing crashes, every frame has its size, and `Esc 1` always leads to the overview.
@Suite struct RandomKeysTests {
  static let sizes = [(24, 80), (50, 160), (40, 120)]
  static let oddSizes = [(5, 20), (10, 60), (1, 1), (11, 61), (12, 200), (60, 60), (100, 119), (9, 300)]

  private func keys() -> [Key] {
    let bound = KeyMap.standard.bindings.flatMap(\.keys).filter { $0 != .character("Q") }
    let typed: [Key] = "abc@#0例 \u{301}".map { .character($0) }
    return bound + bound + typed + [.enter, .enter, .escape, .escape, .delete, .function(9), .control("X")]
  }

  private func check(_ browser: BrowserDriver) {
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
      #expect(frame.cursor.row >= 2 && frame.cursor.row < frame.rows - 2, "\(pane.place)\n\(frame)")
    }
  }

  @Test(arguments: 0..<6) func neverCrashAndAlwaysLeadBack(run: Int) {
    var numbers = SeededNumbers(UInt64(run + 1))
    let analysis = run % 2 == 0 ? Samples.goLeaks : run == 1 ? Samples.hostile : Samples.ring(90, children: 500)
    let size = Self.sizes[run % 3]
    var browser = BrowserDriver(
      analysis, rows: size.0, columns: size.1, glyphs: run == 5 ? .ascii : .unicode)
    let keys = keys()
    for step in 0..<3500 {
      browser.worksAtOnce = step % 5 != 0
      switch Int.random(in: 0..<100, using: &numbers) {
      case 0:
        let odd = Self.oddSizes.randomElement(using: &numbers)!
        browser.resize(odd.1, odd.0)
      case 1, 2:
        let usual = Self.sizes.randomElement(using: &numbers)!
        browser.resize(usual.1, usual.0)
      case 3: browser.apply(.paste("pasted\u{1b}[31m\ntext 例"))
      case 4:
        browser.apply(
          .click(
            row: Int.random(in: 0..<60, using: &numbers), column: Int.random(in: 0..<170, using: &numbers),
            double: Bool.random(using: &numbers)))
      case 5: browser.apply(.wheel(up: Bool.random(using: &numbers)))
      case 6: browser.apply(.marksMerged(Array(browser.model.marks.marks.dropFirst(5))))
      case 7: browser.work()
      default: browser.apply(.key(keys.randomElement(using: &numbers)!))
      }
      if step % 7 == 0 { check(browser) }
      if step % 250 == 249 {
        browser.resize(size.1, size.0)
        browser.press("Esc 1")
        browser.work()
        #expect(browser.model.pane.place == .overview && browser.model.prompt == nil)
        #expect(browser.line(0).hasPrefix("[1 Overview]"))
        check(browser)
      }
    }
  }
}
