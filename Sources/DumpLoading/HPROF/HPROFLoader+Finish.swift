import ReferenceGraph

extension HPROFLoader {
  /// Puts the heap together.
  func finish(
    _ scan: consuming HPROFFirstPass, _ rows: consuming HPROFRows, _ roots: HPROFRoots, _ threads: HPROFThreads,
    _ file: MappedFile
  ) -> Heap {
    let sizes = HPROFSizes(
      rows, records: scan.classes, bytes: file.bytes, catalog: scan.catalog,
      identifierSize: scan.header.identifierSize, wanted: options.sizes)
    file.giveBackAll()
    var facts = DumpFacts(
      format: "JVM HPROF", producer: "\(scan.header.version), \(scan.header.identifierSize * 8)-bit ids",
      path: input.path, fileBytes: input.fileBytes, dumpBytes: UInt64(input.file.count),
      retainingPolicies: HPROFPolicies.retaining, cyclePolicies: HPROFPolicies.cycles)
    facts.hasClassObjects = true
    facts.textUnit = .characters
    facts.truncation = scan.truncation
    if let cut = input.truncation { facts.truncation = facts.truncation.map { "\(cut): \($0)" } ?? cut }
    facts.skipped = scan.skipped.records
    facts.warnings = input.warnings + warnings(scan, rows, roots)
    if sizes.cutArrays > 0 {
      facts.warnings.append(
        "\(grouped(sizes.cutArrays)) array(s) of more than 4 GB: the machine that wrote the dump cut them there")
    }
    facts.checks = checks(scan, rows)
    facts.facts = self.facts(scan, rows, roots, sizes, threads)

    let table = rows.table
    let classes =
      table.classes.isEmpty ? [ObjectClass(name: "object")] : table.classes.indices.map { Self.objectClass($0, table) }
    let bootLoader = rows.bootLoader
    let reader = HPROFObjectReader(
      bytes: file.bytes, runs: scan.runs, table: table, catalog: scan.catalog,
      identifierSize: scan.header.identifierSize, records: scan.classes)
    let virtual = HPROFVirtualThreads(table: table, reader: reader, catalog: scan.catalog)
      .withoutStack(rows.classOfObject, scan.addresses)
    if virtual > 0 {
      facts.warnings.append(
        "the stacks of \(grouped(virtual)) virtual thread(s) are not in the dump, JDK 21 writes none of those that wait: "
          + "what only they hold looks unreachable here, and is no garbage")
    }
    let isAndroid = scan.header.version == "1.0.3" || !scan.catalog.heapNames.isEmpty
    let archive = HPROFArchiveRoots(reader: reader, addresses: scan.addresses)
    let kind = HPROFWriterKind(
      scan.catalog, archive: archive, stray: rows.strayReferences, references: rows.targets.count)
    // Of a file that is cut short, or has no roots, that says it already.
    if facts.truncation == nil, !roots.areImplied { facts.warnings += kind.warnings }
    facts.unreachable.rest = kind.rest(
      table, isCut: facts.truncation != nil, hasRoots: !roots.areImplied, virtualThreads: virtual)
    let graph = ReferenceGraph(
      rows: ReferenceRows(offsets: rows.offsets, targets: rows.targets), fields: rows.fields, kinds: rows.kinds,
      sizes: rows.sizes, largeSizes: sizes.large, classOfObject: rows.classOfObject, classes: classes,
      roots: roots.roots, rootNames: roots.names, addresses: scan.addresses)
    let owners = HPROFOwners(
      table: table, catalog: scan.catalog, reader: reader,
      isAndroid: isAndroid)
    let outside = HPROFOutsideMemory(reader: reader, graph: graph)
    facts.facts += outside.facts
    facts.outside = OutsideMemory(outside.objects, in: graph)
    if let words = HPROFFinalizers(reader: reader, graph: graph).words(graph) {
      facts.facts.append(Fact("waiting for finalize()", words))
    }
    facts.unreachable.holders = HPROFUnreachable(
      graph: graph, reader: reader, rootClasses: roots.rootClasses
    ).holders()
    let details = HPROFDetails(
      file: file, graph: graph, reader: reader, roots: roots, threads: threads, bootLoader: bootLoader, owners: owners,
      archive: archive, outside: outside, referenceSize: sizes.referenceSize)
    return Heap(graph: graph, facts: facts, details: details)
  }

