/// Rectangles whose areas are as weights are, as near to squares as they can be: the squarified treemap (Bruls,
/// Huizing, van Wijk: Squarified treemaps, 2000) on a grid of characters.
///
/// Neighbours share their border lines. What is too small for a label is taken together in one last rectangle.
public struct Treemap: Sendable, Equatable {
  /// A rectangle between border lines: its inside is the columns `left + 1 ..< right` of the rows
  /// `top + 1 ..< bottom`.
  public struct Cell: Sendable, Equatable {
    /// The index of its weight; the one for the small ones has the index of the first of them.
    public let index: Int
    /// Whether it stands for all weights from `index` on.
    public let isRest: Bool
    /// The row of the upper border line.
    public let top: Int
    /// The column of the left border line.
    public let left: Int
    /// The row of the lower border line.
    public let bottom: Int
    /// The column of the right border line.
    public let right: Int
  }

  /// The rectangles, largest first, the rest last.
  public let cells: [Cell]
  /// Columns of the whole, outer border lines with them.
  public let width: Int
  /// Rows of the whole, outer border lines with them.
  public let height: Int
  /// Whether areas are as weights are; else one that would fill everything is drawn smaller, so that others are seen.
  public let isToScale: Bool

  /// A character is about twice as high as wide.
  private static let aspect = 2.0
  /// The columns and rows of a cell, one border line of each direction with them, that a label needs.
  private static let leastWidth = 9
  private static let leastHeight = 2

  /// Lays out `weights`, largest first and none of them 0, in `width` columns and `height` rows.
  ///
  /// `rest` is the weight of what is not among `weights`; where there is any, it is part of the last cell.
  public init(weights: [Double], rest: Double, width: Int, height: Int) {
    self.width = width
    self.height = height
    guard width > Self.leastWidth, height > Self.leastHeight, !weights.isEmpty || rest > 0 else {
      cells = []
      isToScale = true
      return
    }
    let area = Double((width - 1) * (height - 1))
    let least = Double(Self.leastWidth * Self.leastHeight)
    let total = max(weights.reduce(rest, +), .leastNormalMagnitude)
    var count = weights.firstIndex { $0 / total * area < least } ?? weights.count
    // Of thousands that are all small, as many as there is room for are shown: then the last cell, which stands for
    // the others, is smaller than what they weigh.
    let isEven = weights[..<count].reduce(0, +) < total / 2
    if isEven { count = max(count, min(weights.count, Int(area * 0.7 / (least * 2)))) }
    // Rounded to characters a cell may have become too thin: then more is taken together.
    while true {
      let isWhole = count == weights.count && rest <= 0
      var shown = Array(weights[..<count])
      var isToScale = true
      if isEven, let last = shown.last, shown[0] > 4 * last {
        // One that is much larger than the others, and yet a small part of all, would leave them no room.
        shown = shown.map { min($0, 4 * last) }
        isToScale = false
      }
      let sum = shown.reduce(0, +)
      if !isWhole {
        var left = max(total - weights[..<count].reduce(0, +), total * least * 1.5 / area)
        if isEven, sum > 0, left > sum * 3 / 7 {
          left = sum * 3 / 7
          isToScale = false
        }
        // A strip beside the only one is as wide as a label.
        let share = Double(Self.leastWidth + 1) / Double(width - 1)
        if count == 1, left < sum * share / (1 - share), share < 0.5 {
          left = sum * share / (1 - share)
          isToScale = false
        }
        shown.append(left)
      }
      let cells = Self.layout(shown, isWhole: isWhole, width: width, height: height)
      let thin = cells.firstIndex { $0.right - $0.left < Self.leastWidth - 1 || $0.bottom - $0.top < Self.leastHeight }
      guard thin != nil, count > 1 else {
        self.cells = cells
        self.isToScale = isToScale
        return
      }
      count = max(1, count - max(1, count / 8))
    }
  }

