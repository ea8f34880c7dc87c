import Screen

/// A line of text being typed.
public struct TextField: Sendable, Equatable {
  /// What is in the line, at most `limit` characters.
  public private(set) var characters: [Character]
  /// Where the next character goes: an index into `characters`, or their count.
  public private(set) var cursor: Int
  /// No more characters than this are taken.
  public static let limit = 20_000

  /// A line with `text` in it, the cursor behind it.
  public init(_ text: String = "") {
    characters = Array(text.prefix(Self.limit))
    cursor = characters.count
  }

  /// What is in the line, as a string.
  public var text: String { String(characters) }

  /// Takes a key that edits; false for a key that means something else.
  public mutating func take(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home, .control("A"): cursor = 0
    case .end, .control("E"): cursor = characters.count
    case .backspace:
      if cursor > 0 {
        cursor -= 1
        characters.remove(at: cursor)
      }
    case .delete:
      if cursor < characters.count { characters.remove(at: cursor) }
    case .control("U"):
      characters.removeFirst(cursor)
      cursor = 0
    case .control("K"): characters.removeLast(characters.count - cursor)
    case .control("W"):
      while cursor > 0, characters[cursor - 1] == " " { _ = take(.backspace) }
      while cursor > 0, characters[cursor - 1] != " " { _ = take(.backspace) }
    default: return false
    }
    return true
  }

  /// Puts the cursor before the character at `index`, or at the nearest end.
  public mutating func move(to index: Int) { cursor = max(0, min(index, characters.count)) }

  /// Puts text in at the cursor.
  public mutating func insert(_ text: String) {
    let new = Array(text.prefix(max(0, Self.limit - characters.count)))
    characters.insert(contentsOf: new, at: cursor)
    cursor += new.count
  }
}
