import ReferenceGraph

/// Writes a Go heap dump again without what its objects, variables and stacks hold beside pointers.
///
/// The contents have no types of their own: pointers are where the dump says, and with the executable the words beside
/// them are known that say how long a slice is or what an interface holds. All else is zeroed. Records keep their order
/// and length.
struct GoRedaction {
  private let bytes: UnsafeRawBufferPointer
  private let file: MappedFile
  private let output: RedactedFile
  private let progress: WorkProgress
  private let params: GoParams
  private let layout: GoSlotLayout
  private let graph: ReferenceGraph
  private let locator: GoObjectLocator
  private let typed: GoTypedDetails?
  private let kept: GoKeptPlaces
  private var words: GoTypeWords
  /// What of the contents at hand is kept beside pointers, used again for each.
  private var list: [GoTypeWords.Word] = []
  private var pointers: [Int] = []

  static func redact(
    _ input: InputSource, _ options: LoadOptions, to output: RedactedFile, _ progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    var loader = GoHeapDumpLoader(input: input, options: options, progress: progress)
    let kept = GoKeptPlaces()
    loader.kept = kept
    let heap = try loader.load()
    guard let details = heap.details as? GoHeapDumpDetails else { throw .cannotRead("it has no objects") }
    progress.begin(DumpLoading.steps.count, total: UInt64(input.file.count))
    var redaction = GoRedaction(input.file, details, kept, output, progress)
    try redaction.write()
    output.finish()

    var report = RedactionReport()
    report.truncation = heap.facts.truncation
    report.otherFiles = heap.facts.otherFiles
    if details.catalog.trailingBytes > 0 {
      report.warnings.append("\(grouped(details.catalog.trailingBytes)) bytes behind the end record were left out")
    }
    if details.typed == nil {
      report.warnings.append(
        "without its executable the lengths of its strings and slices are zeros too: with --executable types can be named "
          + "in the redacted dump as in this one")
    }
    return report
  }

  private init(
    _ file: MappedFile, _ details: GoHeapDumpDetails, _ kept: GoKeptPlaces, _ output: RedactedFile,
    _ progress: WorkProgress
  ) {
    self.file = file
    bytes = file.bytes
    self.output = output
    self.progress = progress
    self.kept = kept
    params = details.locator.params
    layout = GoSlotLayout(version: GoVersion(params.version), pointerSize: params.pointerSize)
    graph = details.graph
    locator = details.locator
    typed = details.typed
    words = GoTypeWords(params)
  }

  // MARK: Records

  /// Writes all records that are whole.
  private mutating func write() throws(LoadError) {
    var cursor = ByteCursor(bytes, at: GoHeapDumpLoader.headerLength)
    var written = 0
    var isEnd = false
    output.append(bytes, 0..<GoHeapDumpLoader.headerLength)
    while !isEnd {
      for _ in 0..<1024 where !isEnd {
        let start = cursor.position
        do throws(ReadProblem) {
          let kind = try GoHeapDumpReader.kind(&cursor)
          isEnd = kind == .end
          try take(kind, from: start, &cursor)
        } catch {
          isEnd = true
        }
      }
      if output.failure != 0 || progress.isCancelled { throw .cancelled }
      progress.advance(to: UInt64(cursor.position))
      if cursor.position - written > GoHeapDumpLoader.window {
        file.giveBack(written..<cursor.position)
        written = cursor.position
      }
    }
  }

