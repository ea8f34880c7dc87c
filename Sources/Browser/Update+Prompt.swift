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
      // The rows are as they were before something was typed, unless they are others by now.
      switch open {
      case .filter(_, let before):
        if ordering?.place == before.place { ordering = nil }
        putBack(before)
      case .search(let draft):
        (treeQuery, awaitedMatch) = (nil, nil)
        putBack(draft.before)
      default: break
      }
      return []
    }
    switch open {
    case .search(var draft): return answerSearch(key, &draft)
    case .filter(var field, let before):
      if key == .enter {
        prompt = nil
      } else if key == .tab || field.take(key) {
        if key == .tab { complete(&field) }
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
      if key == .tab { return [.completePath(field.text)] }
      if field.take(key) { prompt = .saveCopy(field) }
    case .jump:
      prompt = nil
      if case .character(let letter) = key { jump(to: String(letter)) }
    case .confirmQuit:
      prompt = nil
      if key == .character("y") || key == .character("Y") { return [.cancelLoading, .quit] }
    case .confirmReplace(let path, let choice):
      prompt = nil
      guard key == .character("y") || key == .character("Y") else {
        message = Message(text: "not exported: the file stays as it was", isError: false)
        return []
      }
      exporting = Export(path: path, choice: choice)
      return [.export(path: path, choice, replaces: true)]
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
    message = nil
    let line = String(text.map { $0.isNewline ? " " : $0 })
    switch open {
    case .search(var draft):
      draft.field.insert(line)
      return typed(draft)
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
    case .jump, .confirmQuit, .confirmReplace, .help: break
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
    let digits = word.hasPrefix("@") ? word.dropFirst() : word[...]
    // Where the dump numbers its objects, people write the numbers as the screens do.
    let isHexadecimal = !graph.addresses.isNumbered || digits.hasPrefix("0x")
    let bare = digits.hasPrefix("0x") ? digits.dropFirst(2) : digits
    guard let address = UInt64(bare, radix: isHexadecimal ? 16 : 10) else {
      message = Message(text: "not an address or #id: \(word)", isError: true)
      return
    }
    if graph.addresses.isNumbered {
      if let object = graph.addresses.object(at: address) {
        go(to: .object(object))
      } else {
        message = Message(text: "no object @\(address)", isError: true)
      }
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

  /// A click selects a row or goes to a view; twice opens.
  mutating func click(row: Int, column: Int, double: Bool, now: Int) -> [Effect] {
    guard analysis != nil, prompt == nil else { return [] }
    if showsSteps { return [] }
    if row == 0 {
      keysAhead = []
      guard let view = tabs.first(where: { $0.columns.contains(column) })?.view else { return [] }
      if let reason = disabledReason(.view(view)) {
        message = Message(text: reason, isError: false)
      } else {
        show(view: view)
      }
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
    guard line >= 0, row < bodyHeight + 2 else { return [] }
    let target = focused.top + line
    guard target < rowCount(focused) else { return [] }
    select(target)
    if double { follow() }
    return []
  }
}
