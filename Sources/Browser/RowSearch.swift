/// A search through the rows of a list, some at a time.
struct RowSearch: Sendable {
  let text: String
  /// The row it began at, which may lie one outside of the list, and 1 or -1.
  let start: Int
  let step: Int
  let place: Place
  /// How many rows it has looked at.
  var done: Int

  /// So many rows take a few milliseconds.
  static let rowsAtOnce = 1000
}
