import CycleMarks
import Testing

@Suite struct MarkLetterTests {
  @Test(arguments: [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (51, "az"), (52, "ba"), (701, "zz"), (702, "aaa")])
  func text(index: Int, text: String) {
    #expect(MarkLetter(index).text == text)
    #expect(MarkLetter(text) == MarkLetter(index))
  }

  @Test func roundTrip() {
    #expect((0..<20_000).allSatisfy { MarkLetter(MarkLetter($0).text)?.index == $0 })
  }

  @Test(arguments: ["", "A", "a1", "é", "aaaaaaaaaaaaaaaaaaaaaaaa", " a"])
  func noLetter(text: String) { #expect(MarkLetter(text) == nil) }
}
