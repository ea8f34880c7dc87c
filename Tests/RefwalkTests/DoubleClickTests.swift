import Testing

@testable import refwalk

@Suite struct DoubleClickTests {
  private let start = ContinuousClock.now

  @Test func twoAtOnePlaceAreOne() {
    var clicks = DoubleClick()
    let seconds = [0, 0, 300, 400, 5000].map { milliseconds in
      clicks.isSecond(row: 7, column: 3, arrival: start + .milliseconds(milliseconds))
    }
    // Of three the third stands alone, and a fourth belongs to that.
    #expect(seconds == [false, true, false, true, false])
  }

  @Test func laterOrElsewhereIsAnother() {
    var clicks = DoubleClick()
    let later = start + DoubleClick.interval
    let seconds = [(7, 3, start), (7, 3, later), (8, 3, later), (8, 4, later), (8, 4, later + .milliseconds(499))].map {
      clicks.isSecond(row: $0, column: $1, arrival: $2)
    }
    #expect(seconds == [false, false, false, false, true])
  }
}
