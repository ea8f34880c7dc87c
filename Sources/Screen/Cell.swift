/// One column of one row, as a view or a test reads it.
public struct Cell: Sendable, Equatable {
  /// What is drawn: one base character with at most two combining marks; empty in the right half of a wide character.
  public var text: String
  /// Columns taken: 1, 2 for a wide character, 0 for the right half of one.
  public var width: UInt8
  /// The role of the cell.
  public var style: Style
  /// Whether the cell is drawn in reverse, on top of its style.
  public var selected: Bool

  /// A cell; a plain blank when nothing is given.
  public init(text: String = " ", width: UInt8 = 1, style: Style = .plain, selected: Bool = false) {
    self.text = text
    self.width = width
    self.style = style
    self.selected = selected
  }
}

/// A ``Cell`` without its string: sixteen bytes that need no reference counting, so frames copy and compare fast.
package struct PackedCell: Sendable, Equatable {
  /// The base character; 0 in the right half of a wide character.
  package var base: UInt32
  /// A combining mark, 0 when there is none.
  package var firstMark: UInt32 = 0
  /// A second combining mark, 0 when there is none.
  package var secondMark: UInt32 = 0
  /// Columns taken, as in ``Cell/width``.
  package var width: UInt8
  package var style: Style = .plain
  package var selected = false

  init(base: UInt32, width: UInt8) {
    self.base = base
    self.width = width
  }

  static let blank = PackedCell(base: 0x20, width: 1)
  static let rightHalf = PackedCell(base: 0, width: 0)

  /// Appends what is drawn, as text.
  package func append(to text: inout String) {
    for value in [base, firstMark, secondMark] {
      if value == 0 { return }
      text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
  }

  /// Appends what is drawn, as UTF-8.
  package func append(to bytes: inout [UInt8]) {
    if base > 0 && base < 0x80 && firstMark == 0 {
      bytes.append(UInt8(truncatingIfNeeded: base))
      return
    }
    for value in [base, firstMark, secondMark] {
      if value == 0 { return }
      bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}")!)
    }
  }

  /// The same cell as views and tests see it.
  var cell: Cell {
    var text = ""
    append(to: &text)
    return Cell(text: text, width: width, style: style, selected: selected)
  }
}