  private mutating func take(
    _ kind: GoRecordKind, from start: Int, _ cursor: inout ByteCursor
  ) throws(ReadProblem) {
    typealias Reader = GoHeapDumpReader
    let pointerSize = params.pointerSize
    switch kind {
    case .object:
      let address = try cursor.varint()
      let contents = try cursor.range(limit: 0)
      let fields = cursor.position
      _ = try Reader.skipFields(&cursor, length: contents.count, pointerSize: pointerSize)
      readPointers(fields)
      findWords(ofObjectAt: address, contents)
      write(contents, from: start, to: cursor.position)
      return
    case .data, .bss:
      let segment = try Reader.segment(&cursor, pointerSize: pointerSize)
      readPointers(segment.contents.fields)
      findWords(inRoots: segment.contents.bytes, isStack: false)
      write(segment.contents.bytes, from: start, to: cursor.position)
      return
    case .frame:
      let frame = try Reader.frame(&cursor, pointerSize: pointerSize)
      readPointers(frame.contents.fields)
      findWords(inRoots: frame.contents.bytes, isStack: true)
      write(frame.contents.bytes, from: start, to: cursor.position)
      return
    case .goroutine: _ = try Reader.goroutine(&cursor)
    case .deferred: _ = try Reader.deferred(&cursor)
    case .panic: _ = try Reader.panic(&cursor)
    case .type: _ = try Reader.type(&cursor)
    case .itab: for _ in 0..<2 { _ = try cursor.varint() }
    case .otherRoot: _ = try Reader.otherRoot(&cursor)
    case .finalizer, .queuedFinalizer: _ = try Reader.finalizer(&cursor)
    case .thread: for _ in 0..<3 { _ = try cursor.varint() }
    case .memStats: _ = try Reader.memStats(&cursor)
    case .allocationProfile: _ = try Reader.allocationProfile(&cursor)
    case .allocationSample: for _ in 0..<2 { _ = try cursor.varint() }
    case .params: _ = try Reader.params(&cursor)
    case .end: break
    }
    output.append(bytes, start..<cursor.position)
  }

  // MARK: Contents

  private func word(_ contents: Range<Int>, _ offset: Int) -> UInt64 {
    guard offset >= 0, offset <= contents.count - params.pointerSize else { return 0 }
    return GoHeapDumpReader.word(bytes, at: contents.lowerBound + offset, params)
  }

  private mutating func readPointers(_ fields: Int) {
    pointers.removeAll(keepingCapacity: true)
    list.removeAll(keepingCapacity: true)
    var cursor = ByteCursor(bytes, at: fields)
    while let field = try? GoHeapDumpReader.nextField(&cursor) { pointers.append(field) }
    for index in pointers.indices.dropFirst() where pointers[index] < pointers[index - 1] {
      pointers.sort()
      break
    }
  }

  /// Whether a word can be an address, and not eight letters of a text.
  private func isAddress(_ word: UInt64) -> Bool {
    params.pointerSize == 4 || word >> 48 == 0 || word >= params.heapLow && word < params.heapHigh
  }

  /// Whether a word says what the interface holds whose value stands behind it.
  private func isTypeWord(_ word: UInt64) -> Bool {
    guard let typed, word != 0 else { return false }
    return typed.classes.interfaceTables[word] != nil || typed.classes.runtimeTypes[word] ?? 0 != 0
  }

  private mutating func keep(_ offset: Int, _ length: Int, _ kind: GoTypeWords.Kind = .plain) {
    list.append(GoTypeWords.Word(offset: offset, length: length, kind: kind))
  }

  /// The words in front of pointers that say what an interface holds.
  private mutating func keepTypeWords(_ contents: Range<Int>) {
    guard typed != nil else { return }
    let size = params.pointerSize
    var last = -size
    for pointer in pointers {
      if pointer >= size, last != pointer - size, isTypeWord(word(contents, pointer - size)) {
        keep(pointer - size, size)
      }
      last = pointer
    }
  }

  private mutating func findWords(ofObjectAt address: UInt64, _ contents: Range<Int>) {
    guard let id = graph.addresses.object(at: address) else {
      // A slot that is no object: nothing of it is needed.
      pointers.removeAll(keepingCapacity: true)
      return
    }
    let size = UInt64(contents.count)
    if !pointers.isEmpty, layout.hasHeader(size: size), isAddress(word(contents, 0)) { keep(0, params.pointerSize) }
    guard let typed else { return }
    if let inside = kept.insides[id.rawValue] {
      let hasHeader =
        layout.hasHeader(size: size) && !pointers.isEmpty && !typed.classes.headerless.contains(id.rawValue)
      let start = inside.distance + (hasHeader ? params.pointerSize : 0)
      keepWords(of: inside.type, typed.table, from: start, to: contents.count, isArray: inside.isArray)
      keepTypeWords(contents)
    } else if let reading = typed.reading(of: id) {
      keepWords(
        of: reading.type, typed.table, from: Int(clamping: reading.header), to: contents.count,
        isArray: reading.isArray)
    } else if pointers.isEmpty {
      // Whether something was written behind its beginning tells it from arguments of cleanups (`GoCleanups`).
      if let last = bytes[contents].lastIndex(where: { $0 != 0 }) { keep(last - contents.lowerBound, 1, .mark) }
    } else {
      keepTypeWords(contents)
    }
  }

