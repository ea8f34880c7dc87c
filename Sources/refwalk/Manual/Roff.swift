/// Text of a manual page in roff with the macros of man(7).
struct Roff {
  private(set) var text = ""

  /// A request or macro on a line of its own, its arguments quoted.
  mutating func macro(_ name: String, _ arguments: String...) {
    let quoted = arguments.map { "\"" + Self.escaped($0).replacingQuotes() + "\"" }
    text += ([".\(name)"] + quoted).joined(separator: " ") + "\n"
  }

  mutating func section(_ title: String) { macro("SH", title) }
  mutating func subsection(_ title: String) { macro("SS", title) }

  /// A paragraph of plain text.
  mutating func paragraph(_ content: String) {
    text += ".PP\n"
    plain(content)
  }

  /// An entry of a list: a term in roff of its own making (`bold`, `italic`), and what it means.
  mutating func entry(_ term: String, _ meaning: String) {
    text += ".TP\n" + term + "\n"
    plain(meaning)
  }

  /// A line of text as it is, not filled.
  mutating func example(_ lines: [String]) {
    text += ".PP\n.nf\n.RS\n"
    for line in lines { plain(line) }
    text += ".RE\n.fi\n"
  }

  /// A line of roff.
  mutating func raw(_ line: String) { text += line + "\n" }

  /// Lines of plain text.
  mutating func plain(_ content: String) {
    for line in content.split(separator: "\n") {
      var line = Self.escaped(String(line))
      // A line that begins with a dot or a quote would be a request.
      if line.hasPrefix(".") || line.hasPrefix("'") { line = "\\&" + line }
      text += line + "\n"
    }
  }

  /// A line of text in which words between backquotes are bold.
  mutating func prose(_ content: String) {
    let parts = content.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    let line = parts.enumerated().map { $0 % 2 == 1 ? Self.bold($1) : Self.escaped($1) }.joined()
    raw((line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line)
  }

  static func bold(_ content: String) -> String { "\\fB\(escaped(content))\\fR" }
  static func italic(_ content: String) -> String { "\\fI\(escaped(content))\\fR" }

  /// `content` so that roff prints it as it is.
  static func escaped(_ content: String) -> String {
    var result = ""
    for scalar in content.unicodeScalars {
      switch scalar {
      case "\\": result += "\\(rs"
      case "-": result += "\\-"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      case "\n", "\r", "\t": result += " "
      default:
        if scalar.isASCII {
          result.unicodeScalars.append(scalar)
        } else {
          let hex = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "]"
        }
      }
    }
    return result
  }
}

extension String {
  /// Quotes as roff wants them inside the quotes around an argument.
  fileprivate func replacingQuotes() -> String {
    var result = ""
    for character in self { result += character == "\"" ? "\\(dq" : String(character) }
    return result
  }
}
