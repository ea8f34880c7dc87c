import ReferenceGraph

/// What the first pass over a dump found.
struct GoFirstPass: ~Copyable {
  var params: GoParams
  var version: GoVersion
  var layout: GoSlotLayout
  var catalog: GoRecordCatalog
  var addresses: AddressIndex
  var runs: RecordRuns
  var fieldCount: Int
  var fakeSlots: Int
  var fakeBytes: UInt64
  var skipped: SkipCounts
  /// Where and in what record the file was cut off.
  var truncation: String?
}

/// Counts records that are passed over, by reason.
struct SkipCounts {
  private(set) var records: [SkippedRecords] = []

  mutating func add(_ what: String, offset: Int) {
    if let known = records.firstIndex(where: { $0.what == what }) {
      let old = records[known]
      records[known] = SkippedRecords(what: what, count: old.count + 1, firstOffset: old.firstOffset)
    } else {
      records.append(SkippedRecords(what: what, count: 1, firstOffset: UInt64(offset)))
    }
  }
}

extension GoHeapDumpLoader {
  /// Reads all records; of the objects only addresses, sizes and the number of fields.
  func firstPass(runLimit: Int) throws(LoadError) -> GoFirstPass {
    progress.begin(LoadStep.read, total: UInt64(bytes.count))
    input.file.willReadSequentially()
    var cursor = ByteCursor(bytes, at: Self.headerLength)
    let params = try readParams(&cursor)
    let version = GoVersion(params.version)
    let layout = GoSlotLayout(version: version, pointerSize: params.pointerSize)
    var scan = GoObjectScan(layout: layout, runLimit: runLimit)
    var catalog = GoRecordCatalog()
    var skipped = SkipCounts()
    var truncation: String?

    var givenBack = 0
    reading: while true {
      if progress.isCancelled { throw .cancelled }
      progress.advance(to: UInt64(cursor.position))
      if cursor.position - givenBack > Self.window {
        input.file.giveBack(givenBack..<cursor.position)
        givenBack = cursor.position
      }
      var start = cursor.position
      var kind: GoRecordKind?
      do throws(ReadProblem) {
        let found = try GoHeapDumpReader.kind(&cursor)
        kind = found
        switch found {
        case .object:
          cursor.position = start
          let outside = try takeObjects(&cursor, recordStart: &start, params: params, into: &scan)
          if outside { skipped.add("object outside the heap", offset: start) }
        case .end:
          catalog.isComplete = true
          catalog.trailingBytes = cursor.remaining
          break reading
        default:
          scan.endPage()
          try take(found, at: start, &cursor, params: params, into: &catalog)
        }
      } catch {
        let record = kind?.name ?? "next"
        // Packed data that is damaged may be wrong a little before the place where that is seen.
        guard error.isTruncation || input.truncation != nil else {
          throw .malformed(record: record, offset: UInt64(start), problem: error.text)
        }
        guard error.isTruncation else {
          truncation = "the \(record) record at byte \(grouped(start)) is damaged: \(error.text)"
          break reading
        }
        // A cut between records leaves no byte of the next one.
        truncation =
          start == bytes.count
          ? "the file ends at byte \(grouped(start)), without its end record"
          : "the file ends at byte \(grouped(bytes.count)), in the \(record) record at byte \(grouped(start))"
        break reading
      }
    }
    scan.endPage()
    input.file.giveBackAll()
    if let cut = input.truncation { truncation = truncation.map { "\(cut): \($0)" } ?? cut }

    let fieldCount = scan.fieldCount
    let fakeSlots = scan.fakeSlots
    let fakeBytes = scan.fakeBytes
    scan.sortRuns { skipped.add("object at an address another has", offset: $0) }
    let runs = scan.runs
    let addresses = scan.finish()
    guard addresses.count < Int(UInt32.max) - 1 else {
      throw .tooLarge("\(grouped(addresses.count)) objects, at most \(grouped(UInt32.max - 2)) can be shown")
    }
    return GoFirstPass(
      params: params, version: version, layout: layout, catalog: catalog, addresses: addresses, runs: runs,
      fieldCount: fieldCount, fakeSlots: fakeSlots, fakeBytes: fakeBytes, skipped: skipped, truncation: truncation)
  }

  /// The first record, which says how to read the others.
  private func readParams(_ cursor: inout ByteCursor) throws(LoadError) -> GoParams {
    let start = UInt64(cursor.position)
    let params: GoParams
    let kind: GoRecordKind
    do throws(ReadProblem) {
      kind = try GoHeapDumpReader.kind(&cursor)
      params =
        kind == .params
        ? try GoHeapDumpReader.params(&cursor)
        : GoParams(
          isBigEndian: false, pointerSize: 8, heapLow: 0, heapHigh: 0, architecture: "", version: "", processors: 0)
    } catch {
      if error.isTruncation { throw .endsTooEarly(record: "params record", offset: UInt64(bytes.count)) }
      throw .malformed(record: "params", offset: start, problem: error.text)
    }
    guard kind == .params else {
      throw .malformed(record: kind.name, offset: start, problem: "the first record is not the params record")
    }
    guard params.pointerSize == 8 || params.pointerSize == 4 else {
      throw .malformed(
        record: "params", offset: start, problem: "pointers of \(grouped(params.pointerSize)) bytes")
    }
    guard params.heapLow <= params.heapHigh else {
      throw .malformed(record: "params", offset: start, problem: "the heap ends before it begins")
    }
    return params
  }

