import ReferenceGraph

/// Writes a heap snapshot again without the texts and numbers that its objects hold.
///
/// Nodes, references and sizes stay. In the table of strings what only objects hold becomes as many `x`; a text that is
/// also a name, such as a number that is the name of a slot too, stays as the name, and the object gets a text of `x`
/// of its own at the end of the table.
struct V8Redaction {
  private let file: MappedFile
  private let layout: V8Layout
  private let strings: V8Strings
  private let output: RedactedFile
  private let progress: WorkProgress
  /// Texts of `x` for objects whose text stays as a name: by string the number of the text that takes its place.
  private var replacements: [UInt32: UInt64] = [:]
  /// The lengths of those texts, in the order of their numbers.
  private var fillers: [Int] = []
  private var fillerOfLength: [Int: UInt64] = [:]

  private var bytes: UnsafeRawBufferPointer { file.bytes }

  static func redact(
    _ input: InputSource, to output: RedactedFile, _ progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    let file = input.file
    let loader = V8HeapSnapshotLoader(input: input, progress: progress)
    progress.begin(1, total: UInt64(file.count))
    file.willReadSequentially()
    let members = try V8Members(file)
    for array in [members.nodes, members.edges, members.locations, members.traceFunctions] {
      if let array { try file.hold(UInt8(ascii: "]"), at: array.upperBound) }
    }
    let (layout, strings, nodeArray, edgeArray) = try loader.parts(members)
    guard !layout.isOfJulia else {
      throw .unsupported("a snapshot of Julia is not redacted: each text of it is a class")
    }
    let nodes = try V8Nodes(file, nodeArray, layout, progress: progress)
    let edges = try V8Edges(file, edgeArray, layout, nodes, room: 0, progress: progress)
    let uses = try V8NameUses(nodes, edges, strings, progress: progress)
    if let functions = members.traceFunctions { uses.takeTraces(file, functions, layout) }
    var redaction = V8Redaction(file: file, layout: layout, strings: strings, output: output, progress: progress)
    redaction.findReplacements(uses, isCut: strings.isCut)
    file.giveBackAll()
    progress.begin(DumpLoading.steps.count, total: UInt64(file.count))
    try redaction.write(members, nodeArray, edgeArray, uses)
    output.finish()

    var report = RedactionReport()
    report.truncation = input.truncation
    if report.truncation == nil, let end = members.cutAt {
      report.truncation = "the file ends at byte \(grouped(end)): what is missing of its names is missing here too"
    }
    if members.trailing != nil { report.warnings.append("what follows the snapshot is left out") }
    return report
  }

  private init(
    file: MappedFile, layout: V8Layout, strings: V8Strings, output: RedactedFile, progress: WorkProgress
  ) {
    self.file = file
    self.layout = layout
    self.strings = strings
    self.output = output
    self.progress = progress
  }

  // MARK: Texts

  /// What stays of a string.
  private enum Fate {
    /// As it stands in the file.
    case kept
    /// A name, cleaned.
    case cleaned([UInt8])
    /// A name that no code could have.
    case pseudonym(String)
    /// `x`, so many.
    case filler(Int)
  }

  private func fate(_ index: Int, _ use: UInt8, _ range: Range<Int>) -> Fate {
    guard use & ~V8NameUses.content != 0 else {
      return .filler(Self.length(bytes, range))
    }
    if use & (V8NameUses.name | V8NameUses.file | V8NameUses.tag) == 0 {
      let text = V8Text.decode(bytes, range)
      // JavaScriptCore has indices of elements as names of properties.
      let isIndex = text.utf8.count < 10 && text.utf8.allSatisfy { $0 &- 0x30 <= 9 }
      if !isIndex, !V8RedactedText.isPlain(text) {
        return .pseudonym(V8RedactedText.pseudonym(for: text, number: index))
      }
    }
    let isPair = strings.role(of: index) == V8Strings.Role.weakMapEntry.rawValue
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    return V8RedactedText.cleaned(part, isTag: use & V8NameUses.tag != 0, isPair: isPair).map { .cleaned($0) } ?? .kept
  }

  /// Bytes of a text in UTF-8.
  private static func length(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
    bytes[range].contains(0x5c) ? V8Text.decode(bytes, range).utf8.count : range.count
  }

  /// Texts that are names of something else than code, and content too: objects are given a text of their own.
  private mutating func findReplacements(_ uses: borrowing V8NameUses, isCut: Bool) {
    var found: [(string: UInt32, length: Int)] = []
    strings.visit { index, range in
      let use = uses.uses[index]
      guard use & V8NameUses.content != 0, use & ~V8NameUses.content != 0, use & V8NameUses.file == 0, !range.isEmpty,
        !V8RedactedText.isPlain(V8Text.decode(bytes, range))
      else { return true }
      found.append((UInt32(clamping: index), Self.length(bytes, range)))
      return true
    }
    for (string, length) in found {
      // Behind the end of a table that is cut nothing can be added: no text at all.
      guard !isCut else {
        replacements[string] = UInt64(UInt32.max - 1)
        continue
      }
      if fillerOfLength[length] == nil {
        fillerOfLength[length] = UInt64(strings.count + fillers.count)
        fillers.append(length)
      }
      replacements[string] = fillerOfLength[length]
    }
  }

  // MARK: Members

