import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// `refwalk objects DUMP`: every object, or those that retain most.
struct ObjectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "objects",
    abstract: "Print the objects: size, retained size, dominator, cycle.",
    discussion: """
      As tsv or json, all objects by number, one a line; as text, or with --top, those that retain most.
      """)

  @OptionGroup var dump: DumpOptions
  @Option(help: "Form of the output.") var format: TableFormat = .text
  @OptionGroup var top: TopOption

  func run() throws {
    let analysis = try OpenedDump.analyse(dump)
    let total = analysis.graph.objectCount
    let shown = top.rows(of: total, isText: format == .text)
    let isRanked = format == .text || top.top != nil
    let ranked = isRanked ? Self.largest(shown, analysis) : []
    switch format {
    case .text:
      var output = OutputBuffer()
      writeText(ranked, analysis, to: &output)
      output.write(remainder(shown: shown, of: total))
      try output.finish()
    case .tsv:
      var rows = ObjectRows(analysis)
      if isRanked { rows.write(ranked) } else { rows.writeAll() }
      try rows.output.finish()
    case .json:
      var json = JSONWriter()
      json.list { json in
        if isRanked {
          for id in ranked { write(id, analysis, to: &json) }
        } else {
          for id in 1..<UInt32(total + 1) where json.output.failure == 0 { write(ObjectID(id), analysis, to: &json) }
        }
      }
      try json.finish()
    }
  }

  /// The `count` objects that retain most, most first, ties by number.
  static func largest(_ count: Int, _ analysis: HeapAnalysis) -> [ObjectID] {
    var largest = LargestObjects(analysis.dominators, limit: count)
    for id in 1..<UInt32(analysis.graph.objectCount + 1) { largest.add(ObjectID(id)) }
    return largest.objects
  }

  private func writeText(_ ids: [ObjectID], _ analysis: HeapAnalysis, to output: inout OutputBuffer) {
    let graph = analysis.graph
    var table = TextTable([
      ("retained", .right), ("%", .right), ("shallow", .right), ("object", .left), ("address", .left),
      ("cycle", .right), ("class", .left),
    ])
    for id in ids {
      let retained = analysis.dominators.retainedSize(of: id)
      table.add([
        ByteCount.text(retained), analysis.percent(retained), ByteCount.text(graph.size(of: id)), "#\(id.rawValue)",
        graph.addresses.text(of: id),
        analysis.components.component(of: id).map { "\($0.rawValue)" } ?? "", graph.objectClass(of: id).name,
      ])
    }
    table.write(to: &output)
  }

  private func write(_ id: ObjectID, _ analysis: HeapAnalysis, to json: inout JSONWriter) {
    let graph = analysis.graph
    json.object(inline: true) { json in
      json.pair(ObjectColumn.id, id.index)
      json.key(ObjectColumn.address)
      json.value(addressOf: id, in: graph)
      json.pair(ObjectColumn.class, graph.objectClass(of: id).name)
      json.pair(ObjectColumn.shallow, graph.size(of: id))
      json.pair(ObjectColumn.retained, analysis.dominators.retainedSize(of: id))
      json.key(ObjectColumn.dominator)
      if let dominator = analysis.dominators.dominator(of: id) { json.value(dominator.index) } else { json.null() }
      json.pair(ObjectColumn.reachable, analysis.isReached(id))
      json.key(ObjectColumn.component)
      if let component = analysis.components.component(of: id) { json.value(component.index) } else { json.null() }
      if let distance = analysis.heap.details.distance(of: id) { json.pair(ObjectKey.distance, Int(distance)) }
    }
  }
}
