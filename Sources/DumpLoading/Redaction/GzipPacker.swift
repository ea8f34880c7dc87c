import CZlib

/// Packs bytes with gzip, as one member.
final class GzipPacker {
  private var stream = z_stream()
  private let buffer: UnsafeMutableRawBufferPointer

  /// Nil when zlib does not start.
  init?() {
    buffer = .allocate(byteCount: 256 << 10, alignment: 16)
    // 15 bits of window, and 16 for the gzip format; as much memory as is usual.
    let code = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      buffer.deallocate()
      return nil
    }
  }

  deinit {
    deflateEnd(&stream)
    buffer.deallocate()
  }

  /// Packs more bytes; what is ready is delivered.
  func pack(_ bytes: UnsafeRawBufferPointer, deliver: (UnsafeRawBufferPointer) -> Void) {
    stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(bytes.count)
    run(Z_NO_FLUSH, deliver)
  }

  /// Delivers the rest.
  func finish(deliver: (UnsafeRawBufferPointer) -> Void) {
    stream.avail_in = 0
    run(Z_FINISH, deliver)
  }

  private func run(_ flush: Int32, _ deliver: (UnsafeRawBufferPointer) -> Void) {
    repeat {
      stream.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(buffer.count)
      let code = deflate(&stream, flush)
      deliver(UnsafeRawBufferPointer(rebasing: buffer[..<(buffer.count - Int(stream.avail_out))]))
      // Room that is left says that all was taken.
      if code != Z_OK { return }
    } while stream.avail_out == 0 || flush == Z_FINISH
  }
}
