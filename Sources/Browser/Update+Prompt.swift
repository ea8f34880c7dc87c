import CycleMarks
import Layout
import ReferenceGraph
import Screen

extension Model {
  /// A key while a prompt is open.
  mutating func answer(_ key: Key, now: Int) -> [Effect] {
    guard let open = prompt else { return [] }
    if key == .control("L") { return [.redraw] }
    if key == .control("Z") { return [.suspend] }
    if key == .escape || key == .control("C") {
      prompt = nil
      // The rows are as they were before the filter was typed, unless they are others by now.
      if case .filter(_, let before) = open, before.place == focused.place {
        var pane = before
        pane.width = focused.width
        scroll(&pane)
        focused = pane
      }
      return []
    }
    switch open {
    case .search(var field):
      if key == .enter {
        prompt = nil
        searchText = field.text
        return find(searchText, from: focused.selection, step: 1)
      } else if field.take(key) {
        prompt = .search(field)
      }
    case .filter(var field, let before):
      if key == .enter {
        prompt = nil
      } else if field.take(key) {
        prompt = .filter(field, before: before)
        var pane = focused
        pane.filter = field.text
        reorder(&pane)
        focused = pane
      }
    case .goTo(var field):
      if key == .enter {
        prompt = nil
        goTo(field.text)
      } else if field.take(key) {
        prompt = .goTo(field)
      }
    case .note(var draft): return answerNote(key, &draft, now: now)
    case .export(var field, let choice):
      if key == .enter {
        prompt = nil
        if field.text.isEmpty { return [] }
        exporting = Export(path: field.text, choice: choice)
        return [.export(path: field.text, choice)]
      }
      if !changeExport(field, choice, key), field.take(key) { prompt = .export(field, choice) }
    case .saveCopy(var field):
      if key == .enter {
        prompt = nil
        return field.text.isEmpty ? [] : [.saveMarksCopy(path: field.text)]
      }
      if field.take(key) { prompt = .saveCopy(field) }
    case .jump:
      prompt = nil
      if case .character(let letter) = key { jump(to: String(letter)) }
    case .confirmQuit:
      prompt = nil
      if key == .character("y") || key == .character("Y") { return [.cancelLoading, .quit] }
    case .help(let top): scrollHelp(key, top: top)
    }
    return []
  }

  private mutating func answerNote(_ key: Key, _ draft: inout NoteDraft, now: Int) -> [Effect] {
    switch key {
    case .enter:
      prompt = nil
      return keepNote(draft, now: now)
    case .tab: draft.verdict = draft.verdict.next
    case .backTab: draft.verdict = draft.verdict.next.next
    case .control("X"): return [.editNote(draft.field.text)]
    case .up, .down:
      let lines = TextLines(draft.field.characters, width: noteWidth)
      draft.field.move(to: lines.index(from: draft.field.cursor, lines: key == .up ? -1 : 1))
    default: if !draft.field.take(key) { return [] }
    }
    prompt = .note(draft)
    return []
  }

  private mutating func scrollHelp(_ key: Key, top: Int) {
    switch keyMap.action(for: key) {
    case .down: prompt = .help(top: min(helpBottom, top + 1))
    case .up: prompt = .help(top: max(0, min(helpBottom, top) - 1))
    case .pageDown, .halfPageDown: prompt = .help(top: min(helpBottom, top + bodyHeight / 2))
    case .pageUp, .halfPageUp: prompt = .help(top: max(0, min(helpBottom, top) - bodyHeight / 2))
    case .first: prompt = .help(top: 0)
    case .last: prompt = .help(top: helpBottom)
    default: prompt = nil
    }
  }

