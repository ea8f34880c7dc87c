/// What the manual page tells beyond commands, keys and output: dumps, the browser, policies, gates, limits, speed.
///
/// README has the short of it. Words between backquotes are printed bold.
struct ManualGuide {
  /// A part of a section.
  enum Block {
    case heading(String)
    case text(String)
    /// One of some, with a bullet.
    case item(String)
    /// A term and what is to be said of it.
    case entry(String, String)
    case example([String])
  }

  let title: String
  let blocks: [Block]

  /// In the order of the page.
  static let sections = [dumps, browser, cycles, policies, comparing, gates, limits, speed]

  func write(to roff: inout Roff) {
    roff.section(title)
    for block in blocks {
      switch block {
      case .heading(let text): roff.subsection(text)
      case .text(let text):
        roff.raw(".PP")
        roff.prose(text)
      case .item(let text):
        roff.raw(".IP \\(bu 2")
        roff.prose(text)
      case .entry(let term, let meaning):
        roff.raw(".TP")
        roff.prose(term)
        roff.prose(meaning)
      case .example(let lines): roff.example(lines)
      }
    }
  }
}
