import Testing

@testable import Screen

@Suite struct FrameTests {
  @Test func wideCharactersTakeTwoColumns() {
    var frame = Frame(rows: 1, columns: 7)
    #expect(frame.put("a例bé中", row: 0, column: 0) == 7)
    #expect(frame[0, 1] == Cell(text: "例", width: 2))
    #expect(frame[0, 2] == Cell(text: "", width: 0))
    #expect(frame.description == "a例bé中")
  }

  @Test func aWideCharacterIsNotCutInHalf() {
    var frame = Frame(rows: 1, columns: 2)
    #expect(frame.put("a例", row: 0, column: 0) == 2)
    #expect(frame.description == "a")
    frame = Frame(rows: 1, columns: 4)
    frame.put("xxxx", row: 0, column: 0)
    #expect(frame.put("a例b", row: 0, column: 0, limit: 2) == 2)
    #expect(frame.description == "a xx")
    frame.put("例b", row: 0, column: -1)
    #expect(frame.description == " bxx")
  }

  @Test func overwritingHalfAWideCharacterBlanksTheOther() {
    var frame = Frame(rows: 1, columns: 6)
    frame.put("例例例", row: 0, column: 0)
    frame.put("x", row: 0, column: 1)
    #expect(frame.description == " x例例")
    frame.put("y", row: 0, column: 2)
    #expect(frame.description == " xy 例")
    frame.put("中", row: 0, column: 3)
    #expect(frame.description == " xy中")
    #expect((0..<6).map { frame[0, $0].width } == [1, 1, 1, 2, 0, 1])
    frame.put("例例例", row: 0, column: 0)
    frame.clear(rows: 0..<1, columns: 1..<3)
    #expect((0..<6).map { frame[0, $0].width } == [1, 1, 1, 1, 2, 0])
  }

  /// Random drawing never leaves half a wide character.
  @Test func halvesStayTogether() {
    var generator = SystemRandomNumberGenerator()
    var frame = Frame(rows: 1, columns: 12)
    for _ in 0..<5000 {
      let column = Int.random(in: -3..<14, using: &generator)
      let text = ["例", "a", "中b", "xyz", "例例例例", "e\u{301}"].randomElement(using: &generator)!
      if Bool.random() {
        frame.put(text, row: 0, column: column, limit: Bool.random() ? Int.random(in: 0..<14) : nil)
      } else {
        frame.fill(row: 0, columns: max(0, column)..<max(0, column) + 3, style: .title)
      }
      for column in 0..<12 {
        let isRightHalf = frame[0, column].width == 0
        #expect(isRightHalf == (column > 0 && frame[0, column - 1].width == 2))
      }
      #expect(frame[0, 11].width != 2)
    }
  }

  @Test func escapeSequencesStayInert() {
    var frame = Frame(rows: 1, columns: 10)
    frame.put("\u{1B}[31mX\n", row: 0, column: 0)
    #expect(frame.description == "·[31mX·")
  }

  @Test func drawingOutsideIsClipped() {
    var frame = Frame(rows: 2, columns: 5)
    frame.put("above", row: -1, column: 0)
    frame.put("below", row: 2, column: 0)
    frame.put("right", row: 0, column: 5)
    #expect(frame.put("0123456789", row: 0, column: -3) == 5)
    frame.select(row: 7)
    frame.fill(row: -1, columns: -5..<50, style: .title)
    frame.clear(rows: 1..<9, columns: 3..<80)
    #expect(frame.description == "34567\n")
    #expect(Frame(rows: -1, columns: 4).rows == 0)
    #expect(Frame(rows: 0, columns: 0).description == "")
  }

  @Test func aLongTextCostsOnlyWhatIsDrawn() {
    let long = String(repeating: "例", count: 1_000_000)
    var frame = Frame(rows: 1, columns: 10)
    for _ in 0..<100_000 { frame.put(long, row: 0, column: 0) }
    #expect(frame.description == "例例例例例")
  }

  @Test func alignmentAndCutting() {
    var frame = Frame(rows: 3, columns: 10)
    frame.putRight("412 MiB", row: 0, endingAt: 9)
    frame.putRight("a much longer text", row: 1, endingAt: 5)
    #expect(frame.putCut("SessionCache", row: 2, column: 1, width: 6) == 7)
    #expect(frame.description == "  412 MiB\n text\n Sessi…")
  }

  @Test func stylesAndSelection() {
    var frame = Frame(rows: 1, columns: 6)
    frame.fill(row: 0, style: .title)
    frame.put("ab", row: 0, column: 1, style: .cycle)
    frame.select(row: 0, columns: 1..<3)
    #expect(frame[0, 0] == Cell(style: .title))
    #expect(frame[0, 1] == Cell(text: "a", style: .cycle, selected: true))
    #expect(frame[0, 2] == Cell(text: "b", style: .cycle, selected: true))
    frame.put("z", row: 0, column: 2)
    #expect(frame[0, 2] == Cell(text: "z"))
  }

  @Test func equalFramesAreEqual() {
    var one = Frame(rows: 2, columns: 3)
    let other = one
    #expect(one == other)
    one.put("x", row: 1, column: 2)
    #expect(one != other)
  }

  @Test func asciiGlyphs() {
    var frame = Frame(rows: 1, columns: 40, glyphs: .ascii)
    frame.put("▼ ▶ │ ├└─ ● ✓ ✗ ↻ █▎ …", row: 0, column: 0)
    #expect(frame.description == "v > | ++- * + x @ #| ~")
    frame = Frame(rows: 1, columns: 40, glyphs: .ascii)
    #expect(frame.put("com.例え.é", row: 0, column: 0) == 27)
    #expect(frame.description == "com.\\u{4f8b}\\u{3048}.\\u{e9}")
    frame = Frame(rows: 2, columns: 8, glyphs: .ascii)
    frame.putCut("名前 name", row: 0, column: 0, width: 8)
    frame.putRight("é", row: 1, endingAt: 8)
    #expect(frame.description == "\\u{540d~\n  \\u{e9}")
    frame.put("abcd\u{1B}fgh\u{301}", row: 0, column: 0)
    #expect(frame.description.utf8.allSatisfy { $0 < 0x80 })
  }

  /// Every drawing character of the screens has a look-alike of the same width.
  @Test func everyGlyphHasALookAlike() {
    for glyph in "─█·│→↻×▼›▶└…←⏎↓↑●▎▍✗≤␣├┘✓▏┐┌⇄–⌫▋▊▉▌⇥↺◆▲≥‥Δ‹┬┴┤┼▕◀" {
      #expect(DisplayWidth.width(of: glyph) == 1)
      #expect(GlyphSet.asciiForm(of: String(glyph), columns: 10)?.utf8.count == 1, "\(glyph)")
    }
  }
}
