import ReferenceGraph

extension GoHeapDumpLoader {
  /// Puts the heap together.
  func finish(_ scan: consuming GoFirstPass, _ rows: consuming GoRowBuilder.Result) -> Heap {
    var facts = DumpFacts(
      format: "Go heap dump", producer: "\(scan.params.version) \(scan.params.architecture)", path: input.path,
      fileBytes: input.fileBytes, dumpBytes: UInt64(bytes.count),
      retainingPolicies: [Self.retaining], cyclePolicies: [Self.application])
    facts.truncation = scan.truncation
    facts.skipped = scan.skipped.records
    facts.warnings = input.warnings + rows.roots.warnings
    let catalog = scan.catalog
    if catalog.trailingBytes > 0 {
      facts.warnings.append("\(grouped(catalog.trailingBytes)) bytes behind the end record were left out")
    }
    if let stats = catalog.memStats {
      facts.checks = [
        IntegrityCheck(
          name: "MemStats.HeapObjects", expected: stats.heapObjects, found: UInt64(scan.addresses.count)),
        IntegrityCheck(name: "MemStats.HeapAlloc", expected: stats.heapAlloc, found: rows.totalSize),
      ]
      for check in facts.checks where !check.holds {
        facts.warnings.append(
          "\(check.name) is \(grouped(check.expected)), but \(grouped(check.found)) were found: figures may be wrong")
      }
    } else {
      facts.warnings.append("the dump has no memory statistics: the number of objects cannot be verified")
    }
    if catalog.data.isEmpty, catalog.bss.isEmpty {
      facts.warnings.append("the dump has no variables: what they hold looks unreachable")
    }
    let startsOff = GoSampleRate.startsOff(rows.roots.symbols, rows.roots.image)
    let sampleRate =
      catalog.samples.isEmpty
      ? 0 : GoSampleRate(samples: catalog.samples.count, sizes: rows.sizes, startsOff: startsOff).bytes
    facts.facts = self.facts(scan, rows, sampleRate: sampleRate)
    let otherModules = self.otherModules(scan, rows)
    if let otherModules {
      facts.warnings.append(
        "the process has more modules (plugins or shared libraries, as \(otherModules) shows): what their variables hold"
          + " looks unreachable, for the dump has those of the first module only")
    }
    facts.unreachable = unreachable(scan, rows, otherModules: otherModules)
    facts.otherFiles = rows.roots.executable.map { [$0.path] } ?? []

    let classes = rows.typed
    let symbols = rows.roots.symbols
    let image = rows.roots.image
    let functions = rows.roots.functions
    let constants = image.flatMap { GoConstantTypes(image: $0, params: scan.params, version: scan.version) }
    let slotLayout = scan.layout
    let locator = GoObjectLocator(bytes: bytes, runs: scan.runs, params: scan.params)
    let origins = rows.roots.origins
    let groups = rows.roots.groups
    let (roots, names) = rows.roots.namedByTypes(rows.classes, rows.classOfObject)
    let graph = ReferenceGraph(
      rows: ReferenceRows(offsets: rows.offsets, targets: rows.targets), fields: rows.fields,
      kinds: FlatArray(zeroed: 0), sizes: rows.sizes, largeSizes: rows.largeSizes,
      classOfObject: rows.classOfObject, classes: rows.classes, roots: roots, rootNames: names,
      addresses: scan.addresses)
    let details = GoHeapDumpDetails(
      file: input.file, graph: graph, locator: locator, catalog: catalog, origins: origins, sampleRate: sampleRate,
      typed: classes.map {
        GoTypedDetails(
          bytes: bytes, params: locator.params, slotLayout: slotLayout, locator: locator, graph: graph, classes: $0,
          symbols: symbols, functions: functions, image: image, constants: constants)
      }, groups: groups)
    return Heap(graph: graph, facts: facts, details: details)
  }

  static let retaining = ReferencePolicy(
    name: "retaining",
    summary: "every reference that keeps its target alive, with words of stacks that may be references",
    kinds: [.strong, .maybe])
  static let application = ReferencePolicy(
    name: "application",
    summary: "certain references only, without those from and to objects of the Go runtime",
    kinds: .strong, leftOutClasses: .runtime)

  private func facts(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, sampleRate: UInt64
  ) -> [Fact] {
    let params = scan.params
    let catalog = scan.catalog
    var facts = [
      Fact("Go version", params.version),
      Fact(
        "architecture",
        "\(params.architecture), \(params.pointerSize * 8) bits" + (params.isBigEndian ? ", big-endian" : "")),
      Fact("processors", grouped(params.processors)),
      Fact("heap range", "\(hexadecimal(params.heapLow)) … \(hexadecimal(params.heapHigh))"),
      Fact("goroutines", goroutineSummary(catalog)),
      Fact("threads", grouped(catalog.threads)),
    ]
    if let stats = catalog.memStats {
      facts += [
        Fact("GC cycles", grouped(stats.collections)),
        Fact("HeapAlloc", "\(grouped(stats.heapAlloc)) B"),
        // Without a goal (GOGC=off) the runtime puts down an absurd one.
        Fact("NextGC", stats.nextCollection < 1 << 56 ? "\(grouped(stats.nextCollection)) B" : "no goal (GC off)"),
        Fact("allocated since the start", "\(grouped(stats.mallocs)) objects, \(grouped(stats.totalAllocated)) B"),
        Fact("from the system", "\(grouped(stats.system)) B"),
      ]
    }
    facts.append(
      Fact(
        "finalizers", "\(grouped(catalog.finalizers.count)), \(grouped(catalog.queuedFinalizers.count)) waiting to run")
    )
    if scan.fakeSlots > 0 {
      facts.append(
        Fact(
          "slots that are no objects",
          "\(grouped(scan.fakeSlots)), \(grouped(scan.fakeBytes)) B: the runtime's own bits at the ends of spans"))
    }
    facts.append(Fact("pointers that hit no object", grouped(rows.strayPointers)))
    facts = typeFacts(rows, objects: scan.addresses.count) + facts
    if rows.roots.symbols != nil {
      let variables = rows.roots.roots.filter { $0.kind == .data || $0.kind == .bss }.count
      facts.append(Fact("named variables", "\(grouped(rows.roots.namedVariables)) of \(grouped(variables)) roots"))
    }
    facts.append(Fact("allocation samples", samplesFact(catalog.samples.count, sampleRate)))
    return facts
  }

  private func samplesFact(_ count: Int, _ rate: UInt64) -> String {
    guard count > 0 else { return "none" }
    let words =
      switch rate {
      case 0: "profiling was off in this program: only what was allocated before main is noted"
      case 1: "MemProfileRate=1: all allocations were noted"
      case GoSampleRate.usual: "one in about 512 KiB allocated, as the runtime does by itself"
      default: "one in about \(ByteCount.text(rate)) allocated, as their number among all objects tells"
      }
    return "\(grouped(count)) \(count == 1 ? "object" : "objects"): \(words)"
  }

  /// `34: 20 chan receive, 10 select, 4 running`.
  private func goroutineSummary(_ catalog: GoRecordCatalog) -> String {
    let reader = GoHeapDumpReader(bytes: bytes)
    var counts: [String: Int] = [:]
    for offset in catalog.goroutines {
      guard var cursor = try? reader.cursor(at: offset),
        let goroutine = try? GoHeapDumpReader.goroutine(&cursor)
      else { continue }
      counts[GoGoroutineNames.status(of: goroutine), default: 0] += 1
    }
    let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let parts = ordered.map { "\(grouped($0.value)) \($0.key)" }
    return grouped(catalog.goroutines.count) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}
