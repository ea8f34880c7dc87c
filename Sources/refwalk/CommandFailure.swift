import CycleMarks
import DumpLoading
import Glibc
import ReferenceGraph
import Terminal
import TextSafety

/// What can end a command early.
///
/// The description is one line, without the program's name, safe for a terminal.
enum CommandFailure: Error, CustomStringConvertible {
  /// A dump that cannot be opened.
  case dump(path: String, LoadError)
  /// An executable that was given, and is of no use for the dump.
  case executable(path: String, dump: String, LoadError)
  case marks(MarksError)
  /// A terminal that the browser cannot be drawn in.
  case terminal(TerminalError)
  /// The browser works on threads of its own, and none can be made: `errno`.
  case noThread(Int32)
  /// No policy of that name; those that this dump has.
  case unknownPolicy(String, path: String, known: [String])
  /// Two dumps that cannot be compared: their paths and formats.
  case differentFormats(path: String, String, otherPath: String, String)
  /// An address or number of no object.
  case noSuchObject(String, path: String)
  /// Output that cannot be written: what to, `errno`.
  case cannotWrite(String, Int32)
  /// A picture that cannot be drawn.
  case picture(String)
  /// Keys or a size of a screen that make no sense.
  case badArgument(String)
  /// What a command was asked to fail on was found.
  case findings(String)
  /// Someone pressed `^C`.
  case cancelled

  var status: ExitStatus {
    switch self {
    case .findings: .findings
    case .cancelled, .dump(_, .cancelled): .cancelled
    default: .failed
    }
  }

  var description: String {
    let text =
      switch self {
      case .dump(_, .cancelled), .cancelled: "cancelled"
      case .dump(let path, let error): "\(path): \(error)"
      case .executable(let path, let dump, .executableMismatch(let reason)):
        "\(path): executable does not match \(dump): \(reason)"
      case .executable(let path, _, let error): "\(path): \(error)"
      case .marks(let error): "\(error)"
      case .terminal(let error): "\(error)"
      case .noThread(let code):
        "no thread can be made for the browser: \(String(cString: strerror(code))) (ulimit -u, or pids.max of its "
          + "control group); the commands need none"
      case .unknownPolicy(let name, let path, let known):
        "\(path): no policy is named \"\(name)\"; there are: \(known.joined(separator: ", "))"
      case .differentFormats(let path, let format, let otherPath, let otherFormat):
        "\(path): a \(format) cannot be compared with \(otherPath), a \(otherFormat)"
      case .noSuchObject(let text, let path): "\(path): no object is at \(text)"
      case .cannotWrite(let target, let code): "\(target): cannot be written: \(String(cString: strerror(code)))"
      case .badArgument(let text), .picture(let text): text
      case .findings(let text): text
      }
    return SafeText.line(text)
  }
}
