import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What several screens draw, and the words that they share.
extension Model {
  /// What has to be seen at once: a dump that is not whole, figures that do not agree, records passed over.
  func dumpWarnings(_ facts: DumpFacts) -> [String] {
    var warnings: [String] = []
    if let truncation = facts.truncation { warnings.append("incomplete: \(truncation)") }
    for check in facts.checks where !check.holds {
      warnings.append(
        "\(check.name) says \(Count.text(check.expected)), the dump has \(Count.text(check.found))")
    }
    let skipped = facts.skipped.reduce(0) { $0 + $1.count }
    if let first = facts.skipped.first {
      let more = facts.skipped.count > 1 ? " and more" : ""
      warnings.append(
        "\(Count.text(skipped, "record")) skipped: \(first.what)\(more), first at byte \(Count.text(first.firstOffset))"
      )
    }
    return Array((warnings + facts.warnings).prefix(3))
  }

  /// Paragraphs in so many rows: of each the beginning, of the longest the least is left out.
  ///
  /// What is cut is joined in the last row of its paragraph, to end in an ellipsis.
  static func fitted(_ paragraphs: [[String]], height: Int) -> [String] {
    let shown = paragraphs.prefix(max(0, height))
    var rows = shown.map(\.count)
    while rows.reduce(0, +) > height, let most = rows.indices.max(by: { rows[$0] < rows[$1] }) { rows[most] -= 1 }
    var fitted: [String] = []
    for (lines, count) in zip(shown, rows) {
      if count >= lines.count {
        fitted += lines
      } else {
        fitted += lines.prefix(count - 1)
        fitted.append(lines[(count - 1)...].joined(separator: " "))
      }
    }
    return fitted
  }

  func style(of verdict: Verdict) -> Style {
    switch verdict {
    case .suspect: .suspect
    case .expected: .good
    case .unsure: .warning
    }
  }

  /// A size with its share and a bar: bytes end before `column`, the percentage six columns further.
  func drawSize(_ bytes: UInt64, of whole: UInt64, _ row: Int, _ column: Int, _ bar: Int, _ canvas: inout Canvas) {
    canvas.right(ByteCount.text(bytes), row, column, .size)
    if sizeColumns == .bytes { return }
    canvas.right(SizeBar.percent(bytes, of: whole), row, column + 6)
    if sizeColumns == .bars, bar > 0, whole > 0 {
      canvas.put(SizeBar.text(Double(bytes) / Double(whole), width: bar), row, column + 7, .bar)
    }
  }

  /// The title of a column, with an arrow where the rows are in its order: down when the largest comes first.
  func sortTitle(_ text: String, _ column: SortColumn, _ pane: Pane) -> String {
    guard (pane.sort ?? .retained) == column else { return text }
    let ascends = column == .name || column == .address
    return text + (ascends == pane.reversed ? " ▼" : " ▲")
  }

  /// A line across a pane with a title in it.
  func drawRule(_ title: String, _ row: Int, _ canvas: inout Canvas) {
    let start = canvas.put("─ ", row, 0, .dim)
    let end = canvas.cut(title, row, start, canvas.width - 4, .heading)
    canvas.put(" " + String(repeating: "─", count: max(0, canvas.width - end - 1)), row, end, .dim)
  }

  /// The name of the first root that refers to an object itself, and how many more do.
  func rootName(directlyHolding id: ObjectID) -> String? { analysis?.rootName(directlyHolding: id)?.text }

  /// `↻a ●` beside a member of a marked cycle, `↻` beside one of any cycle, `●` beside a marked object.
  func badges(of id: ObjectID) -> [(String, Style)] {
    guard let analysis else { return [] }
    var result: [(String, Style)] = []
    let mark = mark(on: id)
    if analysis.components.component(of: id) != nil { result.append(("↻" + (mark?.letter.text ?? ""), .cycle)) }
    if let mark {
      if result.isEmpty { result.append((mark.letter.text, style(of: mark.verdict))) }
      result.append((" " + mark.verdict.symbol, style(of: mark.verdict)))
    }
    return result
  }

  /// What a row of the retention tree stands for.
  func nodeText(_ row: FoldedTree<RetentionNode>.Row, _ tree: RetentionTree) -> String {
    let (name, label) = nodeParts(row.node, parent: row.parent)
    return name.isEmpty ? label : name + " " + label
  }

  /// The field or root by which a parent holds a node, and what it is.
  func nodeParts(_ node: RetentionNode, parent: RetentionNode?) -> (name: String, label: String) {
    guard let analysis else { return ("", "") }
    let heap = analysis.heap
    switch node {
    case .object(.root): return ("", "GC roots (\(Count.text(heap.graph.recordedRootCount)))")
    case .object(let id):
      let label = shortClassName(heap.label(of: id))
      switch parent {
      case .object(.root), .group(parent: .root, _), .rest(parent: .root):
        return (rootName(directlyHolding: id).map { shortClassName($0) + ":" } ?? "", label)
      case .object, .group, .rest, .inside:
        // Of an entry of a collection the part that has it.
        return (analysis.dominators.dominator(of: id).flatMap { heap.shortField(from: $0, to: id) } ?? "", label)
      case nil: return ("", label)
      }
    case .group(let parent, let number):
      guard let group = arrangements[parent]?.groups[number] else { return ("", "") }
      let name = shortClassName(group.name)
      return ("", "\(Count.text(group.members.count)) × \(name)")
    case .rest(let parent):
      guard let arrangement = arrangements[parent], let largest = arrangement.rest.first else { return ("", "") }
      let isSmall = analysis.dominators.retainedSize(of: largest) <= analysis.reachableBytes / 1000
      return ("", "\(Count.text(arrangement.rest.count)) more, " + (isSmall ? "each under 0.1 %" : "smaller ones"))
    case .inside(let parent):
      let count = arrangements[parent]?.parts.count ?? 0
      return ("", count == 1 ? "its own table" : "its own \(Count.text(count)) tables and nodes")
    }
  }

  func shapeTitle(_ index: Int) -> String {
    let shape = analysis!.shapes[index]
    return "\(Count.text(shape.count)) × \(titled(shape))"
  }

  func cycleTitle(_ id: ComponentID) -> String {
    let mark = mark(on: id).map { "\($0.letter.text) \($0.verdict.symbol) " } ?? ""
    return mark + titled(analysis!.shapes[analysis!.components[id].shape])
  }

  /// The title of a shape without the folders of packages.
  func titled(_ shape: CycleShape) -> String { shortClassName(shape.title) }

  /// The view one came from.
  var trailWords: [String] {
    guard let tab = lastTab, tab != .overview else { return ["Object"] }
    return [tab.title, "…"]
  }
}
