import ReferenceGraph

/// Finds single objects: what lies at an address, and the record of an object in the file.
struct GoObjectLocator: @unchecked Sendable {
  // @unchecked: the bytes are never written to.
  let bytes: UnsafeRawBufferPointer
  let runs: RecordRuns
  let params: GoParams

  /// The record of the object that begins at `address`.
  func record(at address: UInt64) -> GoObject? {
    guard let run = runs.run(holding: address) else { return nil }
    var cursor = ByteCursor(bytes, at: run.offset)
    for _ in 0..<run.count {
      guard (try? cursor.varint()) == GoRecordKind.object.rawValue, let start = try? cursor.varint(),
        let contents = try? cursor.range(limit: 0)
      else { return nil }
      if start == address { return GoObject(address: start, contents: .init(bytes: contents, fields: cursor.position)) }
      let fields = try? GoHeapDumpReader.skipFields(
        &cursor, length: contents.count, pointerSize: params.pointerSize)
      guard fields != nil else { return nil }
    }
    return nil
  }

  /// The object whose slot holds `address`.
  func object(holding address: UInt64, in addresses: borrowing AddressIndex) -> ObjectID? {
    guard address >= params.heapLow, address < params.heapHigh else { return nil }
    if let exact = addresses.object(at: address) { return exact }
    guard let below = addresses.object(atOrBelow: address), let record = record(at: below.start) else { return nil }
    return address - below.start < UInt64(record.contents.bytes.count) ? below.id : nil
  }
}
