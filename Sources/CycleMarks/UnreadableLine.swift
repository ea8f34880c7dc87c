/// A line of a marks file that could not be read. It is passed over and stays in the file as it is.
public struct UnreadableLine: Hashable, Sendable {
  /// From 1 on.
  public let line: Int
  /// `unknown verdict "maybe"`. Safe for a terminal.
  public let reason: String

  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
