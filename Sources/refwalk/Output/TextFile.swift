import Glibc

/// Writes a text to a file that the user names.
enum TextFile {
  /// Writes `text` to `path`, `-` for standard output; what the file held before is gone.
  static func write(_ text: String, to path: String) throws(CommandFailure) {
    guard path != "-" else {
      var buffer = OutputBuffer()
      buffer.write(text)
      try buffer.finish()
      return
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path, errno) }
    var buffer = OutputBuffer(descriptor: descriptor)
    buffer.write(text)
    buffer.flush()
    let closed = close(descriptor) == 0 ? 0 : errno
    try buffer.finish(target: path)
    if closed != 0 { throw .cannotWrite(path, closed) }
  }
}
