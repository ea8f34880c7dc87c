import CycleMarks
import ReferenceGraph
import TextSafety

/// Writes JSON: keys in the order they are written, integers as integers, text escaped so that no control character
/// and nothing that turns the direction of writing is in the output.
struct JSONWriter: ~Copyable {
  var output: OutputBuffer
  /// For each open container whether it stands on one line, and whether it holds something already.
  private var open: [(isInline: Bool, isEmpty: Bool)] = []
  private var isAfterKey = false

  init(_ output: consuming OutputBuffer = OutputBuffer()) { self.output = output }

  // MARK: Containers

  /// An object; its keys stand on lines of their own unless `inline` or the container around it is inline.
  mutating func object(inline: Bool = false, _ body: (inout JSONWriter) throws -> Void) rethrows {
    begin("{", inline)
    try body(&self)
    end("}")
  }

  /// A list; its elements stand on lines of their own unless `inline` or the container around it is inline.
  mutating func list(inline: Bool = false, _ body: (inout JSONWriter) throws -> Void) rethrows {
    begin("[", inline)
    try body(&self)
    end("]")
  }

  /// Ends the document.
  mutating func finish(target: String = "standard output") throws(CommandFailure) {
    output.write(byte: UInt8(ascii: "\n"))
    try output.finish(target: target)
  }

  // MARK: Keys and values

  mutating func key(_ key: some DocumentedKey) { self.key(key.rawValue) }

  /// A key that comes from the dump.
  mutating func key(_ text: String) {
    separate()
    string(text)
    output.write(": ")
    isAfterKey = true
  }

  mutating func value(_ text: String?) {
    separate()
    if let text { string(text) } else { output.write("null") }
  }

  mutating func value(_ number: UInt64) {
    separate()
    output.write(decimal: number)
  }

  mutating func value(_ number: Int) {
    separate()
    if number < 0 { output.write(byte: UInt8(ascii: "-")) }
    output.write(decimal: UInt64(number.magnitude))
  }

  mutating func value(_ flag: Bool) {
    separate()
    output.write(flag ? "true" : "false")
  }

  /// `"0x1f"`; `"31"` where objects have numbers instead of addresses.
  mutating func value(addressOf id: ObjectID, in graph: ReferenceGraph) {
    separate()
    output.write(byte: UInt8(ascii: "\""))
    output.write(addressOf: id, in: graph)
    output.write(byte: UInt8(ascii: "\""))
  }

  mutating func null() {
    separate()
    output.write("null")
  }

  mutating func pair(_ key: some DocumentedKey, _ value: String?) {
    self.key(key)
    self.value(value)
  }

  mutating func pair(_ key: some DocumentedKey, _ value: UInt64) {
    self.key(key)
    self.value(value)
  }

  mutating func pair(_ key: some DocumentedKey, _ value: Int) {
    self.key(key)
    self.value(value)
  }

  mutating func pair(_ key: some DocumentedKey, _ value: Bool) {
    self.key(key)
    self.value(value)
  }

  // MARK: Layout

  private mutating func begin(_ bracket: String, _ inline: Bool) {
    separate()
    output.write(bracket)
    open.append((inline || open.last?.isInline == true, true))
  }

  private mutating func end(_ bracket: String) {
    let container = open.removeLast()
    if !container.isEmpty && !container.isInline { newLine() }
    output.write(bracket)
  }

  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
      return
    }
    guard let container = open.last else { return }
    if !container.isEmpty { output.write(container.isInline ? ", " : ",") }
    open[open.count - 1].isEmpty = false
    if !container.isInline { newLine() }
  }

  private mutating func newLine() {
    output.write(byte: UInt8(ascii: "\n"))
    for _ in open { output.write("  ") }
  }

  private mutating func string(_ text: String) {
    output.write(byte: UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) {
      output.write(text)
      output.write(byte: UInt8(ascii: "\""))
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output.write("\\\"")
      case "\\": output.write("\\\\")
      case "\n": output.write("\\n")
      case "\t": output.write("\\t")
      case "\r": output.write("\\r")
      default:
        if scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7f {
          output.write(byte: UInt8(scalar.value))
        } else if SafeText.isUnsafe(scalar) {
          let digits = String(scalar.value, radix: 16)
          output.write("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        } else {
          output.write(String(scalar))
        }
      }
    }
    output.write(byte: UInt8(ascii: "\""))
  }
}
