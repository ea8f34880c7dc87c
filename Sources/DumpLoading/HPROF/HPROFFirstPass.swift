import ReferenceGraph

/// What the first pass over a dump found.
struct HPROFFirstPass: ~Copyable {
  var header: HPROFHeader
  var catalog: HPROFCatalog
  var classes: [HPROFScan.ClassRecord]
  var addresses: AddressIndex
  var runs: RecordRuns
  var referenceBound: Int
  var instances: Int
  var objectArrays: Int
  var primitiveArrays: Int
  var skipped: SkipCounts
  var warnings: [String]
  /// Where and in what record the file was cut off.
  var truncation: String?
  /// What of the file was understood, in its order; empty unless it was asked for.
  var parts: [HPROFPart]

  /// Whether records are missing, cut off or skipped.
  var isDamaged: Bool { truncation != nil || !skipped.records.isEmpty }
}

/// How items are put together that a dump has in several segments.
enum HPROFSegments {
  /// As they come: an item ends in the segment it begins in.
  case plain
  /// They were joined: one of length 0 goes to the end.
  case joined
  /// As they come, also where an item would go on behind the end of its segment: that is damage then, and reading goes
  /// on with the next one.
  case trusted
}

/// Why the first pass stopped.
enum HPROFScanFailure: Error {
  /// An item goes on behind the header of the next segment.
  case splitItem
  case failed(LoadError)
}

/// The first pass: all records; of the objects addresses and where their records lie.
struct HPROFRecordPass: ~Copyable {
  private let file: MappedFile
  private let progress: WorkProgress
  private let header: HPROFHeader
  /// The heap that is read, from 1.
  private let wanted: Int
  private let segments: HPROFSegments
  private var catalog = HPROFCatalog()
  private var scan: HPROFScan
  private var skipped = SkipCounts()
  private var warnings: [String] = []
  private var truncation: String?
  private var isInHeap = false
  private var givenBack = 0
  private var pauses = 0
  private let notesParts: Bool
  private var parts: [HPROFPart] = []

  private static let window = 32 << 20

  private var bytes: UnsafeRawBufferPointer { file.bytes }
  private var isJoined: Bool { segments == .joined }
  private var isWanted: Bool { catalog.heaps.count == wanted }

  /// A pass over the records of `file`; with `notesParts` `HPROFFirstPass.parts` can be asked for.
  init(
    file: MappedFile, header: HPROFHeader, heap: Int, segments: HPROFSegments, runLimit: Int,
    notesParts: Bool = false, progress: WorkProgress
  ) {
    self.notesParts = notesParts
    self.file = file
    self.header = header
    self.segments = segments
    self.progress = progress
    wanted = heap
    scan = HPROFScan(identifierSize: header.identifierSize, runLimit: runLimit, bytes: file.count)
    catalog.texts.reserveCapacity(min(file.count / 4096, 1 << 15))
  }

