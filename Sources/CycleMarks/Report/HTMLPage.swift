import TextSafety

/// A page of HTML in one file, without scripts and without anything from elsewhere: it can be mailed and opened anywhere.
///
/// What folds is a `details` element. All text is made safe and escaped here.
struct HTMLPage {
  private var body: [String] = []
  private let title: String

  init(title: String) { self.title = title }

  /// `text` without control characters, for the inside of an element or of an attribute in quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in SafeText.line(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  mutating func heading(_ level: Int, _ text: String, kind: String? = nil) {
    body.append("<h\(level)\(Self.attribute(kind))>\(Self.escaped(text))</h\(level)>")
  }

  private static func attribute(_ kind: String?) -> String { kind.map { " class=\"\($0)\"" } ?? "" }

  mutating func paragraph(_ text: String, kind: String? = nil) {
    body.append("<p\(Self.attribute(kind))>\(Self.escaped(text))</p>")
  }

  /// Lines as they are, with their spaces.
  mutating func lines(_ lines: [String]) {
    body.append(
      "<div class=\"lines\">" + lines.map { "<div>\(Self.escaped($0))</div>" }.joined(separator: "\n") + "</div>")
  }

  mutating func list(_ items: [String]) {
    body.append("<ul>" + items.map { "<li>\(Self.escaped($0))</li>" }.joined() + "</ul>")
  }

  /// Names and what they say.
  mutating func facts(_ facts: [(label: String, text: String)]) {
    let rows = facts.map { "<tr><th>\(Self.escaped($0.label))</th><td>\(Self.escaped($0.text))</td></tr>" }
    body.append("<table class=\"facts\">" + rows.joined() + "</table>")
  }

  /// A table; columns whose number is in `numbers` are set to the right, those in `words` may be broken anywhere.
  mutating func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int> = [], words: Set<Int> = []) {
    func cells(_ row: [String], _ tag: String) -> String {
      row.enumerated().map { index, text in
        let kind = numbers.contains(index) ? " align=\"right\"" : words.contains(index) ? " class=\"words\"" : ""
        return "<\(tag)\(kind)>\(Self.escaped(text))</\(tag)>"
      }.joined()
    }
    body.append(
      "<table><tr>\(cells(heads, "th"))</tr>" + rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined(separator: "\n")
        + "</table>")
  }

  /// What `content` adds, folded under `summary`.
  mutating func fold(_ summary: String, open: Bool = false, _ content: (inout HTMLPage) -> Void) {
    var inner = HTMLPage(title: "")
    content(&inner)
    body.append("<details\(open ? " open" : "")><summary>\(Self.escaped(summary))</summary>")
    body += inner.body
    body.append("</details>")
  }

  /// Markup made elsewhere, all of its text escaped.
  mutating func picture(_ markup: String) { body.append(markup) }

  /// The whole page.
  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(Self.escaped(title))</title><style>
    \(Self.style)
    </style></head><body>
    \(body.joined(separator: "\n"))
    </body></html>

    """
  }

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 15px/1.45 sans-serif; max-width: 62em; margin: 1.5em auto; padding: 0 1em; }
    h1 { font-size: 1.4em; } h2 { font-size: 1.2em; margin-top: 2em; border-top: 1px solid #8886; padding-top: .7em; }
    h3 { font-size: 1em; margin-bottom: .2em; }
    .lines, td, th, svg text { font-family: monospace; font-size: 13px; }
    .lines { overflow-wrap: anywhere; border-left: 3px solid #8886; padding: .3em .8em; margin: .3em 0; }
    .lines div { white-space: pre-wrap; padding-left: 4ch; text-indent: -4ch; }
    table { border-collapse: collapse; display: block; overflow-x: auto; }
    td, th { text-align: left; vertical-align: top; padding: .1em .7em .1em 0; } td[align=right], th[align=right] { text-align: right; }
    td, th { white-space: nowrap; } .facts td, .words { white-space: normal; overflow-wrap: anywhere; min-width: 12em; }
    .facts th { font-weight: normal; opacity: .7; }
    h1, h2, p, li { overflow-wrap: anywhere; } .about { opacity: .7; margin: .2em 0; }
    .suspect { color: #c00; } .note { border-left: 3px solid #c80; padding-left: .8em; }
    details { margin: .5em 0; } details details, details > :not(summary) { margin-left: 1em; } summary { cursor: pointer; }
    svg { max-width: 100%; height: auto; }
    """
}
