import ReferenceGraph

/// The numbers in the objects of a JVM that refwalk needs to show the same objects, sizes and counts of entries: all
/// others are zeroed in a redacted dump.
///
/// They are those that `HPROFObjectReader`, `HPROFOutsideMemory`, `HPROFVirtualThreads` and `HPROFUnreachable` read.
struct HPROFKeptNumbers {
  /// Fields of a class and of those below it.
  struct Rule: Sendable {
    /// Names of classes.
    let classes: [String]
    let fields: [String]
    /// Whether only the first of the fields that there is counts.
    var isFirstOnly = false
    /// What it is about, for the manual page.
    let what: String
  }

  /// All rules, in the order in which the manual page tells them.
  static let rules: [Rule] =
    [
      Rule(
        classes: HPROFCollections.collections.sorted(), fields: ["size", "elementCount", "count"], isFirstOnly: true,
        what: "the number of entries of collections, also of the program's own classes below them"),
      Rule(
        classes: HPROFCollections.collections.sorted(), fields: ["baseCount", "head", "tail", "takeIndex"],
        what: "counts and positions of collections"),
      Rule(classes: ["java.util.Collections$CopiesList"], fields: ["n"], what: "the length of a list of copies"),
      Rule(classes: ["java.util.EnumSet"], fields: ["elements"], what: "which constants a set of enums has"),
      Rule(
        classes: ["java.lang.String"], fields: ["coder", "offset", "count"], what: "the kind and length of strings"),
      Rule(
        classes: ["java.lang.AbstractStringBuilder"], fields: ["coder", "count"],
        what: "the same of builders of strings"),
      Rule(
        classes: ["java.nio.Buffer"], fields: ["position", "limit", "capacity", "offset"], what: "how full buffers are"),
      Rule(
        classes: ["java.nio.DirectByteBuffer$Deallocator"], fields: ["address", "size"],
        what: "memory outside of the heap"),
      Rule(
        classes: ["libcore.util.NativeAllocationRegistry"], fields: ["size"],
        what: "memory outside of the heap (Android)"),
      Rule(
        classes: ["java.lang.Thread", "java.lang.Thread$FieldHolder"],
        fields: ["tid", "eetop", "threadStatus", "daemon"], what: "number and state of threads"),
      Rule(classes: ["java.lang.VirtualThread"], fields: ["state"], what: "the state of virtual threads"),
      Rule(classes: ["jdk.internal.vm.StackChunk"], fields: ["size"], what: "the length of parts of stacks"),
    ]
    + HPROFObjectReader.uses.compactMap { use in
      use.count.map { Rule(classes: [use.name], fields: [$0], what: "how much of an array is in use") }
    }

  /// Fields of classes of the JDK's foreign memory: sizes of segments.
  static let foreign = (
    prefix: "jdk.internal.foreign.",
    fields: ["val$allocationSize", "val$alignedSize", "val$cleanupByteSize", "val$byteSize", "val$shouldReserve"]
  )
  /// Static fields that count memory outside of the heap.
  static let statics: [(known: String, fields: [String])] = [
    ("java.nio.Bits", ["TOTAL_CAPACITY", "totalCapacity"]),
    ("io.netty.util.internal.PlatformDependent", ["DIRECT_MEMORY_COUNTER"]),
  ]
  /// Of objects that hold the count of a collection or of memory: their number.
  static let counters = ["value", "base"]

  let reader: HPROFObjectReader
  /// Addresses of objects whose number is such a count, and of arrays of bits of a set of enums.
  private(set) var counts: Set<UInt64> = []

  init(reader: HPROFObjectReader) {
    self.reader = reader
    takeStatics()
  }

  // MARK: Fields

