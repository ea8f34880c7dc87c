import TextSafety

/// Text in a column of a marks file: on one line, without tabs, without anything a terminal would act on.
enum MarksEscape {
  /// `\t`, `\n`, `\\` and `\u{…}` for tab, line end, backslash and the other control characters.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "\\" || SafeText.isUnsafe($0) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case _ where SafeText.isUnsafe(scalar):
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The text that `text` writes; nil when it has an escape that is none.
  static func unescaped(_ text: String) -> String? {
    let scalars = Array(text.unicodeScalars)
    guard scalars.contains("\\") else { return text }
    var result = String.UnicodeScalarView()
    var next = 0
    while next < scalars.count {
      let scalar = scalars[next]
      next += 1
      if scalar != "\\" {
        result.append(scalar)
        continue
      }
      guard next < scalars.count else { return nil }
      let kind = scalars[next]
      next += 1
      switch kind {
      case "t": result.append("\t")
      case "n": result.append("\n")
      case "\\": result.append("\\")
      case "u":
        guard next < scalars.count, scalars[next] == "{", let end = scalars[next...].firstIndex(of: "}"),
          let value = number(scalars[(next + 1)..<end]), let control = Unicode.Scalar(value)
        else { return nil }
        result.append(control)
        next = end + 1
      default: return nil
      }
    }
    return String(result)
  }

  /// One to six hexadecimal digits.
  private static func number(_ digits: ArraySlice<Unicode.Scalar>) -> UInt32? {
    guard (1...6).contains(digits.count), digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    return UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
  }
}
