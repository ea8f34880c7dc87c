import ArgumentParser
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

/// `refwalk paths DUMP OBJECT`: why an object is alive.
struct PathsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths",
    abstract: "Print what holds an object, and the ways from roots to it, shortest first.",
    discussion:
      "Each root that reaches the object has one path, a shortest one, up to --top of them (10): first that from the "
      + "root by which all lists name its holder, then the shortest.")

  @OptionGroup var dump: DumpOptions
  @Argument(
    help: ArgumentHelp(
      "The object: @address or 0xaddress as refwalk writes it, also inside of the object, or #id.", valueName: "object")
  )
  var object: ObjectName
  @Option(help: "Form of the output.") var format: OutputFormat = .text
  @Option(help: ArgumentHelp("The most paths.", valueName: "n"))
  var top = 10

  /// Hops that are printed at each end of a long path.
  private static let endHops = 20

  func validate() throws {
    if top < 1 { throw ValidationError("--top wants a number from 1 on, not \(top).") }
  }

  func run() throws {
    let analysis = try OpenedDump.analyse(dump)
    guard let id = object.object(in: analysis.graph) else {
      throw CommandFailure.noSuchObject("\(object)", path: dump.dump)
    }
    // One more than is shown tells whether there are more.
    let tree = try PathTree(to: id, analysis: analysis, limit: top < .max ? top + 1 : top)
    let all = RootPath.all(in: tree, first: analysis.path(to: id).first)
    let paths = Array(all.prefix(top))
    let isComplete = all.count == paths.count && !tree.isCapped
    switch format {
    case .text: try writeText(id, paths, isComplete: isComplete, analysis)
    case .json: try writeJSON(id, paths, isComplete: isComplete, analysis)
    }
  }

  private func writeText(_ id: ObjectID, _ paths: [RootPath], isComplete: Bool, _ analysis: HeapAnalysis)
    throws(CommandFailure)
  {
    var output = OutputBuffer()
    let heap = analysis.heap
    func line(_ text: String) { output.write(SafeText.line(text) + "\n") }
    line(
      "#\(id.rawValue) \(heap.label(of: id))  \(ByteCount.text(heap.graph.size(of: id))), "
        + "retains \(ByteCount.text(analysis.dominators.retainedSize(of: id)))")
    if let holder = analysis.holderText(of: id) { line("held by \(holder)") }
    if paths.isEmpty { line(analysis.unheldSentence(analysis.hold(of: id))) }
    for (number, path) in paths.enumerated() {
      line("")
      let root = heap.graph.roots[Int(path.places[0].index)]
      line("\(number + 1). \(root.kind.name): \(heap.fieldName(of: path.places[0]))")
      for (index, place) in path.places.enumerated() {
        // Of a long list nobody reads the middle; JSON has all of it.
        let omitted = path.places.count - 2 * Self.endHops
        if omitted > 1, index >= Self.endHops, index < Self.endHops + omitted {
          if index == Self.endHops { line("     … \(Count.text(omitted)) more hops") }
          continue
        }
        let target = heap.graph.target(of: place)
        let field = index == 0 ? "" : heap.fieldName(of: place) + " "
        let kind = index == 0 ? root.reference : heap.graph.kind(ofReference: Int(place.index))
        let firmness = kind == .strong ? "" : "  (\(kind.name))"
        line("     \(field)→ #\(target.rawValue) \(heap.label(of: target))\(firmness)")
      }
    }
    if !isComplete { output.write("\n  … there are more\n") }
    try output.finish()
  }

  private func writeJSON(_ id: ObjectID, _ paths: [RootPath], isComplete: Bool, _ analysis: HeapAnalysis)
    throws(CommandFailure)
  {
    let heap = analysis.heap
    var json = JSONWriter()
    json.object { json in
      json.key(PathsKey.target)
      write(id, field: nil, analysis, to: &json)
      let holder = analysis.namedHolder(of: id)
      json.pair(PathsKey.holder, holder?.name ?? analysis.holderName(of: analysis.path(to: id)))
      json.pair(PathsKey.moreRoots, holder?.more ?? 0)
      json.key(PathsKey.paths)
      json.list { json in
        for path in paths {
          json.object { json in
            let root = heap.graph.roots[Int(path.places[0].index)]
            json.key(PathsKey.Path.root)
            json.object(inline: true) { json in
              json.pair(PathsKey.Root.kind, root.kind.name)
              json.pair(PathsKey.Root.name, heap.graph.rootNames[root.name])
            }
            json.key(PathsKey.Path.hops)
            json.list { json in
              for (index, place) in path.places.enumerated() {
                let field = index == 0 ? nil : heap.fieldName(of: place)
                write(heap.graph.target(of: place), field: field, analysis, to: &json)
              }
            }
          }
        }
      }
      json.pair(PathsKey.isComplete, isComplete)
    }
    try json.finish()
  }

  private func write(_ id: ObjectID, field: String?, _ analysis: HeapAnalysis, to json: inout JSONWriter) {
    let graph = analysis.graph
    json.object(inline: true) { json in
      json.pair(PathsKey.Object.object, id.index)
      json.key(PathsKey.Object.address)
      json.value(addressOf: id, in: graph)
      json.pair(PathsKey.Object.class, graph.objectClass(of: id).name)
      json.pair(PathsKey.Object.field, field)
      json.pair(PathsKey.Object.shallow, graph.size(of: id))
      json.pair(PathsKey.Object.retained, analysis.dominators.retainedSize(of: id))
      if field == nil, let distance = analysis.heap.details.distance(of: id) {
        json.pair(ObjectKey.distance, Int(distance))
      }
    }
  }
}
