import Screen
import TextSafety

/// Rows of text in aligned columns.
///
/// Text from a dump may go in as it is: it comes out safe for a terminal.
struct TextTable {
  enum Alignment { case left, right }

  private let headings: [(text: String, alignment: Alignment)]
  private var rows: [[String]] = []

  init(_ headings: [(String, Alignment)]) { self.headings = headings.map { (text: $0.0, alignment: $0.1) } }

  /// - Precondition: `cells` has a text for every column.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count)
    rows.append(cells.map(SafeText.line))
  }

  /// The heading and the rows, each line indented by two spaces.
  func write(to output: inout OutputBuffer) {
    let all = [headings.map(\.text)] + rows
    var widths = [Int](repeating: 0, count: headings.count)
    for row in all {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayWidth.width(of: cell)) }
    }
    for row in all {
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - DisplayWidth.width(of: cell))
        let isLast = column == row.count - 1
        line += "  " + (headings[column].alignment == .right ? padding + cell : isLast ? cell : cell + padding)
      }
      while line.last == " " { line.removeLast() }
      output.write(line + "\n")
    }
  }
}
