import ReferenceGraph
import Synchronization

/// Single objects and roots of an HPROF dump, read from the file when asked.
final class HPROFDetails: ObjectDetails {
  private let file: MappedFile
  let graph: ReferenceGraph
  let reader: HPROFObjectReader
  let roots: HPROFRoots
  let threads: HPROFThreads
  private let bootLoader: UInt32?
  private let collections: HPROFCollections
  let owners: HPROFOwners
  let archive: HPROFArchiveRoots
  let outside: HPROFOutsideMemory
  /// Bytes of a reference in memory.
  let referenceSize: Int
  private let tables = HPROFFieldTables()
  /// The collection asked for last: its rows are asked for one screen after the other.
  private let lastEntries = Mutex(HPROFLastEntries())

  init(
    file: MappedFile, graph: ReferenceGraph, reader: HPROFObjectReader, roots: HPROFRoots, threads: HPROFThreads,
    bootLoader: UInt32?, owners: HPROFOwners, archive: HPROFArchiveRoots,
    outside: HPROFOutsideMemory, referenceSize: Int
  ) {
    self.file = file
    self.graph = graph
    self.reader = reader
    self.roots = roots
    self.threads = threads
    self.bootLoader = bootLoader
    self.owners = owners
    self.archive = archive
    self.outside = outside
    self.referenceSize = referenceSize
    collections = HPROFCollections(graph: graph, reader: reader)
  }

  func record(of object: ObjectID) -> HPROFObjectReader.Object? {
    guard object != .root, object.index <= graph.objectCount, object.rawValue != bootLoader else { return nil }
    return reader.object(at: graph.addresses.address(of: object))
  }

  private func text(_ id: UInt64) -> String { reader.catalog.text(id, in: reader.bytes) ?? "?" }

