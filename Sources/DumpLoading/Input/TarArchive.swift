/// Archives of tar, of all its forms: their first 512 bytes describe the first file, and have a checksum.
enum TarArchive {
  static let headerLength = 512

  /// The name of the first file; nil when this is no such archive.
  ///
  /// Text from a file.
  static func firstName(_ header: UnsafeRawBufferPointer) -> String? {
    guard header.count >= headerLength, header[0] != 0 else { return nil }
    // Octal digits at 148, counted as blanks themselves.
    var expected = 0
    for byte in header[148..<156] where (0x30...0x37).contains(byte) { expected = expected * 8 + Int(byte) - 0x30 }
    var sum = 0
    for (place, byte) in header.prefix(headerLength).enumerated() {
      sum += (148..<156).contains(place) ? 0x20 : Int(byte)
    }
    guard sum == expected else { return nil }
    return String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
  }
}
