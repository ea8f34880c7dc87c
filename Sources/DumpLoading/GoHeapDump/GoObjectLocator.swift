import ReferenceGraph

/// Finds single objects: what lies at an address, and the record of an object in the file.
struct GoObjectLocator: @unchecked Sendable {
  // @unchecked: the bytes are never written to.
  let bytes: UnsafeRawBufferPointer
  let runs: GoObjectRuns
  let params: GoParams

  /// The record of the object that begins at `address`.
  func record(at address: UInt64) -> GoObject? {
    guard let run = runs.run(holding: address) else { return nil }
    var position = run.offset
    for _ in 0..<run.count {
      var cursor = ByteCursor(bytes, at: position + 1)
      guard let object = try? GoHeapDumpReader.object(&cursor, pointerSize: params.pointerSize) else { return nil }
      if object.address == address { return object }
      position = cursor.position
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