  private func write(
    _ members: V8Members, _ nodes: Range<Int>, _ edges: Range<Int>, _ uses: borrowing V8NameUses
  ) throws(LoadError) {
    output.append("{\"snapshot\":")
    try writeDescription(at: members.snapshotOffset)
    output.append(",\n\"nodes\":[")
    try writeNodes(nodes)
    output.append("],\n\"edges\":[")
    try writeRange(edges)
    output.append("],\n\"trace_function_infos\":[")
    if let functions = members.traceFunctions { writeNumbers(functions, isTree: false) }
    output.append("],\n\"trace_tree\":")
    if let tree = members.traceTree { writeNumbers(tree, isTree: true) } else { output.append("[]") }
    output.append(",\n\"samples\":[],\n\"locations\":[")
    if let locations = members.locations { writeNumbers(locations, isTree: false) }
    output.append("],\n\"strings\":[")
    try writeStrings(uses)
    if !strings.isCut { output.append(members.cutAt == nil ? "]}\n" : "]") }
  }

  private static let figures: Set = [
    "node_count", "edge_count", "trace_function_count", "extra_native_bytes", "root_index",
  ]

  /// The members of `snapshot` that say how to read the rest, and how much there is.
  private func writeDescription(at offset: Int) throws(LoadError) {
    var scanner = V8JSONScanner(bytes, at: offset)
    var isFirst = true
    output.append("{")
    do throws(V8JSONScanner.Problem) {
      try scanner.take("{")
      repeat {
        let key = try scanner.string()
        try scanner.take(":")
        _ = try scanner.peek()
        let start = scanner.position
        let name = V8Text.decode(bytes, key, limit: 64)
        let isKept = name == "meta" || Self.figures.contains(name) && bytes[start] &- 0x30 <= 9
        try scanner.skipValue()
        guard isKept else { continue }
        output.append(isFirst ? "\"\(name)\":" : ",\"\(name)\":")
        output.append(bytes, start..<scanner.position)
        isFirst = false
      } while try scanner.takes(",")
    } catch {
      throw .malformed(record: "snapshot", offset: UInt64(scanner.position), problem: error.text)
    }
    output.append("}")
  }

  /// The nodes with other texts for those that `replacements` tells of.
  private func writeNodes(_ array: Range<Int>) throws(LoadError) {
    guard !replacements.isEmpty else { return try writeRange(array) }
    var reader = V8NumberReader(bytes, array)
    var done = array.lowerBound
    var type = V8NodeType.other
    var count = 0
    do throws(V8ReadProblem) {
      while reader.hasMore {
        if count & 0xffff == 0 { try pause(at: reader.position) }
        count += 1
        var name: (value: UInt64, start: Int) = (0, 0)
        for field in 0..<layout.nodeStride {
          let start = reader.position
          let value = try reader.next()
          if field == layout.nodeName { name = (value, start) }
          if field == layout.nodeType {
            type = value < UInt64(layout.nodeTypes.count) ? layout.nodeTypes[Int(value)] : .other
          }
        }
        guard V8NameUses.isContent(type), let other = replacements[UInt32(clamping: name.value)] else { continue }
        output.append(bytes, done..<name.start)
        output.append(String(other))
        done = name.start
        while bytes[done] &- 0x30 <= 9 { done += 1 }
      }
    } catch {
      // They were read before.
      if progress.isCancelled || output.failure != 0 { throw .cancelled }
      throw .cannotRead("it changed while it was read")
    }
    output.append(bytes, done..<array.upperBound)
  }

  private func pause(at position: Int) throws(V8ReadProblem) {
    progress.advance(to: UInt64(position))
    file.giveBack(before: position)
    if progress.isCancelled || output.failure != 0 { throw .noNumber }
  }

  /// Numbers that were read before.
  private func writeRange(_ range: Range<Int>) throws(LoadError) {
    var next = range.lowerBound
    while next < range.upperBound {
      if progress.isCancelled || output.failure != 0 { throw .cancelled }
      let end = min(range.upperBound, next + 8 << 20)
      output.append(bytes, next..<end)
      next = end
      progress.advance(to: UInt64(next))
      file.giveBack(before: next)
    }
  }

  /// Numbers that nobody has looked at: nothing but digits and what stands between them.
  private func writeNumbers(_ range: Range<Int>, isTree: Bool) {
    var done = range.lowerBound
    for index in range {
      let byte = bytes[index]
      if byte &- 0x30 <= 9 || byte == 0x2c || byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { continue }
      if isTree, byte == 0x5b || byte == 0x5d { continue }
      output.append(bytes, done..<index)
      output.append("0")
      done = index + 1
    }
    output.append(bytes, done..<range.upperBound)
  }

  private func writeStrings(_ uses: borrowing V8NameUses) throws(LoadError) {
    var written = 0
    strings.visit { index, range in
      if index & 0xffff == 0 {
        progress.advance(to: UInt64(range.lowerBound))
        file.giveBack(before: range.lowerBound)
        if progress.isCancelled || output.failure != 0 { return false }
      }
      output.append(index == 0 ? "\"" : ",\n\"")
      switch fate(index, uses.uses[index], range) {
      case .kept: output.append(bytes, range)
      case .cleaned(let name): output.append(name)
      case .pseudonym(let name): output.append(name)
      case .filler(let count): output.append(repeating: UInt8(ascii: "x"), count: count)
      }
      output.append("\"")
      written += 1
      return true
    }
    if progress.isCancelled || output.failure != 0 { throw .cancelled }
    guard written == strings.count else { throw .cannotRead("it changed while it was read") }
    for length in fillers {
      output.append(written == 0 ? "\"" : ",\n\"")
      output.append(repeating: UInt8(ascii: "x"), count: length)
      output.append("\"")
      written += 1
    }
  }
}