  private mutating func keepWords(
    of type: GoTypeTable.ID, _ table: GoTypeTable, from start: Int, to end: Int, isArray: Bool
  ) {
    let size = Int(clamping: table[type].size)
    let own = words.words(of: type, table)
    guard size > 0, !own.isEmpty else { return }
    var element = start
    repeat {
      for word in own {
        guard element + word.offset < end else { break }
        if element + word.offset + word.length <= end { keep(element + word.offset, word.length, word.kind) }
      }
      element += size
    } while isArray && element < end
  }

  private mutating func findWords(inRoots contents: Range<Int>, isStack: Bool) {
    let size = params.pointerSize
    for range in kept.ranges(in: contents) where range.upperBound <= contents.upperBound {
      keep(range.lowerBound - contents.lowerBound, range.count)
    }
    keepTypeWords(contents)
    if isStack {
      // Words that may be references.
      for offset in stride(from: 0, through: contents.count - size, by: size) {
        let word = word(contents, offset)
        if word >= params.heapLow, word < params.heapHigh { keep(offset, size) }
      }
    }
    guard let typed, !kept.knowsVariables else { return }
    for pointer in pointers where isSlice(at: pointer, contents, typed) { keep(pointer + size, 2 * size) }
  }

  /// Whether the words behind a pointer look like length and capacity of a slice that takes most of its object: nobody
  /// knows the types of variables.
  private func isSlice(at pointer: Int, _ contents: Range<Int>, _ typed: GoTypedDetails) -> Bool {
    let size = params.pointerSize
    let address = word(contents, pointer)
    let length = word(contents, pointer + size)
    let capacity = word(contents, pointer + 2 * size)
    guard capacity > 0, length <= capacity, pointer + 3 * size <= contents.count,
      let id = locator.object(holding: address, in: graph.addresses)
    else { return false }
    let reading = typed.reading(of: id)
    let rest = graph.size(of: id) - (address - graph.addresses.address(of: id))
    let room = rest / max(1, reading?.size ?? 1)
    return capacity <= room && capacity > room / 2
  }

  // MARK: Output

  /// Writes a record whose contents are what is kept, and zeros.
  private mutating func write(_ contents: Range<Int>, from start: Int, to end: Int) {
    output.append(bytes, start..<contents.lowerBound)
    for index in list.indices.dropFirst() where list[index].offset < list[index - 1].offset {
      list.sort { $0.offset < $1.offset }
      break
    }
    var done = 0
    var next = 0
    for pointer in pointers {
      while next < list.count, list[next].offset < pointer {
        write(list[next], of: contents, &done)
        next += 1
      }
      guard isAddress(word(contents, pointer)) else { continue }
      write(GoTypeWords.Word(offset: pointer, length: params.pointerSize), of: contents, &done)
    }
    for word in list[next...] { write(word, of: contents, &done) }
    output.append(count: contents.count - done)
    output.append(bytes, contents.upperBound..<end)
  }

  /// Writes zeros up to a word, and what of it lies behind `done`.
  private func write(_ word: GoTypeWords.Word, of contents: Range<Int>, _ done: inout Int) {
    let start = max(word.offset, done)
    let end = min(word.offset + word.length, contents.count)
    guard start < end else { return }
    output.append(count: start - done)
    let range = contents.lowerBound + start..<contents.lowerBound + end
    switch word.kind {
    case .plain: output.append(bytes, range)
    // Empty, deleted, or full, without the bits of the key's hash.
    case .control: output.append(bytes[range].map { $0 & 0x80 == 0 ? 0 : $0 == 0xfe ? 0xfe : 0x80 })
    case .mark: output.append(repeating: 1, count: end - start)
    case .hashes: output.append(bytes[range].map { min($0, GoMapStorage.firstHash) })
    }
    done = end
  }
}
