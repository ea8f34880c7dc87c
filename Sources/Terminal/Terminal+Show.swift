import CNCurses
import Screen

extension Terminal {
  /// Shows a frame.
  ///
  /// Only what differs from the last one is given to ncurses, which sends only what differs on the screen. A frame
  /// larger than the terminal is clipped.
  public mutating func show(_ frame: borrowing Frame) {
    let rows = min(frame.rows, size.row)
    let columns = min(frame.columns, size.column)
    let isComparable = shown?.rows == frame.rows && shown?.columns == frame.columns
    if !isComparable { werase(nc_stdscr()) }
    frame.cells.withUnsafeBufferPointer { cells in
      (shown?.cells ?? []).withUnsafeBufferPointer { old in
        for row in 0..<rows {
          let start = row * frame.columns
          var column = 0
          while column < columns {
            if isComparable && cells[start + column] == old[start + column] {
              column += 1
              continue
            }
            column = write(cells, from: start + column, row: row, column: column, end: columns)
          }
        }
      }
    }
    curs_set(frame.showsCursor ? 1 : 0)
    // Where screen readers and braille displays look, visible or not.
    wmove(
      nc_stdscr(), Int32(max(0, min(frame.cursor.row, size.row - 1))),
      Int32(max(0, min(frame.cursor.column, size.column - 1))))
    wrefresh(nc_stdscr())
    shown = copy frame
  }

  /// Writes a run of cells of one look, beginning at an index of `cells`, and returns the column after it.
  private func write(
    _ cells: UnsafeBufferPointer<PackedCell>, from first: Int, row: Int, column: Int, end: Int
  ) -> Int {
    let style = cells[first].style
    let selected = cells[first].selected
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * (end - column))
    var index = first
    while index - first + column < end {
      let cell = cells[index]
      if cell.width == 0 && index > first {
        index += 1
        continue
      }
      if cell.style != style || cell.selected != selected { break }
      if cell.width == 2 && index - first + column + 1 >= end || cell.width == 0 {
        bytes.append(0x20)  // Half of a wide character at the edge of the window.
      } else {
        append(cell, to: &bytes)
      }
      index += 1
    }
    let look = palette.look(style, selected: selected)
    bytes.withUnsafeBytes { raw in
      nc_put(
        Int32(row), Int32(column), look.attributes, look.pair, raw.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(raw.count))
    }
    return column + index - first
  }

  /// Appends what a cell holds if ncurses, which asks the C library, finds it as wide as it is; otherwise a
  /// replacement of that width, so that the rest of the row stays in place.
  private func append(_ cell: PackedCell, to bytes: inout [UInt8]) {
    if cell.base < 0x80 && cell.firstMark == 0 {
      bytes.append(UInt8(cell.base))
    } else if usesASCII {
      bytes.append(contentsOf: repeatElement(0x3F, count: Int(cell.width)))
    } else if nc_width(cell.base) != Int32(cell.width) {
      bytes.append(contentsOf: (cell.width == 2 ? "〓" : "?").utf8)
    } else if nc_width(cell.firstMark) != 0 || nc_width(cell.secondMark) != 0 {
      bytes.append(contentsOf: String(Unicode.Scalar(cell.base) ?? "?").utf8)
    } else {
      cell.append(to: &bytes)
    }
  }
}
