import Glibc
import ReferenceGraph

extension DumpLoading {
  /// The policies of the format that the dump at `path` has; none when that cannot be told.
  ///
  /// Only the first bytes are read, of a compressed dump the first that are unpacked; pipes are not read at all.
  public static func policies(path: String) -> [ReferencePolicy] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    let reader = InputStreamReader(descriptor: descriptor, progress: WorkProgress())
    guard let header = try? reader.peek(DumpFormats.detectionLength) else { return [] }
    if !header.starts(with: GzipUnpacker.magic) { return policies(header) }
    var found: [ReferencePolicy] = []
    // The first piece says enough: an error ends the rest.
    do throws(LoadError) {
      let unpacker = try GzipUnpacker()
      _ = try unpacker.unpack(reader, headerLength: DumpFormats.detectionLength) { (piece) throws(LoadError) in
        found = policies(piece)
        throw .cancelled
      }
    } catch {}
    return found
  }

  private static func policies(_ header: UnsafeRawBufferPointer) -> [ReferencePolicy] {
    DumpFormats.format(header: header).map(DumpFormats.policies) ?? []
  }
}
