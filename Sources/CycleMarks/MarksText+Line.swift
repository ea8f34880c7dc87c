import GraphAnalysis
import ReferenceGraph
import TextSafety

/// Why a line of a marks file could not be read.
struct UnreadableReason: Error {
  let text: String

  init(_ text: String) { self.text = SafeText.line(text) }
}

extension MarksText {
  /// The line of one mark, without its end.
  static func line(_ mark: Mark) -> String {
    let key: String
    switch mark.target {
    case .shape(let shape), .cycle(let shape, _): key = shape
    case .object(_, let className): key = className
    case .root(let name), .objects(let name): key = name
    case .cut(let shape, let group):
      key = hops([shape, group.kind.rawValue, group.source ?? "", group.field, group.target ?? ""])
    }
    let columns = [
      mark.letter.text, mark.verdict.rawValue, mark.title, mark.note, mark.target.kind, key,
      mark.target.address.map { String($0, radix: 16) } ?? "-", String(mark.retained), String(mark.objects), mark.root,
      mark.ring.isEmpty ? "-" : mark.ring.map { String($0, radix: 16) }.joined(separator: ","),
      hops(mark.witness), String(mark.made), String(mark.changed), mark.dump,
    ]
    return columns.map(MarksEscape.escaped).joined(separator: "\t")
  }

  /// The mark that a line holds.
  static func mark(_ line: ArraySlice<UInt8>) -> Result<Mark, UnreadableReason> {
    Result { () throws(UnreadableReason) in try parse(line) }
  }

  private static func parse(_ line: ArraySlice<UInt8>) throws(UnreadableReason) -> Mark {
    let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    guard parts.count == columns.count else {
      throw UnreadableReason("\(Count.text(parts.count, "column")), not \(columns.count)")
    }
    var texts: [String] = []
    for (part, column) in zip(parts, columns) {
      guard let raw = String(validating: part, as: UTF8.self) else {
        throw UnreadableReason("\(column.name) is not UTF-8")
      }
      guard let text = MarksEscape.unescaped(raw) else {
        throw UnreadableReason("\(column.name) has an unknown escape")
      }
      texts.append(text)
    }
    func value<Value>(_ index: Int, _ parse: (String) -> Value?) throws(UnreadableReason) -> Value {
      guard let value = parse(texts[index]) else {
        throw UnreadableReason("unknown \(columns[index].name) \"\(texts[index].prefix(40))\"")
      }
      return value
    }
    let hexadecimal: (String) -> UInt64? = { $0.hasPrefix("+") || $0.hasPrefix("-") ? nil : UInt64($0, radix: 16) }
    let target: MarkTarget
    switch texts[4] {
    case "shape": target = .shape(texts[5])
    case "cycle": target = .cycle(shape: texts[5], first: try value(6, hexadecimal))
    case "object": target = .object(address: try value(6, hexadecimal), className: texts[5])
    case "root": target = .root(name: texts[5])
    case "class": target = .objects(className: texts[5])
    case "cut": target = try value(5, cut)
    default: throw UnreadableReason("unknown target \"\(texts[4].prefix(40))\"")
    }
    let ring: [UInt64] = try value(10) { text in
      if text == "-" { return [] }
      let addresses = text.split(separator: ",", omittingEmptySubsequences: false).map { hexadecimal(String($0)) }
      return addresses.contains(nil) ? nil : addresses.compactMap { $0 }
    }
    return Mark(
      target: target, verdict: try value(1) { Verdict(rawValue: $0) }, note: texts[3], title: texts[2],
      witness: hops(texts[11]),
      ring: ring, objects: try value(8) { Int($0) }, retained: try value(7) { UInt64($0) }, root: texts[9],
      made: try value(12) { Int($0) }, changed: try value(13) { Int($0) }, dump: texts[14],
      letter: try value(0) { MarkLetter($0) })
  }

  /// The references that a key of five lines is about: shape, inside or entry, class, field, class referred to.
  private static func cut(_ key: String) -> MarkTarget? {
    let parts = hops(key)
    guard parts.count == 5, let kind = Cut.Kind(rawValue: parts[1]) else { return nil }
    return .cut(
      shape: parts[0],
      group: CutGroup.ID(
        kind: kind, source: parts[2].isEmpty ? nil : parts[2], field: parts[3],
        target: parts[4].isEmpty ? nil : parts[4]))
  }

  /// The hops of a ring as lines of text, a line each.
  ///
  /// A line end within a hop becomes `·`: it would be one between two.
  private static func hops(_ witness: [String]) -> String {
    witness.map { hop in
      guard hop.unicodeScalars.contains("\n") else { return hop }
      return String(String.UnicodeScalarView(hop.unicodeScalars.map { $0 == "\n" ? "·" : $0 }))
    }.joined(separator: "\n")
  }

  /// Scalar by scalar: to Swift, CR LF is one character.
  private static func hops(_ text: String) -> [String] {
    text.isEmpty ? [] : text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
  }
}
