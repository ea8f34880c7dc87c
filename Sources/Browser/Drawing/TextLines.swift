import Screen

/// A text broken into lines of so many columns: at line ends, at blanks, or within a word that is longer than a line.
struct TextLines {
  /// For each line the characters in it; a blank or line end at which it was broken may be left out.
  private(set) var lines: [Range<Int>] = []

  /// Breaks `characters` into lines of `width` columns at most; no more lines than `limit` are looked for.
  init(_ characters: [Character], width: Int, limit: Int = .max) {
    let width = max(1, width)
    var start = 0
    var afterBlank = 0
    var used = 0
    for (index, character) in characters.enumerated() {
      if lines.count >= limit { return }
      if character.isNewline {
        lines.append(start..<index)
        (start, afterBlank, used) = (index + 1, index + 1, 0)
        continue
      }
      let columns = Self.columns(character)
      if used + columns > width, index > start {
        if character == " " {
          // A blank that does not fit any more ends the line without being seen.
          lines.append(start..<index)
          (start, afterBlank, used) = (index + 1, index + 1, 0)
          continue
        }
        let end = afterBlank > start ? afterBlank : index
        lines.append(start..<end)
        start = end
        used = characters[end..<index].reduce(0) { $0 + Self.columns($1) }
        afterBlank = start
      }
      used += columns
      if character == " " { afterBlank = index + 1 }
    }
    if lines.count < limit { lines.append(start..<characters.count) }
  }

  /// The line and the place in it of a cursor before the character at `index`.
  func position(of index: Int) -> (line: Int, offset: Int) {
    let line = lines.lastIndex { $0.lowerBound <= index } ?? 0
    return (line, index - (lines.isEmpty ? 0 : lines[line].lowerBound))
  }

  /// The index `step` lines further, as near to the same place in the line as there is one.
  func index(from index: Int, lines step: Int) -> Int {
    let (line, offset) = position(of: index)
    guard lines.indices.contains(line + step) else { return index }
    let target = lines[line + step]
    return min(target.lowerBound + offset, target.upperBound)
  }

  static func columns(_ character: Character) -> Int {
    character.utf8.count == 1 ? 1 : DisplayWidth.width(of: character)
  }
}

/// Breaks text into lines of `width` columns, at most `limit` of them.
func wrapped(_ text: String, width: Int, limit: Int = 100) -> [String] {
  guard width > 0 else { return [] }
  // No line has more characters than columns, but for combining marks.
  let characters = Array(text.prefix((width + 1) * limit))
  return TextLines(characters, width: width, limit: limit).lines.map { range in
    var line = String(characters[range])
    while line.last == " " { line.removeLast() }
    return line
  }
}
