/// Finds what somebody meant who mistyped a word.
enum NearWord {
  /// The candidate that the fewest changed, added, dropped or swapped characters lead to: at most two, and fewer than half
  /// of the word; nil when there is none.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = min(2, (word.count - 1) / 2)
    guard limit > 0 else { return nil }
    let ranked = candidates.map { (distance: distance(Array(word.utf8), Array($0.utf8)), word: $0) }
    return ranked.filter { $0.distance <= limit }.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
  }

  /// The number of changes between two words, swapped neighbours counted once (optimal string alignment).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if abs(left.count - right.count) > 2 { return 3 }
    var before: [Int] = []
    var above = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(above[column] + (byte == other ? 0 : 1), above[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = above
      above = current
    }
    return above[right.count]
  }
}
