import ReferenceGraph

extension V8HeapSnapshotDetails {
  /// Looks at the table of strings once, then which objects have those that match; concatenated and sliced strings are
  /// put together.
  func search(
    _ pattern: TextPattern, in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) {
    progress.begin(0, total: UInt64(strings.count + graph.objectCount))
    let offsets = try matches(pattern, progress: progress)
    let layout = source.layout
    var reader = V8NumberReader(source.file.bytes, source.nodes)
    var record = [UInt64](repeating: 0, count: layout.nodeStride)
    var node = 0
    while node <= graph.objectCount {
      if node & 0xffff == 0 {
        progress.advance(to: UInt64(strings.count + node))
        if progress.isCancelled { throw Cancelled() }
        source.file.giveBack(before: reader.position)
      }
      for field in record.indices {
        guard reader.hasMore, let value = try? reader.next() else { return }
        record[field] = value
      }
      defer { node += 1 }
      let number = record[layout.nodeType]
      guard node > 0, number < UInt64(layout.nodeTypes.count) else { continue }
      let object = ObjectID(node)
      switch layout.nodeTypes[Int(number)] {
      case .string, .regexp:
        let name = Int(clamping: record[layout.nodeName])
        guard name < offsets.count, offsets[name] > 0 else { continue }
        if !found(object, Int(offsets[name]) - 1) { return }
      case .concatenated, .sliced:
        guard let text = text(of: object, limit: Self.searchedTextLimit)?.text,
          let offset = pattern.firstIndex(in: text)
        else { continue }
        if !found(object, offset) { return }
      default: continue
      }
    }
  }

  /// By string 0, or one more than the offset in bytes at which the pattern begins in it.
  private func matches(_ pattern: TextPattern, progress: WorkProgress) throws(Cancelled) -> FlatArray<UInt32> {
    let bytes = source.file.bytes
    let offsets = FlatArray<UInt32>(zeroed: strings.count)
    strings.visit { index, range in
      if index & 0xffff == 0 {
        progress.advance(to: UInt64(index))
        if progress.isCancelled { return false }
        source.file.giveBack(before: range.lowerBound)
      }
      let offset: Int?
      if bytes[range].contains(0x5c) {
        offset = pattern.firstIndex(in: V8Text.decode(bytes, range, limit: Self.searchedTextLimit))
      } else {
        offset = pattern.firstIndex(in: bytes, range).map { $0 - range.lowerBound }
      }
      if let offset { offsets[index] = UInt32(clamping: offset + 1) }
      return true
    }
    if progress.isCancelled { throw Cancelled() }
    return offsets
  }
}
