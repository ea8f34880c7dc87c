/// Tells text from other bytes.
enum GoText {
  /// The bytes up to the first zero as text, when they look like text: valid UTF-8, printable, four bytes or more, and
  /// nothing but zeros behind them.
  ///
  /// Cut at `limit` bytes; the length is that of all of it.
  static func readable(_ bytes: UnsafeRawBufferPointer, limit: Int) -> (text: String, length: Int)? {
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    guard end >= 4 else { return nil }
    // What does not look like text at its beginning is not read to its end.
    var shown = min(end, max(limit, 0))
    while shown < end, shown > 0, bytes[shown] & 0xc0 == 0x80 { shown -= 1 }
    guard let text = String(validating: bytes[0..<shown], as: UTF8.self) else { return nil }
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar != "\n" && scalar != "\t" && scalar != "\r": return nil
      case .unassigned, .privateUse, .surrogate: return nil
      default: break
      }
    }
    guard bytes[end...].allSatisfy({ $0 == 0 }) else { return nil }
    return (text, end)
  }

  /// About `length` bytes around `offset`, `before` of them before it unless what is no text comes later: what is no
  /// text becomes `·`, zeros at the end are left out.
  ///
  /// Nil beyond the end.
  static func excerpt(_ bytes: UnsafeRawBufferPointer, at offset: Int, before: Int, length: Int) -> String? {
    guard offset < bytes.count, length > 0 else { return nil }
    var start = offset
    while start > 0, offset - start < before, bytes[start - 1] >= 0x20 { start -= 1 }
    while start < offset, bytes[start] & 0xc0 == 0x80 { start += 1 }
    var end = min(bytes.count, start + length)
    while end > start, bytes[end - 1] == 0 { end -= 1 }
    var text = ""
    for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
      let isText = scalar.value >= 0x20 && scalar.value != 0x7f && scalar != "\u{fffd}"
      text.unicodeScalars.append(isText ? scalar : "·")
    }
    return text
  }
}
