/// What labels of nodes and edges say, as plain text.
enum DOTLabel {
  /// The lines of a label.
  ///
  /// Of a record's label its fields are the lines; tags of HTML are left out, entities undone.
  /// `own` is what `\N` stands for, the node's name; `graph` what `\G` does.
  static func lines(_ label: DOTName, isRecord: Bool = false, own: String, graph: String) -> [String] {
    if label.isHTML { return htmlLines(label.text) }
    var lines: [String] = []
    var line: [UInt8] = []
    func endLine() {
      lines.append(String(decoding: line, as: UTF8.self))
      line = []
    }
    var rest = label.bytes[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        if byte == 0x0a || (isRecord && byte == UInt8(ascii: "|")) {
          endLine()
        } else if isRecord, byte == UInt8(ascii: "<") {
          // The name of a port.
          while let next = rest.popFirst(), next != UInt8(ascii: ">") {}
        } else if !isRecord || (byte != UInt8(ascii: "{") && byte != UInt8(ascii: "}")) {
          line.append(byte)
        }
        continue
      }
      switch rest.popFirst() {
      case nil: line.append(byte)
      case UInt8(ascii: "n"), UInt8(ascii: "l"), UInt8(ascii: "r"): endLine()
      case UInt8(ascii: "N"): line += Array(own.utf8)
      case UInt8(ascii: "G"): line += Array(graph.utf8)
      case let other?: line.append(other)
      }
    }
    endLine()
    return trimmed(lines)
  }

  private static func htmlLines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "<" {
        let tag = rest.prefix { $0 != ">" }
        rest = rest.dropFirst(tag.count + 1)
        let name = tag.drop { $0 == "/" }.prefix { $0.isLetter }.lowercased()
        // What stands below or beside other text.
        if ["br", "tr", "td", "table", "hr"].contains(name) {
          lines.append(line)
          line = ""
        }
      } else if character == "&", let entity = entity(rest) {
        line.append(entity.character)
        rest = rest.dropFirst(entity.length)
      } else if character.isNewline {
        line.append(" ")
      } else {
        line.append(character)
      }
    }
    lines.append(line)
    return trimmed(lines)
  }

  /// The character that an entity stands for, and its length behind the `&`.
  private static func entity(_ text: Substring) -> (character: Character, length: Int)? {
    let name = text.prefix(10).prefix { $0 != ";" }
    guard name.count < 10, text.dropFirst(name.count).first == ";" else { return nil }
    let named: [Substring: Character] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ",
    ]
    if let character = named[name] { return (character, name.count + 1) }
    guard name.first == "#" else { return nil }
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    guard let value = UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10),
      let scalar = Unicode.Scalar(value)
    else { return nil }
    return (Character(scalar), name.count + 1)
  }

  /// Lines without white space around them, and without those that have nothing else.
  private static func trimmed(_ lines: [String]) -> [String] {
    lines.compactMap { line in
      var text = Substring(line)
      while text.first?.isWhitespace == true { text = text.dropFirst() }
      while text.last?.isWhitespace == true { text = text.dropLast() }
      return text.isEmpty ? nil : String(text)
    }
  }
}