  /// Text pasted in one piece goes to the prompt; a break of line becomes a blank. Without a prompt it is dropped:
  /// it was not meant as keys.
  mutating func paste(_ text: String, now: Int) -> [Effect] {
    guard let open = prompt else {
      message = Message(text: "pasted text dropped: no prompt is open", isError: false)
      return []
    }
    let line = String(text.map { $0.isNewline ? " " : $0 })
    switch open {
    case .search(var field):
      field.insert(line)
      prompt = .search(field)
    case .filter(var field, let before):
      field.insert(line)
      prompt = .filter(field, before: before)
      var pane = focused
      pane.filter = field.text
      reorder(&pane)
      focused = pane
    case .goTo(var field):
      field.insert(line)
      prompt = .goTo(field)
    case .note(var draft):
      draft.field.insert(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
      prompt = .note(draft)
    case .export(var field, let choice):
      field.insert(line)
      prompt = .export(field, choice)
    case .saveCopy(var field):
      field.insert(line)
      prompt = .saveCopy(field)
    case .jump, .confirmQuit, .help: break
    }
    return []
  }

  /// Goes to an object by `@address`, `0xaddress`, a bare address in hex, or `#id`.
  mutating func goTo(_ text: String) {
    guard let analysis, !text.isEmpty else { return }
    let graph = analysis.graph
    let word = text.filter { !$0.isWhitespace }
    if word.hasPrefix("#") {
      if let number = UInt32(word.dropFirst()), number >= 1, number <= graph.objectCount {
        go(to: .object(ObjectID(number)))
      } else {
        message = Message(text: "no object \(word): ids run from #1 to #\(graph.objectCount)", isError: true)
      }
      return
    }
    let digits = word.hasPrefix("@") ? word.dropFirst() : word.hasPrefix("0x") ? word.dropFirst(2) : word[...]
    let bare = digits.hasPrefix("0x") ? digits.dropFirst(2) : digits
    guard let address = UInt64(bare, radix: 16) else {
      message = Message(text: "not an address or #id: \(word)", isError: true)
      return
    }
    if let found = graph.addresses.object(atOrBelow: address), address < found.start + max(1, graph.size(of: found.id))
    {
      go(to: .object(found.id))
      if found.start != address {
        message = Message(text: "inside of this object, \(address - found.start) bytes from its start", isError: false)
      }
    } else {
      message = Message(text: "no object at @\(String(address, radix: 16))", isError: true)
    }
  }

  /// Selects the next row from `start` on, or before it, that has `text` in it; goes round at the end.
  mutating func find(_ text: String, from start: Int, step: Int) -> [Effect] {
    guard !text.isEmpty else { return [] }
    if text.hasPrefix("@") || text.hasPrefix("#") {
      goTo(text)
      return []
    }
    guard rowCount(focused) > 0 else {
      message = Message(text: "there are no rows to search", isError: false)
      return []
    }
    searching = RowSearch(text: text, start: start, step: step, place: focused.place, done: 0)
    return searchOn()
  }

  /// Looks at the next rows of a search. It goes on between the keys, so that a list of millions does not hold them up.
  mutating func searchOn() -> [Effect] {
    guard var search = searching else { return [] }
    searching = nil
    let pane = focused
    let count = rowCount(pane)
    guard search.place == pane.place, count > 0 else { return [] }
    let end = min(count, search.done + RowSearch.rowsAtOnce)
    while search.done < end {
      let row = ((search.start + search.done * search.step) % count + count) % count
      search.done += 1
      guard matches(rowText(row, pane), search.text) else { continue }
      select(row)
      let wrapped = search.step > 0 ? row < search.start : row > search.start
      message = Message(text: "found “\(search.text)”" + (wrapped ? ", gone round the end" : ""), isError: false)
      return []
    }
    if search.done < count {
      searching = search
      return [.searchOn]
    }
    message = Message(text: "“\(search.text)” not found", isError: true)
    return []
  }

  /// The text of a row that a search looks at.
  func rowText(_ row: Int, _ pane: Pane) -> String {
    guard let analysis else { return "" }
    let heap = analysis.heap
    switch pane.place {
    case .overview: return suspectTitle(analysis.suspects[row])
    case .cycles: return analysis.shapes[index(ofRow: row, pane)].title
    case .classes: return heap.graph.classes[analysis.histogram.rows[index(ofRow: row, pane)].classIndex].name
    case .marks: return marks.marks[row].title + " " + marks.marks[row].note
    case .object(let id):
      switch pane.tab {
      case .fields:
        guard let field = heap.values(of: id, from: row, limit: 1).values.first else { return "" }
        return field.name + " " + (field.target.map { heap.label(of: $0) } ?? field.text)
      case .allocation: return heap.details.allocationStack(of: id)[row].function
      default: return rowTarget(id, tab: pane.tab, row: row).map { heap.label(of: $0) } ?? ""
      }
    case .retention:
      guard let tree = retentionTree, let folded = pane.retention else { return "" }
      return nodeText(folded.row(at: row, source: tree), tree)
    default: return object(ofRow: row, pane).map { heap.label(of: $0) } ?? ""
    }
  }

  /// A click selects a row or goes to a view; twice opens.
  mutating func click(row: Int, column: Int, double: Bool, now: Int) -> [Effect] {
    guard analysis != nil, prompt == nil else { return [] }
    if row == 0 {
      if let view = tabs.first(where: { $0.columns.contains(column) })?.view { show(view: view) }
      return []
    }
    if hasTwoPanes { isSecondFocused = column > firstPaneWidth }
    if case .treemap = focused.place {
      let left = isSecondFocused ? firstPaneWidth + 1 : 0
      guard let content = treemap(focused), let cell = content.map.position(row: row - 3, column: column - left) else {
        return []
      }
      select(cell)
      if double { follow() }
      return []
    }
    let line = row - 2 - headerHeight(focused)
    guard line >= 0, row < rows - 2 else { return [] }
    let target = focused.top + line
    guard target < rowCount(focused) else { return [] }
    select(target)
    if double { follow() }
    return []
  }
}
