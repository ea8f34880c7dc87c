extension Frame {
  /// Draws `text` and returns the column after it.
  ///
  /// The text is clipped to the row and to `limit`, a right column that is not drawn any more; it costs no more than
  /// what is drawn. A wide character that fits only in half leaves a blank. A negative `column` clips at the left.
  @discardableResult
  public mutating func put(
    _ text: String, row: Int, column: Int, style: Style = .plain, limit: Int? = nil
  ) -> Int {
    let end = min(limit ?? columns, columns)
    guard row >= 0, row < rows, column < end else { return column }
    if glyphs == .ascii, let replaced = GlyphSet.asciiForm(of: text, columns: end - column) {
      return draw(replaced, row: row, column: column, end: end, style: style)
    }
    return draw(text, row: row, column: column, end: end, style: style)
  }

  /// Draws `text` right aligned, its last character in the column before `column`.
  ///
  /// A text wider than the space to the left edge loses its beginning.
  public mutating func putRight(_ text: String, row: Int, endingAt column: Int, style: Style = .plain) {
    let width = DisplayWidth.width(of: text, glyphs: glyphs)
    put(text, row: row, column: column - width, style: style, limit: column)
  }

  /// Draws `text` cut with an ellipsis when it is wider than `width` columns, and returns the column after it.
  @discardableResult
  public mutating func putCut(_ text: String, row: Int, column: Int, width: Int, style: Style = .plain) -> Int {
    guard width > 0 else { return column }
    let cut = DisplayWidth.cut(text, to: width, glyphs: glyphs)
    return put(cut, row: row, column: column, style: style, limit: column + width)
  }

  /// Blanks a row or a part of it, in the given style.
  public mutating func fill(row: Int, columns: Range<Int>? = nil, style: Style) {
    mendEdges(row: row, columns: columns)
    var blank = PackedCell.blank
    blank.style = style
    update(row: row, columns: columns) { $0 = blank }
  }

  /// Draws what is already in a row, or a part of it, in reverse.
  public mutating func select(row: Int, columns: Range<Int>? = nil) {
    update(row: row, columns: columns) { $0.selected = true }
  }

  /// Blanks a rectangle, in plain style (below overlays and popups).
  ///
  /// `nil` means all rows, all columns.
  public mutating func clear(rows: Range<Int>? = nil, columns: Range<Int>? = nil) {
    for row in (rows ?? 0..<self.rows).clamped(to: 0..<self.rows) {
      fill(row: row, columns: columns, style: .plain)
    }
  }

  private mutating func draw(_ text: String, row: Int, column start: Int, end: Int, style: Style) -> Int {
    let bytes = text.utf8.span
    let rowStart = row * columns
    var column = start
    var position = 0
    while position < bytes.count && column < end {
      var cell = PackedCell.next(in: bytes, at: &position)
      cell.style = style
      let width = Int(cell.width)
      if column >= 0 && column + width <= end {
        write(cell, at: rowStart + column)
      } else if column + width > 0 {
        // Half a wide character at an edge.
        var blank = PackedCell.blank
        blank.style = style
        write(blank, at: rowStart + max(column, 0))
      }
      column += width
    }
    return min(column, end)
  }

  /// Blanks the wide characters that a range of columns cuts in half, as writing a blank at its edges does.
  private mutating func mendEdges(row: Int, columns range: Range<Int>?) {
    guard row >= 0, row < rows, let range = range?.clamped(to: 0..<columns), !range.isEmpty else { return }
    write(.blank, at: row * columns + range.lowerBound)
    write(.blank, at: row * columns + range.upperBound - 1)
  }
}
