import ReferenceGraph
import Testing

@Suite struct BisectionTests {
  /// Every range of up to 20 indices, wherever the condition begins to hold.
  @Test func firstThatHolds() {
    for lower in [-3, 0, 5] {
      for count in 0...20 {
        let range = lower..<lower + count
        for start in lower - 1...lower + count + 1 {
          var calls = 0
          let found = range.bisection(where: {
            calls += 1
            return $0 >= start
          })
          #expect(found == range.first { $0 >= start } ?? range.upperBound)
          #expect(calls <= Int.bitWidth - count.leadingZeroBitCount)
        }
      }
    }
  }

  @Test func inValuesThatAscend() {
    let values = [1, 3, 3, 3, 8]
    #expect(values.indices.bisection(where: { values[$0] >= 3 }) == 1)
    #expect(values.indices.bisection(where: { values[$0] > 3 }) == 4)
    #expect(values.indices.bisection(where: { values[$0] > 8 }) == 5)
  }
}
