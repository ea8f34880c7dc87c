import Glibc

/// Where a redacted dump goes: an open file, packed with gzip where that is wanted.
///
/// What cannot be written is dropped, and `failure` says why: who writes much looks at it now and then.
public final class RedactedFile {
  /// `errno` of the write that failed first, 0 as long as all went well.
  public private(set) var failure: Int32 = 0
  /// Bytes so far, before they are packed.
  public private(set) var count: UInt64 = 0
  private let descriptor: Int32
  private let packer: GzipPacker?
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0

  /// Writes to `descriptor`, which stays open.
  ///
  /// Nil when zlib does not start.
  public init?(descriptor: Int32, isPacked: Bool) {
    packer = isPacked ? GzipPacker() : nil
    if isPacked, packer == nil { return nil }
    self.descriptor = descriptor
    buffer = .allocate(byteCount: 1 << 20, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Adds bytes as they are.
  func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if filled == buffer.count { flush() }
      let piece = rest.prefix(buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: piece))
      filled += piece.count
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Adds a part of a file.
  @inline(__always) func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    append(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }

  /// Adds bytes that are all the same: zeros, unless it is said otherwise.
  func append(repeating byte: UInt8 = 0, count: Int) {
    var left = count
    while left > 0 {
      if filled == buffer.count { flush() }
      let piece = min(left, buffer.count - filled)
      memset(buffer.baseAddress! + filled, Int32(byte), piece)
      filled += piece
      left -= piece
    }
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  /// Hands everything to the system.
  public func finish() {
    flush()
    packer?.finish { write($0) }
  }

  private func flush() {
    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    count += UInt64(filled)
    filled = 0
    guard !piece.isEmpty, failure == 0 else { return }
    if let packer { packer.pack(piece) { write($0) } } else { write(piece) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    var done = 0
    while done < bytes.count, failure == 0 {
      let written = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if written >= 0 {
        done += written
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        failure = errno
      }
    }
  }
}
