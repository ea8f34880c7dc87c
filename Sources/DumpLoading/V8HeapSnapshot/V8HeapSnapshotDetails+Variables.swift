import ReferenceGraph
import Synchronization

extension V8HeapSnapshotDetails {
  /// Variables that functions share, with the script of a function that uses them; what modules of CommonJS export; and
  /// what ES modules do, each in a cell of its own.
  func variable(_ field: UInt32, of object: ObjectID) -> ProgramVariable? {
    guard object != .root, object.index <= graph.objectCount else { return nil }
    let objectClass = graph.objectClass(of: object)
    switch V8Field.type(of: field) {
    case .context where objectClass.flags.contains(.context):
      return ProgramVariable(
        name: bareName(field), file: contextUsers.user(of: object, in: self).flatMap { script(of: $0) } ?? "",
        owner: owner(of: object))
    case .property where objectClass.name == "Module" && bareName(field, limit: 16) == "exports":
      guard let file = follow(object, ["filename", "id"]), node(file)?.type == .string,
        let text = text(of: file, limit: 400)?.text
      else { return nil }
      return ProgramVariable(name: "exports", file: text, owner: V8Owners.owner(ofScript: text))
    case .internal where objectClass.name == "system / Cell" && bareName(field, limit: 16) == "value":
      return moduleCells.variable(of: object, in: self)
    default: return nil
    }
  }
}

/// A function that uses each context, found when the first is asked for.
final class V8ContextUsers: Sendable {
  /// Ascending: the context in the upper half, the function in the lower.
  private let known = Mutex<[UInt64]?>(nil)

  func user(of context: ObjectID, in details: V8HeapSnapshotDetails) -> ObjectID? {
    known.withLock { pairs in
      let found = pairs ?? Self.pairs(details)
      pairs = found
      let low = found.indices.bisection(where: { found[$0] >> 32 >= UInt64(context.rawValue) })
      guard low < found.count, found[low] >> 32 == UInt64(context.rawValue) else { return nil }
      return ObjectID(UInt32(truncatingIfNeeded: found[low]))
    }
  }

  private static func pairs(_ details: V8HeapSnapshotDetails) -> [UInt64] {
    let graph = details.graph
    let flags = graph.classes.map(\.flags)
    let users = FlatArray<UInt32>(zeroed: graph.objectCount + 1)
    var result: [UInt64] = []
    guard let objects = graph.objects else { return [] }
    for id in objects where flags[Int(graph.classOfObject[id])].contains(.function) {
      // Those around a context are used by the same function.
      var next = details.target(of: id, .context)
      while let context = next, users[context] == 0,
        flags[Int(graph.classOfObject[context])].isSuperset(of: .context),
        flags[Int(graph.classOfObject[context])].isDisjoint(with: .runtime)
      {
        users[context] = id
        result.append(UInt64(context) << 32 | UInt64(id))
        next = details.target(of: context, .previous)
      }
    }
    result.sort()
    return result
  }
}

extension V8HeapSnapshotDetails {
  /// What the first slot of this role refers to.
  func target(of object: UInt32, _ role: V8Strings.Role) -> UInt32? {
    for k in graph.rows.range(of: ObjectID(object)) {
      let field = graph.fields[k]
      if V8Field.type(of: field) == .internal, field & V8Field.isLarge == 0,
        strings.role(of: Int(field & V8Field.valueMask)) == role.rawValue
      {
        return graph.rows.targets[k]
      }
    }
    return nil
  }
}
