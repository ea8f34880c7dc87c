import Screen
import TextSafety

/// What can be wrong with a terminal.
public enum TerminalError: Error, Equatable, Sendable {
  /// Standard input or standard output is not a terminal.
  case notATerminal
  /// `TERM` is not set, or the system has no description of it.
  case unknownTerminal(String)
  /// The terminal cannot place its cursor: `TERM=dumb` and teleprinters.
  case cannotMoveCursor(String)
  /// The operating system refused something; the number is `errno`.
  case system(call: String, number: Int32)
}

extension TerminalError: CustomStringConvertible {
  /// One line for people, saying what to do instead.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output are not a terminal; \(Self.advice)"
    case .unknownTerminal(""): "TERM is not set, so the kind of terminal is unknown; \(Self.advice)"
    case .unknownTerminal(let name):
      "TERM is “\(SafeText.line(name))”, a terminal this system does not know; \(Self.advice)"
    case .cannotMoveCursor(let name):
      "the terminal “\(SafeText.line(name))” cannot place its cursor; \(Self.advice)"
    case .system(let call, let number): "\(call) failed with error \(number); \(Self.advice)"
    }
  }

  private static let advice = "`refwalk summary DUMP` prints the same without one"
}
