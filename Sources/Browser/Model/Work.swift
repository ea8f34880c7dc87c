import GraphAnalysis
import Layout
import ReferenceGraph

/// Work whose time grows with the heap, done off the screen's thread and kept in the model when it is done.
public enum WorkRequest: Hashable, Sendable {
  case cycle(ComponentID)
  /// What cuts of a cycle free, by class and field.
  case cutGroups(ComponentID)
  /// The paths from roots to an object, through the references that count, or through all; or the ways to many, merged.
  case paths(PathGoal, all: Bool)
  /// Lists the references behind a cell of a cycle's matrix, between classes by their indexes.
  case links(ClassLinks, source: Int, target: Int?)
  /// Goes through the entries of a large collection, which are at hand then.
  case contents(ObjectID)
  /// Lists the strings that an object keeps alive.
  case strings(ObjectID)
  /// Arranges the children of an object in the retention tree.
  case arrange(ObjectID)
  /// Arranges the children of all that dominates an object.
  case reveal(ObjectID)
  case instances(classIndex: Int)
  /// The cycles of a shape in another order, those that have a text only.
  case sortShape(Int, SortColumn, reversed: Bool, filter: String)
  /// What would be freed without some references.
  case whatIf([ReferencePlace])
  /// Looks through the whole heap.
  case search(HeapQuery)
  /// Which rows of a long list have a text.
  case filter(RowFilter)
}

/// What came out of a `WorkRequest`.
public enum WorkResult: Sendable {
  case cycle(CycleReport)
  case cutGroups(CutGroups)
  case paths(PathTree)
  case contents
  /// The first of the references, and how many there are in all.
  case links([ReferencePlace], total: Int)
  case strings(HeldStrings)
  case arrangements([ObjectID: ChildArrangement])
  /// The largest objects of a class, and how many there are in all.
  case instances([ObjectID], total: Int)
  case order([UInt32])
  case whatIf(WhatIf)
  case found(HeapMatches)
}

/// Does a piece of work.
public func perform(_ request: WorkRequest, analysis: HeapAnalysis, progress: WorkProgress) throws(Cancelled)
  -> WorkResult
{
  switch request {
  case .cycle(let id):
    return .cycle(try analysis.report(on: id, progress: progress))
  case .cutGroups(let id): return .cutGroups(try analysis.cutGroups(of: id, progress: progress))
  case .paths(.object(let id), let all):
    var tree = try PathTree(to: id, analysis: analysis, policy: all ? .every : nil, merges: true, progress: progress)
    tree.foldLongWays()
    return .paths(tree)
  case .paths(.instances(let classIndex), _):
    let objects = (analysis.graph.objects ?? 1...1).lazy.filter {
      $0 <= analysis.graph.objectCount && analysis.graph.classOfObject[$0] == UInt32(classIndex)
    }
    return .paths(try PathTree(toAll: objects.map { ObjectID($0) }, analysis: analysis, progress: progress))
  case .paths(.group(let parent, let name), _):
    let objects = ChildArrangement(of: parent, analysis: analysis).groups.first { $0.name == name }?.members ?? []
    return .paths(try PathTree(toAll: objects, analysis: analysis, progress: progress))
  case .links(let links, let source, let target):
    let found = try analysis.references(
      in: links.component, from: source, to: target, limit: Model.linkLimit, progress: progress)
    return .links(found.places, total: found.total)
  case .contents(let id):
    _ = analysis.heap.values(of: id, from: 0, limit: 0)
    return .contents
  case .strings(let id):
    return .strings(try HeldStrings(below: id, analysis: analysis, progress: progress))
  case .arrange(let id):
    return .arrangements([id: ChildArrangement(of: id, analysis: analysis)])
  case .reveal(let id):
    var arrangements: [ObjectID: ChildArrangement] = [:]
    for dominator in Model.chain(to: id, analysis: analysis).dropLast() {
      arrangements[dominator] = ChildArrangement(of: dominator, analysis: analysis)
      if progress.isCancelled { throw Cancelled() }
    }
    return .arrangements(arrangements)
  case .instances(let classIndex):
    return try largestInstances(of: classIndex, analysis: analysis, progress: progress)
  case .sortShape(let shape, let column, let reversed, let filter):
    let sorted = sortedComponents(ofShape: shape, by: column, reversed: reversed, analysis: analysis)
    if filter.isEmpty { return .order(sorted) }
    return .order(
      try kept(sorted, filter, progress) { ObjectRowText.cycle(ComponentID(rawValue: $0), analysis) })
  case .whatIf(let references):
    let freed = try analysis.whatIf(cutting: references, progress: progress)
    return .whatIf(WhatIf(references: references, freedBytes: freed.freedBytes, freedObjects: freed.freedObjects))
  case .search(let query): return .found(try query.run(analysis, progress: progress))
  case .filter(let filter): return .order(try filter.run(analysis, progress: progress))
  }
}

/// At most so many objects of a class are listed.
let instanceLimit = 10_000

private func largestInstances(of classIndex: Int, analysis: HeapAnalysis, progress: WorkProgress) throws(Cancelled)
  -> WorkResult
{
  let graph = analysis.graph
  var largest = LargestObjects(analysis.dominators, limit: instanceLimit)
  progress.begin(0, total: UInt64(graph.objectCount))
  for id in 1..<UInt32(graph.objectCount + 1) {
    if id & 0xffff == 0 {
      progress.advance(to: UInt64(id))
      if progress.isCancelled { throw Cancelled() }
    }
    if graph.classOfObject[id] == UInt32(classIndex) { largest.add(ObjectID(id)) }
  }
  return .instances(largest.objects, total: largest.total)
}

/// The cycles of a shape by a column, the largest first, or the smallest.
func sortedComponents(ofShape shape: Int, by column: SortColumn, reversed: Bool, analysis: HeapAnalysis) -> [UInt32] {
  let components = analysis.components
  func key(_ id: ComponentID) -> UInt64 {
    let component = components[id]
    switch column {
    case .objects: return UInt64(component.objects)
    case .shallow: return component.shallow
    case .entries: return UInt64(component.entries)
    case .address:
      return .max - analysis.graph.addresses.address(of: components.members(of: id, 0..<1)[0])
    default: return component.retained
    }
  }
  let keyed = analysis.shapes[shape].components.map { (key($0), $0.rawValue) }
  let sorted = keyed.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.map(\.1)
  return reversed ? sorted.reversed() : sorted
}
