import Testing
import TextSafety

@testable import Screen

/// What may be shown is decided in one place.
@Suite struct SafeTextTests {
  @Test func aFrameAndALineAgreeOnEveryScalar() {
    for value in UInt32(0)...0x10ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isInert = DisplayWidth.cut(String(scalar), to: 4) == "·" && scalar != "·"
      if isInert != SafeText.isUnsafe(scalar) || (SafeText.line(String(scalar)) == "·") != (isInert || scalar == "·") {
        Issue.record("U+\(String(value, radix: 16))")
      }
    }
  }

  @Test func nothingUnsafeIsLeft() {
    let text = "a\u{1b}]0;t\u{7}\r\n\u{202e}b\u{200b}\u{ad}\u{feff}c\u{9b}31m\u{2028}\u{e0041}d"
    let line = SafeText.line(text)
    #expect(!line.unicodeScalars.contains(where: SafeText.isUnsafe))
    #expect(line == "a·]0;t····b···c·31m··d")
    #expect(SafeText.line(line) == line)
    #expect(SafeText.lines("a\r\nb\u{1b}c\n") == ["a", "b·c"])
    #expect(SafeText.line("👩\u{200d}💻 ❤\u{fe0f}") == "👩💻 ❤" && SafeText.line("\u{200d}x") == "·x")
  }
}
