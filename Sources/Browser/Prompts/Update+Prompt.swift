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
    case .tab: draft.verdict = draft.verdict.moved(by: 1)
    case .backTab: draft.verdict = draft.verdict.moved(by: -1)
    // In a note without text there is nothing that they could move in.
    case .left where draft.isOnVerdict || draft.field.text.isEmpty: draft.verdict = draft.verdict.moved(by: -1)
    case .right where draft.isOnVerdict || draft.field.text.isEmpty: draft.verdict = draft.verdict.moved(by: 1)
    case .control("X"): return [.editNote(draft.field.text)]
    case .down where draft.isOnVerdict: draft.isOnVerdict = false
    case .up, .down:
      let lines = TextLines(draft.field.characters, width: noteWidth)
      if key == .up, lines.position(of: draft.field.cursor).line == 0 {
        draft.isOnVerdict = true
      } else {
        draft.field.move(to: lines.index(from: draft.field.cursor, lines: key == .up ? -1 : 1))
      }
    default:
      if !draft.field.take(key) { return [] }
      draft.isOnVerdict = false
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

  /// Text pasted in one piece goes to the prompt; a break of line becomes a blank.
  ///
  /// Without a prompt it is dropped: it was not meant as keys.
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
      draft.isOnVerdict = false
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

  /// Goes to an object by `@address`, `0xaddress`, a bare address or number, or `#id`.
  mutating func goTo(_ text: String) {
    guard let analysis, !text.isEmpty else { return }
    let graph = analysis.graph
    guard let name = ObjectName(text) else {
      message = Message(text: "not an address or #id: \(text)", isError: true)
      return
    }
    guard let found = name.find(in: graph) else {
      if case .number(let number) = name {
        message = Message(text: "no object #\(number): ids run from #1 to #\(graph.objectCount)", isError: true)
      } else {
        message = Message(
          text: graph.addresses.isNumbered ? "no object \(name)" : "no object at \(name)", isError: true)
      }
      return
    }
    go(to: .object(found.object))
    if found.offset > 0 {
      message = Message(text: "inside of this object, \(found.offset) bytes from its start", isError: false)
    }
  }

  /// Whether a text that is searched for names an object: by a sign before it, or as a number that the dump gives one.
  func namesObject(_ text: String) -> Bool {
    if ObjectName.isMarked(text) { return ObjectName(text) != nil || !text.hasPrefix("0") }
    guard let graph = analysis?.graph, graph.addresses.isNumbered, text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }) else {
      return false
    }
    return ObjectName(text)?.find(in: graph) != nil
  }

  /// A click selects a row or goes to a view; twice opens.
  mutating func click(row: Int, column: Int, double: Bool, now: Int) -> [Effect] {
    guard analysis != nil, prompt == nil else { return [] }
    if showsSteps { return [] }
    if row == 0 {
      keysAhead = []
      guard let tab = tabs.first(where: { $0.columns.contains(column) })?.tab else { return [] }
      if let reason = disabledReason(.view(tab)) {
        message = Message(text: reason, isError: false)
      } else {
        show(tab)
      }
      return []
    }
    if hasTwoPanes { isSecondFocused = column > firstPaneWidth }
    let left = isSecondFocused ? firstPaneWidth + 1 : 0
    guard let target = scene(focused).row(atLine: row - 2, column: column - left) else { return [] }
    select(target)
    if double { follow() }
    return []
  }
}
