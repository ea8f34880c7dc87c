import ReferenceGraph

/// Writes an HPROF dump again without the texts and numbers of its objects, record by record.
///
/// Records keep their order and length; only where items go on behind the header of the next segment, the segments are
/// divided anew.
struct HPROFRedaction {
  private let bytes: UnsafeRawBufferPointer
  private let file: MappedFile
  private let output: RedactedFile
  private let progress: WorkProgress
  private let idSize: Int
  private let catalog: HPROFCatalog
  private var items: HPROFItemRedaction
  /// Text ids of names of classes, fields, methods, signatures, files and heaps.
  private var names: Set<UInt64> = []

  /// Segments of a heap that was in pieces have about so many bytes.
  private static let segmentSize = 64 << 20

  /// Writes the heap that `options` ask for.
  static func redact(
    _ input: InputSource, _ options: LoadOptions, to output: RedactedFile, _ progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    try HPROFLoader(input: input, options: options, progress: progress).read(notesParts: true) {
      (scan, file, segments) throws(HPROFScanFailure) -> RedactionReport? in
      do throws(LoadError) {
        var report = RedactionReport()
        report.truncation = scan.truncation
        if let cut = input.truncation { report.truncation = report.truncation.map { "\(cut): \($0)" } ?? cut }
        if scan.catalog.heaps.count > 1 {
          report.warnings.append(
            "the file has \(scan.catalog.heaps.count) heaps: heap \(options.heap ?? 1) is written, --heap N chooses")
        }
        for skipped in scan.skipped.records {
          report.warnings.append(
            "\(grouped(skipped.count)) × \(skipped.what), first at byte \(grouped(skipped.firstOffset)): left out or zeroed"
          )
        }
        let isJoined = segments == .joined
        let parts = scan.parts
        let headerEnd = scan.header.end
        let isCut = report.truncation != nil
        guard var redaction = try HPROFRedaction(scan, file, output, progress) else { return nil }
        progress.begin(DumpLoading.steps.count, total: UInt64(file.count))
        output.append(file.bytes, 0..<headerEnd)
        try redaction.write(parts, isJoined: isJoined, isCut: isCut)
        output.finish()
        return report
      } catch {
        throw .failed(error)
      }
    }
  }

  /// Nil when the runs of records do not give the objects in the order of their addresses.
  private init?(
    _ scan: borrowing HPROFFirstPass, _ file: MappedFile, _ output: RedactedFile, _ progress: WorkProgress
  ) throws(LoadError) {
    let idSize = scan.header.identifierSize
    let reader = HPROFObjectReader(
      bytes: file.bytes, runs: scan.runs,
      table: HPROFClassTable(
        records: scan.classes, bytes: file.bytes, identifierSize: idSize, catalog: scan.catalog),
      catalog: scan.catalog, identifierSize: idSize, records: scan.classes)
    guard let numbers = try HPROFKeptNumbers(reader: reader).withCounts(progress: progress) else { return nil }
    file.giveBackAll()
    bytes = file.bytes
    self.file = file
    self.output = output
    self.progress = progress
    self.idSize = idSize
    catalog = scan.catalog
    items = HPROFItemRedaction(reader: reader, numbers: numbers, output: output)
    findNames(scan.classes, scan.parts)
  }

  private mutating func findNames(_ classes: [HPROFScan.ClassRecord], _ parts: [HPROFPart]) {
    for loaded in catalog.loaded { names.insert(loaded.name) }
    names.formUnion(catalog.heapNames)
    for record in classes {
      let row = HPROFClassRow(bytes: bytes, identifierSize: idSize, catalog: catalog, record: record)
      for field in row.statics() { names.insert(field.name) }
      var cursor = ByteCursor(bytes, at: record.fields)
      for _ in 0..<((try? cursor.u2()) ?? 0) {
        guard let name = try? cursor.id(idSize), (try? cursor.u1()) != nil else { break }
        names.insert(name)
      }
    }
    // Method, signature and file.
    for part in parts where part.tag == HPROFRecord.stackFrame && part.understood - part.start >= 9 + 4 * idSize {
      for index in 1...3 { names.insert(bytes.identifier(at: part.start + 9 + index * idSize, size: idSize)) }
    }
  }

  // MARK: Records

  private mutating func write(_ parts: [HPROFPart], isJoined: Bool, isCut: Bool) throws(LoadError) {
    var written = 0
    for part in parts {
      if output.failure != 0 || progress.isCancelled { throw .cancelled }
      progress.advance(to: UInt64(part.start))
      if part.tag == HPROFRecord.heapDump || part.tag == HPROFRecord.heapSegment {
        try writeHeap(part, isJoined: isJoined)
      } else if isJoined, part.tag == HPROFRecord.heapEnd {
        // Heaps before the one that is written are empty, and not written.
        continue
      } else {
        writeRecord(part)
      }
      if part.start - written > HPROFLoader.window {
        file.giveBack(written..<part.start)
        written = part.start
      }
    }
    if isJoined, !isCut { writeHead(HPROFRecord.heapEnd, length: 0) }
  }

  /// The tag, no time, and the length.
  private func writeHead(_ tag: UInt8, length: UInt32) {
    output.append([tag, 0, 0, 0, 0])
    withUnsafeBytes(of: length.bigEndian) { output.append($0) }
  }

  private mutating func writeHeap(_ part: HPROFPart, isJoined: Bool) throws(LoadError) {
    let body = part.start + 9
    guard isJoined else {
      writeHead(part.tag, length: bytes.bigEndian32(at: part.start + 5))
      try writeItems(body..<part.understood)
      output.append(count: max(0, part.end - part.understood))
      return
    }
    var next = body
    while next < part.understood {
      let end = items.end(ofItemsFrom: next, until: part.understood, about: Self.segmentSize)
      guard end > next else { return }
      writeHead(HPROFRecord.heapSegment, length: UInt32(clamping: end - next))
      try writeItems(next..<end)
      next = end
    }
  }

  private mutating func writeItems(_ range: Range<Int>) throws(LoadError) {
    var next = range.lowerBound
    while next < range.upperBound {
      if output.failure != 0 || progress.isCancelled { throw .cancelled }
      progress.advance(to: UInt64(next))
      let before = next
      guard items.write(&next, until: range.upperBound) else { throw .cannotRead("it changed while it was read") }
      if next - before > 1 << 20 { file.giveBack(before: next) }
    }
  }

  /// A record that is no heap: what is not needed of it is zeros.
  private func writeRecord(_ part: HPROFPart) {
    let body = part.start + 9
    let length = part.end - body
    let kept: Int
    switch part.tag {
    case HPROFRecord.text:
      let id = length >= idSize ? bytes.identifier(at: body, size: idSize) : 0
      // Of several texts of one id the last counts.
      let isName = length >= idSize && names.contains(id) && catalog.texts[id]?.offset == body + idSize
      kept = isName ? length : idSize
    case HPROFRecord.loadClass: kept = 8 + 2 * idSize
    case HPROFRecord.stackFrame: kept = 8 + 4 * idSize
    case HPROFRecord.stackTrace:
      kept = length >= 12 ? 12 + Int(bytes.bigEndian32(at: body + 8)) * idSize : 0
    case HPROFRecord.startThread: kept = 8 + 4 * idSize
    // How many objects are alive, and how many there have been.
    case HPROFRecord.heapSummary: kept = 24
    default: kept = 0
    }
    writeHead(part.tag, length: bytes.bigEndian32(at: part.start + 5))
    let end = max(body, min(body + kept, part.understood))
    output.append(bytes, body..<end)
    output.append(count: part.end - end)
  }
}
