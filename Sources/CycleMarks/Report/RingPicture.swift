import ReferenceGraph

/// A ring drawn as SVG: its objects in a column, the references between them, and in red the way back.
struct RingPicture {
  /// An object: its name, a second line, and the reference that leads on.
  struct Step {
    let name: String
    let size: String
    let field: String
  }

  /// What holds the ring, above it; empty for nothing.
  let holder: String
  /// How many references lead from the holder to the first object.
  let hops: Int
  let steps: [Step]
  /// How many objects between the first half and the second are left out.
  let omitted: Int

  private static let (boxHeight, gap, margin) = (44, 40, 10)
  /// The columns of pixels that a letter takes, and the most letters of a line.
  private static let (letter, lineLimit) = (8, 52)

  /// As wide as the longest line needs: a narrow picture stays readable on a narrow screen.
  private var boxWidth: Int {
    let lines =
      [holder, "          \(rootWords)"] + steps.flatMap { [$0.name, $0.size] } + steps.map { "          \($0.field)" }
    return max(240, min(Self.lineLimit, lines.map(\.count).max() ?? 0) * Self.letter + 16)
  }

  private var rootWords: String { hops <= 1 ? "GC root" : "GC root, \(hops) references above" }

  /// The markup; all of its text is escaped.
  var svg: String {
    let (width, height, gap, left) = (boxWidth, Self.boxHeight, Self.gap, Self.margin)
    var parts: [String] = []
    var y = Self.margin
    func text(_ x: Int, _ y: Int, _ text: String, _ more: String = "") {
      parts.append("<text x=\"\(x)\" y=\"\(y)\" fill=\"currentColor\"\(more)>\(Self.cut(text))</text>")
    }
    func arrow(_ path: String, _ color: String) {
      parts.append(
        "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" marker-end=\"url(#\(color == "#c00" ? "r" : "k"))\"/>"
      )
    }
    if !holder.isEmpty {
      parts.append(
        "<rect x=\"\(left)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height - 14)\" fill=\"none\" stroke=\"#888\" stroke-dasharray=\"5 3\"/>"
      )
      text(left + 8, y + 20, holder)
      y += height - 14
      arrow("M\(left + 60) \(y) V\(y + gap - 6)", "#888")
      text(left + 74, y + 24, rootWords)
      y += gap
    }
    let first = y
    for (index, step) in steps.enumerated() {
      parts.append(
        "<rect x=\"\(left)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"4\" fill=\"none\" stroke=\"#c00\" stroke-width=\"1.5\"/>"
      )
      text(left + 8, y + 19, step.name)
      text(left + 8, y + 36, step.size, " opacity=\"0.7\"")
      y += height
      if index == steps.count - 1 { break }
      arrow("M\(left + 60) \(y) V\(y + gap - 6)", "#c00")
      let skips = omitted > 0 && index == (steps.count - 1) / 2
      text(left + 74, y + 24, skips ? "\(step.field) … \(Count.text(omitted)) more objects …" : step.field)
      y += gap
    }
    let right = left + width
    arrow("M\(right) \(y - height / 2) h26 V\(first + height / 2) h-20", "#c00")
    if let last = steps.last {
      text(left + 8, y + 20, steps.count == 1 ? "\(last.field): refers to itself" : "\(last.field): back to the first")
      y += 24
    }
    let whole = (width: right + 40, height: y + Self.margin)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(whole.width) \(whole.height)" width="\(whole.width)" role="img">
      <defs>\(Self.marker("r", "#c00"))\(Self.marker("k", "#888"))</defs>
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }

  private static func marker(_ name: String, _ color: String) -> String {
    "<marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" markerWidth=\"5\" markerHeight=\"5\" orient=\"auto\">"
      + "<path d=\"M0 0 L8 4 L0 8 z\" fill=\"\(color)\"/></marker>"
  }

  /// As much as fits, escaped.
  private static func cut(_ text: String) -> String {
    HTMLPage.escaped(text.count > lineLimit ? text.prefix(lineLimit - 1) + "…" : text)
  }
}
