import ReferenceGraph

/// Writes a dump again as one segment, for dumps in which an item goes on behind the header of the next segment.
struct HPROFSegmentJoiner {
  let file: MappedFile
  let header: HPROFHeader
  /// The heap that is wanted, from 1.
  let heap: Int
  let progress: WorkProgress

  /// The header, all records that are no heap, then one segment that goes to the end, with the items of all.
  func joined(folder: String) throws(LoadError) -> MappedFile {
    let copy = try TemporaryFile(folder: folder)
    let bytes = file.bytes
    try copy.write(UnsafeRawBufferPointer(rebasing: bytes[..<header.end]))
    try records { (tag, range, number) throws(LoadError) in
      guard tag != HPROFRecord.heapSegment, tag != HPROFRecord.heapDump, tag != HPROFRecord.heapEnd else { return }
      try copy.write(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    let empty: [UInt8] = [HPROFRecord.heapSegment, 0, 0, 0, 0, 0, 0, 0, 0]
    // The heaps before the wanted one stay, empty, so that it keeps its number.
    for number in 1...heap {
      var failure: LoadError?
      empty.withUnsafeBytes { segment in
        do throws(LoadError) { try copy.write(segment) } catch { failure = error }
      }
      if let failure { throw failure }
      if number < heap {
        let end: [UInt8] = [HPROFRecord.heapEnd, 0, 0, 0, 0, 0, 0, 0, 0]
        end.withUnsafeBytes { record in
          do throws(LoadError) { try copy.write(record) } catch { failure = error }
        }
        if let failure { throw failure }
      }
    }
    try records { (tag, range, number) throws(LoadError) in
      guard number == heap, tag == HPROFRecord.heapSegment || tag == HPROFRecord.heapDump else { return }
      let body = (range.lowerBound + 9)..<range.upperBound
      var next = body.lowerBound
      while next < body.upperBound {
        let end = min(body.upperBound, next + 8 << 20)
        try copy.write(UnsafeRawBufferPointer(rebasing: bytes[next..<end]))
        if progress.isCancelled { throw .cancelled }
        next = end
      }
    }
    return try MappedFile(descriptor: copy.descriptor)
  }

  /// Goes through the records by their lengths: tag, byte range, and number of the heap.
  private func records(_ take: (UInt8, Range<Int>, Int) throws(LoadError) -> Void) throws(LoadError) {
    let bytes = file.bytes
    var position = header.end
    var heap = 0
    var isInHeap = false
    while bytes.count - position >= 9 {
      let tag = bytes[position]
      let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 5, as: UInt32.self)))
      let end = min(bytes.count, position + 9 + length)
      if tag == HPROFRecord.heapDump || (tag == HPROFRecord.heapSegment && !isInHeap) { heap += 1 }
      if tag == HPROFRecord.heapSegment || tag == HPROFRecord.heapDump { isInHeap = tag == HPROFRecord.heapSegment }
      if tag == HPROFRecord.heapEnd { isInHeap = false }
      try take(tag, position..<end, heap)
      position = end
    }
  }
}