  /// Whether each of the fields of a class's instances is kept, references among them; in the order of the file.
  func kept(_ fields: [HPROFClassTable.PlacedField], ofClass number: Int) -> [Bool] {
    let table = reader.table
    var kept = fields.map { $0.type == .object }
    func keep(_ name: String) -> Bool {
      // The most derived class's field of a name is the one that is read.
      guard let index = fields.firstIndex(where: { reader.isNamed($0.name, name) }), fields[index].type != .object
      else { return false }
      kept[index] = true
      return true
    }
    for rule in Self.rules where rule.classes.contains(where: { table.isSubclass(number, of: $0) }) {
      for name in rule.fields {
        let isThere = keep(name)
        if isThere, rule.isFirstOnly { break }
      }
    }
    if table.classes[number].name.hasPrefix(Self.foreign.prefix) {
      for name in Self.foreign.fields { _ = keep(name) }
    }
    return kept
  }

  /// Whether the number of a static field is kept.
  func keepsStatic(_ name: UInt64, ofClass known: String) -> Bool {
    Self.statics.contains { $0.known == known && $0.fields.contains { reader.isNamed(name, $0) } }
  }

  // MARK: Objects

  private mutating func takeStatics() {
    for (known, _) in Self.statics {
      guard let number = reader.table.classes.firstIndex(where: { $0.name == known && $0.record >= 0 }) else {
        continue
      }
      let row = HPROFClassRow(
        bytes: reader.bytes, identifierSize: reader.identifierSize, catalog: reader.catalog,
        record: reader.records[reader.table.classes[number].record])
      for field in row.statics() where field.type == .object && keepsStatic(field.name, ofClass: known) {
        counts.insert(reader.bytes.identifier(at: field.value, size: reader.identifierSize))
      }
    }
  }

  /// Collections that have their count in another object.
  private enum Holder: UInt8 {
    case none, queue, map, skipList, enumSet
  }

  /// Finds the objects that hold the counts of collections.
  ///
  /// Nil when objects do not ascend as their records do.
  func withCounts(progress: WorkProgress) throws(LoadError) -> HPROFKeptNumbers? {
    let table = reader.table
    let holders = table.classes.indices.map { number -> Holder in
      if table.isSubclass(number, of: "java.util.concurrent.LinkedBlockingQueue") { return .queue }
      if table.isSubclass(number, of: "java.util.concurrent.ConcurrentHashMap") { return .map }
      if table.isSubclass(number, of: "java.util.concurrent.ConcurrentSkipListMap") { return .skipList }
      return table.isSubclass(number, of: "java.util.EnumSet") ? .enumSet : .none
    }
    var result = self
    var last: UInt64 = 0
    for (index, run) in reader.runs.runs.enumerated() {
      if index & 255 == 0, progress.isCancelled { throw .cancelled }
      var position = run.offset
      for _ in 0..<run.count {
        guard let (object, end) = reader.read(at: position) else { throw .cannotRead("it changed while it was read") }
        guard object.address > last || last == 0 else { return nil }
        last = object.address
        position = end
        guard object.tag == HPROFItem.instance, object.number >= 0, holders[object.number] != .none else { continue }
        result.take(holders[object.number], object)
      }
    }
    return result
  }

  private mutating func take(_ holder: Holder, _ object: HPROFObjectReader.Object) {
    switch holder {
    case .none: break
    case .queue: insert(reader.reference("count", of: object))
    case .map: takeCells(reader.reference("counterCells", of: object))
    case .enumSet: insert(reader.reference("elements", of: object))
    case .skipList:
      guard let address = reader.reference("adder", of: object), let adder = reader.object(at: address) else { return }
      insert(address)
      takeCells(reader.reference("cells", of: adder))
    }
  }

  private mutating func insert(_ address: UInt64?) { if let address, address != 0 { counts.insert(address) } }

  private mutating func takeCells(_ address: UInt64?) {
    guard let address, let cells = reader.object(at: address), cells.tag == HPROFItem.objectArray else { return }
    for index in 0..<min(cells.count, 4096) {
      insert(
        reader.bytes.identifier(at: cells.body + index * reader.identifierSize, size: reader.identifierSize))
    }
  }
}
