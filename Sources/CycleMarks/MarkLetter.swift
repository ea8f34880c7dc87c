/// The letter by which people call a mark: `a` to `z`, then `aa`, `ab` and so on.
public struct MarkLetter: Hashable, Comparable, Sendable {
  /// Where it stands among the letters: 0 for `a`, 26 for `aa`.
  public let index: Int

  /// The letter at `index`.
  ///
  /// - Precondition: `index >= 0`.
  public init(_ index: Int) {
    precondition(index >= 0)
    self.index = index
  }

  /// The letter that `text` writes, if it is one: lower case, at most six letters.
  public init?(_ text: some StringProtocol) {
    guard (1...6).contains(text.utf8.count) else { return nil }
    var value = 0
    for byte in text.utf8 {
      guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) else { return nil }
      value = value * 26 + Int(byte - UInt8(ascii: "a")) + 1
    }
    index = value - 1
  }

  /// The letter as it is written: `a`, `z`, `aa`.
  public var text: String {
    var bytes: [UInt8] = []
    var rest = index + 1
    while rest > 0 {
      bytes.append(UInt8(ascii: "a") + UInt8((rest - 1) % 26))
      rest = (rest - 1) / 26
    }
    return String(decoding: bytes.reversed(), as: UTF8.self)
  }

  /// Whether `left` comes first: `z` before `aa`.
  public static func < (left: MarkLetter, right: MarkLetter) -> Bool { left.index < right.index }
}
