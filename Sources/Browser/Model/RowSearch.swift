import ReferenceGraph

/// A search through the rows of a list, some at a time.
struct RowSearch: Sendable {
  let text: String
  /// The row it began at, which may lie one outside of the list, and 1 or -1.
  var start: Int
  let step: Int
  let place: Place
  /// Whether the text is still being typed: then what is found is only shown.
  var isTyping = false
  /// How many rows it has looked at.
  var done = 0

  /// So many rows take a few milliseconds.
  static let rowsAtOnce = 1000
  /// So many when the contents of objects are read for it.
  static let objectsAtOnce = 32
}

/// A text to be searched for, while it is typed.
public struct SearchDraft: Sendable {
  /// The text as typed so far.
  public internal(set) var field = TextField()
  /// The pane as it was, for Esc, and where the search begins.
  var before: Pane
  /// Whether the whole heap is searched, and not only the rows.
  public internal(set) var isWide = false
}
