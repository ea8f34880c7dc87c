extension Range<Int> {
  /// The first index that `holds`, found by halving; the upper bound when none does.
  ///
  /// For a condition that, from some index on, holds: of values that ascend the first that is not less than another is
  /// `values.indices.bisection(where: { values[$0] >= wanted })`. The number of calls is the logarithm of the count.
  @inlinable @inline(__always)
  public func bisection(where holds: (Int) -> Bool) -> Int {
    var low = lowerBound
    var high = upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