  /// Reads all records.
  consuming func run() throws(HPROFScanFailure) -> HPROFFirstPass {
    progress.begin(LoadStep.read, total: UInt64(bytes.count))
    file.willReadSequentially()
    var cursor = ByteCursor(bytes, at: header.end)
    while cursor.position < bytes.count, truncation == nil {
      try pause(at: cursor.position)
      let start = cursor.position
      guard bytes.count - start >= 9 else {
        truncation = "the file ends at byte \(grouped(bytes.count)), in the record at byte \(grouped(start))"
        break
      }
      let tag = bytes[start]
      if tag == 0, try skipZeros(&cursor) { continue }
      let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 5, as: UInt32.self)))
      cursor.position = start + 9
      if tag == HPROFRecord.heapDump || tag == HPROFRecord.heapSegment {
        try takeHeap(tag, at: start, length: length, &cursor)
        continue
      }
      guard length <= cursor.remaining else {
        // What is no record at all is damage, or a heap dump that is longer than it says.
        guard HPROFRecord.isKnown(tag) else {
          guard scan.objects > 0 else {
            throw .failed(
              .malformed(
                record: HPROFRecord.name(tag), offset: UInt64(start),
                problem: "length \(grouped(length)) is past the end of the file"))
          }
          skipped.add("rest of the file behind \(HPROFRecord.name(tag))", offset: start)
          break
        }
        truncation =
          "the file ends at byte \(grouped(bytes.count)), in the \(HPROFRecord.name(tag)) record at byte "
          + grouped(start)
        break
      }
      let end = cursor.position + length
      var understood = end
      do throws(ReadProblem) {
        try take(tag, at: start, end: end, &cursor)
      } catch {
        skipped.add("\(HPROFRecord.name(tag)) record that is too short", offset: start)
        understood = start + 9
      }
      if notesParts { parts.append(HPROFPart(tag: tag, start: start, understood: understood, end: end)) }
      cursor.position = end
    }
    return try finish()
  }

  /// Passes over zeros, of which there are many where a part of a file was never written.
  ///
  /// False when they are few.
  private mutating func skipZeros(_ cursor: inout ByteCursor) throws(HPROFScanFailure) -> Bool {
    let start = cursor.position
    var end = start
    while bytes.count - end >= 8, bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self) == 0 {
      end &+= 8
      if end & 0xfffff8 == 0 { try pause(at: end) }
    }
    guard end - start >= 64 || bytes.count - end < 8 && end > start else { return false }
    while end < bytes.count, bytes[end] == 0 { end += 1 }
    if end == bytes.count {
      truncation = "from byte \(grouped(start)) on there are only zeros: the end of the dump was lost"
    } else {
      skipped.add("zeros between records", offset: start)
    }
    cursor.position = end
    return true
  }

  /// Looks whether to go on, and gives pages back that were read.
  private mutating func pause(at position: Int) throws(HPROFScanFailure) {
    pauses &+= 1
    guard position - givenBack > Self.window || pauses & 15 == 0 else { return }
    if progress.isCancelled { throw .failed(.cancelled) }
    progress.advance(to: UInt64(position))
    if position - givenBack > Self.window {
      file.giveBack(givenBack..<position)
      givenBack = position
    }
  }

  // MARK: Heaps

  private mutating func takeHeap(
    _ tag: UInt8, at start: Int, length: Int, _ cursor: inout ByteCursor
  ) throws(HPROFScanFailure) {
    if tag == HPROFRecord.heapDump || !isInHeap {
      catalog.heaps.append(.init(offset: start, bytes: 0, segments: 0))
      catalog.isComplete = false
    }
    isInHeap = tag == HPROFRecord.heapSegment
    let body = cursor.position
    var end = body + length
    var isOpenEnded = false
    let rest = bytes.count - body
    if length == 0 {
      // Nothing in it, or the writer died before it put the length down.
      if !isRecord(at: body) || isJoined {
        end = bytes.count
        isOpenEnded = !isJoined
      }
    } else if tag == HPROFRecord.heapDump, Self.isWrapped(length, of: rest), !isRecord(at: end) {
      end = bytes.count
    }
    defer {
      catalog.heaps[catalog.heaps.count - 1].bytes += min(end, bytes.count) - start
      catalog.heaps[catalog.heaps.count - 1].segments += 1
    }
    if tag == HPROFRecord.heapDump, !isOpenEnded, end <= bytes.count { catalog.isComplete = true }
    guard isWanted else {
      if end > bytes.count { noteCut(tag, start) }
      cursor.position = min(end, bytes.count)
      return
    }
    let understood = try takeItems(tag, at: start, before: &end, &cursor)
    if notesParts {
      parts.append(HPROFPart(tag: tag, start: start, understood: understood, end: min(end, bytes.count)))
    }
    if isOpenEnded, truncation == nil {
      truncation =
        "the \(HPROFRecord.name(tag)) record at byte \(grouped(start)) has no length: "
        + "the program that wrote it ended before it was done"
    } else if end > bytes.count, truncation == nil {
      noteCut(tag, start)
    }
  }

  /// Whether a length is the last 32 bits of that of all the `rest` bytes of a file: a heap of more than 4 GB.
  static func isWrapped(_ length: Int, of rest: Int) -> Bool { rest > length && (rest - length) & 0xffff_ffff == 0 }

  private mutating func noteCut(_ tag: UInt8, _ start: Int) {
    truncation =
      "the file ends at byte \(grouped(bytes.count)), in the \(HPROFRecord.name(tag)) record at byte \(grouped(start))"
  }

  /// Takes the items of a heap or segment; where the last whole one ends.
  private mutating func takeItems(
    _ tag: UInt8, at start: Int, before end: inout Int, _ cursor: inout ByteCursor
  ) throws(HPROFScanFailure) -> Int {
    var item = cursor.position
    var broken: Int?
    while cursor.position < min(end, bytes.count) {
      try pause(at: cursor.position)
      do throws(ReadProblem) {
        try scan.takeItems(&cursor, before: min(end, bytes.count), itemStart: &item)
      } catch {
        broken = item
        // An item that goes past the end of its segment is cut by the next segment's header or by the file's end.
        if error.isTruncation || end - item < 4096, isSegment(at: end), segments == .plain { throw .splitItem }
        if error.isTruncation, segments != .trusted || !isSegment(at: end) {
          truncation =
            "the file ends at byte \(grouped(bytes.count)), in the \(HPROFItem.name(bytes[item])) at byte "
            + grouped(item)
          cursor.position = bytes.count
        } else {
          // The length of the segment says where reading can go on.
          skipped.add("rest of a \(HPROFRecord.name(tag)) behind \(error.text)", offset: item)
          cursor.position = min(end, bytes.count)
        }
        break
      }
    }
    scan.endRun()
    let understood = broken ?? cursor.position
    guard cursor.position > end else { return understood }
    if isSegment(at: end), segments == .plain { throw .splitItem }
    if isSegment(at: end), segments == .trusted {
      skipped.add("item that goes past the end of its segment", offset: item)
      cursor.position = end
      return min(item, understood)
    }
    end = cursor.position
    return understood
  }

  /// Whether a record begins at `position`, as far as its tag and length tell, or the file ends there.
  private func isRecord(at position: Int) -> Bool {
    if position == bytes.count { return true }
    guard position >= 0, bytes.count - position >= 9, HPROFRecord.isKnown(bytes[position]) else { return false }
    return UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 5, as: UInt32.self)))
      <= UInt64(bytes.count - position - 9)
  }

  private func isSegment(at position: Int) -> Bool {
    isRecord(at: position) && position < bytes.count && bytes[position] == HPROFRecord.heapSegment
  }

  // MARK: Other records

  private mutating func take(_ tag: UInt8, at start: Int, end: Int, _ cursor: inout ByteCursor) throws(ReadProblem) {
    let idSize = header.identifierSize
    switch tag {
    case HPROFRecord.text:
      guard end - cursor.position >= idSize else { throw .ended }
      let id = try cursor.id(idSize)
      catalog.texts[id] = .init(offset: cursor.position, length: end - cursor.position)
    case HPROFRecord.loadClass:
      let serial = try cursor.u4()
      let address = try cursor.id(idSize)
      _ = try cursor.u4()
      let name = try cursor.id(idSize)
      guard cursor.position <= end else { throw .ended }
      catalog.loaded.append(.init(serial: serial, address: address, name: name))
    case HPROFRecord.stackFrame:
      let id = try cursor.id(idSize)
      let method = try cursor.id(idSize)
      _ = try cursor.id(idSize)
      let file = try cursor.id(idSize)
      let classSerial = try cursor.u4()
      let line = Int32(bitPattern: try cursor.u4())
      guard cursor.position <= end else { throw .ended }
      catalog.frames[id] = .init(method: method, sourceFile: file, classSerial: classSerial, line: line)
    case HPROFRecord.stackTrace:
      let serial = try cursor.u4()
      let thread = try cursor.u4()
      let count = Int(try cursor.u4())
      guard cursor.position <= end, count <= (end - cursor.position) / idSize else { throw .ended }
      catalog.traces[serial] = .init(thread: thread, frames: cursor.position, count: count)
    case HPROFRecord.startThread:
      let serial = try cursor.u4()
      let object = try cursor.id(idSize)
      _ = try cursor.u4()
      let name = try cursor.id(idSize)
      let group = try cursor.id(idSize)
      guard cursor.position <= end else { throw .ended }
      catalog.startedThreads[serial] = .init(object: object, name: name, group: group)
    case HPROFRecord.heapSummary:
      _ = try cursor.u4()
      catalog.liveObjects = UInt64(try cursor.u4())
    case HPROFRecord.heapEnd:
      isInHeap = false
      catalog.isComplete = true
    default:
      if !HPROFRecord.isKnown(tag) { skipped.add("unknown record \(hexadecimal(UInt64(tag)))", offset: start) }
    }
  }

  // MARK: The end

  private consuming func finish() throws(HPROFScanFailure) -> HPROFFirstPass {
    file.giveBackAll()
    guard !catalog.heaps.isEmpty else {
      throw .failed(
        truncation == nil
          ? .malformed(record: "last", offset: UInt64(bytes.count), problem: "the file has no heap dump record")
          : .endsTooEarly(record: "records before the heap", offset: UInt64(bytes.count)))
    }
    guard wanted <= catalog.heaps.count else {
      throw .failed(.unsupported("the file has \(catalog.heaps.count) heap(s), heap \(wanted) was asked for"))
    }
    guard scan.objects > 0 else {
      throw .failed(.endsTooEarly(record: "heap dump", offset: UInt64(bytes.count)))
    }
    if truncation == nil, !catalog.isComplete, !isJoined {
      truncation = "the file ends at byte \(grouped(bytes.count)), without its heap dump end record"
    }
    scan.sortRuns { skipped.add("object at an address another has", offset: $0) }
    catalog.roots = scan.roots
    catalog.heapNames = scan.heapNames
    let runs = scan.runs
    let classes = scan.classes
    let bound = scan.referenceBound
    let counts = (scan.instances, scan.objectArrays, scan.primitiveArrays)
    let addresses = scan.finish()
    guard addresses.count < Int(UInt32.max) - 2 else {
      throw .failed(
        .tooLarge("\(grouped(addresses.count)) objects, at most \(grouped(UInt32.max - 3)) can be shown"))
    }
    return HPROFFirstPass(
      header: header, catalog: catalog, classes: classes, addresses: addresses, runs: runs, referenceBound: bound,
      instances: counts.0, objectArrays: counts.1, primitiveArrays: counts.2, skipped: skipped, warnings: warnings,
      truncation: truncation, parts: parts)
  }
}
