import ReferenceGraph

/// Looks for a text in the contents of all objects: goes through the bytes of the file from front to back, and only
/// where the text stands looks which object they belong to.
struct GoContentsSearch {
  let file: MappedFile
  let locator: GoObjectLocator
  let pattern: TextPattern
  /// Whether literals are searched when this has ended: half of the work, for the progress.
  var isFirstHalf = false

  /// So many bytes are searched between two looks at the progress.
  private static let chunk = 1 << 20

  /// Calls `found` with each object, once, and the offset in its contents, until it returns false; whether it never did.
  @discardableResult
  func run(
    in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) -> Bool {
    let bytes = file.bytes
    progress.begin(0, total: UInt64(bytes.count) * (isFirstHalf ? 2 : 1))
    let runs = locator.runs.offsets
    var next = 0
    var records = Records(bytes: bytes, pointerSize: locator.params.pointerSize)
    var start = 0
    var reported = 0
    while start < bytes.count {
      if start - reported >= Self.chunk {
        file.giveBack(reported..<start)
        reported = start
        progress.advance(to: UInt64(start))
        if progress.isCancelled { throw Cancelled() }
      }
      // What begins in this chunk may end in the next.
      let end = min(bytes.count, start + Self.chunk + pattern.length - 1)
      guard let place = pattern.firstIndex(in: bytes, start..<end) else {
        start = max(start + 1, end - pattern.length + 1)
        if end == bytes.count { return true }
        continue
      }
      while next < runs.count, runs[next] >> 8 <= UInt64(place) {
        records.open(runs[next])
        next += 1
      }
      guard let record = records.record(holding: place) else {
        start = place + 1
        continue
      }
      let contents = record.contents.bytes
      guard place >= contents.lowerBound, place + pattern.length <= contents.upperBound else {
        // Between the contents of two objects.
        start = max(place + 1, min(contents.lowerBound, place + pattern.length))
        continue
      }
      if let id = graph.addresses.object(at: record.address), !found(id, place - contents.lowerBound) { return false }
      start = contents.upperBound
    }
    return true
  }

  /// The records of one run, read as far as needed: places that are asked for ascend.
  private struct Records {
    let bytes: UnsafeRawBufferPointer
    let pointerSize: Int
    private var cursor: ByteCursor
    private var left = 0
    private var last: GoObject?
    private var lastEnd = 0

    init(bytes: UnsafeRawBufferPointer, pointerSize: Int) {
      self.bytes = bytes
      self.pointerSize = pointerSize
      cursor = ByteCursor(bytes, at: 0)
    }

    /// A run as `RecordRuns.offsets` has it.
    mutating func open(_ run: UInt64) {
      cursor = ByteCursor(bytes, at: Int(run >> 8))
      left = Int(run & 255)
      last = nil
    }

    /// The record that the byte at `place` belongs to; nil when it belongs to none of the run.
    mutating func record(holding place: Int) -> GoObject? {
      while true {
        if let last, place < lastEnd { return last }
        guard left > 0 else { return nil }
        left -= 1
        last = nil
        guard (try? cursor.varint()) == GoRecordKind.object.rawValue, let address = try? cursor.varint(),
          let contents = try? cursor.range(limit: 0)
        else {
          left = 0
          return nil
        }
        last = GoObject(address: address, contents: .init(bytes: contents, fields: cursor.position))
        guard (try? GoHeapDumpReader.skipFields(&cursor, length: contents.count, pointerSize: pointerSize)) != nil
        else {
          left = 0
          lastEnd = contents.upperBound
          continue
        }
        lastEnd = cursor.position
      }
    }
  }
}