  private static func layout(_ weights: [Double], isWhole: Bool, width: Int, height: Int) -> [Cell] {
    // In squares: rows are `aspect` high.
    var (x, y) = (0.0, 0.0)
    var (restWidth, restHeight) = (Double(width - 1), Double(height - 1) * aspect)
    let scale = restWidth * restHeight / weights.reduce(0, +)
    var cells: [Cell] = []
    func add(_ index: Int, _ left: Double, _ top: Double, _ right: Double, _ bottom: Double) {
      cells.append(
        Cell(
          index: index, isRest: !isWhole && index == weights.count - 1, top: Int((top / aspect).rounded()),
          left: Int(left.rounded()), bottom: Int((bottom / aspect).rounded()), right: Int(right.rounded())))
    }
    var first = 0
    while first < weights.count {
      let side = min(restWidth, restHeight)
      // As many in a row along the shorter side as make it better.
      var last = first
      var sum = weights[first] * scale
      var worst = ratio(sum, sum, sum, side)
      while last + 1 < weights.count {
        let next = weights[last + 1] * scale
        let lowest = min(next, weights[last] * scale)
        let new = ratio(max(next, weights[first] * scale), lowest, sum + next, side)
        if new > worst { break }
        (worst, last, sum) = (new, last + 1, sum + next)
      }
      let depth = side > 0 ? min(sum / side, max(restWidth, restHeight)) : 0
      let isColumn = restWidth >= restHeight
      var along = isColumn ? y : x
      for index in first...last {
        let length = depth > 0 ? weights[index] * scale / depth : 0
        if isColumn {
          add(index, x, along, x + depth, along + length)
        } else {
          add(index, along, y, along + length, y + depth)
        }
        along += length
      }
      if isColumn {
        x += depth
        restWidth = max(0, restWidth - depth)
      } else {
        y += depth
        restHeight = max(0, restHeight - depth)
      }
      first = last + 1
    }
    return cells
  }

  /// How far the worst rectangle of a row is from a square.
  private static func ratio(_ largest: Double, _ smallest: Double, _ sum: Double, _ side: Double) -> Double {
    guard sum > 0, smallest > 0 else { return .infinity }
    let square = side * side
    return max(square * largest / (sum * sum), sum * sum / (square * smallest))
  }

  /// Which way to go from a cell.
  public enum Direction: Sendable { case up, down, left, right }

  /// The position in `cells` of the neighbour in a direction: the one that lies most beside the middle of the cell.
  public func neighbour(of position: Int, _ direction: Direction) -> Int? {
    guard cells.indices.contains(position) else { return nil }
    let own = cells[position]
    let isLevel = direction == .left || direction == .right
    func overlap(_ other: Cell) -> Int {
      isLevel
        ? min(own.bottom, other.bottom) - max(own.top, other.top)
        : min(own.right, other.right) - max(own.left, other.left)
    }
    func distance(_ other: Cell) -> Int {
      isLevel
        ? abs(own.top + own.bottom - other.top - other.bottom) : abs(own.left + own.right - other.left - other.right)
    }
    let beside = cells.indices.filter { index in
      let other = cells[index]
      let touches =
        switch direction {
        case .up: other.bottom == own.top
        case .down: other.top == own.bottom
        case .left: other.right == own.left
        case .right: other.left == own.right
        }
      return touches && index != position && overlap(other) > 0
    }
    return beside.min {
      (-overlap(cells[$0]), distance(cells[$0]), $0) < (-overlap(cells[$1]), distance(cells[$1]), $1)
    }
  }

  /// The position in `cells` of the cell at a column and row.
  public func position(row: Int, column: Int) -> Int? {
    cells.firstIndex { $0.top <= row && row < $0.bottom && $0.left <= column && column < $0.right }
  }

  /// The border lines: for each row its pieces, blank where there is none.
  public func borders() -> [String] {
    let (up, down, left, right): (UInt8, UInt8, UInt8, UInt8) = (1, 2, 4, 8)
    var lines = [UInt8](repeating: 0, count: width * height)
    for cell in cells where cell.right < width && cell.bottom < height {
      for column in cell.left...cell.right {
        let ends: UInt8 = (column > cell.left ? left : 0) | (column < cell.right ? right : 0)
        lines[cell.top * width + column] |= ends
        lines[cell.bottom * width + column] |= ends
      }
      for row in cell.top...cell.bottom {
        let ends: UInt8 = (row > cell.top ? up : 0) | (row < cell.bottom ? down : 0)
        lines[row * width + cell.left] |= ends
        lines[row * width + cell.right] |= ends
      }
    }
    let glyphs = Array(" │││─┘┐┤─└┌├─┴┬┼".unicodeScalars)
    return (0..<height).map { row in
      var text = String.UnicodeScalarView()
      for bits in lines[row * width..<(row + 1) * width] { text.append(glyphs[Int(bits)]) }
      return String(text)
    }
  }
}
