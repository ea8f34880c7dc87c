import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph
import TextSafety

/// `refwalk roots DUMP`: the references from outside into the heap.
struct RootsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roots",
    abstract: "Print the roots: globals, stacks, finalizers and what they refer to.",
    discussion: """
      As tsv or json, all of them in the order of the dump, one a line; with --top, those whose objects retain most. \
      As text, one row for each name with its number of references, and the object that retains most.
      """)

  @OptionGroup var dump: DumpOptions
  @Option(help: "Form of the output.") var format: TableFormat = .text
  @OptionGroup var top: TopOption

  func run() throws {
    if format == .text {
      var output = OutputBuffer()
      writeText(try OpenedDump.analyse(dump), to: &output)
      try output.finish()
      return
    }
    let graph: ReferenceGraph
    let indices: [Int]
    if let top = top.top {
      let analysis = try OpenedDump.analyse(dump)
      graph = analysis.graph
      indices = Array(Self.ranked(Array(0..<graph.recordedRootCount), analysis).prefix(top))
    } else {
      // What roots retain does not matter: no analysis needed.
      graph = try OpenedDump.load(dump).graph
      indices = Array(0..<graph.recordedRootCount)
    }
    if format == .tsv { try writeTable(indices, graph) } else { try writeJSON(indices, graph) }
  }

  /// By what their objects retain, most first; ties in the order of the dump.
  private static func ranked(_ roots: [Int], _ analysis: HeapAnalysis) -> [Int] {
    let keyed = roots.map { (retained($0, analysis), $0) }
    return keyed.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }.map(\.1)
  }

  private func writeText(_ analysis: HeapAnalysis, to output: inout OutputBuffer) {
    struct Holder: Hashable {
      let kind: RootKind
      let name: NameID
    }
    let graph = analysis.graph
    let all = Dictionary(grouping: 0..<graph.recordedRootCount) {
      Holder(kind: graph.roots[$0].kind, name: graph.roots[$0].name)
    }
    let best = all.mapValues { roots in
      roots.max {
        let (one, other) = (Self.retained($0, analysis), Self.retained($1, analysis))
        return one != other ? one < other : $0 > $1
      }!
    }
    let order = Self.ranked(Array(best.values), analysis)
    let shown = top.rows(of: order.count, isText: true)
    output.write(
      "\(Count.text(graph.recordedRootCount, "reference")) from roots of \(Count.text(order.count, "name"))\n\n")
    var table = TextTable([
      ("retained", .right), ("%", .right), ("refs", .right), ("kind", .left), ("name → object", .left),
    ])
    for index in order.prefix(shown) {
      let root = graph.roots[index]
      let bytes = Self.retained(index, analysis)
      table.add([
        ByteCount.text(bytes), analysis.percent(bytes),
        Count.text(all[Holder(kind: root.kind, name: root.name)]!.count), root.kind.name,
        "\(graph.rootNames[root.name]) → #\(root.target.rawValue) \(analysis.heap.label(of: root.target))",
      ])
    }
    table.write(to: &output)
    output.write(remainder(shown: shown, of: order.count))
  }

  /// What the object of a root retains; 0 where the root does not hold it, since one of an earlier tier does.
  private static func retained(_ root: Int, _ analysis: HeapAnalysis) -> UInt64 {
    analysis.holds(root: root) ? analysis.dominators.retainedSize(of: analysis.graph.roots[root].target) : 0
  }

  private func writeTable(_ indices: [Int], _ graph: ReferenceGraph) throws(CommandFailure) {
    var output = OutputBuffer()
    output.writeHeader(RootColumn.self)
    for index in indices where output.failure == 0 {
      let root = graph.roots[index]
      output.write("\(root.kind.name)\t\(SafeText.line(graph.rootNames[root.name]))\t\(root.target.rawValue)\t")
      output.write(addressOf: root.target, in: graph)
      output.write("\n")
    }
    try output.finish()
  }

  private func writeJSON(_ indices: [Int], _ graph: ReferenceGraph) throws(CommandFailure) {
    var json = JSONWriter()
    json.list { json in
      for index in indices {
        let root = graph.roots[index]
        json.object(inline: true) { json in
          json.pair(RootColumn.kind, root.kind.name)
          json.pair(RootColumn.name, graph.rootNames[root.name])
          json.pair(RootColumn.object, root.target.index)
          json.key(RootColumn.address)
          json.value(addressOf: root.target, in: graph)
        }
      }
    }
    try json.finish()
  }
}
