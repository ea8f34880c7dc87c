import GraphAnalysis
import ReferenceGraph
import Screen
import Testing

@testable import Browser

/// What can be done while a dump is being read and analysed.
@Suite struct LoadingTests {
  private var browser = BrowserDriver(loading: "app.heapdump", steps: ["Reading"] + HeapAnalysis.steps)

  @Test func theOutlineCountsAllObjects() {
    let analysis = Samples.goLeaks
    let outline = HeapOutline(analysis.heap)
    #expect(outline.classes.reduce(0) { $0 + $1.objects } == analysis.graph.objectCount)
    #expect(outline.classes.map(\.classIndex) == analysis.histogram.allRows.map(\.classIndex))
    #expect(outline.classes.map(\.shallow) == analysis.histogram.allRows.map(\.shallow))
  }

  /// What is estimated stands beside what is in use only while it is more.
  @Test mutating func memoryIsEstimated() {
    func estimate(_ analysis: HeapAnalysis) -> Int {
      Int(HeapAnalysis.estimatedMemory(of: analysis.heap, options: analysis.options))
    }
    let small = estimate(Samples.ring(10, children: 100))
    let large = estimate(Samples.ring(10, children: 10_100))
    // 10,000 objects with one reference each, which has a field.
    #expect((10_000 * 70...10_000 * 80).contains(large - small))
    browser.apply(.read(HeapOutline(Samples.goLeaks.heap)))
    browser.apply(.memory(1 << 20))
    #expect(browser.screen.contains("memory in use 1.0 MiB of an estimated 6.8 MiB"))
    browser.apply(.memory(8 << 20))
    #expect(browser.screen.contains("memory in use 8.0 MiB\n"))
  }

  @Test mutating func classesAreListedAndStaySelectedWhenAllIsKnown() {
    browser.apply(.progress(.init(step: 0, done: 1, total: 2), seconds: 0.1))
    browser.press("4")
    #expect(browser.status.contains("4 Classes opens as soon as"), "not before the dump is read")
    browser.apply(.read(HeapOutline(Samples.goLeaks.heap)))
    #expect(browser.line(0).contains("[4 Classes]") && browser.selectedLine.hasPrefix(">"))
    browser.press("G")
    #expect(browser.status.contains("row 95 of 95") || browser.status.contains("row 94 of 94"))
    browser.press("g Down Down")
    let name = String(browser.selectedLine.dropFirst(28))
    browser.resize(60, 10)
    browser.resize(80, 24)
    browser.press("1 4")
    #expect(browser.selectedLine.hasSuffix(name))
    browser.apply(.loaded(Samples.goLeaks, seconds: 9))
    #expect(browser.model.pane.place == .classes)
    #expect(browser.selectedLine.contains(name.prefix(20)), "\(name)\n\(browser.screen)")
  }

  @Test(arguments: [(1, Place.overview), (2, .cycles), (3, .retention(.root)), (5, .marks)])
  mutating func aViewThatIsAskedForOpensWhenItCan(view: Int, place: Place) {
    browser.press("\(view)")
    #expect(browser.model.analysis == nil && browser.model.isLoading)
    browser.apply(.loaded(Samples.goLeaks, seconds: 9))
    #expect(browser.model.pane.place == place)
  }

  @Test mutating func escapeForgetsTheViewThatWasAskedFor() {
    browser.press("3 Esc")
    browser.apply(.loaded(Samples.goLeaks, seconds: 9))
    #expect(browser.model.pane.place == .overview)
  }

  @Test mutating func qClosesTheClassesFirst() {
    browser.apply(.progress(.init(step: 1, done: 1, total: 2), seconds: 5))
    browser.apply(.read(HeapOutline(Samples.goLeaks.heap)))
    browser.press("4 q")
    #expect(browser.asked.isEmpty && browser.screen.contains("Opening app.heapdump"))
    browser.press("q")
    #expect(browser.screen.contains("quit?"))
    browser.press("y")
    #expect(browser.asked == [.cancelLoading, .quit])
  }

  @Test mutating func keysAtRandomDoNoHarm() {
    let keys = KeyMap.standard.bindings.flatMap(\.keys)
    for (number, key) in keys.enumerated() where key != .character("Q") && key != .control("C") {
      if number == keys.count / 2 { browser.apply(.read(HeapOutline(Samples.goLeaks.heap))) }
      browser.apply(.key(key))
      browser.resize(number % 2 == 0 ? 80 : 61, number % 3 == 0 ? 24 : 10)
      #expect(browser.frame.rows == browser.model.rows)
    }
    browser.press("Esc Esc")
    browser.apply(.loaded(Samples.goLeaks, seconds: 9))
    browser.press("Esc 1")
    #expect(browser.model.pane.place == .overview)
  }
}