  /// Takes the records of objects at the cursor in which nothing is odd, some thousands at most.
  private func takeUsual(_ cursor: inout ByteCursor, _ params: GoParams, into scan: inout GoObjectScan) {
    var records = GoObjectCursor(cursor.bytes, at: cursor.position)
    let low = params.heapLow
    let high = params.heapHigh
    let pointerSize = params.pointerSize
    taking: for _ in 0..<65536 {
      let start = records.position
      guard let address = records.head() else { break }
      let length = records.length
      guard address >= low, address < high, UInt64(truncatingIfNeeded: length) <= high &- address else { break }
      let limit = length &- pointerSize
      var fields = 0
      while true {
        guard let field = records.field(limit: limit) else { break taking }
        if field == .max { break }
        fields &+= 1
      }
      cursor.position = records.position
      scan.append(address: address, size: UInt64(truncatingIfNeeded: length), fields: fields, offset: start)
    }
  }

  /// Takes the records of objects at the cursor, some thousands at most: it is called again for more.
  ///
  /// `recordStart` is set to where the record begins that is being read.
  /// - Returns: true when the last of them lies outside the heap and was left out.
  private func takeObjects(
    _ cursor: inout ByteCursor, recordStart: inout Int, params: GoParams, into scan: inout GoObjectScan
  ) throws(ReadProblem) -> Bool {
    takeUsual(&cursor, params, into: &scan)
    let tag = UInt8(truncatingIfNeeded: GoRecordKind.object.rawValue)
    let pointerSize = params.pointerSize
    for _ in 0..<64 {
      let start = cursor.position
      guard start < cursor.bytes.count, cursor.bytes[start] == tag else { break }
      recordStart = start
      cursor.position = start &+ 1
      let address = try cursor.varint()
      // What the heap cannot hold is no length that was cut off.
      let room = address < params.heapHigh ? params.heapHigh &- address : 0
      let contents = try cursor.range(limit: room)
      let length = contents.count
      let fields = try GoHeapDumpReader.skipFields(&cursor, length: length, pointerSize: pointerSize)
      guard address >= params.heapLow, UInt64(length) <= room else {
        scan.endPage()
        return true
      }
      scan.append(address: address, size: UInt64(length), fields: fields, offset: start)
    }
    return false
  }

  /// Checks a record other than an object and notes where it is.
  private func take(
    _ kind: GoRecordKind, at start: Int, _ cursor: inout ByteCursor, params: GoParams,
    into catalog: inout GoRecordCatalog
  ) throws(ReadProblem) {
    typealias Reader = GoHeapDumpReader
    let entry = GoRecordCatalog.Entry(goroutine: catalog.currentGoroutine, offset: start)
    switch kind {
    case .goroutine:
      _ = try Reader.goroutine(&cursor)
      catalog.goroutines.append(start)
    case .frame:
      _ = try Reader.frame(&cursor, pointerSize: params.pointerSize)
      catalog.frames.append(entry)
    case .deferred:
      _ = try Reader.deferred(&cursor)
      catalog.deferred.append(entry)
    case .panic:
      _ = try Reader.panic(&cursor)
      catalog.panics.append(entry)
    case .type:
      _ = try Reader.type(&cursor)
      catalog.types.append(start)
    case .itab:
      for _ in 0..<2 { _ = try cursor.varint() }
      catalog.itabs.append(start)
    case .otherRoot:
      _ = try Reader.otherRoot(&cursor)
      catalog.otherRoots.append(start)
    case .data:
      _ = try Reader.segment(&cursor, pointerSize: params.pointerSize)
      catalog.data.append(start)
    case .bss:
      _ = try Reader.segment(&cursor, pointerSize: params.pointerSize)
      catalog.bss.append(start)
    case .finalizer:
      _ = try Reader.finalizer(&cursor)
      catalog.finalizers.append(start)
    case .queuedFinalizer:
      _ = try Reader.finalizer(&cursor)
      catalog.queuedFinalizers.append(start)
    case .thread:
      for _ in 0..<3 { _ = try cursor.varint() }
      catalog.threads += 1
    case .memStats: catalog.memStats = try Reader.memStats(&cursor)
    case .allocationProfile:
      _ = try Reader.allocationProfile(&cursor)
      catalog.profiles.append(start)
    case .allocationSample:
      let address = try cursor.varint()
      catalog.samples.append((address, try cursor.varint()))
    case .params: _ = try Reader.params(&cursor)  // Only the first counts.
    case .object, .end: break
    }
  }
}
