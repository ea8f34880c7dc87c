import ReferenceGraph

/// Reads a JVM heap dump into a graph in two passes over its objects.
///
/// The first finds addresses, classes, roots and where records lie; the second visits the objects in the order of their
/// addresses and writes their rows. Between them nothing is kept per object but 2 bytes.
struct HPROFLoader {
  let input: InputSource
  let options: LoadOptions
  let progress: WorkProgress

  /// Bytes that are read before their pages are given back.
  static let window = 32 << 20

  func load() throws(LoadError) -> Heap {
    try read { (scan, file, _) throws(HPROFScanFailure) in try heap(of: scan, file) }
  }

  /// Reads the dump as often as it takes, and gives what the first pass found to `take`.
  ///
  /// `take` gives nil when the runs of records do not give the objects in the order of their addresses. With
  /// `notesParts` it can ask for `HPROFFirstPass.parts`.
  func read<Result>(
    notesParts: Bool = false,
    _ take: (consuming HPROFFirstPass, MappedFile, HPROFSegments) throws(HPROFScanFailure) -> Result?
  ) throws(LoadError) -> Result {
    let header = try HPROFHeader(input.file.bytes)
    var joined: MappedFile?
    // Objects that were read of a damaged dump with its segments joined.
    var joinedCount: Int?
    var segments = HPROFSegments.plain
    var runLimit = 64
    // At most: segments joined; then, of a damaged dump, one after the other, and joined again when that gave less; then
    // objects in an order that needs a run for each.
    for _ in 0..<6 {
      do throws(HPROFScanFailure) {
        let file = segments == .joined ? joined ?? input.file : input.file
        let scan = try HPROFRecordPass(
          file: file, header: header, heap: options.heap ?? 1, segments: segments, runLimit: runLimit,
          notesParts: notesParts, progress: progress
        ).run()
        if segments == .joined, joinedCount == nil, scan.isDamaged {
          joinedCount = scan.addresses.count
          segments = .trusted
          continue
        }
        if segments == .trusted, scan.addresses.count <= joinedCount ?? 0 {
          segments = .joined
          continue
        }
        if let result = try take(scan, file, segments) { return result }
        guard runLimit > 1 else { break }
        runLimit = 1
      } catch {
        switch error {
        case .failed(let error): throw error
        case .splitItem:
          guard segments == .plain else { throw .cannotRead("its segments cannot be joined") }
          joined = try HPROFSegmentJoiner(
            file: input.file, header: header, heap: options.heap ?? 1, progress: progress
          ).joined(folder: InputSource.temporaryFolder(options))
          segments = .joined
        }
      }
    }
    throw .cannotRead("it changed while it was read")
  }

  /// Nil when the runs of records do not give the objects in the order of their addresses.
  private func heap(of scan: consuming HPROFFirstPass, _ file: MappedFile) throws(HPROFScanFailure) -> Heap? {
    let bytes = file.bytes
    let table = HPROFClassTable(
      records: scan.classes, bytes: bytes, identifierSize: scan.header.identifierSize, catalog: scan.catalog)
    let reader = HPROFObjectReader(
      bytes: bytes, runs: scan.runs, table: table, catalog: scan.catalog,
      identifierSize: scan.header.identifierSize, records: scan.classes)
    let threads = HPROFThreads(
      bytes: bytes, catalog: scan.catalog, objects: reader, identifierSize: scan.header.identifierSize)
    var collector = HPROFRootCollector(
      bytes: bytes, catalog: scan.catalog, table: table, objects: reader, threads: threads)
    collector.collect(scan.addresses, progress: progress)
    if progress.isCancelled { throw .failed(.cancelled) }
    let roots = collector.found
    do throws(HPROFLinkFailure) {
      let rows = try HPROFRowBuilder(scan, table, roots, bytes).run(scan, file, progress: progress)
      return finish(scan, rows, roots, threads, file)
    } catch {
      switch error {
      case .outOfOrder: return nil
      case .failed(let error): throw .failed(error)
      }
    }
  }
}
