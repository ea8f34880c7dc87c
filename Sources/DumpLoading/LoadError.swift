import ReferenceGraph
import TextSafety

/// What can go wrong while a dump is opened.
///
/// The description is one line without the file's path.
public enum LoadError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file cannot be opened, mapped or read; the system's reason.
  case cannotRead(String)
  /// There is no room for the file in the memory that the process may have: how many bytes it takes.
  case notEnoughMemory(Int)
  /// There is nothing in the file.
  case empty
  /// The content is something else that people have beside heap dumps: what.
  case otherFile(String)
  /// The content is of no format that is known; how it begins.
  case unknownFormat(firstBytes: String)
  /// Compressed data that cannot be unpacked.
  case damagedCompression(offset: UInt64, reason: String)
  /// Unpacking needs a temporary file, and that cannot be made or written.
  case cannotUnpack(String)
  /// A record contradicts the format, at its byte offset in the (unpacked) dump.
  case malformed(record: String, offset: UInt64, problem: String)
  /// The file ends before anything can be shown.
  case endsTooEarly(record: String, offset: UInt64)
  /// A dump of a kind that refwalk does not read.
  case unsupported(String)
  /// More objects or references than 32-bit numbers can count.
  case tooLarge(String)
  /// The executable cannot be read.
  case executableUnreadable(String)
  /// The executable is not the one that wrote the dump; what differs.
  case executableMismatch(String)
  /// Someone asked for the work to stop.
  case cancelled

  /// The error in words that complete `PATH: `; safe for a terminal.
  public var description: String {
    let text =
      switch self {
      case .cannotRead(let reason): "cannot be read: \(reason)"
      case .notEnoughMemory(let bytes): "not enough memory: \(grouped(bytes)) bytes more were asked for"
      case .empty: "not a heap dump: the file is empty"
      case .otherFile(let what): "not a heap dump but \(what)"
      case .unknownFormat(let firstBytes): "not a heap dump refwalk knows (first bytes \(firstBytes))"
      case .damagedCompression(let offset, let reason):
        "compressed data is damaged at byte \(grouped(offset)): \(reason)"
      case .cannotUnpack(let reason): "cannot be unpacked: \(reason)"
      case .malformed(let record, let offset, let problem):
        "\(record) record at byte \(grouped(offset)): \(problem)"
      case .endsTooEarly(let record, let offset):
        "ends in its \(record) at byte \(grouped(offset)): nothing to show"
      case .unsupported(let what): "cannot be read: \(what)"
      case .tooLarge(let what): "too large: \(what)"
      case .executableUnreadable(let reason): "executable cannot be read: \(reason)"
      case .executableMismatch(let reason): "executable does not match: \(reason)"
      case .cancelled: "cancelled"
      }
    return SafeText.line(text)
  }
}

/// `1,234,567`.
func grouped(_ number: some BinaryInteger) -> String { Count.text(number) }

/// `0x1f`.
func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
