import ReferenceGraph
import Testing

@testable import Browser

/// What is not said where it cannot be known, or has no room.
@Suite struct CutShortTests {
  @Test func aDumpThatWasCutShortHasNoGarbage() {
    var heap = BuiltHeap()
    let left = heap.add("main.Left", 48)
    let right = heap.add("main.Right", 48)
    heap.refer(left, ".right", right)
    heap.refer(right, ".left", left)
    func screens(_ truncation: String?) -> String {
      var browser = BrowserDriver(heap.analysis(truncation: truncation), columns: 120)
      let overview = browser.screen
      browser.press("2")
      let cycles = browser.screen
      browser.press("Enter")
      return overview + cycles + browser.screen
    }
    let cut = screens("the file ends at byte 100")
    #expect(!cut.contains("garbage") && !cut.contains("collectable"), "\(cut)")
    #expect(cut.contains("not known: what held them may be missing") && cut.contains("0 held, 1 without a root"))
    #expect(cut.contains("no root reaches it: not known"))
    let whole = screens(nil)
    #expect(whole.contains("garbage") && whole.contains("0 held, 1 collectable"))
  }

  @Test func paragraphsShareTheRows() {
    let paragraphs = [["a1", "a2", "a3", "a4"], ["b1"], ["c1", "c2"]]
    #expect(Model.fitted(paragraphs, height: 9) == ["a1", "a2", "a3", "a4", "b1", "c1", "c2"])
    #expect(Model.fitted(paragraphs, height: 5) == ["a1", "a2 a3 a4", "b1", "c1", "c2"])
    #expect(Model.fitted(paragraphs, height: 3) == ["a1 a2 a3 a4", "b1", "c1 c2"])
    #expect(Model.fitted(paragraphs, height: 2) == ["a1 a2 a3 a4", "b1"])
    #expect(Model.fitted(paragraphs, height: 0) == [] && Model.fitted(paragraphs, height: -1) == [])
  }
}
