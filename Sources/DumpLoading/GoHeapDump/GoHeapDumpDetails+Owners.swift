import ReferenceGraph
import Synchronization

/// Whose code objects and roots are, which roots are alike, and how full objects are.
extension GoHeapDumpDetails {
  /// Owners by class, found for all when somebody asks first.
  final class OwnersOfClasses: Sendable {
    private let owners = Mutex<[CodeOwner]>([])

    func owner(ofClass number: Int, make: () -> [CodeOwner]) -> CodeOwner {
      owners.withLock { owners in
        if owners.isEmpty { owners = make() }
        return owners.indices.contains(number) ? owners[number] : .unknown
      }
    }
  }

  func owner(of object: ObjectID) -> CodeOwner {
    guard object != .root, object.index <= graph.objectCount else { return .unknown }
    return ownersOfClasses.owner(ofClass: Int(graph.classOfObject[object.index])) {
      graph.classes.map { $0.flags.contains(.untyped) ? .unknown : owners.owner(ofType: $0.name) }
    }
  }

  func owner(ofRoot index: Int) -> CodeOwner {
    guard origins.indices.contains(index) else { return .unknown }
    let root = graph.roots[index]
    let origin = origins[index]
    let name = graph.rootNames[root.name]
    switch origin.kind {
    case .data, .bss: return name.hasPrefix("global ") ? owners.owner(ofSymbol: name.dropFirst(7)) : .unknown
    case .frame: return owners.owner(ofSymbol: Self.function(inFrameName: name))
    case .deferred, .panic, .goroutine: return groups.owner(ofGoroutine: Int(origin.goroutine))
    case .finalizer, .queuedFinalizer:
      guard var cursor = try? reader.cursor(at: origin.record),
        let finalizer = try? GoHeapDumpReader.finalizer(&cursor)
      else { return .unknown }
      let object = locator.object(holding: finalizer.object, in: graph.addresses)
      let owner = object.map { self.owner(of: $0) } ?? .unknown
      return owner == .unknown ? owners.owner(ofType: name) : owner
    default: return .unknown
    }
  }

  /// The function in the name of a root on a stack: `main.worker` of `goroutine 17 [select] main.worker worker.go:41`.
  private static func function(inFrameName name: String) -> Substring {
    let start = name.firstRange(of: "] ")?.upperBound ?? name.startIndex
    return name[start...].prefix { $0 != " " }
  }

  func group(ofRoot index: Int) -> RootGroup? {
    guard origins.indices.contains(index) else { return nil }
    let number = Int(origins[index].goroutine)
    guard catalog.goroutines.indices.contains(number),
      let goroutine = Self.goroutine(reader, at: catalog.goroutines[number])
    else { return nil }
    return RootGroup(
      name: groups.name(goroutine, number), member: goroutine.id,
      creator: groups.creators.indices.contains(number) ? groups.creators[number] : nil,
      waiting: GoGoroutineNames.secondsWaiting(goroutine, newest: newestTime))
  }

  /// The tables of maps, their groups or buckets of entries, and the lists of those.
  func isPart(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    var name = graph.objectClass(of: target).name[...]
    for prefix in ["[]", "*"] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
    return ["map.table[", "map.group[", "map.groups[", "map.bucket["].contains { name.hasPrefix($0) }
  }

  func occupancy(of object: ObjectID) -> Occupancy? {
    typed?.occupancy(of: object) { index in
      words(ofRoot: index).map { ($0, origins[index].value) }
    }
  }
}
