import Glibc

/// A file's bytes, mapped for reading until the value goes. A file that shrinks while it is mapped raises SIGBUS.
final class MappedFile: @unchecked Sendable {
  // @unchecked: the mapping is never written to.
  let bytes: UnsafeRawBufferPointer
  private let base: UnsafeMutableRawPointer?

  var count: Int { bytes.count }

  /// Maps the whole of an open file, which may be closed afterwards.
  init(descriptor: Int32) throws(LoadError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(systemReason()) }
    let size = Int(status.st_size)
    guard size > 0 else {
      base = nil
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let pages = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED else {
      throw .cannotRead(systemReason())
    }
    base = pages
    bytes = UnsafeRawBufferPointer(start: pages, count: size)
  }

  deinit {
    if let base { munmap(base, bytes.count) }
  }

  /// Tells the kernel that the file will be read from front to back.
  func willReadSequentially() {
    if let base { madvise(base, bytes.count, MADV_SEQUENTIAL) }
  }

  /// Files up to this size keep their pages: mapping them again costs more than they take.
  private static let keptSize = 256 << 20

  /// Takes the pages out of this process; they come back from the file, or its cache, when they are read again. Those of
  /// small files stay.
  func giveBack(_ range: Range<Int>) {
    guard let base, bytes.count > Self.keptSize else { return }
    let start = range.lowerBound & ~4095
    let end = min(range.upperBound & ~4095, bytes.count)
    if end > start { madvise(base + start, end - start, MADV_DONTNEED) }
  }

  /// Takes the pages of the 64 MiB before `end` out of this process.
  func giveBack(before end: Int) { giveBack(max(0, end - 64 << 20)..<end) }

  /// Takes all pages out of this process and expects reads at any place.
  func giveBackAll() {
    guard let base else { return }
    if bytes.count > Self.keptSize { madvise(base, bytes.count, MADV_DONTNEED) }
    madvise(base, bytes.count, MADV_NORMAL)
  }
}

/// The system's words for the last error.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
