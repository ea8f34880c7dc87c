import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen
import TextSafety

/// `refwalk cycles DUMP`: the cycles, one row for each shape.
struct CyclesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cycles",
    abstract: "Print the cycles, one row for each shape, those that retain most first.",
    discussion: """
      A cycle is held when a root reaches it, or something that the dump has only evidence of. With --fail-on or \
      --fail-over the command ends with status 1 when it finds what was asked for, after printing: a gate for continuous \
      integration.
      """)

  @OptionGroup var dump: DumpOptions
  @OptionGroup var marks: MarksOption
  @Option(help: "Form of the output.") var format: OutputFormat = .text
  @OptionGroup var top: TopOption
  @Option(
    help: ArgumentHelp(
      """
      End with status 1 when there is a held cycle of this kind: any, one marked suspect, one not marked expected, or that \
      or one that has grown by half since it was marked expected. The runtime's own do not count.
      """,
      valueName: "kind"))
  var failOn: CycleGate.Kind?
  @OptionGroup var least: LeastOption
  @Option(
    help: ArgumentHelp(
      "End with status 1 when the held cycles of a shape retain more than <size>: bytes, or with KiB, MiB, GiB.",
      valueName: "size"))
  var failOver: ByteSize?

  func run() throws {
    let marks = MarkSet(try self.marks.load(dump: dump.dump))
    let analysis = try OpenedDump.analyse(dump)
    let verdicts = Verdicts(marks, analysis: analysis)
    let shown = top.rows(of: analysis.shapes.count, isText: format == .text)
    switch format {
    case .text:
      var output = OutputBuffer()
      writeText(analysis, verdicts, shown: shown, to: &output)
      try output.finish()
    case .json:
      var json = JSONWriter()
      let outlines = CycleOutlines(analysis)
      json.list { json in
        for shape in analysis.shapes.indices.prefix(shown) { write(shape, analysis, outlines, verdicts, to: &json) }
      }
      try json.finish()
    }
    let gate = CycleGate(kind: failOn, limit: failOver?.bytes, scope: least.scope)
    if let finding = gate.finding(analysis, verdicts) { throw CommandFailure.findings("\(dump.dump): \(finding)") }
  }

  private func writeText(
    _ analysis: HeapAnalysis, _ verdicts: Verdicts, shown: Int, to output: inout OutputBuffer
  ) {
    let shapes = analysis.shapes
    let held = shapes.count { $0.heldCount > 0 }
    let policy = SafeText.line(analysis.cyclePolicy.name)
    output.write(
      "\(Count.text(analysis.components.count, "cycle")) of \(Count.text(shapes.count, "shape")), "
        + "\(Count.text(analysis.components.objectCount, "object")); roots hold \(Count.text(held, "shape"))\n"
        + "policy \(policy), which leaves out \(Count.text(analysis.omittedCycles, "reference"))\n")
    guard shown > 0 else { return }
    output.write("\n")
    var table = TextTable([
      ("retained", .right), ("%", .right), ("cycles", .right), ("held", .right), ("objects", .right), ("refs", .right),
      ("entries", .right), ("key", .left), ("", .left), ("shape ← root", .left),
    ])
    for (index, shape) in shapes.prefix(shown).enumerated() {
      let root = analysis.holderText(of: analysis.components[shape.components[0]].nearest)
      let hold = if case .unrecorded = analysis.hold(of: shape.components[0]) { "  (not recorded)" } else { "" }
      table.add([
        ByteCount.text(shape.retained), analysis.percent(shape.retained), Count.text(shape.count),
        Count.text(shape.heldCount), Count.text(shape.objects), Count.text(shape.references), Count.text(shape.entries),
        shape.key, verdicts.ofShape[index]?.symbol ?? "",
        shape.title + (root.map { " ← " + $0 } ?? "  (\(analysis.hold(of: shape.components[0]).word))") + hold
          + (analysis.neverFreedWords(shape.components[0]).map { "  (\($0))" } ?? ""),
      ])
    }
    table.write(to: &output)
    output.write(remainder(shown: shown, of: shapes.count))
  }

  private func write(
    _ index: Int, _ analysis: HeapAnalysis, _ outlines: CycleOutlines, _ verdicts: Verdicts, to json: inout JSONWriter
  ) {
    let shape = analysis.shapes[index]
    let outline = outlines.outline(of: shape.components[0])
    let graph = analysis.graph
    json.object { json in
      json.pair(CyclesKey.shape, shape.key)
      json.pair(CyclesKey.title, shape.title)
      json.pair(CyclesKey.count, shape.count)
      json.pair(CyclesKey.objects, shape.objects)
      json.pair(CyclesKey.references, shape.references)
      json.pair(CyclesKey.entries, shape.entries)
      json.pair(CyclesKey.shallow, shape.shallow)
      json.pair(CyclesKey.retained, shape.retained)
      json.pair(CyclesKey.held, shape.heldCount > 0)
      json.pair(CyclesKey.heldCount, shape.heldCount)
      json.pair(CyclesKey.hold, analysis.hold(of: shape.components[0]).name)
      json.pair(CyclesKey.root, outlines.holderName(of: outline))
      json.pair(CyclesKey.moreRoots, outlines.moreHolders(of: outline))
      json.pair(CyclesKey.holder, outlines.holderWords(of: outline))
      json.pair(CyclesKey.neverFreed, analysis.finalizerCycles.contains(shape.components[0]))
      json.pair(CyclesKey.verdict, verdicts.ofShape[index]?.name)
      json.key(CyclesKey.witness)
      json.list { json in
        for step in outline.witness.steps {
          json.object(inline: true) { json in
            json.pair(CyclesKey.Step.object, step.object.index)
            json.pair(CyclesKey.Step.class, graph.objectClass(of: step.object).name)
            json.pair(CyclesKey.Step.field, analysis.heap.fieldName(of: step.reference))
            json.key(CyclesKey.Step.address)
            json.value(addressOf: step.object, in: graph)
          }
        }
      }
      json.key(CyclesKey.cuts)
      json.list { json in
        let cuts = outlines.cuts(of: outline)
        for cut in [cuts.inside] + (cuts.entry.map { [$0] } ?? []) { write(cut, analysis.heap, to: &json) }
      }
      let groups = outlines.cutGroups(of: outline)
      json.key(CyclesKey.groups)
      json.list { json in
        for group in groups.groups.prefix(Self.groupLimit) { write(group, to: &json) }
      }
      json.pair(CyclesKey.groupsTried, groups.triedCount)
      json.pair(CyclesKey.groupCount, groups.groupCount)
    }
  }

  /// The most groups that are written of a cycle.
  private static let groupLimit = 100

  private func write(_ group: CutGroup, to json: inout JSONWriter) {
    json.object(inline: true) { json in
      json.pair(CyclesKey.Group.kind, group.id.kind.rawValue)
      json.pair(CyclesKey.Group.class, group.id.source)
      json.pair(CyclesKey.Group.field, group.id.field)
      json.pair(CyclesKey.Group.targetClass, group.id.target)
      json.pair(CyclesKey.Group.references, group.references.count)
      json.pair(CyclesKey.Group.freedBytes, group.freedBytes)
      json.pair(CyclesKey.Group.freedObjects, group.freedObjects)
      json.pair(CyclesKey.Group.endsCycles, group.endsCycles)
      json.pair(CyclesKey.Group.owner, "\(group.owner)")
    }
  }

  private func write(_ cut: Cut, _ heap: Heap, to json: inout JSONWriter) {
    json.object { json in
      json.pair(CyclesKey.Cut.kind, cut.kind.rawValue)
      json.pair(CyclesKey.Cut.method, cut.method.rawValue)
      json.key(CyclesKey.Cut.references)
      json.list { json in
        for place in cut.references {
          let target = heap.graph.target(of: place)
          let source = place.source == .root ? nil : heap.graph.objectClass(of: place.source).name
          json.object(inline: true) { json in
            json.pair(CyclesKey.CutReference.object, place.source.index)
            json.pair(CyclesKey.CutReference.class, source)
            json.pair(CyclesKey.CutReference.field, heap.fieldName(of: place))
            json.pair(CyclesKey.CutReference.target, target.index)
            json.pair(CyclesKey.CutReference.targetClass, heap.graph.objectClass(of: target).name)
          }
        }
      }
      json.pair(CyclesKey.Cut.referenceCount, cut.referenceCount)
      json.pair(CyclesKey.Cut.freedBytes, cut.freedBytes)
      json.pair(CyclesKey.Cut.freedObjects, cut.freedObjects)
      json.pair(CyclesKey.Cut.freedIsExact, cut.freedIsExact)
      json.pair(CyclesKey.Cut.explanation, cut.explanation)
    }
  }
}
