/// Texts and names as the Java virtual machine keeps them.
enum JavaText {
  /// Longest name that is read.
  private static let nameLimit = 1 << 16

  /// Modified UTF-8: two bytes for zero, two groups of three bytes for what does not fit in 16 bits.
  static func modifiedUTF8(_ bytes: UnsafeRawBufferPointer) -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(nameLimit))
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count)
    var next = 0
    while next < bytes.count {
      let first = UInt16(bytes[next])
      func tail(_ distance: Int) -> UInt16? {
        guard next + distance < bytes.count, bytes[next + distance] & 0xc0 == 0x80 else { return nil }
        return UInt16(bytes[next + distance] & 0x3f)
      }
      if first < 0x80 {
        units.append(first)
        next += 1
      } else if first & 0xe0 == 0xc0, let second = tail(1) {
        units.append((first & 0x1f) << 6 | second)
        next += 2
      } else if first & 0xf0 == 0xe0, let second = tail(1), let third = tail(2) {
        units.append((first & 0x0f) << 12 | second << 6 | third)
        next += 3
      } else {
        units.append(0xfffd)
        next += 1
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// A class name as people write it: `java.util.HashMap$Node[]` of `[Ljava/util/HashMap$Node;`, `int[][]` of `[[I`.
  static func className(_ internalName: String) -> String {
    var rest = Substring(internalName)
    var brackets = ""
    while rest.first == "[" {
      rest = rest.dropFirst()
      brackets += "[]"
    }
    if !brackets.isEmpty {
      if rest.first == "L", rest.last == ";" {
        rest = rest.dropFirst().dropLast()
      } else if rest.utf8.count == 1, let letter = rest.utf8.first, let type = HPROFType(letter: letter) {
        return type.name + brackets
      }
    }
    let dotted = rest.utf8.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: ".") : $0 }
    return String(decoding: dotted, as: UTF8.self) + brackets
  }

  /// The inner name of a class without package: `HashMap$Node[]` of `java.util.HashMap$Node[]`.
  static func simpleName(_ name: String) -> String {
    // Hidden classes end in a slash or plus sign and an address: no dot of theirs counts.
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// Latin-1 bytes as text, at most `limit` of them.
  static func latin1(_ bytes: UnsafeRawBufferPointer, limit: Int) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes.prefix(max(0, limit)) { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  /// Units of 16 bits as text, at most `limit` of them; the file's order of bytes tells `isBigEndian`.
  static func utf16(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool, limit: Int) -> String {
    let count = min(bytes.count / 2, max(0, limit))
    var units: [UInt16] = []
    units.reserveCapacity(count)
    for index in 0..<count {
      let unit = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      units.append(isBigEndian ? UInt16(bigEndian: unit) : UInt16(littleEndian: unit))
    }
    return String(decoding: units, as: UTF16.self)
  }
}
