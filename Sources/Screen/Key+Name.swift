extension Key {
  /// Keys with a name of their own; the first name of a key is the one shown.
  private static let named: [(name: String, key: Key)] = [
    ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("S-Tab", .backTab), ("Space", .character(" ")),
    ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("PgUp", .pageUp), ("PgDn", .pageDown),
    ("Home", .home), ("End", .end), ("BS", .backspace), ("Del", .delete),
    ("Return", .enter), ("Escape", .escape), ("BackTab", .backTab), ("PageUp", .pageUp), ("PageDown", .pageDown),
    ("Backspace", .backspace), ("Delete", .delete),
  ]

  /// The key of a name: `Enter Esc Tab S-Tab Space Up Down Left Right PgUp PgDn Home End BS Del`, `F1` to `F63`, `^X`
  /// for Control with X, or any single character.
  ///
  /// Upper and lower case count in single characters only.
  ///
  /// Names of what a terminal cannot tell apart give the same key: `^M` and `^J` are Enter, `^I` Tab, `^[` Esc, `^H` BS.
  public init?(name: String) {
    if name.count == 1, let character = name.first {
      guard let key = Key(typed: character) else { return nil }
      self = key
      return
    }
    let lowered = name.lowercased()
    if let match = Self.named.first(where: { $0.name.lowercased() == lowered }) {
      self = match.key
    } else if lowered.hasPrefix("f"), let number = Int(lowered.dropFirst()), (1...63).contains(number) {
      self = .function(number)
    } else if name.hasPrefix("^"), name.unicodeScalars.count == 2, let code = name.utf8.last, code < 0x80 {
      guard let key = Key(controlCode: code == 0x3F ? 0x7F : code & 0x1F), (0x3F...0x7E).contains(code) else {
        return nil
      }
      self = key
    } else {
      return nil
    }
  }

  /// The key of an ASCII control code (0 to 31, and 127), as terminals send it; nil for any other code.
  public init?(controlCode code: UInt8) {
    switch code {
    case 0x08, 0x7F: self = .backspace
    case 0x09: self = .tab
    case 0x0A, 0x0D: self = .enter
    case 0x1B: self = .escape
    case 0..<0x20: self = .control(Character(Unicode.Scalar(code + 0x40)))
    default: return nil
    }
  }

  /// The key that types a character; nil for a character that no key types.
  public init?(typed character: Character) {
    // First: to Unicode ^K and ^L are line ends too.
    if let code = character.asciiValue, code < 0x20 || code == 0x7F {
      self.init(controlCode: code)
    } else if character.isNewline {
      self = .enter
    } else {
      self = .character(character)
    }
  }

  /// The name of the key, from which ``init(name:)`` makes the same key.
  public var name: String {
    if let match = Self.named.first(where: { $0.key == self }) { return match.name }
    switch self {
    case .character(let character): return String(character)
    case .control(let character): return "^" + String(character)
    case .function(let number): return "F\(number)"
    default: return ""
    }
  }

  /// Reads keys as written on a command line: names (see ``init(name:)``) separated by blanks; a token in double
  /// quotes is typed character by character (`\"` and `\\` stand for a quote and a backslash).
  ///
  /// `2 Enter m "held by a timer" Enter`
  ///
  /// - Throws: ``KeyParseError`` for a name that is no key, or a quote that is never closed.
  public static func parse(_ keys: String) throws(KeyParseError) -> [Key] {
    var result: [Key] = []
    var rest = keys[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard let first = rest.first else { return result }
      if first == "\"" {
        result += try quoted(&rest)
        continue
      }
      let token = rest.prefix { !$0.isWhitespace }
      guard let key = Key(name: String(token)) else { throw .unknownName(String(token)) }
      result.append(key)
      rest = rest[token.endIndex...]
    }
  }

  /// Takes a quoted text, quotes included, from the front of `rest`.
  private static func quoted(_ rest: inout Substring) throws(KeyParseError) -> [Key] {
    var keys: [Key] = []
    var index = rest.index(after: rest.startIndex)
    while index < rest.endIndex {
      var character = rest[index]
      index = rest.index(after: index)
      if character == "\"" {
        rest = rest[index...]
        return keys
      }
      if character == "\\", index < rest.endIndex, rest[index] == "\"" || rest[index] == "\\" {
        character = rest[index]
        index = rest.index(after: index)
      }
      if let key = Key(typed: character) { keys.append(key) }
    }
    throw .unclosedQuote(String(rest))
  }
}
