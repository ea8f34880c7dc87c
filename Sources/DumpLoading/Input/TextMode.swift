/// Tells dumps that something took for text on their way: bytes were changed, and what is left cannot be read.
enum TextMode {
  /// So many bytes from the beginning are looked at.
  private static let window = 1 << 18

  /// What happened to a dump of binary data, and what to do about it; nil when it looks as it should.
  ///
  /// In binary data a line feed seldom follows a carriage return, and bytes above 127 seldom make up UTF-8.
  static func damage(_ bytes: UnsafeRawBufferPointer) -> String? {
    let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(window))
    if isTranslated(part) {
      return "its line ends were translated on the way: each byte 0a has a 0d before it. Copy it again as binary data "
        + "(FTP: `binary`; git: `-text`)"
    }
    guard let found = encoded(part) else { return nil }
    return found.replacements > 0
      ? "it went through a text in UTF-8 on the way, where bytes above 127 became ef bf bd: they are lost. Copy it again "
        + "as binary data"
      : "it was taken for text and written in UTF-8 on the way: bytes above 127 became two. Copy it again as binary "
        + "data; `iconv -f UTF-8 -t ISO-8859-1` may give the old bytes back"
  }

  private static func isTranslated(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var count = 0
    var before: UInt8 = 0
    for byte in bytes {
      if byte == 0x0a {
        if before != 0x0d { return false }
        count += 1
      }
      before = byte
    }
    return count >= 4
  }

  /// How many characters above 127 there are if all such bytes make up UTF-8, and how many of them stand for bytes that
  /// could not be read.
  private static func encoded(_ bytes: UnsafeRawBufferPointer) -> (characters: Int, replacements: Int)? {
    var characters = 0
    var replacements = 0
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      guard byte >= 0x80 else {
        place += 1
        continue
      }
      let more = byte >= 0xf0 && byte < 0xf8 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0
      // The last character may be cut by the window.
      if place + more >= bytes.count { break }
      guard more > 0, bytes[(place + 1)...(place + more)].allSatisfy({ $0 & 0xc0 == 0x80 }) else { return nil }
      characters += 1
      if byte == 0xef, bytes[place + 1] == 0xbf, bytes[place + 2] == 0xbd { replacements += 1 }
      place += more + 1
    }
    return characters >= 32 ? (characters, replacements) : nil
  }
}
