import Screen

/// One of several texts that share a row.
struct RowText {
  let text: String
  /// The column it stands at where that suits the others too.
  let column: Int
  let style: Style
  /// The text without what goes before anything is cut.
  let brief: String?
  /// A shorter form for so many columns; it is cut where that is still too long.
  let shortened: ((Int) -> String)?

  init(
    _ text: String, at column: Int, _ style: Style = .plain, brief: String? = nil,
    shortened: ((Int) -> String)? = nil
  ) {
    self.text = text
    self.column = column
    self.style = style
    self.brief = brief
    self.shortened = shortened
  }
}

/// The columns that texts side by side get.
enum SharedRoom {
  /// What each gets of `room`: all that it wants while that is there; else those that want little get it, and the others
  /// equal parts of what is left.
  static func widths(_ wanted: [Int], room: Int) -> [Int] {
    var widths = [Int](repeating: 0, count: wanted.count)
    var left = max(0, room)
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    for (place, index) in order.enumerated() {
      widths[index] = min(wanted[index], left / (order.count - place))
      left -= widths[index]
    }
    return widths
  }
}

extension Canvas {
  /// Draws texts from left to right, and returns the column after the last: each at its own column while all have room,
  /// else where the others leave room for it.
  ///
  /// None is cut while there is a free column between the first one's and `end`, but for the blanks between them.
  @discardableResult
  mutating func texts(_ texts: [RowText], _ row: Int, end: Int, gap: Int = 2) -> Int {
    let all = texts.filter { !$0.text.isEmpty }
    guard let first = all.first, (0..<height).contains(row) else { return texts.first?.column ?? 0 }
    let end = min(end, width)
    let room = end - first.column - gap * (all.count - 1)
    func columns(_ text: String) -> Int { DisplayWidth.width(of: text, glyphs: frame.glyphs) }
    var words = all.map(\.text)
    // Before one leaves its column the brief forms are taken, those of the first texts first.
    func isAtColumns() -> Bool {
      var next = first.column
      for index in all.indices {
        next = max(next, all[index].column) + columns(words[index]) + gap
      }
      return next - gap <= end
    }
    for index in all.indices where all[index].brief != nil && !isAtColumns() { words[index] = all[index].brief! }
    let wanted = words.map(columns)
    var widths = SharedRoom.widths(wanted, room: room)
    for index in all.indices where widths[index] < wanted[index] {
      if let shortened = all[index].shortened { words[index] = shortened(widths[index]) }
    }
    // What a short form leaves free the others get.
    widths = SharedRoom.widths(words.map(columns), room: room)
    var starts = [Int](repeating: 0, count: all.count)
    var next = end + gap
    for index in all.indices.reversed() {
      starts[index] = next - gap - widths[index]
      next = starts[index]
    }
    var column = first.column
    for index in all.indices {
      let start = max(column, min(all[index].column, starts[index]))
      cut(words[index], row, start, widths[index], all[index].style)
      column = start + widths[index] + gap
    }
    return column - gap
  }
}
