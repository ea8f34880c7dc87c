import Testing
import TextSafety

@testable import Screen

/// What may be shown is decided in one place.
@Suite struct SafeTextTests {
  @Test func aFrameAndALineAgreeOnEveryScalar() {
    for value in UInt32(0)...0x10ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      // Scalar by scalar: to Swift, U+0387 is the same character as the dot.
      let isDrawn = DisplayWidth.cut(String(scalar), to: 4).unicodeScalars.first != "·" || scalar == "·"
      let isKept = SafeText.line(String(scalar)).unicodeScalars.first == scalar
      if isDrawn == SafeText.isUnsafe(scalar) || isDrawn != isKept { Issue.record("U+\(String(value, radix: 16))") }
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
