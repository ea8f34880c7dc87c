/// A screen held in memory: what views draw into, tests read, and the terminal shows.
///
/// Every text that goes in is made inert first (see ``DisplayWidth``), so a frame never holds a character that could
/// move the cursor or reorder its neighbours. Drawing outside of the frame is clipped and is no error.
public struct Frame: Sendable, Equatable {
  /// Height in rows.
  public let rows: Int
  /// Width in columns.
  public let columns: Int
  /// Where the real cursor goes; screen readers and braille displays follow it.
  public var cursor = Position(row: 0, column: 0)
  /// Whether the real cursor blinks at ``cursor`` (prompts) or is only placed there.
  public var showsCursor = false
  /// The characters that text drawn from now on may use.
  public var glyphs: GlyphSet

  /// `rows * columns` cells, row by row.
  package private(set) var cells: [PackedCell]

  /// A blank frame.
  ///
  /// Negative sizes count as 0.
  public init(rows: Int, columns: Int, glyphs: GlyphSet = .unicode) {
    self.rows = max(0, rows)
    self.columns = max(0, columns)
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: self.rows * self.columns)
  }

  /// The cell at `row` and `column`, which must lie inside of the frame.
  public subscript(row: Int, column: Int) -> Cell {
    precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside of the frame")
    return cells[row * columns + column].cell
  }

  /// One line a row with trailing blanks removed, lines joined by newlines: the form golden tests compare.
  public var description: String {
    var text = ""
    for row in 0..<rows {
      if row > 0 { text += "\n" }
      let line = cells[row * columns..<(row + 1) * columns]
      let end = line.lastIndex { $0.base != 0x20 && $0.width > 0 } ?? line.startIndex - 1
      for index in line.startIndex..<end + 1 { cells[index].append(to: &text) }
    }
    return text
  }

  /// Writes `cell` at an index of `cells`; a wide character of which one half is overwritten is blanked.
  mutating func write(_ cell: PackedCell, at index: Int) {
    let width = Int(cell.width)
    if cells[index].width == 0 && index > 0 { blankKeepingStyle(index - 1) }
    let last = index + width - 1
    if cells[last].width == 2 { blankKeepingStyle(last + 1) }
    cells[index] = cell
    if width == 2 {
      var half = PackedCell.rightHalf
      half.style = cell.style
      cells[last] = half
    }
  }

  /// Applies `change` to the cells of a part of a row, clipped to the frame.
  mutating func update(row: Int, columns range: Range<Int>?, _ change: (inout PackedCell) -> Void) {
    guard row >= 0 && row < rows else { return }
    let clipped = (range ?? 0..<columns).clamped(to: 0..<columns)
    for column in clipped { change(&cells[row * columns + column]) }
  }

  private mutating func blankKeepingStyle(_ index: Int) {
    cells[index].base = 0x20
    cells[index].firstMark = 0
    cells[index].secondMark = 0
    cells[index].width = 1
  }
}

extension Frame: CustomStringConvertible {}