  private static func objectClass(_ number: Int, _ table: HPROFClassTable) -> ObjectClass {
    let known = table.classes[number]
    var flags: ObjectClass.Flags = []
    if known.role == .thread { flags.insert(.thread) }
    var current = known.role == .array ? -1 : number
    while current >= 0 {
      switch table.classes[current].name {
      case "java.lang.ClassLoader": flags.insert(.classLoader)
      case "java.lang.ref.ReferenceQueue": flags.insert(.referenceQueue)
      case "java.lang.ref.Finalizer": flags.insert(.finalizer)
      case "jdk.internal.ref.PhantomCleanable", "jdk.internal.ref.Cleaner", "sun.misc.Cleaner": flags.insert(.cleaner)
      default: break
      }
      current = table.classes[current].superclass
    }
    if known.role == .array {
      flags.insert(.array)
      if known.element != .object { flags.insert(.pointerFree) }
    }
    if known.role == .javaClass { flags.insert(.metadata) }
    return ObjectClass(name: known.name, flags: flags)
  }

  private func warnings(
    _ scan: borrowing HPROFFirstPass, _ rows: borrowing HPROFRows, _ roots: HPROFRoots
  ) -> [String] {
    var warnings = scan.warnings
    let heaps = scan.catalog.heaps
    if heaps.count > 1 {
      var list = heaps.prefix(16).enumerated().map { "\($0.offset + 1): \(grouped($0.element.bytes)) bytes" }
      if heaps.count > list.count { list.append("…") }
      warnings.append(
        "the file has \(heaps.count) heaps (\(list.joined(separator: ", "))): heap \(options.heap ?? 1) is shown, "
          + "--heap N chooses")
    }
    if roots.areImplied {
      warnings.append("the dump has no roots: every class counts as one; what only threads held looks unreachable")
    }
    if rows.table.missing > 0 {
      warnings.append(
        "\(grouped(rows.table.missing)) classes are not in the dump: fields of their objects are not known")
    }
    if rows.table.orphans > 0 {
      warnings.append(
        "\(grouped(rows.table.orphans)) superclasses are not in the dump: fields they declare are not known")
    }
    return warnings
  }

  private func checks(_ scan: borrowing HPROFFirstPass, _ rows: borrowing HPROFRows) -> [IntegrityCheck] {
    let records = scan.instances + scan.objectArrays + scan.primitiveArrays + scan.classes.count
    var checks = [
      IntegrityCheck(
        name: "object records", expected: UInt64(records), found: UInt64(scan.addresses.count)),
      IntegrityCheck(
        name: "instances as long as their classes' fields", expected: UInt64(scan.instances),
        found: UInt64(scan.instances - rows.shortInstances)),
      IntegrityCheck(
        name: "classes with a name", expected: UInt64(scan.classes.count),
        found: UInt64(scan.classes.count - rows.table.nameless)),
    ]
    if let live = scan.catalog.liveObjects {
      checks.append(IntegrityCheck(name: "live objects", expected: live, found: UInt64(scan.addresses.count)))
    }
    return checks
  }

  private func facts(
    _ scan: borrowing HPROFFirstPass, _ rows: borrowing HPROFRows, _ roots: HPROFRoots, _ sizes: HPROFSizes,
    _ threads: HPROFThreads
  ) -> [Fact] {
    let catalog = scan.catalog
    var facts: [Fact] = []
    if scan.header.time > 0, scan.header.time < 1 << 43 {
      facts.append(Fact("written", Self.timeText(scan.header.time)))
    }
    facts += [
      Fact("shallow sizes", sizes.rule),
      Fact("classes", grouped(rows.table.classes.count)),
      Fact(
        "objects",
        "\(grouped(scan.instances)) instances, \(grouped(scan.objectArrays)) arrays of references, "
          + "\(grouped(scan.primitiveArrays)) arrays of primitives, \(grouped(scan.classes.count)) classes"),
      Fact("local variables", "\(grouped(roots.locals.count)), references of their threads"),
      Fact("stack traces", grouped(catalog.traces.count)),
    ]
    if let heap = catalog.heaps.indices.contains((options.heap ?? 1) - 1) ? catalog.heaps[(options.heap ?? 1) - 1] : nil
    {
      facts.append(Fact("heap segments", grouped(heap.segments)))
    }
    if !catalog.heapNames.isEmpty {
      var seen: Set<UInt64> = []
      let names = catalog.heapNames.filter { seen.insert($0).inserted }.compactMap {
        catalog.text($0, in: input.file.bytes)
      }
      facts.append(Fact("heaps of the runtime", names.prefix(8).joined(separator: ", ")))
    }
    if roots.absent > 0 { facts.append(Fact("roots of objects that are not in the dump", grouped(roots.absent))) }
    facts.append(Fact("references that hit no object", grouped(rows.strayReferences)))
    return facts
  }

  /// `2026-11-23 03:50:27 UTC` of milliseconds since 1970.
  static func timeText(_ milliseconds: UInt64) -> String {
    let seconds = Int(milliseconds / 1000)
    // Days since the first of March of the year 0 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return "\(year)-\(two(month))-\(two(day)) \(time) UTC"
  }
}
