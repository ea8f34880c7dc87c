/// Makes text from a dump safe to be shown.
public enum SafeText {
  /// Whether a terminal or an editor may do something at `scalar` other than draw it: control characters,
  /// line and paragraph separators, and the characters that turn the direction of writing.
  public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1f, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }

  /// `text` with `·` for every control character, so that it stays on its line.
  public static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "·" : scalar) }
    return String(result)
  }

  /// The lines of `text`, each safe. Lines end at LF, CR or CR LF.
  public static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var current = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\r" {
        if !(scalar == "\n" && wasReturn) {
          lines.append(String(current))
          current = .init()
        }
        wasReturn = scalar == "\r"
      } else {
        wasReturn = false
        current.append(isControl(scalar) ? "·" : scalar)
      }
    }
    if !current.isEmpty || lines.isEmpty { lines.append(String(current)) }
    return lines
  }
}
