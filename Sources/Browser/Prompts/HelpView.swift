import GraphAnalysis
import ReferenceGraph
import Screen

extension Model {
  private var helpWidth: Int { min(columns - 4, 118) }

  /// How far the help can be scrolled.
  var helpBottom: Int { max(0, helpLines(width: helpWidth - 4).count - (rows - 6)) }

  func drawHelp(_ top: Int, _ canvas: inout Canvas) {
    let width = helpWidth
    let left = (columns - width) / 2
    let height = rows - 4
    // Nothing of what lies below looks out beside it.
    canvas.frame.clear(rows: 2..<2 + height)
    drawBox(top: 2, left: left, height: height, width: width, title: "Keys ─ \(scene(pane).title)", &canvas)
    let lines = helpLines(width: width - 4)
    let page = height - 2
    let first = max(0, min(top, lines.count - page))
    for (offset, line) in lines.dropFirst(first).prefix(page).enumerated() {
      var column = left + 2
      for (text, style) in line { column = canvas.put(text, 3 + offset, column, style) }
    }
    let more = (first > 0 ? " · ↑" : "") + (first + page < lines.count ? " · ↓ more" : "")
    let hint = " ? Esc q close\(more) "
    canvas.right(hint, 1 + height, left + width - 2, .dim)
  }

  /// The lines of the help: the words of this screen, then the keys by group in as many columns as fit.
  func helpLines(width: Int) -> [[(String, Style)]] {
    var lines: [[(String, Style)]] = scene(pane).helpWords.flatMap { wrapped($0, width: width) }.map { [($0, .plain)] }
    lines.append([])
    var blocks: [[(String, Style)]] = []
    // What one does here first, then all the others.
    let here = footerActions.compactMap { keyMap.binding(of: $0) }
    let groups =
      [("On this screen", here)]
      + KeyMap.Group.allCases.map { group in
        (
          group.rawValue,
          keyMap.bindings.filter { binding in
            binding.group == group && !here.contains { $0.action == binding.action }
          }
        )
      }
    for (title, bindings) in groups where !bindings.isEmpty {
      blocks.append([(title, .heading)])
      for binding in bindings {
        let keys = binding.keys.map { keySymbol($0) }.joined(separator: " ")
        let isDisabled = disabledReason(binding.action) != nil
        blocks.append([
          (" " + pad(keys, 9), isDisabled ? .dim : .key), (binding.help, isDisabled ? .dim : .plain),
        ])
      }
    }
    let columnCount = max(1, width / 36)
    let perColumn = (blocks.count + columnCount - 1) / columnCount
    for row in 0..<perColumn {
      var line: [(String, Style)] = []
      for column in 0..<columnCount where column * perColumn + row < blocks.count {
        let block = blocks[column * perColumn + row]
        let room = width / columnCount - 1
        var used = 0
        for (text, style) in block {
          let cut = DisplayWidth.cut(text, to: room - used)
          line.append((cut, style))
          used += DisplayWidth.width(of: cut)
        }
        line.append((String(repeating: " ", count: max(0, width / columnCount - used)), .plain))
      }
      lines.append(line)
    }
    return lines + dumpLines(width: width)
  }

  /// All that the dump tells of itself: the overview has room for some of it only.
  private func dumpLines(width: Int) -> [[(String, Style)]] {
    guard case .overview = pane.place, let facts = analysis?.heap.facts else { return [] }
    var lines: [[(String, Style)]] = [[], [("This dump", .heading)]]
    func add(_ text: String, _ style: Style = .plain) {
      for (number, part) in wrapped(text, width: width - 3).enumerated() {
        lines.append([((number == 0 ? " " : "   ") + part, style)])
      }
    }
    add("\(facts.format) · \(facts.producer) · \(ByteCount.text(facts.dumpBytes)) · \(path)")
    for fact in facts.facts { add("\(fact.label): \(fact.value)") }
    for check in facts.checks where check.holds { add("✓ \(check.name) \(Count.text(check.found))") }
    for policy in facts.retainingPolicies { add("kept alive by \(policy.name): \(policy.summary)") }
    for policy in facts.cyclePolicies { add("cycles by \(policy.name): \(policy.summary)") }
    for warning in dumpWarnings(facts) { add("! \(warning)", .warning) }
    return lines
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - DisplayWidth.width(of: text)))
  }
}
