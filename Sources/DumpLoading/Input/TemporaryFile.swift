import Glibc
import ReferenceGraph

/// A file without a name, gone when it is closed: what is unpacked is written to it, then mapped.
final class TemporaryFile {
  let descriptor: Int32
  private(set) var count: UInt64 = 0
  /// Bytes that may be written before the free space is looked at again.
  private var allowance = 0
  private let folder: String

  /// Free bytes that are left alone.
  private static let reserve: UInt64 = 64 << 20
  private static let step = 16 << 20

  /// Makes one in `folder`.
  init(folder: String) throws(LoadError) {
    self.folder = folder
    var template = (folder + "/refwalk-XXXXXX").systemPath
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw .cannotUnpack("no temporary file in \(folder): \(systemReason())")
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  ///
  /// Refuses before the disk is full.
  func write(_ bytes: UnsafeRawBufferPointer) throws(LoadError) {
    if allowance < bytes.count {
      var space = statvfs()
      if fstatvfs(descriptor, &space) == 0 {
        let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
        guard free >= Self.reserve + UInt64(Self.step + bytes.count) else { throw full() }
      }
      allowance = Self.step + bytes.count
    }
    var done = 0
    while done < bytes.count {
      let written = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        if errno == ENOSPC || errno == EDQUOT { throw full() }
        throw .cannotUnpack("temporary file in \(folder): \(systemReason())")
      }
      done += written
    }
    allowance -= bytes.count
    count += UInt64(bytes.count)
  }

  private func full() -> LoadError {
    .cannotUnpack("\(folder) would be full after \(grouped(count)) bytes; set TMPDIR to a folder with more space")
  }
}
