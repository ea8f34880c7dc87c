import Glibc

/// Tells one state of a file from another without reading it.
public struct FileStamp: Hashable, Sendable {
  public let device: UInt64
  public let file: UInt64
  /// In bytes.
  public let size: Int
  public let seconds: Int
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
