import CycleMarks
import Screen

extension Model {
  func drawPrompt(_ canvas: inout Canvas) {
    guard let prompt else { return }
    canvas.area = Area(top: 0, left: 0, height: rows, width: columns)
    switch prompt {
    case .search(let draft):
      drawLine(
        draft.isWide ? "whole heap /" : "/", draft.field,
        draft.isWide ? "⏎ lists what has it  ⇥ rows" : "class, field, @address, #id, \"content\"  ⇥ whole heap",
        &canvas)
    case .filter(let field, _): drawLine("filter: ", field, "rows that have this text  ⇥ completes", &canvas)
    case .goTo(let field): drawLine(":", field, "@address or #id", &canvas)
    case .saveCopy(let field):
      drawLine("copy the marks to: ", field, "⏎ copy  ⇥ completes  Esc drop", &canvas)
    case .export(let field, let choice):
      var hint = "⏎ write  ⇥ form  Esc drop"
      if case .subtree = choice.subject { hint = "⏎ write  ⇥ form  ↑↓ sizes  Esc drop" }
      let room = columns / 2 - choice.format.rawValue.count - 16
      let words = exportWords(choice, width: room)
      drawLine("export \(words) as \(choice.format.rawValue) to: ", field, hint, &canvas)
    case .jump: drawLine("jump to mark: ", TextField(), "its letter", &canvas)
    case .confirmQuit:
      let what =
        !isLoading ? "" : loading?.outline == nil && analysis == nil ? "stop reading and " : "stop analysing and "
      drawLine("\(what)quit?", TextField(), "y  yes   n Esc ⏎  no", &canvas)
    case .confirmReplace(let path, _):
      let name = path.split(separator: "/").last.map(String.init) ?? path
      drawLine(
        "replace \(DisplayWidth.cut(name, to: columns - 40, glyphs: glyphs))?", TextField(), "y  yes   n Esc ⏎  no",
        &canvas)
    case .note(let draft): drawNote(draft, &canvas)
    case .help(let top): drawHelp(top, &canvas)
    }
  }

  /// A prompt on the last line, with a hint at its right end while there is room, or else above it.
  private func drawLine(_ label: String, _ field: TextField, _ hint: String, _ canvas: inout Canvas) {
    let row = rows - 1
    canvas.frame.fill(row: row, style: .plain)
    let start = canvas.put(label, row, 1, .heading)
    let room = max(1, columns - start - 2)
    let cursor = drawField(field, row, start, room, &canvas)
    if field.characters.count < room, DisplayWidth.width(of: field.text) + hint.count + 4 < room {
      canvas.right(hint, row, columns - 1, .dim)
    } else {
      // Above it, in place of what the status line says of rows.
      canvas.frame.fill(row: row - 1, style: .plain)
      canvas.right(hint, row - 1, columns - 1, .dim)
    }
    canvas.frame.cursor = Position(row: row, column: cursor)
    canvas.frame.showsCursor = true
  }

  /// Draws as much of a text as fits, so that the cursor is seen; returns the cursor's column.
  private func drawField(_ field: TextField, _ row: Int, _ column: Int, _ width: Int, _ canvas: inout Canvas) -> Int {
    let before = field.characters[..<field.cursor]
    var start = before.count
    var used = 0
    while start > 0 {
      let next = TextLines.columns(before[start - 1])
      if used + next > width - 1 { break }
      used += next
      start -= 1
    }
    let visible = String(field.characters[start...].prefix(width).map { $0.isNewline ? "⏎" : $0 })
    canvas.cut(visible, row, column, width)
    return column + used
  }

  /// The columns of a line of a note in its editor.
  var noteWidth: Int { columns - 4 - 14 }

  /// The editor of a mark's verdict and note, a box above the status line.
  private func drawNote(_ draft: NoteDraft, _ canvas: inout Canvas) {
    let width = columns - 4
    let characters = draft.field.characters
    let lines = TextLines(characters, width: noteWidth)
    let (line, offset) = lines.position(of: draft.field.cursor)
    let shown = max(1, min(lines.lines.count, rows - 9))
    let first = max(0, min(line - shown / 2, lines.lines.count - shown))
    let height = shown + 4
    let top = rows - 2 - height
    // Nothing of what lies below looks out beside it.
    canvas.frame.clear(rows: top..<top + height)
    drawBox(top: top, left: 2, height: height, width: width, title: draft.mark.title, &canvas)
    var column = canvas.put("Verdict   ", top + 1, 4, .dim)
    var chosen = column
    for verdict in Verdict.allCases {
      let text = "\(verdict.symbol) \(verdict.name)"
      let isChosen = verdict == draft.verdict
      if isChosen { chosen = column + 2 }
      column = canvas.put(
        isChosen ? "‹ \(text) ›" : "  \(text)  ", top + 1, column, isChosen ? style(of: verdict) : .dim)
    }
    canvas.put("Note", top + 2, 4, .dim)
    for row in 0..<shown {
      canvas.put(String(characters[lines.lines[first + row]]), top + 2 + row, 14)
    }
    if first > 0 { canvas.put("↑", top + 2, 12, .dim) }
    if first + shown < lines.lines.count { canvas.put("↓", top + 1 + shown, 12, .dim) }
    let start = lines.lines[line].lowerBound
    let used = characters[start..<start + offset].reduce(0) { $0 + TextLines.columns($1) }
    let isOnVerdict = draft.isOnVerdict || characters.isEmpty
    canvas.frame.cursor =
      draft.isOnVerdict
      ? Position(row: top + 1, column: chosen) : Position(row: top + 2 + line - first, column: 14 + used)
    let keys = isOnVerdict ? "⇥ ←→ verdict" : "⇥ verdict  ↑ to it"
    canvas.cut("⏎ keep  Esc drop  \(keys)  ^X $EDITOR", top + height - 2, 4, width - 4, .dim)
    canvas.frame.showsCursor = true
  }

  /// A frame with a title, blank inside.
  func drawBox(top: Int, left: Int, height: Int, width: Int, title: String, _ canvas: inout Canvas) {
    canvas.frame.clear(rows: top..<top + height, columns: left..<left + width)
    let line = String(repeating: "─", count: width - 2)
    canvas.put("┌" + line + "┐", top, left, .dim)
    for row in top + 1..<top + height - 1 {
      canvas.put("│", row, left, .dim)
      canvas.put("│", row, left + width - 1, .dim)
    }
    canvas.put("└" + line + "┘", top + height - 1, left, .dim)
    canvas.cut(" \(title) ", top, left + 2, width - 4, .heading)
  }
}
