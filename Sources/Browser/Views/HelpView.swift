import GraphAnalysis
import ReferenceGraph
import Screen

extension Model {
  /// The words that a screen uses, explained; shown above the keys.
  private var helpWords: [String] {
    switch pane.place {
    case .overview:
      [
        "What is alive and why. Reachable: held by a GC root, directly or through other objects.",
        "Retained: what would be freed if an object went. A suspect is worth a look; Enter opens it.",
        "A policy says which references count, for what is kept alive and for cycles; . takes the next.",
      ]
    case .cycles, .shape:
      [
        "Objects that reach each other, a component. In a tracing collector a cycle leaks only when a root holds it.",
        "Entries: references into it from outside. Collectable: no root reaches it, so it is no leak.",
        "A shape is the set of (class, field, class) steps; cycles of one shape are one row.",
      ]
    case .cycle where isMatrix(pane):
      [
        "One cycle by class: a number counts the references from the class of its row to that of its column.",
        "Arrows select a cell, Enter lists its references. ✗ stands where the chosen cut (b) goes through.",
      ]
    case .cycle:
      [
        "One cycle: a short ring, the way from the nearest root (its entry is where that comes in), the cuts.",
        "A cut is all references of one class and field, with what goes without them; inside the cycle, or an entry.",
        "b steps through the cuts, Enter lists the references of the chosen one, B cuts them in thought.",
      ]
    case .links: ["The references behind a cell of the matrix. Enter inspects the object that holds one."]
    case .cut: ["The references of one cut. Enter inspects the object that holds one, B cuts one in thought."]
    case .retention:
      [
        "Each object below its dominator, the nearest object that all ways to it from roots lead through.",
        "Retained: what goes with it, all that is below. ↻ is a member of a cycle. 400 × X are many small children.",
      ]
    case .treemap:
      [
        "What an object keeps alive, as areas: the larger, the more it retains. Arrows go to the neighbour,",
        "Enter goes into a cell, Backspace out of it, T back to the retention tree.",
      ]
    case .paths:
      [
        "How roots reach the object, shortest first. Cutting every path frees it.",
        "↺ as above: from this object on the way is the same as where it stands further up; → goes there.",
      ]
    case .object:
      [
        "One object: its contents, what refers to it, what it alone keeps alive (it dominates it: all ways lead",
        "through it), the strings in that, and where it was made.",
      ]
    case .classes, .instances:
      [
        "Reachable objects by class. Retained is what would go with all of them; nested ones count once.",
        "↻ stands at a class of which some are in cycles.",
      ]
    case .found: ["What a search of the whole heap found: the largest first. t shows one in the tree, p its paths."]
    case .diff:
      [
        "What has changed since the earlier dump: shapes of cycles (↻) and classes, by how much more they retain.",
        "New: not there before. Gone: not there any more. Enter opens what is there now; f new shows what is new.",
      ]
    case .marks: ["What you marked. Every change is written at once; open the next dump with --marks."]
    }
  }

  private var helpWidth: Int { min(columns - 4, 118) }

  /// How far the help can be scrolled.
  var helpBottom: Int { max(0, helpLines(width: helpWidth - 4).count - (rows - 6)) }

  func drawHelp(_ top: Int, _ canvas: inout Canvas) {
    let width = helpWidth
    let left = (columns - width) / 2
    let height = rows - 4
    // Nothing of what lies below looks out beside it.
    canvas.frame.clear(rows: 2..<2 + height)
    drawBox(top: 2, left: left, height: height, width: width, title: "Keys ─ \(viewName)", &canvas)
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

  private var viewName: String {
    switch pane.place {
    case .overview: "Overview"
    case .cycles: "Cycles"
    case .shape: "Cycles of a shape"
    case .cycle: "Cycle"
    case .links: "References of a cycle"
    case .cut: "References of a cut"
    case .retention: "Retention"
    case .treemap: "Treemap"
    case .paths: "Paths"
    case .object: "Inspector"
    case .classes: "Classes"
    case .instances: "Instances"
    case .found: "Found"
    case .marks: "Marks"
    case .diff: "Diff"
    }
  }

  /// The lines of the help: the words of this screen, then the keys by group in as many columns as fit.
  func helpLines(width: Int) -> [[(String, Style)]] {
    var lines: [[(String, Style)]] = helpWords.flatMap { wrapped($0, width: width) }.map { [($0, .plain)] }
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
