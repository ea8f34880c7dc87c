import Screen

/// A part of the screen: where a view draws, in rows and columns of its own.
struct Area: Sendable, Equatable {
  var top: Int
  var left: Int
  var height: Int
  var width: Int
}

/// A frame seen through an area: nothing is drawn outside of it.
struct Canvas {
  var frame: Frame
  var area: Area

  var width: Int { area.width }
  var height: Int { area.height }

  /// Draws text, clipped, and returns the column after it.
  @discardableResult
  mutating func put(_ text: String, _ row: Int, _ column: Int, _ style: Style = .plain) -> Int {
    guard (0..<height).contains(row) else { return column }
    return frame.put(
      text, row: area.top + row, column: area.left + column, style: style, limit: area.left + width) - area.left
  }

  /// Draws text cut with an ellipsis to `width` columns, and returns the column after it.
  @discardableResult
  mutating func cut(_ text: String, _ row: Int, _ column: Int, _ width: Int, _ style: Style = .plain) -> Int {
    let width = min(width, self.width - column)
    guard (0..<height).contains(row), width > 0 else { return column }
    return frame.putCut(text, row: area.top + row, column: area.left + column, width: width, style: style) - area.left
  }

  /// Draws text that ends before `column`.
  mutating func right(_ text: String, _ row: Int, _ column: Int, _ style: Style = .plain) {
    guard (0..<height).contains(row) else { return }
    frame.putRight(text, row: area.top + row, endingAt: area.left + min(column, width), style: style)
  }

  /// Marks a row as the selected one; the real cursor goes there when the pane has the keys.
  mutating func select(_ row: Int, focused: Bool) {
    guard (0..<height).contains(row) else { return }
    put(">", row, 0, .selected)
    if focused {
      frame.select(row: area.top + row, columns: area.left..<area.left + width)
      frame.cursor = Position(row: area.top + row, column: area.left)
    }
  }

  /// Draws several lines from `row` on, each cut, and returns the row after them.
  @discardableResult
  mutating func lines(_ texts: [String], _ row: Int, _ column: Int, _ style: Style = .plain) -> Int {
    for (offset, text) in texts.enumerated() { cut(text, row + offset, column, width - column - 1, style) }
    return row + texts.count
  }
}
