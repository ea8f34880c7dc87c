/// A ring of boxes with arrows from one to the next, laid out in two columns: down the right one, up the left one.
///
/// Pure geometry: texts with places and the columns they may take, which a view cuts and draws in its colours. A box
/// is four rows high; two rows lie between.
public struct CycleRing: Sendable {
  /// What a text is, so that a view can colour it.
  public enum Role: Sendable {
    case border, title, address, detail, arrow, field
  }

  /// A text at a place, counted from the ring's top left corner.
  public struct Piece: Sendable {
    /// Rows below the ring's top.
    public let row: Int
    /// Columns from the ring's left edge.
    public let column: Int
    /// The characters to be drawn; those of titles, details and fields come from a dump.
    public let text: String
    /// The columns that there are for the text.
    public let width: Int
    /// What it is a part of, which decides how it is drawn.
    public let role: Role
    /// The step the text belongs to: its box, or the arrow that leaves it.
    public let step: Int
  }

  /// What stands in a box, and on the arrow that leaves it.
  public struct Step: Sendable {
    /// The class of the object, or what it stands for.
    public let title: String
    /// The columns that `title` takes on the screen.
    public let titleWidth: Int
    /// Stands at the right of the title where both fit, else its last digits, or nothing; plain characters, a column
    /// each.
    public let address: String
    /// The second line of the box: `24 B · 1.6 MiB`.
    public let detail: String
    /// The name of the reference to the next step, on the arrow: `.next`.
    public let field: String
    /// The columns that `field` takes on the screen.
    public let fieldWidth: Int

    /// What is to be drawn of one object of the ring; the widths are those of the texts in columns.
    public init(
      title: String, titleWidth: Int, address: String, detail: String, field: String, fieldWidth: Int
    ) {
      self.title = title
      self.titleWidth = titleWidth
      self.address = address
      self.detail = detail
      self.field = field
      self.fieldWidth = fieldWidth
    }
  }

  /// All that is to be drawn: boxes first, then arrows.
  public private(set) var pieces: [Piece] = []
  /// Rows that the ring takes.
  public let height: Int
  /// Columns that the ring takes.
  public let width: Int
  /// The columns of a box, its border with it.
  public let boxWidth: Int
  private let gap: Int
  private let rightColumn: Int

  /// Columns between the two columns of boxes, an arrow with a name above it: as the names need, within these.
  static let gaps = 13...26
  static let boxWidths = 21...40

  /// Rows that a ring of `count` steps takes.
  public static func height(steps count: Int) -> Int {
    count <= 2 ? 6 : 6 * ((count + 1) / 2) - 2
  }

  /// Lays out `steps` in `width` columns, 55 at least.
  public init(_ steps: [Step], width: Int) {
    let right = steps.count == 1 ? 0 : (steps.count + 1) / 2
    // The names that stand between the columns: on the arrow to the right, and on the one back if that is level.
    var longest = steps.count > 1 ? steps[0].fieldWidth : 0
    if steps.count > right + 1 { longest = max(longest, steps[right].fieldWidth) }
    let widest = max(Self.gaps.lowerBound, min(Self.gaps.upperBound, width - 2 * 26))
    gap = max(Self.gaps.lowerBound, min(widest, longest + 2))
    boxWidth = max(Self.boxWidths.lowerBound, min(Self.boxWidths.upperBound, (width - gap) / 2))
    rightColumn = boxWidth + gap
    self.width = rightColumn + boxWidth
    height = Self.height(steps: steps.count)
    for (number, step) in steps.enumerated() {
      if number == 0 {
        box(number, step, row: 0, column: 0)
      } else if number <= right {
        box(number, step, row: 6 * (number - 1), column: rightColumn)
      } else {
        box(number, step, row: 6 * (2 * right - number), column: 0)
      }
    }
    for (number, step) in steps.enumerated() {
      arrow(from: number, step, count: steps.count, right: right)
    }
  }

  private mutating func put(_ text: String, _ row: Int, _ column: Int, _ width: Int, _ role: Role, _ step: Int) {
    pieces.append(Piece(row: row, column: column, text: text, width: width, role: role, step: step))
  }

  /// A line or the head of an arrow, of which every character takes a column.
  private mutating func line(_ text: String, _ row: Int, _ column: Int, _ step: Int, _ role: Role = .arrow) {
    put(text, row, column, text.unicodeScalars.count, role, step)
  }

  private mutating func box(_ number: Int, _ step: Step, row: Int, column: Int) {
    let edge = String(repeating: "─", count: boxWidth - 2)
    line("┌" + edge + "┐", row, column, number, .border)
    line("└" + edge + "┘", row + 3, column, number, .border)
    for inner in 1...2 {
      line("│", row + inner, column, number, .border)
      line("│", row + inner, column + boxWidth - 1, number, .border)
    }
    let title = " \(number + 1) \(step.title)"
    let needed = title.unicodeScalars.count - step.title.unicodeScalars.count + step.titleWidth + 1
    let address =
      [step.address, "@…" + step.address.suffix(4)].first { needed + $0.unicodeScalars.count <= boxWidth - 2 } ?? ""
    let room = boxWidth - 2 - address.unicodeScalars.count
    put(title, row + 1, column + 1, address.isEmpty ? room : room - 1, .title, number)
    put(address, row + 1, column + 1 + room, address.unicodeScalars.count, .address, number)
    put("   \(step.detail)", row + 2, column + 1, boxWidth - 2, .detail, number)
  }

  private mutating func arrow(from number: Int, _ step: Step, count: Int, right: Int) {
    let centre = boxWidth / 3
    let rightCentre = rightColumn + boxWidth / 3
    if count == 1 {
      line("▲", 4, centre, 0)
      line("│", 4, centre + 6, 0)
      line("└─────┘", 5, centre, 0)
      put("\(step.field) ↺ itself", 5, centre + 8, width - centre - 8, .field, 0)
      return
    }
    if number == 0 {
      line(String(repeating: "─", count: gap - 1) + "▶", 1, boxWidth, number)
      put(step.field, 0, boxWidth + 1, gap - 2, .field, number)
    } else if number < right {
      let row = 6 * (number - 1) + 4
      line("│", row, rightCentre, number)
      put(step.field, row, rightCentre + 2, width - rightCentre - 2, .field, number)
      line("▼", row + 1, rightCentre, number)
    } else if number == right, count > right + 1 {
      let row = 6 * (right - 1) + 1
      line("◀" + String(repeating: "─", count: gap - 1), row, boxWidth, number)
      put(step.field, row - 1, boxWidth + 1, gap - 2, .field, number)
    } else if number == right {
      // No box in the left column below the first one: along the bottom, or level with the box, and up to the first.
      let bottom = right == 1 ? 5 : 6 * (right - 1) + 1
      let from = right == 1 ? rightCentre : rightColumn - 1
      line("▲", 4, centre, number)
      for row in 5..<max(5, bottom) { line("│", row, centre, number) }
      line("└" + String(repeating: "─", count: from - centre - (right == 1 ? 1 : 0)), bottom, centre, number)
      if right == 1 {
        line("│", 4, rightCentre, number)
        line("┘", 5, rightCentre, number)
      }
      put(" \(step.field) ", bottom, centre + 4, from - centre - 5, .field, number)
    } else {
      let row = 6 * (2 * right - number)
      let above = number == count - 1 ? 0 : row - 6
      line("▲", above + 4, centre, number)
      for row in (above + 5)..<max(above + 5, row) { line("│", row, centre, number) }
      put(step.field, row - 1, centre + 2, rightColumn - centre - 4, .field, number)
    }
  }
}
