import ReferenceGraph

/// Reads a Go heap dump into a graph in two passes over its objects.
///
/// The first finds addresses and where records lie, the second visits the objects in the order of their addresses and
/// writes their rows: there is no list of references and nothing kept per object in between but 3 bytes.
struct GoHeapDumpLoader {
  let input: InputSource
  let options: LoadOptions
  let progress: WorkProgress
  /// Set when the dump is going to be redacted: is told what has to stay while types are known.
  var kept: GoKeptPlaces?

  var bytes: UnsafeRawBufferPointer { input.file.bytes }

  /// Bytes of the line that a dump begins with.
  static let headerLength = 16
  /// Bytes that are read before their pages are given back.
  static let window = 32 << 20

  func load() throws(LoadError) -> Heap {
    if let heap = try attempt(runLimit: 64) { return heap }
    // Records of one page in several places, or one object twice: each object gets a run of its own.
    if let heap = try attempt(runLimit: 1) { return heap }
    throw .cannotRead("it changed while it was read")
  }

  /// Nil when runs of up to `runLimit` records do not give the objects in the order of their addresses.
  private func attempt(runLimit: Int) throws(LoadError) -> Heap? {
    let scan = try firstPass(runLimit: runLimit)
    do throws(GoLinkFailure) {
      var rows = try link(scan)
      do { try nameObjects(scan, &rows) } catch { throw .failed(error) }
      return finish(scan, rows)
    } catch {
      switch error {
      case .outOfOrder: return nil
      case .failed(let error): throw error
      }
    }
  }
}
