import ReferenceGraph
import TestSupport
import Testing

/// Names of files are bytes.
@Suite struct SystemPathTests {
  private func roundTrip(_ bytes: [UInt8]) -> [UInt8] {
    String(systemPath: bytes).systemPath.dropLast().map { UInt8(bitPattern: $0) }
  }

  @Test func everyNameComesBack() {
    var random = SeededNumbers(1)
    for length in 0..<400 {
      let bytes = (0..<length % 40).map { _ in UInt8(1 + random.below(255)) }
      #expect(roundTrip(bytes) == bytes)
    }
    for text in ["", "a/b c", "é", "日本", "👩‍👧", "\u{10ff80}", "\u{10ffff}", "a\u{1b}[31m"] {
      #expect(roundTrip(Array(text.utf8)) == Array(text.utf8), "\(text.debugDescription)")
    }
    // Cut in the middle of a character, and a surrogate.
    for bytes in [[0xe9], [0xc3], [0x64, 0xe9, 0x6d], [0xed, 0xa0, 0x80], [0xf4, 0x8f, 0xbe, 0x80]] as [[UInt8]] {
      #expect(roundTrip(bytes) == bytes)
    }
  }

  @Test func whatIsTextStaysText() {
    #expect(String(systemPath: Array("dé.heapdump".utf8)) == "dé.heapdump")
    #expect("dé".systemPath == [100, -61, -87, 0])
    #expect(String(systemPath: [100, 0xe9]).unicodeScalars.count == 2)
  }
}
