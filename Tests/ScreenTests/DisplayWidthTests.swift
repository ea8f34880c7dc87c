import Testing

@testable import Screen

@Suite struct DisplayWidthTests {
  /// `text` as a frame has it.
  private func drawn(_ text: String) -> String { DisplayWidth.cut(text, to: 100_000) }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("例", 2), ("キャッシュ", 10), ("한글", 4), ("ｱ", 1), ("Ａ", 2),
    ("\u{1112}\u{1161}\u{11AB}", 2),  // one syllable of Hangul in three parts
    ("😀", 2), ("👩‍👩‍👧", 6), ("👍🏽", 2), ("❤\u{FE0F}", 1), ("🇩🇪", 2), ("1\u{FE0F}\u{20E3}", 1),
    ("▼▶│├└─●↻✓✗", 10), ("𠀀", 2), ("\u{1FAE0}", 2), ("\u{1FADF}", 2), ("\u{31E4}", 2), ("\u{1B155}", 2),
    ("क्\u{200D}ष", 2), ("می\u{200C}خواهم", 7), ("\u{3000}", 2), ("\u{A0}", 1), ("\u{AD}", 1),
  ])
  func widthOfText(_ text: String, _ width: Int) {
    #expect(DisplayWidth.width(of: text) == width)
    var frame = Frame(rows: 1, columns: 20)
    #expect(frame.put(text, row: 0, column: 0) == width, "what is drawn takes as many columns")
    #expect(DisplayWidth.width(of: drawn(text)) == width)
  }

  @Test func widthOfCharacters() {
    #expect(DisplayWidth.width(of: Character("例")) == 2)
    #expect(DisplayWidth.width(of: Character("a")) == 1)
    #expect(DisplayWidth.width(of: Character("👩‍👩‍👧")) == 6)
  }

  /// Everything that moves the cursor, reorders text or cannot be seen.
  @Test func inertCharactersShowAsDots() throws {
    let ranges: [ClosedRange<UInt32>] = [
      0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x61C...0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0xE0001...0xE0001, 0xE0020...0xE007F, 0xFFFE...0xFFFF,
    ]
    for value in ranges.joined() {
      let scalar = try #require(Unicode.Scalar(value))
      #expect(drawn(String(scalar)) == "·", "U+\(String(value, radix: 16))")
      #expect(DisplayWidth.width(of: String(scalar)) == 1)
      let embedded = drawn("a\(scalar)b")
      #expect(!embedded.unicodeScalars.contains(scalar), "U+\(String(value, radix: 16))")
    }
  }

  @Test func noScalarDrawsAControlCharacter() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let cell = String(scalar).utf8.span.withUnsafeBufferPointer { bytes in
        var position = 0
        return PackedCell.next(in: bytes.span, at: &position)
      }
      if cell.base < 0x20 || (0x7F..<0xA0).contains(cell.base) || cell.width == 0 || cell.width > 2 {
        Issue.record("U+\(String(value, radix: 16))")
      }
    }
  }

  /// Pictures that are joined are all shown, and so is what comes after them.
  @Test func nothingIsLostBehindAJoiner() {
    #expect(drawn("emoji 👩\u{200D}👧 end") == "emoji 👩👧 end")
    #expect(drawn("👩\u{200D}\u{200D}x\u{200D}") == "👩x")
    #expect(drawn("👩\u{200D}\u{202E}abc") == "👩·abc")
    #expect(DisplayWidth.cut("👩\u{200D}👧 end", to: 20) == "👩👧 end")
  }

  @Test func sanitisingTwiceChangesNothing() {
    for text in ["\u{1B}[31mX\u{7}", "a\u{202E}cba", "\u{301}x", "e\u{301}\u{302}\u{303}\u{304}", "\r\n\t", "👩‍👩‍👧🇩🇪"] {
      let once = drawn(text)
      #expect(drawn(once) == once)
    }
    #expect(drawn("\u{1B}[31mX") == "·[31mX")
    #expect(drawn("a\r\nb") == "a··b")
    #expect(drawn("\u{301}x") == "◌\u{301}x")
    #expect(drawn("🇩🇪") == "DE")
  }

  @Test func stackedMarksEndAtTwo() {
    let stacked = "z" + String(repeating: "\u{335}", count: 1000)
    #expect(drawn(stacked).unicodeScalars.count == 3)
    #expect(DisplayWidth.width(of: stacked) == 1)
  }

  @Test(arguments: [
    ("SessionCache", 20, "SessionCache"), ("SessionCache", 12, "SessionCache"), ("SessionCache", 11, "SessionCac…"),
    ("SessionCache", 1, "…"), ("SessionCache", 0, ""), ("SessionCache", -3, ""), ("例例例", 6, "例例例"), ("例例例", 5, "例例…"),
    ("例例例", 4, "例…"), ("例例例", 2, "…"), ("", 3, ""), ("a\u{1B}bc", 3, "a·…"),
  ])
  func cutting(_ text: String, _ width: Int, _ expected: String) {
    #expect(DisplayWidth.cut(text, to: width) == expected)
  }

  @Test func cuttingWithAnotherEllipsis() {
    #expect(DisplayWidth.cut("abcdef", to: 4, ellipsis: "..") == "ab..")
    #expect(DisplayWidth.cut("abcdef", to: 1, ellipsis: "..") == "")
    #expect(DisplayWidth.cut("abcdef", to: 4, glyphs: .ascii) == "abc~")
    #expect(DisplayWidth.cut("abcdef", to: .max) == "abcdef")
  }
}
