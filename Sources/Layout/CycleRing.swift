/// A ring of boxes with arrows from one to the next, laid out in two columns: down the right one, up the left one.
///
/// Pure geometry: texts with places, which a view draws in its colours. A box is four rows high; two rows lie between.
public struct CycleRing: Sendable {
  /// What a text is, so that a view can colour it.
  public enum Role: Sendable {
    case border, title, detail, arrow, field
  }

  /// A text at a place, counted from the ring's top left corner.
  public struct Piece: Sendable {
    public let row: Int
    public let column: Int
    public let text: String
    public let role: Role
    /// The step the text belongs to: its box, or the arrow that leaves it.
    public let step: Int
  }

  /// What stands in a box, and on the arrow that leaves it.
  public struct Step: Sendable {
    public let title: String
    public let detail: String
    public let field: String

    public init(title: String, detail: String, field: String) {
      self.title = title
      self.detail = detail
      self.field = field
    }
  }

  public private(set) var pieces: [Piece] = []
  public let height: Int
  public let width: Int
  private let boxWidth: Int
  private let rightColumn: Int

  /// Columns between the two columns of boxes: an arrow with a name above it.
  static let gap = 13

  /// Rows that a ring of `count` steps takes.
  public static func height(steps count: Int) -> Int {
    count <= 2 ? 6 : 6 * ((count + 1) / 2) - 2
  }

  /// Lays out `steps` in `width` columns, 55 at least.
  public init(_ steps: [Step], width: Int) {
    boxWidth = min(40, (width - Self.gap) / 2)
    rightColumn = boxWidth + Self.gap
    self.width = rightColumn + boxWidth
    height = Self.height(steps: steps.count)
    let right = steps.count == 1 ? 0 : (steps.count + 1) / 2
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
      arrow(from: number, field: step.field, count: steps.count, right: right)
    }
  }

  private mutating func put(_ text: String, _ row: Int, _ column: Int, _ role: Role, _ step: Int) {
    pieces.append(Piece(row: row, column: column, text: text, role: role, step: step))
  }

  private mutating func box(_ number: Int, _ step: Step, row: Int, column: Int) {
    let line = String(repeating: "─", count: boxWidth - 2)
    put("┌" + line + "┐", row, column, .border, number)
    put("└" + line + "┘", row + 3, column, .border, number)
    for inner in 1...2 {
      put("│", row + inner, column, .border, number)
      put("│", row + inner, column + boxWidth - 1, .border, number)
    }
    put(fitted(" \(number + 1) \(step.title)", to: boxWidth - 2), row + 1, column + 1, .title, number)
    put(fitted("   \(step.detail)", to: boxWidth - 2), row + 2, column + 1, .detail, number)
  }

  /// Names from a dump are measured and cut by the view; here only plain characters are counted, to stay in the box.
  private func fitted(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(width - 1)) + "…"
  }

  private mutating func arrow(from number: Int, field: String, count: Int, right: Int) {
    let centre = boxWidth / 3
    let rightCentre = rightColumn + boxWidth / 3
    if count == 1 {
      put("└─────", 4, centre, .arrow, 0)
      put("──┘", 4, centre + 6, .arrow, 0)
      put("▲", 4, centre, .arrow, 0)
      put("└", 5, centre, .arrow, 0)
      put("─────┘ ", 5, centre + 1, .arrow, 0)
      put("\(field) ↺ itself", 5, centre + 8, .field, 0)
      // The line out of the box on the right of the loop.
      put("     │  ", 4, centre + 1, .arrow, 0)
      return
    }
    if number == 0 {
      put(String(repeating: "─", count: Self.gap - 1) + "▶", 1, boxWidth, .arrow, 0)
      put(short(field, Self.gap - 2), 0, boxWidth + 1, .field, 0)
    } else if number < right {
      let row = 6 * (number - 1) + 4
      put("│", row, rightCentre, .arrow, number)
      put(short(field, boxWidth / 2), row, rightCentre + 2, .field, number)
      put("▼", row + 1, rightCentre, .arrow, number)
    } else if number == right, count > right + 1 {
      let row = 6 * (right - 1) + 1
      put("◀" + String(repeating: "─", count: Self.gap - 1), row, boxWidth, .arrow, number)
      put(short(field, Self.gap - 2), row - 1, boxWidth + 1, .field, number)
    } else if number == right {
      // No box in the left column below the first one: along the bottom, or level with the box, and up to the first.
      let bottom = right == 1 ? 5 : 6 * (right - 1) + 1
      let from = right == 1 ? rightCentre : rightColumn - 1
      put("▲", 4, centre, .arrow, number)
      for row in 5..<max(5, bottom) { put("│", row, centre, .arrow, number) }
      put("└" + String(repeating: "─", count: from - centre - (right == 1 ? 1 : 0)), bottom, centre, .arrow, number)
      if right == 1 {
        put("│", 4, rightCentre, .arrow, number)
        put("┘", 5, rightCentre, .arrow, number)
      }
      put(" " + short(field, from - centre - 8) + " ", bottom, centre + 4, .field, number)
    } else {
      let row = 6 * (2 * right - number)
      let above = number == count - 1 ? 0 : row - 6
      put("▲", above + 4, centre, .arrow, number)
      for line in (above + 5)..<max(above + 5, row) { put("│", line, centre, .arrow, number) }
      put(short(field, boxWidth / 2), row - 1, centre + 2, .field, number)
    }
  }

  private func short(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
  }
}
