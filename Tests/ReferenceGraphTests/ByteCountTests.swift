import ReferenceGraph
import Testing

@Suite struct ByteCountTests {
  @Test(
    arguments: [
      (0, "0 B"), (64, "64 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1075, "1.0 KiB"), (1076, "1.1 KiB"),
      (1_048_524, "1023.9 KiB"), (1_048_525, "1.0 MiB"), (1_048_575, "1.0 MiB"), (1 << 20, "1.0 MiB"),
      (642_147_942, "612.4 MiB"), (432_013_312, "412.0 MiB"), (3 << 39, "1.5 TiB"), (3 << 49, "1.5 PiB"),
      (UInt64.max, "16.0 EiB"), (1 << 63, "8.0 EiB"),
    ] as [(UInt64, String)])
  func bytes(bytes: UInt64, text: String) {
    #expect(ByteCount.text(bytes) == text)
  }

  @Test func percent() {
    #expect(Percent.text(0, of: 0) == "0.0")
    #expect(Percent.text(7, of: 0) == "0.0")
    #expect(Percent.text(2, of: 3) == "66.7")
    #expect(Percent.text(1, of: 2000) == "0.1")
    #expect(Percent.text(3, of: 2) == "150.0")
    #expect(Percent.text(.max, of: .max) == "100.0")
  }

  @Test func counts() {
    #expect(Count.text(0) == "0")
    #expect(Count.text(-100) == "-100")
    #expect(Count.text(-1000) == "-1,000")
    #expect(Count.text(999) == "999")
    #expect(Count.text(1000) == "1,000")
    #expect(Count.text(12_480_339) == "12,480,339")
    #expect(Count.text(-123_456) == "-123,456")
    #expect(Count.text(UInt64.max) == "18,446,744,073,709,551,615")
    #expect(Count.text(Int.min) == "-9,223,372,036,854,775,808")
    #expect(Count.text(1, "cycle") == "1 cycle")
    #expect(Count.text(2000, "entry", "entries") == "2,000 entries")
  }
}
