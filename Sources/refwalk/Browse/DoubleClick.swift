/// Tells a click that is the second of two from one that stands alone.
struct DoubleClick {
  /// How long after the first the second comes at the latest; most desktops' default.
  static let interval = Duration.milliseconds(500)

  private var first: (row: Int, column: Int, arrival: ContinuousClock.Instant)?

  /// Whether a click belongs to the one before it.
  ///
  /// A third one is a first again. `arrival` is when the click came in, not when its turn came: a screen that took long
  /// to draw would tear two clicks apart.
  mutating func isSecond(row: Int, column: Int, arrival: ContinuousClock.Instant) -> Bool {
    if let first, first.row == row, first.column == column, arrival - first.arrival < Self.interval {
      self.first = nil
      return true
    }
    first = (row, column, arrival)
    return false
  }
}
