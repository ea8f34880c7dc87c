import ReferenceGraph
import Synchronization

/// The names and scripts of what ES modules export, found when one is asked for first: the variables lie in cells that a
/// table of the module lists by name, and that the modules which import them list without.
final class V8ModuleCells: Sendable {
  private struct Export {
    let name: ObjectID
    let function: ObjectID?
  }
  private let known = Mutex<[ObjectID: Export]?>(nil)

  /// The variable that lies in a cell; nil when no module exports it.
  func variable(of cell: ObjectID, in details: V8HeapSnapshotDetails) -> ProgramVariable? {
    let found = known.withLock { exports in
      let all = exports ?? Self.exports(details)
      exports = all
      return all[cell]
    }
    guard let found, let name = details.text(of: found.name, limit: 200)?.text else { return nil }
    let file = found.function.flatMap { details.script(of: $0) }
    return ProgramVariable(
      name: name, file: file ?? "", owner: file.map { V8Owners.owner(ofScript: $0) } ?? .unknown)
  }

  private static func exports(_ details: V8HeapSnapshotDetails) -> [ObjectID: Export] {
    let graph = details.graph
    let isModule = graph.classes.map { $0.name == "system / SourceTextModule" }
    var result: [ObjectID: Export] = [:]
    guard let objects = graph.objects, isModule.contains(true) else { return result }
    for id in objects where isModule[Int(graph.classOfObject[id])] {
      let parts = graph.rows.range(of: ObjectID(id)).map { ObjectID(graph.rows.targets[$0]) }
      // The module's own code is a function that runs once.
      let function = parts.lazy.compactMap { details.follow($0, ["function"]) }.first {
        graph.objectClass(of: $0).flags.contains(.function)
      }
      for table in parts where graph.objectClass(of: table).flags.contains(.array) {
        for (name, cell) in entries(of: table, details) where result[cell] == nil {
          result[cell] = Export(name: name, function: function)
        }
      }
    }
    return result
  }

  /// A name and behind it a cell.
  private static func entries(
    of table: ObjectID, _ details: V8HeapSnapshotDetails
  ) -> [(name: ObjectID, cell: ObjectID)] {
    let graph = details.graph
    var result: [(ObjectID, ObjectID)] = []
    var name: (slot: Int, object: ObjectID)?
    for k in graph.rows.range(of: table) where V8Field.type(of: graph.fields[k]) == .internal {
      guard let slot = Int(details.bareName(graph.fields[k], limit: 24)) else { continue }
      let target = ObjectID(graph.rows.targets[k])
      let className = graph.objectClass(of: target).name
      if let name, name.slot + 1 == slot, className == "system / Cell" { result.append((name.object, target)) }
      name = className == "(string)" ? (slot, target) : nil
    }
    return result
  }
}
