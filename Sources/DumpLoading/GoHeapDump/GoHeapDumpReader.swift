import ReferenceGraph

/// Reads single records of a Go heap dump: each function begins after the record's tag.
struct GoHeapDumpReader {
  let bytes: UnsafeRawBufferPointer

  /// More than a stack or a segment has, in bytes.
  static let contentsLimit: UInt64 = 1 << 32

  /// The tag at the cursor.
  static func kind(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoRecordKind {
    let tag = try cursor.varint()
    guard let kind = GoRecordKind(rawValue: tag) else { throw .unknownTag(tag) }
    return kind
  }

  /// A cursor behind the tag of the record at `offset`.
  func cursor(at offset: Int) throws(ReadProblem) -> ByteCursor {
    var cursor = ByteCursor(bytes, at: offset)
    _ = try cursor.varint()
    return cursor
  }

  /// Passes over a field list and checks that its fields lie inside `length` bytes; the number of fields.
  @inline(__always)
  static func skipFields(_ cursor: inout ByteCursor, length: Int, pointerSize: Int) throws(ReadProblem) -> Int {
    var count = 0
    while true {
      // Nearly all entries have two bytes: the kind, and an offset under 128.
      if cursor.position >= 0, cursor.bytes.count &- cursor.position >= 2 {
        let pair = UInt16(
          littleEndian: cursor.bytes.loadUnaligned(fromByteOffset: cursor.position, as: UInt16.self))
        if pair & 0xff == 0 {
          cursor.position &+= 1
          return count
        }
        if pair & 0x80ff == 1, length &- Int(pair &>> 8) >= pointerSize {
          cursor.position &+= 2
          count &+= 1
          continue
        }
      }
      let kind = try cursor.varint()
      if kind == 0 { return count }
      guard kind == 1 else { throw .fieldKind(kind) }
      let offset = try cursor.varint()
      guard offset <= UInt64(length), length &- Int(offset) >= pointerSize else {
        throw .fieldOutside(offset: offset, length: UInt64(length))
      }
      count &+= 1
    }
  }

  /// The offset of the next field of a list that was checked before, nil at its end.
  @inline(__always)
  static func nextField(_ cursor: inout ByteCursor) throws(ReadProblem) -> Int? {
    guard try cursor.varint() != 0 else { return nil }
    return Int(clamping: try cursor.varint())
  }

  /// The word at byte `offset` of the file, 0 beyond its end.
  @inline(__always)
  static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ params: GoParams) -> UInt64 {
    guard offset >= 0, offset <= bytes.count &- params.pointerSize else { return 0 }
    if params.pointerSize == 8 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      return params.isBigEndian ? UInt64(bigEndian: word) : UInt64(littleEndian: word)
    }
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return UInt64(params.isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word))
  }
}

// Whole records, from just behind their tags.
extension GoHeapDumpReader {
  static func params(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoParams {
    GoParams(
      isBigEndian: try cursor.varint() != 0, pointerSize: Int(clamping: try cursor.varint()),
      heapLow: try cursor.varint(), heapHigh: try cursor.varint(), architecture: try cursor.text(),
      version: try cursor.text(), processors: try cursor.varint())
  }

  static func goroutine(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoGoroutine {
    GoGoroutine(
      descriptor: try cursor.varint(), stackPointer: try cursor.varint(), id: try cursor.varint(),
      creationPC: try cursor.varint(), status: try cursor.varint(), isSystem: try cursor.varint() != 0,
      isBackground: try cursor.varint() != 0, waitingSince: try cursor.varint(), waitReason: try cursor.text(),
      context: try cursor.varint(), thread: try cursor.varint(), deferred: try cursor.varint(),
      panic: try cursor.varint())
  }

  static func frame(_ cursor: inout ByteCursor, pointerSize: Int) throws(ReadProblem) -> GoFrame {
    let stackPointer = try cursor.varint()
    let depth = try cursor.varint()
    let child = try cursor.varint()
    let contents = try cursor.range(limit: contentsLimit)
    let entry = try cursor.varint()
    let pc = try cursor.varint()
    let continuation = try cursor.varint()
    let function = try cursor.text()
    let fields = cursor.position
    _ = try skipFields(&cursor, length: contents.count, pointerSize: pointerSize)
    return GoFrame(
      stackPointer: stackPointer, depth: depth, childStackPointer: child,
      contents: GoContents(bytes: contents, fields: fields), entry: entry, pc: pc, continuationPC: continuation,
      function: function)
  }

  static func deferred(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoDeferred {
    GoDeferred(
      address: try cursor.varint(), goroutine: try cursor.varint(), stackPointer: try cursor.varint(),
      pc: try cursor.varint(), function: try cursor.varint(), code: try cursor.varint(), next: try cursor.varint())
  }

  static func panic(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoPanic {
    let address = try cursor.varint()
    let goroutine = try cursor.varint()
    let type = try cursor.varint()
    let data = try cursor.varint()
    _ = try cursor.varint()
    return GoPanic(address: address, goroutine: goroutine, type: type, data: data, next: try cursor.varint())
  }

  static func finalizer(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoFinalizer {
    GoFinalizer(
      object: try cursor.varint(), function: try cursor.varint(), code: try cursor.varint(),
      argumentType: try cursor.varint(), objectType: try cursor.varint())
  }

  static func segment(_ cursor: inout ByteCursor, pointerSize: Int) throws(ReadProblem) -> GoSegment {
    let address = try cursor.varint()
    let contents = try cursor.range(limit: contentsLimit)
    let fields = cursor.position
    _ = try skipFields(&cursor, length: contents.count, pointerSize: pointerSize)
    return GoSegment(address: address, contents: GoContents(bytes: contents, fields: fields))
  }

  static func type(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoType {
    GoType(
      address: try cursor.varint(), size: try cursor.varint(), name: try cursor.text(),
      isIndirect: try cursor.varint() != 0)
  }

  static func otherRoot(_ cursor: inout ByteCursor) throws(ReadProblem) -> (name: String, address: UInt64) {
    (try cursor.text(), try cursor.varint())
  }

  static func memStats(_ cursor: inout ByteCursor) throws(ReadProblem) -> GoMemStats {
    var figures: [UInt64] = []
    for _ in 0..<24 { figures.append(try cursor.varint()) }
    for _ in 0..<256 { _ = try cursor.varint() }
    return GoMemStats(
      totalAllocated: figures[1], system: figures[2], mallocs: figures[4], frees: figures[5],
      heapAlloc: figures[6], heapSystem: figures[7], heapIdle: figures[8], heapObjects: figures[11],
      stackInUse: figures[12], nextCollection: figures[21], lastCollection: figures[22], pauseTotal: figures[23],
      collections: try cursor.varint())
  }

  /// The call stack of an allocation profile record, innermost first, with its bucket's number and object size.
  static func allocationProfile(
    _ cursor: inout ByteCursor
  ) throws(ReadProblem) -> (bucket: UInt64, size: UInt64, stack: [StackFrame]) {
    let bucket = try cursor.varint()
    let size = try cursor.varint()
    let count = try cursor.varint()
    // A frame takes three bytes or more.
    guard count <= UInt64(cursor.remaining / 3) else {
      throw count <= 1 << 16 ? .cutLength(count) : .absurdLength(count)
    }
    var stack: [StackFrame] = []
    for _ in 0..<count {
      stack.append(
        StackFrame(
          function: try cursor.text(), file: try cursor.text(), line: Int(clamping: try cursor.varint())))
    }
    _ = try cursor.varint()
    _ = try cursor.varint()
    return (bucket, size, stack)
  }
}
