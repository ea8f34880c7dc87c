import TextSafety

extension Terminal {
  /// The longest text ``copy(_:)`` takes, in bytes of UTF-8: 74,994 in base64, what terminals are known to accept.
  public static let longestCopy = 56_244

  /// Puts a text on the clipboard of the terminal, also over ssh (OSC 52).
  ///
  /// - Returns: false when the text is too long or the terminal is known to have no clipboard; nothing was sent then.
  ///   A terminal does not answer, so true does not mean that it obeyed.
  public func copy(_ text: String) -> Bool {
    // Pasted into a shell, control characters would do what they say.
    let text = SafeText.lines(text).joined(separator: "\n")
    guard text.utf8.count <= Self.longestCopy, Self.understandsPrivateModes,
      !name.hasPrefix("linux"), !name.hasPrefix("vt")
    else { return false }
    Self.send("\u{1B}]52;c;\(base64(text.utf8))\u{7}")
    return true
  }
}

/// RFC 4648, section 4, with padding.
func base64(_ bytes: some Collection<UInt8>) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  result.reserveCapacity((bytes.count + 2) / 3 * 4)
  var rest = bytes[...]
  while !rest.isEmpty {
    let group = rest.prefix(3)
    var bits: UInt32 = 0
    for byte in group { bits = bits << 8 | UInt32(byte) }
    bits <<= UInt32(8 * (3 - group.count))
    for position in 0..<4 {
      let isPadding = position > group.count
      result.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)])
    }
    rest = rest.dropFirst(3)
  }
  return String(decoding: result, as: UTF8.self)
}
