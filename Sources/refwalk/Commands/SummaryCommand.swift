import ArgumentParser
import GraphAnalysis
import ReferenceGraph
import Screen
import TextSafety

/// `refwalk summary DUMP`: the heap as a whole.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Print objects, roots, cycles, integrity checks and suspects of a dump.")

  @OptionGroup var dump: DumpOptions
  @Option(help: "Form of the output.") var format: OutputFormat = .text

  func run() throws {
    let analysis = try OpenedDump.analyse(dump)
    switch format {
    case .text:
      var output = OutputBuffer()
      writeText(analysis, to: &output)
      try output.finish()
    case .json:
      var json = JSONWriter()
      writeJSON(analysis, to: &json)
      try json.finish()
    }
  }

  /// The number of roots of each kind that occurs, in the order of the kinds.
  private func rootsByKind(_ graph: ReferenceGraph) -> [(kind: RootKind, count: Int)] {
    var counts: [RootKind: Int] = [:]
    for root in graph.roots.prefix(graph.recordedRootCount) { counts[root.kind, default: 0] += 1 }
    return RootKind.allCases.compactMap { kind in counts[kind].map { (kind, $0) } }
  }

  // MARK: Text

  private func writeText(_ analysis: HeapAnalysis, to output: inout OutputBuffer) {
    let graph = analysis.graph
    let facts = analysis.heap.facts
    func line(_ text: String) { output.write(SafeText.line(text) + "\n") }
    func amount(_ objects: Int, _ bytes: UInt64) -> String {
      "\(Count.text(objects, "object")), \(Count.text(bytes, "byte"))"
    }
    let unpacked = facts.dumpBytes == facts.fileBytes ? "" : ", \(ByteCount.text(facts.dumpBytes)) unpacked"
    line("\(facts.fileName)  \(facts.format), \(facts.producer), \(ByteCount.text(facts.fileBytes))\(unpacked)")
    line("")
    line("Heap         \(amount(graph.objectCount, analysis.reachableBytes + analysis.unreachableBytes))")
    line("Reachable    \(amount(analysis.reachableObjects, analysis.reachableBytes))")
    let parts = analysis.unreachableParts
    let words = parts.count == 1 ? ": \(analysis.words(parts[0].hold))" : ""
    line("Unreachable  \(amount(analysis.unreachableObjects, analysis.unreachableBytes))\(words)")
    for part in parts {
      if parts.count > 1 { line("             \(amount(part.objects, part.bytes)): \(analysis.words(part.hold))") }
      if let evidence = analysis.evidence(of: part.hold) { line("             evidence: \(evidence)") }
    }
    writeIslands(analysis, line)
    if facts.outside.bytes > 0 {
      line("Outside      \(amount(facts.outside.objects, facts.outside.bytes)) outside of the heap")
    }
    if let classes = loadedClasses(analysis) { line("Classes      \(classes)") }
    line("References   \(Count.text(graph.referenceCount)) between objects")
    let kinds = rootsByKind(graph).map { "\($0.kind.name) \(Count.text($0.count))" }
    line(
      "Roots        \(Count.text(graph.recordedRootCount))"
        + (kinds.isEmpty ? "" : ": " + kinds.joined(separator: ", ")))
    let components = analysis.components
    if components.count == 0 {
      line("Cycles       none")
    } else {
      line(
        "Cycles       \(Count.text(components.count)) of \(Count.text(analysis.shapes.count, "shape")), "
          + "\(Count.text(components.objectCount, "object")), the largest of \(Count.text(components.largest))")
    }
    for (policy, omitted) in [
      ("Kept alive by", analysis.retaining.name, analysis.omittedRetaining),
      ("Cycles of    ", analysis.cyclePolicy.name, analysis.omittedCycles),
    ].map({ ("\($0.0) references of policy \"\($0.1)\"", $0.2) }) {
      line("\(policy), which leaves out \(Count.text(omitted))")
    }
    let leftOut = omittedKinds(analysis)
    if !leftOut.isEmpty { line("             " + leftOut.joined(separator: ", ")) }
    for check in facts.checks {
      let found = check.holds ? "matches" : "does NOT match: found \(Count.text(check.found))"
      line("Check        \(check.name) \(Count.text(check.expected)) \(found)")
    }
    for fact in facts.facts { line("\(fact.label): \(fact.value)") }
    guard !analysis.suspects.isEmpty else { return }
    line("")
    line("Suspects")
    let small = analysis.smallSuspects
    for suspect in analysis.suspects.prefix(analysis.suspects.count - small.count) {
      write(suspect, analysis, line)
      for reason in suspect.reasons { line("      \(reason)") }
      if !suspect.onItsWay.isEmpty {
        let ways = suspect.onItsWay.map { "\($0.title) \(ByteCount.text($0.retained))" }
        line("      on its way: " + ways.joined(separator: ", "))
      }
    }
    if small.isEmpty { return }
    line("  \(Count.text(small.count)) \(small.count < analysis.suspects.count ? "more" : "suspects"), each under 1 %:")
    for suspect in small { write(suspect, analysis, line) }
  }

  private func write(_ suspect: Suspect, _ analysis: HeapAnalysis, _ line: (String) -> Void) {
    let bytes = (suspect.retainedIsExact ? "" : "at least ") + ByteCount.text(suspect.retained)
    let outside = suspect.outsideBytes > 0 ? " and \(ByteCount.text(suspect.outsideBytes)) outside of the heap" : ""
    let holder = suspect.holder.isEmpty ? "" : ", held by \(suspect.holder)"
    line("  \(bytes)\(outside)  \(analysis.percent(suspect.retained)) %  \(suspect.title)\(holder)")
  }

  /// The classes that are objects of the heap, and those of them that are reachable; nil where classes are none.
  private func loadedClasses(_ analysis: HeapAnalysis) -> String? {
    let graph = analysis.graph
    guard analysis.heap.facts.hasClassObjects else { return nil }
    var all = 0
    var reachable = 0
    var loaders = 0
    for id in stride(from: 1, through: UInt32(graph.objectCount), by: 1) {
      let object = ObjectID(id)
      let flags = graph.objectClass(of: object).flags
      if flags.contains(.classLoader) { loaders += analysis.dominators.isReachable(object) ? 1 : 0 }
      // Those of primitive types are ordinary objects, and name no class.
      guard flags.contains(.metadata), analysis.heap.details.summary(of: object) != nil else { continue }
      all += 1
      if analysis.dominators.isReachable(object) { reachable += 1 }
    }
    return "\(Count.text(all)), of which \(Count.text(reachable)) are reachable; "
      + Count.text(loaders, "reachable class loader")
  }

  /// What the policy for cycles leaves out of a JVM's references, by kind.
  private func omittedKinds(_ analysis: HeapAnalysis) -> [String] {
    let graph = analysis.graph
    guard analysis.heap.facts.hasClassObjects, analysis.omittedCycles > 0 else { return [] }
    var counts = [Int](repeating: 0, count: 256)
    for index in graph.rows.range(of: .root).count..<graph.kinds.count { counts[Int(graph.kinds[index])] += 1 }
    // Where neither counts, one line has both.
    if !analysis.cyclePolicy.kinds.contains(.metadata) {
      counts[Int(ReferenceKind.metadata.rawValue)] += counts[Int(ReferenceKind.domain.rawValue)]
      counts[Int(ReferenceKind.domain.rawValue)] = 0
    }
    let words: [(ReferenceKind, String)] = [
      (.classPointer, "from objects to their classes"), (.metadata, "of classes to superclasses, loaders, constants"),
      (.domain, "of classes to signers and protection domains"),
      (.soft, "soft"), (.weak, "weak"), (.phantom, "phantom"), (.final, "of finalizers"),
      (.runtime, "of ThreadGroup.threads and ClassLoader.classes, which would join the cycles of all threads"),
    ]
    return words.compactMap { kind, text in
      let count = counts[Int(kind.rawValue)]
      return count > 0 && !analysis.cyclePolicy.kinds.contains(kind) ? "\(Count.text(count)) \(text)" : nil
    }
  }

  /// The classes of what no root reaches, and the shapes of its cycles.
  private func writeIslands(_ analysis: HeapAnalysis, _ line: (String) -> Void) {
    let islands = analysis.islands
    for row in islands.classes.prefix(Self.islandLimit) {
      let name = analysis.graph.classes[row.classIndex].name
      line("             \(Count.text(row.objects)) × \(name), \(ByteCount.text(row.shallow))")
    }
    if islands.classes.count > Self.islandLimit {
      line("             and \(Count.text(islands.classes.count - Self.islandLimit)) more classes: classes --all")
    }
    for (shape, count) in islands.shapes.prefix(Self.islandLimit) {
      line("             cycles \(Count.text(count)) × \(analysis.shapes[shape].title)")
    }
    if islands.shapes.count > Self.islandLimit {
      line("             and cycles of \(Count.text(islands.shapes.count - Self.islandLimit)) more shapes")
    }
  }

  /// The most classes and the most shapes of unreachable objects that are named.
  private static let islandLimit = 5

  // MARK: JSON

  private func writeJSON(_ analysis: HeapAnalysis, to json: inout JSONWriter) {
    let graph = analysis.graph
    let facts = analysis.heap.facts
    json.object { json in
      json.pair(SummaryKey.format, facts.format)
      json.pair(SummaryKey.producer, facts.producer)
      json.pair(SummaryKey.objects, graph.objectCount)
      json.pair(SummaryKey.bytes, analysis.reachableBytes + analysis.unreachableBytes)
      json.pair(SummaryKey.references, graph.referenceCount)
      json.pair(SummaryKey.classes, Set(analysis.histogram.allRows.map(\.classIndex)).count)
      json.key(SummaryKey.roots)
      json.object { json in
        json.pair(SummaryKey.Roots.total, graph.recordedRootCount)
        json.key(SummaryKey.Roots.byKind)
        json.object { json in
          for (kind, count) in rootsByKind(graph) {
            json.key(kind.name)
            json.value(count)
          }
        }
      }
      amount(.reachable, analysis.reachableObjects, analysis.reachableBytes, &json)
      amount(.unreachable, analysis.unreachableObjects, analysis.unreachableBytes, &json)
      writeParts(analysis, to: &json)
      writeNamed(analysis, to: &json)
      writeIslands(analysis, to: &json)
      json.key(SummaryKey.components)
      json.object { json in
        json.pair(SummaryKey.Components.policy, analysis.cyclePolicy.name)
        json.pair(SummaryKey.Components.count, analysis.components.count)
        json.pair(SummaryKey.Components.objects, analysis.components.objectCount)
        json.pair(SummaryKey.Components.largest, analysis.components.largest)
        json.pair(SummaryKey.Components.shapes, analysis.shapes.count)
      }
      json.pair(SummaryKey.omittedReferences, analysis.omittedCycles)
      json.key(SummaryKey.policies)
      json.list { json in
        policy("retaining", analysis.retaining, analysis.omittedRetaining, &json)
        policy("cycles", analysis.cyclePolicy, analysis.omittedCycles, &json)
      }
      writeFacts(facts, to: &json)
      amount(.outside, facts.outside.objects, facts.outside.bytes, &json)
      json.key(SummaryKey.suspects)
      json.list { json in
        for suspect in analysis.suspects { write(suspect, analysis, to: &json) }
      }
    }
  }

  private func amount(_ key: SummaryKey, _ objects: Int, _ bytes: UInt64, _ json: inout JSONWriter) {
    json.key(key)
    json.object { json in
      json.pair(SummaryKey.Amount.objects, objects)
      json.pair(SummaryKey.Amount.bytes, bytes)
    }
  }

  private func writeParts(_ analysis: HeapAnalysis, to json: inout JSONWriter) {
    json.key(SummaryKey.unreachableParts)
    json.list { json in
      for part in analysis.unreachableParts {
        json.object { json in
          json.pair(SummaryKey.Part.hold, part.hold.name)
          json.pair(SummaryKey.Part.words, analysis.words(part.hold))
          json.pair(SummaryKey.Part.evidence, analysis.evidence(of: part.hold))
          json.pair(SummaryKey.Part.objects, part.objects)
          json.pair(SummaryKey.Part.bytes, part.bytes)
        }
      }
    }
  }

  private func writeNamed(_ analysis: HeapAnalysis, to json: inout JSONWriter) {
    func sum(_ rows: [ClassHistogram.ClassRow]) -> (objects: Int, bytes: UInt64) {
      rows.reduce((0, 0)) { sum, row in
        guard !analysis.graph.classes[row.classIndex].flags.contains(.untyped) else { return sum }
        return (sum.0 + row.objects, sum.1 + row.shallow)
      }
    }
    let all = sum(analysis.histogram.allRows)
    let live = sum(analysis.histogram.rows)
    json.key(SummaryKey.named)
    json.object { json in
      json.pair(SummaryKey.Named.objects, all.objects)
      json.pair(SummaryKey.Named.bytes, all.bytes)
      json.pair(SummaryKey.Named.liveObjects, live.objects)
      json.pair(SummaryKey.Named.liveBytes, live.bytes)
    }
  }

  private func writeIslands(_ analysis: HeapAnalysis, to json: inout JSONWriter) {
    let islands = analysis.islands
    json.key(SummaryKey.islands)
    json.object { json in
      json.pair(SummaryKey.Islands.words, analysis.unreachableObjects > 0 ? analysis.unreachableWords() : nil)
      json.key(SummaryKey.Islands.classes)
      json.list { json in
        for row in islands.classes.prefix(1000) {
          json.object(inline: true) { json in
            json.pair(SummaryKey.Island.class, analysis.graph.classes[row.classIndex].name)
            json.pair(SummaryKey.Island.objects, row.objects)
            json.pair(SummaryKey.Island.bytes, row.shallow)
          }
        }
      }
      json.key(SummaryKey.Islands.shapes)
      json.list { json in
        for (shape, count) in islands.shapes.prefix(1000) {
          json.object(inline: true) { json in
            json.pair(SummaryKey.IslandShape.shape, analysis.shapes[shape].key)
            json.pair(SummaryKey.IslandShape.title, analysis.shapes[shape].title)
            json.pair(SummaryKey.IslandShape.count, count)
          }
        }
      }
    }
  }

  private func policy(_ use: String, _ policy: ReferencePolicy, _ omitted: Int, _ json: inout JSONWriter) {
    json.object { json in
      json.pair(SummaryKey.Policy.use, use)
      json.pair(SummaryKey.Policy.name, policy.name)
      json.pair(SummaryKey.Policy.summary, policy.summary)
      json.pair(SummaryKey.Policy.omittedReferences, omitted)
    }
  }

  private func writeFacts(_ facts: DumpFacts, to json: inout JSONWriter) {
    json.key(SummaryKey.checks)
    json.list { json in
      for check in facts.checks {
        json.object { json in
          json.pair(SummaryKey.Check.name, check.name)
          json.pair(SummaryKey.Check.expected, check.expected)
          json.pair(SummaryKey.Check.found, check.found)
          json.pair(SummaryKey.Check.holds, check.holds)
        }
      }
    }
    json.pair(SummaryKey.truncated, facts.truncation)
    json.key(SummaryKey.skipped)
    json.list { json in
      for skipped in facts.skipped {
        json.object { json in
          json.pair(SummaryKey.Skipped.what, skipped.what)
          json.pair(SummaryKey.Skipped.count, skipped.count)
          json.pair(SummaryKey.Skipped.firstOffset, skipped.firstOffset)
        }
      }
    }
    json.key(SummaryKey.warnings)
    json.list { json in
      for warning in facts.warnings { json.value(warning) }
    }
    json.key(SummaryKey.facts)
    json.object { json in
      for fact in facts.facts {
        json.key(fact.label)
        json.value(fact.value)
      }
    }
  }

  private func write(_ suspect: Suspect, _ analysis: HeapAnalysis, to json: inout JSONWriter) {
    json.object { json in
      json.pair(SummaryKey.Suspect.kind, suspect.kind.rawValue)
      json.pair(SummaryKey.Suspect.shape, suspect.shape.map { analysis.shapes[$0].key })
      json.key(SummaryKey.Suspect.object)
      if let object = suspect.object { json.value(object.index) } else { json.null() }
      json.key(SummaryKey.Suspect.address)
      if let object = suspect.object {
        json.value(addressOf: object, in: analysis.graph)
      } else {
        json.null()
      }
      json.pair(SummaryKey.Suspect.class, suspect.object.map { analysis.graph.objectClass(of: $0).name })
      json.pair(SummaryKey.Suspect.retained, suspect.retained)
      json.pair(SummaryKey.Suspect.retainedIsExact, suspect.retainedIsExact)
      json.pair(SummaryKey.Suspect.outsideBytes, suspect.outsideBytes)
      json.pair(SummaryKey.Suspect.title, suspect.title)
      json.pair(SummaryKey.Suspect.holder, suspect.holder)
      json.pair(SummaryKey.Suspect.count, suspect.count)
      json.key(SummaryKey.Suspect.onItsWay)
      json.list { json in
        for way in suspect.onItsWay {
          json.object { json in
            json.pair(SummaryKey.OnItsWay.title, way.title)
            json.pair(SummaryKey.OnItsWay.retained, way.retained)
          }
        }
      }
      json.key(SummaryKey.Suspect.reasons)
      json.list { json in
        for reason in suspect.reasons { json.value(reason) }
      }
    }
  }
}
