/// A text to be found in bytes: upper and lower case of ASCII letters are the same unless the text has an upper-case
/// letter.
///
/// The search is Horspool's ("Practical fast searching in strings", 1980): most bytes of what is searched are not
/// looked at.
public struct TextPattern: Hashable, Sendable {
  /// What is looked for, as it was typed.
  public let text: String
  /// Whether upper and lower case are the same.
  public let foldsCase: Bool
  private let bytes: [UInt8]
  /// How far the search may go on, by the byte under the pattern's end.
  private let steps: [UInt8]

  /// - Returns: nil for an empty text.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    self.text = text
    bytes = Array(text.utf8)
    foldsCase = !bytes.contains { (0x41...0x5A).contains($0) }
    var steps = [UInt8](repeating: UInt8(min(bytes.count, 255)), count: 256)
    for (index, byte) in bytes.dropLast().enumerated() {
      let step = UInt8(min(bytes.count - 1 - index, 255))
      steps[Int(byte)] = step
      if foldsCase, (0x61...0x7A).contains(byte) { steps[Int(byte & 0xDF)] = step }
    }
    self.steps = steps
  }

  /// The number of bytes in UTF-8.
  public var length: Int { bytes.count }

  /// Where the text begins for the first time in `range` of `memory`; nil when it is not there, or `range` is not.
  public func firstIndex(in memory: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    guard range.lowerBound >= 0, range.upperBound <= memory.count, range.count >= bytes.count else { return nil }
    let last = bytes.count - 1
    return bytes.withUnsafeBufferPointer { pattern in
      steps.withUnsafeBufferPointer { steps in
        var end = range.lowerBound + last
        while end < range.upperBound {
          let final = memory[end]
          if isSame(final, pattern[last]) {
            var offset = last - 1
            while offset >= 0, isSame(memory[end &- last &+ offset], pattern[offset]) { offset &-= 1 }
            if offset < 0 { return end - last }
          }
          end &+= Int(steps[Int(final)])
        }
        return nil
      }
    }
  }

  /// Where the text begins for the first time in `string`, in bytes of UTF-8.
  public func firstIndex(in string: String) -> Int? {
    var string = string
    return string.withUTF8 { firstIndex(in: UnsafeRawBufferPointer($0), 0..<$0.count) }
  }

  @inline(__always) private func isSame(_ byte: UInt8, _ wanted: UInt8) -> Bool {
    byte == wanted || (foldsCase && byte &- 0x41 < 26 && byte | 0x20 == wanted)
  }
}
