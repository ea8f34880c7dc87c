/// A word, a sign or a text of a graph in the DOT language.
enum DOTToken: Equatable {
  /// A name as the file has it, without its quotes. HTML names differ from others of the same text.
  case name(DOTName)
  /// An unquoted word of the language, in any case of letters.
  case keyword(DOTKeyword)
  /// One of `{ } [ ] ; , = :`.
  case sign(UInt8)
  /// `->`.
  case arrow
  /// `--`.
  case line
  case end
}

/// The words of the language.
enum DOTKeyword: String {
  case strict, graph, digraph, node, edge, subgraph
}

/// A name: names are equal when their bytes are, whatever the bytes mean.
struct DOTName: Hashable {
  var bytes: [UInt8]
  /// Whether it stood in angle brackets.
  var isHTML = false

  init(bytes: [UInt8], isHTML: Bool = false) {
    self.bytes = bytes
    self.isHTML = isHTML
  }

  init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Cuts a file in the DOT language into tokens, as Graphviz 2.43 does.
///
/// `#` begins a comment anywhere outside of quotes. Of escapes in quotes only `\"` is undone and a backslash before a line
/// end joins lines; what others mean is a matter of labels.
struct DOTLexer {
  let bytes: UnsafeRawBufferPointer
  /// The place of the next byte.
  private(set) var position: Int
  /// Where the token read last begins.
  private(set) var start = 0
  /// Whether the bytes ended in the middle of a token or a comment.
  private(set) var isCut = false
  /// A problem with the token read last: a byte that begins none.
  private(set) var problem: String?

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The next token.
  ///
  /// `.end` for the end of the bytes, or for a byte that begins no token: `problem` says so.
  mutating func next() -> DOTToken {
    skipBlanks()
    start = position
    guard position < bytes.count else { return .end }
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ";"),
      UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ":"):
      position += 1
      return .sign(byte)
    case UInt8(ascii: "\""): return quoted()
    case UInt8(ascii: "<"): return html()
    case UInt8(ascii: "-") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: ">"):
      position += 2
      return .arrow
    case UInt8(ascii: "-") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "-"):
      position += 2
      return .line
    default:
      if let end = numberEnd() { return .name(take(to: end)) }
      guard Self.isWord(byte), !Self.isDigit(byte) else {
        problem = "a byte \(hexadecimal(UInt64(byte))) that begins no name"
        return .end
      }
      var end = position
      while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
      // A word at the very end may have been longer.
      if end == bytes.count { isCut = true }
      let name = take(to: end)
      if let keyword = DOTKeyword(rawValue: name.text.lowercased()) { return .keyword(keyword) }
      return .name(name)
    }
  }

  /// The line, from 1 on, that the token read last begins in.
  var lineNumber: Int { 1 + bytes[..<start].count { $0 == 0x0a } }

  private mutating func take(to end: Int) -> DOTName {
    defer { position = end }
    return DOTName(bytes: Array(bytes[position..<end]))
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      let byte = bytes[position]
      let following = position + 1 < bytes.count ? bytes[position + 1] : 0
      if byte <= 0x20 {
        position += 1
      } else if byte == UInt8(ascii: "#") || (byte == UInt8(ascii: "/") && following == UInt8(ascii: "/")) {
        while position < bytes.count, bytes[position] != 0x0a { position += 1 }
      } else if byte == UInt8(ascii: "/"), following == UInt8(ascii: "*") {
        position += 2
        while position < bytes.count,
          bytes[position] != UInt8(ascii: "*") || position + 1 == bytes.count
            || bytes[position + 1] != UInt8(ascii: "/")
        {
          position += 1
        }
        isCut = position == bytes.count
        position = min(bytes.count, position + 2)
      } else {
        return
      }
    }
  }

  /// A text in quotes, and what `+` joins to it.
  private mutating func quoted() -> DOTToken {
    var text: [UInt8] = []
    while true {
      position += 1
      while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
        let byte = bytes[position]
        let following = position + 1 < bytes.count ? bytes[position + 1] : 0
        position += 1
        guard byte == UInt8(ascii: "\\"), position < bytes.count else {
          text.append(byte)
          continue
        }
        switch following {
        case UInt8(ascii: "\""): text.append(following)
        case UInt8(ascii: "\\"): text += [byte, following]
        case 0x0a: break
        case 0x0d where position + 1 < bytes.count && bytes[position + 1] == 0x0a: position += 1
        default:
          text += [byte, following]
        }
        position += 1
      }
      guard position < bytes.count else {
        isCut = true
        return .end
      }
      position += 1
      let end = position
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "+") else {
        position = end
        return .name(DOTName(bytes: text))
      }
      position += 1
      skipBlanks()
      guard position < bytes.count else {
        isCut = true
        return .end
      }
      guard bytes[position] == UInt8(ascii: "\"") else {
        start = position
        problem = "`+` joins texts in quotes only"
        return .end
      }
    }
  }

  /// A text in angle brackets, which nest; without the outer ones.
  private mutating func html() -> DOTToken {
    let first = position + 1
    var depth = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "<") { depth += 1 }
      if byte == UInt8(ascii: ">") {
        depth -= 1
        if depth == 0 { return .name(DOTName(bytes: Array(bytes[first..<position - 1]), isHTML: true)) }
      }
    }
    isCut = true
    return .end
  }

  /// The end of a number that begins here: `-3.14`, `.5`, `5.`; nil when none does.
  private func numberEnd() -> Int? {
    var end = position
    func digits() {
      while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
    }
    if bytes[end] == UInt8(ascii: "-") { end += 1 }
    let whole = end
    digits()
    let hasWhole = end > whole
    guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return hasWhole ? end : nil }
    let point = end
    end += 1
    digits()
    return hasWhole || end > point + 1 ? end : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || isDigit(byte) || byte == UInt8(ascii: "_") || (0x41...0x5a).contains(byte)
      || (0x61...0x7a).contains(byte)
  }
}
