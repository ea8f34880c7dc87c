import ReferenceGraph
import Synchronization

/// Distances as Chrome DevTools counts them: references from a global object on, itself at 1; and what no global
/// object reaches from the snapshot's root on, which stands at 100,000,000.
///
/// Weak references do not count; of the two references to a value in a WeakMap only the later one does.
enum V8Distances {
  /// Where the distances of what only the engine reaches begin.
  static let system: UInt32 = 100_000_000
  static let none = UInt32.max

  static func compute(_ details: V8HeapSnapshotDetails) -> [UInt32] {
    let graph = details.graph
    var search = Search(details: details, distances: [UInt32](repeating: none, count: graph.objectCount + 1))
    for root in graph.roots.prefix(details.ownRoots) {
      let target = root.target
      let objectClass = graph.objectClass(of: target)
      if !objectClass.flags.contains(.rootGroup) || objectClass.name == "(Document DOM trees)" {
        search.distances[target.index] = 1
        search.queue.append(target.rawValue)
      }
    }
    let hasGlobals = !search.queue.isEmpty
    search.run()
    search.distances[0] = hasGlobals ? system : 0
    search.queue = [0]
    search.run()
    return search.distances
  }

  private struct Search {
    let details: V8HeapSnapshotDetails
    var distances: [UInt32]
    var queue: [UInt32] = []
    /// Pairs of which one reference was met.
    var pending: Set<String> = []

    mutating func run() {
      let graph = details.graph
      let isDescriptors = graph.classes.map { $0.name == "(map descriptors)" && $0.flags.contains(.array) }
      let isContext = graph.classes.map { $0.name == "system / NativeContext" }
      var next = 0
      while next < queue.count {
        let source = queue[next]
        next += 1
        let distance = distances[Int(source)] + 1
        let classNumber = Int(graph.classOfObject[source])
        var row = graph.rows.range(of: ObjectID(source))
        if source == 0 { row = 0..<details.ownRoots }
        for k in row where graph.kinds[k] != ReferenceKind.weak.rawValue {
          let target = graph.rows.targets[k]
          guard distances[Int(target)] == V8Distances.none else { continue }
          if source != 0 {
            let field = graph.fields[k]
            if isDescriptors[classNumber], !countsDescriptor(field) { continue }
            if isContext[classNumber], details.bareName(field) == "sloppy_function_map" { continue }
            if V8Field.type(of: field) == .internal, !countsEntry(field) { continue }
          }
          distances[Int(target)] = distance
          queue.append(target)
        }
      }
    }

    /// Whether a reference counts that may be one of the two to a value in a WeakMap.
    private mutating func countsEntry(_ field: UInt32) -> Bool {
      let value = Int(clamping: details.largeValues.value(of: field))
      guard details.strings.role(of: value) == V8Strings.Role.weakMapEntry.rawValue,
        let pair = details.strings.weakMapPair(of: value)
      else { return true }
      if pending.remove(pair) != nil { return true }
      pending.insert(pair)
      return false
    }

    /// Descriptors of maps are shared by maps that do not have them all.
    private func countsDescriptor(_ field: UInt32) -> Bool {
      guard V8Field.type(of: field).isNumbered else { return true }
      let index = details.largeValues.value(of: field)
      return index < 2 || index % 3 != 1
    }
  }
}

/// The distances, computed when one is asked for first.
final class V8DistanceCache: Sendable {
  private let known = Mutex<[UInt32]?>(nil)
  private let isBegun = Mutex(false)

  /// Nil for what only weak references reach.
  func distance(of object: ObjectID, in details: V8HeapSnapshotDetails) -> UInt32? {
    known.withLock { distances in
      if distances == nil { distances = V8Distances.compute(details) }
      return Self.distance(object, distances)
    }
  }

  /// Nil too while they are computed, which this begins, unless that takes no time worth mentioning.
  func distanceSoon(of object: ObjectID, in details: V8HeapSnapshotDetails) -> UInt32? {
    if details.graph.objectCount < 200_000 { return distance(of: object, in: details) }
    let begins = isBegun.withLock { isBegun in
      defer { isBegun = true }
      return !isBegun
    }
    if begins {
      guard ThreadSupply.shortage(of: 1) == 0 else { return distance(of: object, in: details) }
      Task.detached(priority: .utility) { _ = details.distance(of: .root) }
    }
    return known.withLockIfAvailable { Self.distance(object, $0) } ?? nil
  }

  private static func distance(_ object: ObjectID, _ distances: [UInt32]?) -> UInt32? {
    guard let distances, distances.indices.contains(object.index) else { return nil }
    return distances[object.index] == V8Distances.none ? nil : distances[object.index]
  }
}