  // MARK: Names of fields

  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    switch field {
    case HPROFFieldNumber.classPointer: return "<class>"
    case HPROFFieldNumber.superclass: return "<superclass>"
    case HPROFFieldNumber.loader: return "<class loader>"
    case HPROFFieldNumber.signers: return "<signers>"
    case HPROFFieldNumber.domain: return "<protection domain>"
    default: break
    }
    if field & HPROFFieldNumber.constants == HPROFFieldNumber.constants {
      return "<constant \(field - HPROFFieldNumber.constants)>"
    }
    if field & HPROFFieldNumber.locals != 0 {
      let index = Int(field & ~HPROFFieldNumber.locals)
      return roots.locals.indices.contains(index) ? roots.names[roots.locals[index].name] : "local"
    }
    let number = Int(graph.classOfObject[object.index])
    if graph.classes[number].flags.contains(.array) { return "[\(field)]" }
    if number == reader.table.javaLangClass, let record = record(of: object), record.tag == HPROFItem.classDump {
      return staticName(Int(field), of: record)
    }
    guard number < reader.table.classes.count else { return "+\(field)" }
    let fields = fieldTable(of: number)
    guard let index = fields.index(at: Int(field)) else { return "+\(field)" }
    return name(of: index, in: fields)
  }

  private func fieldTable(of number: Int) -> HPROFFieldTable {
    tables.fields(of: number) { HPROFFieldTable(reader.table.fields(of: number), text: text) }
  }

  /// `.next`; `.Base.next` for a field of a superclass that a class below it has too.
  private func name(of index: Int, in table: HPROFFieldTable) -> String {
    let field = table.fields[index]
    let name = text(field.name)
    return table.needsClass(index)
      ? ".\(JavaText.simpleName(reader.table.classes[field.declared].name)).\(name)" : ".\(name)"
  }

  private func statics(of record: HPROFObjectReader.Object) -> [HPROFClassRow.Static] {
    guard record.number >= 0, reader.table.classes[record.number].record >= 0 else { return [] }
    return tables.statics(of: record.number) {
      HPROFClassRow(
        bytes: reader.bytes, identifierSize: reader.identifierSize, catalog: reader.catalog,
        record: reader.records[reader.table.classes[record.number].record]
      ).statics()
    }
  }

  private func staticName(_ index: Int, of record: HPROFObjectReader.Object) -> String {
    let statics = statics(of: record)
    guard statics.indices.contains(index) else { return "+\(index)" }
    return staticName(statics[index], of: record)
  }

  private func staticName(_ field: HPROFClassRow.Static, of record: HPROFObjectReader.Object) -> String {
    let name = text(field.name)
    return name.hasPrefix("<") ? name : "static \(reader.table.classes[record.number].name).\(name)"
  }

  // MARK: Values

  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
    guard let record = record(of: object) else { return ([], 0) }
    switch record.tag {
    case HPROFItem.instance: return instanceValues(object, record, from: first, limit: limit)
    case HPROFItem.classDump: return classValues(record, from: first, limit: limit)
    default:
      let size = record.element.size(identifier: reader.identifierSize)
      let values = Self.window(first, limit, record.count).map { index in
        value("[\(index)]", record.element, at: record.body + index * size)
      }
      return (values, record.count)
    }
  }

  /// Whether a class is the one where the Java library keeps the state of a thread.
  private func isOfThread(_ number: Int) -> Bool {
    ["java.lang.Thread", "java.lang.Thread$FieldHolder"].contains(reader.table.classes[number].name)
  }

  /// Whether a field is the machine's own, as those of Android's `java.lang.Object`: its class and its lock.
  private func isOfMachine(_ field: HPROFClassTable.PlacedField) -> Bool {
    reader.table.classes[field.declared].name == "java.lang.Object" && text(field.name).hasPrefix("shadow$_")
  }

  private static func window(_ first: Int, _ limit: Int, _ total: Int) -> Range<Int> {
    guard first >= 0, first < total, limit > 0 else { return 0..<0 }
    return first..<(first + min(limit, total - first))
  }

  private func instanceValues(
    _ object: ObjectID, _ record: HPROFObjectReader.Object, from first: Int, limit: Int
  ) -> (values: [FieldValue], total: Int) {
    guard record.number >= 0 else { return ([], 0) }
    let table = fieldTable(of: record.number)
    // Offsets ascend: those that fit are the first ones.
    let fields = table.fields.prefix { reader.fits($0, record) }
    let shownFields = fields.indices.filter { !isOfMachine(fields[$0]) }
    let locals = roots.localsOfThread[record.address] ?? []
    let total = shownFields.count + locals.count
    let values = Self.window(first, limit, total).map { index -> FieldValue in
      guard index >= shownFields.count else {
        let place = shownFields[index]
        let field = value(name(of: place, in: table), fields[place].type, at: record.body + fields[place].offset)
        if field.name == ".threadStatus", isOfThread(fields[place].declared),
          let state = reader.integer(fields[place].type, at: record.body + fields[place].offset)
        {
          return FieldValue(name: field.name, text: "\(field.text) (\(HPROFThreads.state(state)))", target: nil)
        }
        return field
      }
      let local = roots.locals[locals[index - shownFields.count]]
      return FieldValue(name: roots.names[local.name], text: shown(local.target), target: local.target)
    }
    return (values, total)
  }

  private func classValues(
    _ record: HPROFObjectReader.Object, from first: Int, limit: Int
  ) -> (values: [FieldValue], total: Int) {
    let statics = statics(of: record)
    var special: [(String, UInt64)] = []
    if record.number >= 0, reader.table.classes[record.number].record >= 0 {
      let known = reader.records[reader.table.classes[record.number].record]
      special = [
        ("<superclass>", known.superclass), ("<class loader>", known.loader), ("<signers>", known.signers),
        ("<protection domain>", known.domain),
      ].filter { $0.1 != 0 }
    }
    let total = statics.count + special.count
    let values = Self.window(first, limit, total).map { index -> FieldValue in
      guard index >= statics.count else {
        return value(staticName(statics[index], of: record), statics[index].type, at: statics[index].value)
      }
      let (name, address) = special[index - statics.count]
      return referenceValue(name, address)
    }
    return (values, total)
  }

  private func value(_ name: String, _ type: HPROFType, at offset: Int) -> FieldValue {
    guard type == .object else { return FieldValue(name: name, text: reader.valueText(type, at: offset), target: nil) }
    return referenceValue(name, reader.bytes.identifier(at: offset, size: reader.identifierSize))
  }

  private func referenceValue(_ name: String, _ address: UInt64) -> FieldValue {
    guard address != 0 else { return FieldValue(name: name, text: "null", target: nil) }
    guard let target = graph.addresses.object(at: address) else {
      return FieldValue(name: name, text: "@\(String(address, radix: 16)), not in the dump", target: nil)
    }
    return FieldValue(name: name, text: shown(target), target: target)
  }

  /// `"text"` of a string, `java.lang.Integer 42` of another object.
  private func shown(_ object: ObjectID) -> String {
    if let record = record(of: object) {
      if let string = reader.string(record, limit: 100) {
        return "\"\(string.text)\(string.length > 100 ? "…" : "")\""
      }
      if let summary = reader.summary(record) { return "\(graph.objectClass(of: object).name) \(summary)" }
    }
    return graph.objectClass(of: object).name
  }

  // MARK: Collections

  var knowsCollections: Bool { true }

  func prepare() { collections.prepare() }

  func entryName(_ field: UInt32, of object: ObjectID) -> String? {
    field < HPROFFieldNumber.locals ? collections.entryName(field, of: object) : nil
  }

  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    field < HPROFFieldNumber.locals && collections.isInside(field, of: object, leadingTo: target)
  }

  func entries(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)? {
    guard object != .root, object.index <= graph.objectCount, object.rawValue != bootLoader else { return nil }
    guard collections.isCollection(collections.classNumber(object)) else { return nil }
    let known = lastEntries.withLock { $0.entries(of: object) }
    let entries = known ?? collections.entries(of: object).entries
    if known == nil { lastEntries.withLock { $0.keep(entries, of: object) } }
    let values = Self.window(first, limit, entries.count).map { index -> FieldValue in
      let entry = entries[index]
      let name =
        entry.isElement ? "[\(entry.key)]" : entry.key == 0 ? "[null]" : "[\(collections.keyText(ObjectID(entry.key)))]"
      guard entry.value != 0 else { return FieldValue(name: name, text: "null", target: nil) }
      return FieldValue(name: name, text: shown(ObjectID(entry.value)), target: ObjectID(entry.value))
    }
    return (values, entries.count)
  }

  /// Looks at the first entries; where there are no more they are kept.
  func hasEntriesAtHand(of object: ObjectID) -> Bool {
    guard object != .root, object.index <= graph.objectCount, object.rawValue != bootLoader,
      collections.isCollection(collections.classNumber(object)), lastEntries.withLock({ $0.entries(of: object) }) == nil
    else { return true }
    let first = collections.entries(of: object, limit: Self.entriesAtHand)
    guard first.isWhole else { return false }
    lastEntries.withLock { $0.keep(first.entries, of: object) }
    return true
  }

  /// So many entries are gone through in about a millisecond.
  private static let entriesAtHand = 2000

  // MARK: Texts

  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
    guard let record = record(of: object), let found = reader.readableText(record, limit: max(0, limit)) else {
      return nil
    }
    // The limit is one of UTF-8 bytes.
    guard found.text.utf8.count > limit else { return found }
    var end = found.text.unicodeScalars.startIndex
    var bytes = 0
    for index in found.text.unicodeScalars.indices {
      bytes += UTF8.width(found.text.unicodeScalars[index])
      if bytes > limit { break }
      end = found.text.unicodeScalars.index(after: index)
    }
    return (String(found.text[..<end]), found.length)
  }

  /// Looks at strings and builders of strings; of their arrays they are the ones that are found.
  func search(
    _ pattern: TextPattern, in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) {
    let builders: Set = ["java.lang.StringBuilder", "java.lang.StringBuffer"]
    let isSearched = graph.classes.indices.map { number in
      number < reader.table.classes.count
        && (reader.table.classes[number].role == .string || builders.contains(reader.table.classes[number].name))
    }
    progress.begin(0, total: UInt64(graph.objectCount))
    guard graph.objectCount > 0 else { return }
    var walk = HPROFObjectWalk(reader)
    let layouts = reader.table.classes.indices.map { isSearched[$0] ? reader.stringLayout(ofClass: $0) : nil }
    for id in 1...UInt32(graph.objectCount) {
      if id & 0x3ff == 0 {
        progress.advance(to: UInt64(id))
        if progress.isCancelled { throw Cancelled() }
      }
      guard isSearched[Int(graph.classOfObject[id])] else { continue }
      let object = ObjectID(id)
      guard let record = walk.object(at: graph.addresses.address(of: object)) else { continue }
      let text =
        layouts[Int(graph.classOfObject[id])].map {
          reader.string(record, $0, limit: Self.searchedTextLimit, value: walk.next)?.text
        } ?? reader.readableText(record, limit: Self.searchedTextLimit)?.text
      guard let text, let offset = pattern.firstIndex(in: text) else { continue }
      if !found(object, offset) { return }
    }
  }

  func summary(of object: ObjectID) -> String? {
    if object.rawValue == bootLoader, bootLoader != nil { return "of the Java runtime" }
    return record(of: object).flatMap(reader.summary)
  }

  // MARK: Stacks

  func allocationStack(of object: ObjectID) -> [StackFrame] {
    guard let record = record(of: object), let trace = reader.catalog.traces[record.trace] else { return [] }
    return (0..<min(trace.count, 1000)).compactMap {
      threads.stackFrame(
        reader.bytes.identifier(at: trace.frames + $0 * reader.identifierSize, size: reader.identifierSize))
    }
  }

  /// The last static field, or thread, that the way leads through: nearer to what is held than most roots.
  func holder(ofRoot index: Int, along path: [ObjectID]) -> String? {
    if let words = loosestWords(along: path) { return words }
    for step in path.indices.dropLast().reversed() {
      let flags = graph.objectClass(of: path[step]).flags
      guard flags.contains(.metadata) || flags.contains(.thread),
        let place = graph.firstReference(from: path[step], to: path[step + 1])
      else { continue }
      let field = fieldName(graph.fields[place.index], of: path[step])
      if flags.contains(.metadata) {
        if field.hasPrefix("static ") { return "a static field, alive as long as its class is loaded" }
        continue
      }
      guard roots.roots.contains(where: { $0.target == path[step] && $0.kind == .thread }) else { continue }
      if field == "local" || field.hasSuffix(" local") {
        return "a local variable of a thread, until its method returns"
      }
      if field == ".threadLocals" || field == ".inheritableThreadLocals" {
        return "a ThreadLocal of a thread, until remove() or the thread's end"
      }
      return nil
    }
    return nil
  }

  /// What a way through the referent of a `java.lang.ref.Reference` says; nil when all its references are strong.
  private func loosestWords(along path: [ObjectID]) -> String? {
    var loosest: ReferenceKind?
    for step in path.indices.dropLast() {
      let number = Int(graph.classOfObject[path[step].index])
      guard number < reader.table.classes.count, reader.table.classes[number].referent != .strong else { continue }
      let kinds = graph.rows.range(of: path[step]).filter { graph.rows.targets[$0] == path[step + 1].rawValue }
        .map { graph.kind(ofReference: $0) }
      guard let kind = kinds.first, !kinds.contains(.strong) else { continue }
      if loosest == nil || kind == .weak || kind == .phantom { loosest = kind }
    }
    switch loosest {
    case .soft: return "a soft reference only, until memory is short"
    case .weak, .phantom: return "a \(loosest!.name) reference only, until the next collection"
    case .final: return "the list of objects with a finalizer, until finalize() has run"
    default: return nil
    }
  }

  func facts(ofRoot index: Int) -> [Fact] {
    guard roots.records.indices.contains(index) else { return [] }
    let number = roots.records[index]
    let root = graph.roots[index]
    guard number >= 0 else {
      return [
        Fact(
          "root", roots.areImplied ? "the dump has no roots: every class counts as one" : "a class of the Java runtime")
      ]
    }
    let record = reader.catalog.roots[number]
    var facts: [Fact] = []
    switch root.kind {
    case .thread:
      if let thread = reader.object(at: record.object) { facts += Self.facts(ofThread: thread, reader) }
      for frame in threads.frames(ofThread: record.thread).prefix(100) {
        facts.append(Fact("in", threads.frameText(frame)))
      }
      facts += localFacts(ofThread: record.object)
    case .native:
      facts.append(Fact("root", "a reference of native code: not collected until that code gives it back"))
    case .systemClass: facts.append(Fact("root", "a class that is never unloaded"))
    case .monitor: facts.append(Fact("root", "a lock that a thread holds or waits for"))
    default: break
    }
    return facts
  }

  /// The local variables of a thread, the largest first, each object once.
  private func localFacts(ofThread address: UInt64) -> [Fact] {
    guard let locals = roots.localsOfThread[address], !locals.isEmpty else { return [] }
    var facts = [Fact("local variables", "\(grouped(locals.count)), references of the thread here")]
    var seen: Set<ObjectID> = []
    let distinct = locals.filter { seen.insert(roots.locals[$0].target).inserted }
    let largest = distinct.sorted { graph.size(of: roots.locals[$0].target) > graph.size(of: roots.locals[$1].target) }
    for local in largest.prefix(Self.shownLocals) {
      let (target, name) = (roots.locals[local].target, roots.names[roots.locals[local].name])
      facts.append(Fact("variable", "\(shown(target)), \(ByteCount.text(graph.size(of: target))): \(name)"))
    }
    return facts
  }

  private static let shownLocals = 20

  private static func facts(ofThread thread: HPROFObjectReader.Object, _ reader: HPROFObjectReader) -> [Fact] {
    var facts: [Fact] = []
    var holder = thread
    if let address = reader.reference("holder", of: thread), let object = reader.object(at: address) { holder = object }
    if let isDaemon = reader.integer("daemon", of: holder) {
      facts.append(Fact("daemon", isDaemon == 0 ? "no: the program runs until it ends" : "yes"))
    }
    if let status = reader.integer("threadStatus", of: holder) {
      facts.append(Fact("state", HPROFThreads.state(status)))
    }
    return facts
  }
}
