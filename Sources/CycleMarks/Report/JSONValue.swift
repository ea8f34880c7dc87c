import ReferenceGraph
import TextSafety

/// A JSON value whose objects keep the order of their keys.
enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  static func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

  /// A string from a dump: without control characters.
  static func safe(_ text: String) -> JSONValue { .string(SafeText.line(text)) }

  /// The value, indented by two spaces a level; what is empty stays on one line.
  func text(indent: Int = 0) -> String {
    var result = ""
    write(to: &result, indent: indent)
    return result
  }

  private func write(to result: inout String, indent: Int) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .number(let value): result += value
    case .string(let value): Self.write(value, to: &result)
    case .array(let values):
      Self.write("[", values, "]", to: &result, indent: indent) { $0.write(to: &$1, indent: indent + 1) }
    case .object(let members):
      Self.write("{", members, "}", to: &result, indent: indent) { member, result in
        Self.write(member.0, to: &result)
        result += ": "
        member.1.write(to: &result, indent: indent + 1)
      }
    }
  }

  private static func write<Item>(
    _ open: String, _ items: [Item], _ close: String, to result: inout String, indent: Int,
    _ write: (Item, inout String) -> Void
  ) {
    result += open
    let gap = String(repeating: "  ", count: indent)
    for (index, item) in items.enumerated() {
      result += index == 0 ? "\n" : ",\n"
      result += gap + "  "
      write(item, &result)
    }
    if !items.isEmpty { result += "\n" + gap }
    result += close
  }

  /// RFC 8259, section 7; whatever a terminal may do something at is escaped too.
  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where SafeText.isUnsafe(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
