/// A line of a marks file that could not be read.
///
/// It is passed over and stays in the file as it is.
public struct UnreadableLine: Hashable, Sendable {
  /// From 1 on.
  public let line: Int
  /// What is wrong with the line: `unknown verdict "maybe"`.
  ///
  /// Safe for a terminal.
  public let reason: String

  /// Line `line` of the file, counted from 1, and what is wrong with it.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
