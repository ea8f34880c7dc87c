import Glibc
import TextSafety

/// What can go wrong with marks and their file.
public enum MarksError: Error, Hashable, Sendable {
  /// The file is there and cannot be read: path, errno.
  case cannotRead(String, Int32)
  /// The file cannot be written, nor can one in any other place: path, errno.
  case cannotWrite(String, Int32)
  /// A folder, a device or a pipe stands where the file should be.
  case notAFile(String)
  /// A file of something else: writing marks into it would ruin it.
  case notMarks(String)
  /// Written by a refwalk that knows more: path, version.
  case newerVersion(String, Int)
  /// Larger than any marks file: path, bytes.
  case tooLarge(String, Int)
}

extension MarksError: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .cannotRead(let path, let code): "\(SafeText.line(path)): cannot read the marks: \(Self.text(code))"
    case .cannotWrite(let path, let code): "\(SafeText.line(path)): cannot write the marks: \(Self.text(code))"
    case .notAFile(let path): "\(SafeText.line(path)): not an ordinary file, marks cannot be kept there"
    case .notMarks(let path): "\(SafeText.line(path)): not a marks file, left alone"
    case .newerVersion(let path, let version):
      "\(SafeText.line(path)): marks of version \(version), this refwalk reads version \(MarksText.version)"
    case .tooLarge(let path, let bytes): "\(SafeText.line(path)): \(bytes) bytes are too many for a marks file"
    }
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
