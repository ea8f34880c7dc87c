import ReferenceGraph

/// Single objects and roots of a Go heap dump, read from the file when asked.
final class GoHeapDumpDetails: ObjectDetails {
  private let file: MappedFile
  let graph: ReferenceGraph
  let locator: GoObjectLocator
  let catalog: GoRecordCatalog
  let origins: [GoRoots.Origin]
  /// Set when objects have types.
  let typed: GoTypedDetails?
  /// Set when there are types and an executable.
  private let literals: GoLiterals?
  /// Objects with an allocation sample, ascending, and the number of the profile record.
  private let samples: [(object: ObjectID, bucket: UInt64)]
  /// Profile records by number.
  private let profiles: [UInt64: Int]
  private let goroutines: GoGoroutineNames
  let newestTime: UInt64
  private let sampleRate: UInt64
  let owners: GoCodeOwners
  let groups: GoGoroutineGroups
  let ownersOfClasses = OwnersOfClasses()

  var reader: GoHeapDumpReader { GoHeapDumpReader(bytes: file.bytes) }
  private var pointerSize: Int { locator.params.pointerSize }

  init(
    file: MappedFile, graph: ReferenceGraph, locator: GoObjectLocator, catalog: GoRecordCatalog,
    origins: [GoRoots.Origin], sampleRate: UInt64, typed: GoTypedDetails? = nil,
    groups: GoGoroutineGroups = GoGoroutineGroups(GoCodeOwners(nil))
  ) {
    self.groups = groups
    owners = groups.owners
    self.typed = typed
    literals = typed.flatMap { GoLiterals($0) }
    self.sampleRate = sampleRate
    self.file = file
    self.graph = graph
    self.locator = locator
    self.catalog = catalog
    self.origins = origins
    let reader = GoHeapDumpReader(bytes: file.bytes)
    samples = catalog.samples.compactMap { sample in
      locator.object(holding: sample.address, in: graph.addresses).map { ($0, sample.bucket) }
    }.sorted { $0.object < $1.object }
    var profiles: [UInt64: Int] = [:]
    for offset in catalog.profiles {
      guard var cursor = try? reader.cursor(at: offset), let bucket = try? cursor.varint() else { continue }
      profiles[bucket] = offset
    }
    self.profiles = profiles
    goroutines = GoGoroutineNames(reader: reader, catalog: catalog)
    newestTime = catalog.goroutines.reduce(0) { max($0, Self.goroutine(reader, at: $1)?.waitingSince ?? 0) }
  }

  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    typed?.fieldName(field, of: object) ?? "+\(field)"
  }

  var knowsCollections: Bool { typed != nil }

  func entryName(_ field: UInt32, of object: ObjectID) -> String? { typed?.entryName(field, of: object) }

  /// A map leads to its directory, tables, groups or buckets.
  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    guard typed != nil, object != .root, GoMapStorage.isPartOfMap(graph.objectClass(of: target).name) else {
      return false
    }
    let name = graph.objectClass(of: object).name
    return name.hasPrefix("map[") || GoMapStorage.isPartOfMap(name)
  }

  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
    if let values = typed?.values(of: object, from: first, limit: limit, rootWords: words(ofRoot:)) { return values }
    guard let record = record(of: object) else { return ([], 0) }
    let contents = record.contents.bytes
    let total = (contents.count + pointerSize - 1) / pointerSize
    guard first >= 0, first < total, limit > 0 else { return ([], total) }
    let last = min(total, first + min(limit, total))
    let targets = graph.targets(of: object, fields: first * pointerSize..<last * pointerSize)
    var values: [FieldValue] = []
    for index in first..<last {
      let offset = index * pointerSize
      // The end of a slot that is no whole number of words.
      guard offset + pointerSize <= contents.count else {
        let rest = file.bytes[(contents.lowerBound + offset)..<contents.upperBound]
        let digits = rest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        values.append(FieldValue(name: "+\(offset)", text: digits, target: nil))
        continue
      }
      let word = GoHeapDumpReader.word(file.bytes, at: contents.lowerBound + offset, locator.params)
      values.append(FieldValue(name: "+\(offset)", text: hexadecimal(word), target: targets[offset]))
    }
    return (values, total)
  }

  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
    if let typed, !typed.mayBeText(object) { return nil }
    guard let record = record(of: object), record.contents.bytes.count > 0 else { return nil }
    var cursor = ByteCursor(file.bytes, at: record.contents.fields)
    guard (try? cursor.varint()) == 0 else { return nil }
    return GoText.readable(UnsafeRawBufferPointer(rebasing: file.bytes[record.contents.bytes]), limit: limit)
  }

  /// Looks at the contents of all objects, whatever their types: also text inside of structures is found.
  ///
  /// Then at the constants of the executable that objects refer to.
  func search(
    _ pattern: TextPattern, in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) {
    let contents = GoContentsSearch(
      file: file, locator: locator, pattern: pattern, isFirstHalf: literals != nil)
    guard try contents.run(in: graph, progress: progress, found: found) else { return }
    try literals?.search(
      pattern, in: file, progress: progress, from: UInt64(file.bytes.count), found: found)
  }

  var searchedText: String? {
    literals == nil
      ? "the bytes of all objects were searched, not the program's constants: the executable has those"
      : "the bytes of all objects were searched, and the program's constants that objects refer to"
  }

  func literals(of object: ObjectID, limit: Int, textLimit: Int) -> [(text: String, length: Int)] {
    guard object != .root, object.index <= graph.objectCount else { return [] }
    return literals?.texts(of: object, limit: limit, textLimit: textLimit) ?? []
  }

  func excerpt(of object: ObjectID, at offset: Int, before: Int, length: Int) -> String? {
    guard let record = record(of: object), offset >= 0 else { return nil }
    let contents = UnsafeRawBufferPointer(rebasing: file.bytes[record.contents.bytes])
    if let text = literals?.excerpt(of: object, contents, at: offset, before: before, length: length) { return text }
    return GoText.excerpt(contents, at: offset, before: before, length: length)
  }

  func allocationStack(of object: ObjectID) -> [StackFrame] {
    let index = samples.indices.bisection(where: { samples[$0].object >= object })
    guard index < samples.count, samples[index].object == object, let offset = profiles[samples[index].bucket],
      var cursor = try? reader.cursor(at: offset),
      let profile = try? GoHeapDumpReader.allocationProfile(&cursor)
    else { return [] }
    return profile.stack
  }

  func allocations() -> Allocations? {
    guard !samples.isEmpty else { return nil }
    var sites: [StackFrame] = []
    var numbers: [StackFrame: UInt32] = [:]
    var siteOfBucket: [UInt64: UInt32] = [:]
    for (bucket, offset) in profiles {
      guard var cursor = try? reader.cursor(at: offset), let profile = try? GoHeapDumpReader.allocationProfile(&cursor)
      else { continue }
      let stack = profile.stack
      // What the runtime does on behalf of the program says less than the line that asked for it.
      guard let site = stack.first(where: { !GoTypeNamer.isRuntime($0.function) }) ?? stack.first else { continue }
      if numbers[site] == nil {
        numbers[site] = UInt32(sites.count)
        sites.append(site)
      }
      siteOfBucket[bucket] = numbers[site]
    }
    let found = samples.compactMap { sample in
      siteOfBucket[sample.bucket].map { Allocations.Sample(object: sample.object, site: $0) }
    }
    return found.isEmpty ? nil : Allocations(sites: sites, samples: found, rate: sampleRate)
  }

  func facts(ofRoot index: Int) -> [Fact] {
    guard origins.indices.contains(index) else { return [] }
    let origin = origins[index]
    let root = graph.roots[index]
    var facts: [Fact] = []
    if let words = holder(ofRoot: index, along: [root.target]) { facts.append(Fact("holder", words)) }
    switch origin.kind {
    case .data, .bss: facts.append(Fact("variable at", hexadecimal(root.address)))
    case .frame: facts.append(Fact("stack slot at", hexadecimal(root.address)))
    case .finalizer, .queuedFinalizer:
      if var cursor = try? reader.cursor(at: origin.record),
        let finalizer = try? GoHeapDumpReader.finalizer(&cursor)
      {
        facts.append(Fact("object with the finalizer", "@\(String(finalizer.object, radix: 16))"))
        facts.append(Fact("finalizer code at", hexadecimal(finalizer.code)))
      }
    default: break
    }
    return facts + self.facts(ofGoroutine: Int(origin.goroutine))
  }

  func holder(ofRoot index: Int, along path: [ObjectID]) -> String? {
    guard origins.indices.contains(index) else { return nil }
    let root = graph.roots[index]
    let number = Int(origins[index].goroutine)
    let goroutine =
      catalog.goroutines.indices.contains(number) ? Self.goroutine(reader, at: catalog.goroutines[number]) : nil
    return GoHolder.words(
      root.kind, name: graph.rootNames[root.name], classes: path.prefix(2000).map { graph.objectClass(of: $0).name },
      goroutine: goroutine)
  }

  private func facts(ofGoroutine number: Int) -> [Fact] {
    guard catalog.goroutines.indices.contains(number), goroutines.frames.indices.contains(number),
      let goroutine = Self.goroutine(reader, at: catalog.goroutines[number])
    else { return [] }
    var facts = [
      Fact("goroutine", "\(goroutine.id)" + (goroutine.isSystem ? ", of the runtime" : "")),
      Fact("status", GoGoroutineNames.status(of: goroutine)),
    ]
    if let waiting = GoGoroutineNames.waiting(goroutine, newest: newestTime) {
      facts.append(Fact("waiting", "\(waiting) or more"))
    } else if goroutine.waitingSince > 0 {
      facts.append(Fact("waiting", "since a collection or longer"))
    }
    for entry in catalog.frames[goroutines.frames[number]].prefix(100) {
      guard var cursor = try? reader.cursor(at: entry.offset),
        let frame = try? GoHeapDumpReader.frame(&cursor, pointerSize: pointerSize)
      else { break }
      facts.append(Fact("in", frame.function))
    }
    return facts
  }

  /// The word of a variable or stack slot that refers to an object and the two behind it; nil for all other roots.
  func words(ofRoot index: Int) -> [UInt64]? {
    guard origins.indices.contains(index), var cursor = try? reader.cursor(at: origins[index].record) else {
      return nil
    }
    let start: UInt64
    let range: Range<Int>
    switch origins[index].kind {
    case .data, .bss:
      guard let segment = try? GoHeapDumpReader.segment(&cursor, pointerSize: pointerSize) else { return nil }
      (start, range) = (segment.address, segment.contents.bytes)
    case .frame:
      guard let frame = try? GoHeapDumpReader.frame(&cursor, pointerSize: pointerSize) else { return nil }
      (start, range) = (frame.stackPointer, frame.contents.bytes)
    default: return nil
    }
    let distance = graph.roots[index].address &- start
    let contents = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    guard distance < UInt64(contents.count) else { return nil }
    return (0..<3).map { GoHeapDumpReader.word(contents, at: Int(distance) + $0 * pointerSize, locator.params) }
  }

  private func record(of object: ObjectID) -> GoObject? {
    guard object != .root, object.index <= graph.objectCount else { return nil }
    return locator.record(at: graph.addresses.address(of: object))
  }

  static func goroutine(_ reader: GoHeapDumpReader, at offset: Int) -> GoGoroutine? {
    guard var cursor = try? reader.cursor(at: offset) else { return nil }
    return try? GoHeapDumpReader.goroutine(&cursor)
  }
}
