import Glibc
import ReferenceGraph

/// Reads a file or a pipe in pieces, and looks for a request to stop while it waits.
final class InputStreamReader {
  let descriptor: Int32
  private let progress: WorkProgress
  private let buffer: UnsafeMutableRawBufferPointer
  /// Bytes read so far.
  private(set) var position: UInt64 = 0
  /// Where in `buffer` the bytes lie that `peek` has read and `next` has not given out yet.
  private var waiting = 0..<0

  init(descriptor: Int32, progress: WorkProgress) {
    self.descriptor = descriptor
    self.progress = progress
    buffer = .allocate(byteCount: 256 << 10, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Collects at least `count` first bytes, or all there are, without taking them: the next `next` returns them too.
  func peek(_ count: Int) throws(LoadError) -> UnsafeRawBufferPointer {
    while waiting.count < count {
      let piece = try read(into: waiting.upperBound)
      if piece == 0 { break }
      waiting = waiting.lowerBound..<waiting.upperBound + piece
    }
    return UnsafeRawBufferPointer(rebasing: buffer[waiting])
  }

  /// Reads the next bytes, which are valid until the next call; none at the end.
  func next() throws(LoadError) -> UnsafeRawBufferPointer {
    if !waiting.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: buffer[waiting])
      waiting = 0..<0
      return piece
    }
    let count = try read(into: 0)
    return UnsafeRawBufferPointer(rebasing: buffer[0..<count])
  }

  private func read(into start: Int) throws(LoadError) -> Int {
    while true {
      if progress.isCancelled { throw .cancelled }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, 50)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = Glibc.read(descriptor, buffer.baseAddress! + start, buffer.count - start)
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw .cannotRead(systemReason())
      }
      position += UInt64(count)
      return count
    }
  }
}
