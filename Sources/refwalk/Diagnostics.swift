import CycleMarks
import Glibc
import TextSafety

/// Lines on standard error.
enum Diagnostics {
  /// `refwalk: text`.
  static func error(_ text: String) { plain("refwalk: " + SafeText.line(text)) }

  /// `refwalk: DUMP: warning: text`.
  static func warning(_ text: String, path: String) { error("\(path): warning: \(text)") }

  /// `text` as it is, with a line end.
  static func plain(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }

  /// Writes `text` to standard error as it is.
  ///
  /// Errors are ignored: there is nowhere left to tell them.
  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
