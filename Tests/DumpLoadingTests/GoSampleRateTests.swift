import Glibc
import Testing

@testable import DumpLoading

/// How often allocations were noted, told from how many objects have a sample.
struct GoSampleRateTests {
  /// A million small objects and some large ones.
  private let groups: [(size: Double, count: Double)] = [(64, 1_000_000), (1024, 20_000), (4_194_304, 3)]

  @Test func theRuntimesOwnRate() {
    // 64 MB and 20 MB at one in 512 KiB, and all three large ones.
    #expect(GoSampleRate.rate(samples: 164, groups) == GoSampleRate.usual)
    #expect(GoSampleRate.rate(samples: 130, groups) == GoSampleRate.usual)
    #expect(GoSampleRate.rate(samples: 2, [(64, 5000)]) == GoSampleRate.usual)
    #expect(GoSampleRate.rate(samples: 0, groups) == GoSampleRate.usual)
  }

  @Test func everything() {
    #expect(GoSampleRate.rate(samples: 1_019_000, groups) == 1)
    #expect(GoSampleRate.rate(samples: 950_000, groups) == 1)
  }

  @Test(arguments: [256, 4096, 65536, 8 << 20] as [UInt64])
  func ratesThatProgramsSet(_ rate: UInt64) {
    let expected = groups.reduce(0) { $0 + $1.count * (1 - 1 / pow(2.718281828459045, $1.size / Double(rate))) }
    let found = GoSampleRate.rate(samples: Int(expected.rounded()), groups)
    #expect(Double(found) > Double(rate) * 0.9 && Double(found) < Double(rate) * 1.1, "\(found)")
  }
}
