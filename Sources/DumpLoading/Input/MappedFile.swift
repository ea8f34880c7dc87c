import Glibc
import ReferenceGraph

/// A file's bytes, mapped for reading until the value goes.
///
/// A file that shrinks while it is mapped raises SIGBUS; one that is written to shows its new bytes, whenever they are
/// read: no byte is known to be what it was but those that are `hold`.
final class MappedFile: @unchecked Sendable {
  // @unchecked: the mapping is written to by `hold` alone, before it is shared.
  let bytes: UnsafeRawBufferPointer
  /// The file when it was mapped.
  let stamp: FileStamp
  private let base: UnsafeMutableRawPointer?
  /// Where pages begin that are no longer the file's, ascending.
  private var heldPages: [Int] = []

  var count: Int { bytes.count }

  /// Maps the whole of an open file, which may be closed afterwards.
  init(descriptor: Int32) throws(LoadError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(systemReason()) }
    stamp = FileStamp(status)
    let size = Int(status.st_size)
    guard size > 0 else {
      base = nil
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let pages = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED else {
      throw errno == ENOMEM ? .notEnoughMemory(size) : .cannotRead(systemReason())
    }
    base = pages
    bytes = UnsafeRawBufferPointer(start: pages, count: size)
  }

  deinit {
    if let base { munmap(base, bytes.count) }
  }

  /// Makes sure that `byte` stands at `offset` whatever becomes of the file: its page is copied.
  func hold(_ byte: UInt8, at offset: Int) throws(LoadError) {
    precondition(bytes.indices.contains(offset))
    guard let base else { return }
    let page = offset & ~4095
    guard mprotect(base + page, 4096, PROT_READ | PROT_WRITE) == 0 else { throw .cannotRead(systemReason()) }
    base.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    mprotect(base + page, 4096, PROT_READ)
    if !heldPages.contains(page) {
      heldPages.append(page)
      heldPages.sort()
    }
  }

  /// Takes pages out of this process, without those that are held.
  func drop(from start: Int, to end: Int) {
    guard let base else { return }
    var start = start
    for page in heldPages where page >= start && page < end {
      if page > start { madvise(base + start, page - start, MADV_DONTNEED) }
      start = page + 4096
    }
    if end > start { madvise(base + start, end - start, MADV_DONTNEED) }
  }

  /// Tells the kernel that the file will be read from front to back.
  func willReadSequentially() {
    if let base { madvise(base, bytes.count, MADV_SEQUENTIAL) }
  }

  /// Files up to this size keep their pages: mapping them again costs more than they take.
  private static let keptSize = 256 << 20

  /// Takes the pages out of this process; they come back from the file, or its cache, when they are read again.
  ///
  /// Those of small files stay.
  func giveBack(_ range: Range<Int>) {
    guard bytes.count > Self.keptSize else { return }
    let start = range.lowerBound & ~4095
    let end = min(range.upperBound & ~4095, bytes.count)
    if end > start { drop(from: start, to: end) }
  }

  /// Takes the pages of the 64 MiB before `end` out of this process.
  func giveBack(before end: Int) { giveBack(max(0, end - 64 << 20)..<end) }

  /// Takes all pages out of this process and expects reads at any place.
  func giveBackAll() {
    guard let base else { return }
    if bytes.count > Self.keptSize { drop(from: 0, to: bytes.count) }
    madvise(base, bytes.count, MADV_NORMAL)
  }
}

/// The system's words for the last error.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
