import TextSafety

/// What can be wrong with a list of keys.
public enum KeyParseError: Error, Equatable, Sendable {
  /// No key has this name.
  case unknownName(String)
  /// A quoted text that does not end.
  case unclosedQuote(String)
}

extension KeyParseError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .unknownName(let name):
      "no key is called “\(SafeText.line(name))”: use Enter, Esc, Tab, S-Tab, Space, Up, Down, Left, Right, "
        + "PgUp, PgDn, Home, End, BS, Del, F1, ^C, one character, or a \"quoted text\""
    case .unclosedQuote(let text): "the quote is never closed: \(DisplayWidth.cut(text, to: 40))"
    }
  }
}
