/// Makes text that came from elsewhere safe to be shown: the one definition of what may leave the program.
///
/// Names in a dump, of files and of arguments are somebody else's text. Whatever goes to a terminal, a clipboard, standard
/// error, an export or the name of a file goes through here, or is escaped where this says that a scalar is unsafe.
public enum SafeText {
  /// Whether a terminal, a shell or an editor may do something at `scalar` other than draw it, or draws nothing at all:
  /// control characters, separators of lines, what turns the direction of writing, and all that is invisible.
  public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7f { return scalar.value < 0x20 }
    // Most of what names are written in.
    if 0xa1...0x2ff ~= scalar.value && scalar.value != 0xad || 0x4e00...0x9fff ~= scalar.value { return false }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return true }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    // Where names of files keep bytes that are no text.
    case .privateUse: return scalar.value >= 0x10_ff80
    default: return false
    }
  }

  /// Whether `scalar` joins or varies the one before it: nothing is missing without it, and alone it is unsafe.
  public static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200c, 0x200d, 0x034f, 0x180b...0x180d, 0x180f, 0xfe00...0xfe0f, 0xe0100...0xe01ef: true
    default: false
    }
  }

  /// `text` on one line: `·` for all that is unsafe, without what joins.
  public static func line(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return String(result)
  }

  /// The lines of `text`, each safe.
  ///
  /// Lines end at LF, CR or CR LF.
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
        append(scalar, to: &current)
      }
    }
    if !current.isEmpty || lines.isEmpty { lines.append(String(current)) }
    return lines
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView) {
    if !isUnsafe(scalar) {
      result.append(scalar)
    } else if !isJoiner(scalar) || result.last ?? "·" == "·" {
      result.append("·")
    }
  }
}
