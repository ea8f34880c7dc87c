import CNCurses
import Glibc

/// The character encoding that the environment asks for.
enum Locale {
  /// Sets the locale for characters and says whether only ASCII may be sent to the terminal.
  ///
  /// Numbers and messages stay in the C locale. Nothing asked for means UTF-8, and so does a UTF-8 locale that is not
  /// installed (a usual thing in containers); a locale that was asked for and is not UTF-8 (`LC_ALL=C`) is obeyed.
  static func adopt() -> Bool {
    let wanted = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first
    if wanted != nil && setlocale(LC_CTYPE, "") != nil { return !nc_is_utf8() }
    let name = wanted?.lowercased() ?? "utf-8"
    guard name.contains("utf-8") || name.contains("utf8") else { return true }
    return setlocale(LC_CTYPE, "C.UTF-8") == nil || !nc_is_utf8()
  }
}

/// A variable of the environment; nil when it is not set, or empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
