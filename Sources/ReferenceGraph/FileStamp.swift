import Glibc

/// Tells one state of a file from another without reading it.
public struct FileStamp: Hashable, Sendable {
  /// The file system that the file lies on, `st_dev`.
  public let device: UInt64
  /// The file's number on its file system, `st_ino`.
  public let file: UInt64
  /// The file's length in bytes.
  public let size: Int
  /// When the file was last written to, in whole seconds since 1970.
  public let seconds: Int
  /// The rest of that time, in nanoseconds.
  public let nanoseconds: Int

  /// The stamp of an open file, or one that was looked at.
  public init(_ status: stat) {
    device = UInt64(status.st_dev)
    file = UInt64(status.st_ino)
    size = Int(status.st_size)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }

  /// The stamp of the file at `path`, links followed; nil when there is none.
  public init?(path: String) {
    var status = stat()
    guard stat(path.systemPath, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether both are states of one file.
  public func isSameFile(as other: FileStamp) -> Bool { device == other.device && file == other.file }
}
