/// Which characters a terminal can show.
public enum GlyphSet: Sendable, Hashable {
  /// All of Unicode.
  case unicode
  /// ASCII only: drawing characters become look-alikes of the same width, everything else `\u{…}`.
  case ascii

  /// The printable ASCII form of a text, or nil when that is what it is already; control characters become `.`.
  ///
  /// Ends soon after `columns` characters; what begins within them is whole.
  static func asciiForm(of text: String, columns: Int) -> String? {
    // One byte more: a combining mark may follow the last column.
    if text.utf8.prefix(columns == .max ? columns : columns + 1).allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return nil }
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count >= columns { break }
      if scalar.value < 0x80 {
        result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "." : scalar)
        count += 1
      } else if let lookAlike = lookAlikes[scalar.value] {
        result.unicodeScalars.append(lookAlike)
        count += 1
      } else {
        let escaped = "\\u{" + String(scalar.value, radix: 16) + "}"
        result += escaped
        count += escaped.utf8.count
      }
    }
    return result
  }

  private static let lookAlikes: [UInt32: Unicode.Scalar] = {
    let groups: [(String, Unicode.Scalar)] = [
      ("▼▾↓", "v"), ("▶▸→›⇒»⇥", ">"), ("◀◂←‹⌫«", "<"), ("▲▴↑", "^"),
      ("─━┄┅┈┉╌╍╴╶╼╾–—−‐‑", "-"), ("│┃┆┇┊┋╎╏║╵╷╽╿▌▍▎▏▐▕", "|"), ("═⇄↔", "="),
      ("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋", "+"), ("█▉▊▋▓", "#"), ("▒░", ":"), ("▁▂▃▄▅▆▇", "_"),
      ("●•◆★", "*"), ("○◌◇°", "o"), ("↻", "@"), ("↺", "&"), ("✓", "+"), ("✗×✕", "x"), ("…", "~"), ("·", "."),
      ("‥", ":"),
      ("≤", "<"), ("≥", ">"), ("≠", "!"), ("≈", "~"), ("⏎", "$"), ("␣", "_"), ("Δ", "D"), ("µ", "u"), ("‘’", "'"),
      ("“”", "\""),
    ]
    var table: [UInt32: Unicode.Scalar] = [:]
    for (glyphs, lookAlike) in groups {
      for glyph in glyphs.unicodeScalars { table[glyph.value] = lookAlike }
    }
    table[0xA0] = " "
    return table
  }()
}
