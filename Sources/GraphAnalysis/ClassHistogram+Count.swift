import ReferenceGraph

extension ClassHistogram {
  /// Counts all objects by class.
  init(graph: ReferenceGraph, tree: DominatorTree, progress: WorkProgress) throws(Cancelled) {
    let classCount = graph.classes.count
    var reachable = [Sums](repeating: Sums(), count: classCount)
    var all = reachable
    try Self.countObjects(
      graph, graph.classOfObject, graph.sizes, tree.places, reachable: &reachable, all: &all, progress: progress)
    let retained = try Self.sumRetained(graph.classOfObject, tree, classCount, progress: progress)
    func rows(_ sums: [Sums]) -> [ClassRow] {
      sums.indices.filter { sums[$0].objects > 0 }.map {
        ClassRow(
          classIndex: $0, objects: sums[$0].objects, shallow: sums[$0].shallow, retained: retained[$0])
      }
    }
    self.init(
      rows: rows(reachable).sorted {
        ($1.retained, $1.shallow, $0.classIndex) < ($0.retained, $0.shallow, $1.classIndex)
      },
      unrecordedRows: rows(try Self.countUnrecorded(graph, tree, classCount, progress: progress)),
      allRows: rows(all).sorted { ($1.shallow, $0.classIndex) < ($0.shallow, $1.classIndex) })
  }

  private struct Sums {
    var objects = 0
    var shallow: UInt64 = 0
  }

  @inline(never)
  private static func countObjects(
    _ graph: ReferenceGraph, _ classes: borrowing FlatArray<UInt32>, _ sizes: borrowing FlatArray<UInt32>,
    _ places: borrowing FlatArray<UInt32>, reachable: inout [Sums], all: inout [Sums], progress: WorkProgress
  ) throws(Cancelled) {
    var object = 1
    while object < classes.count {
      if object & progressMask == 0 { try progress.check(object) }
      let index = Int(classes[object])
      var size = UInt64(sizes[object])
      if size == UInt64(UInt32.max) { size = graph.size(of: ObjectID(object)) }
      all[index].objects &+= 1
      all[index].shallow &+= size
      if places[object] != .max {
        reachable[index].objects &+= 1
        reachable[index].shallow &+= size
      }
      object &+= 1
    }
  }

  /// Counts what only something holds that the dump does not record.
  private static func countUnrecorded(
    _ graph: ReferenceGraph, _ tree: DominatorTree, _ classCount: Int, progress: WorkProgress
  ) throws(Cancelled) -> [Sums] {
    var sums = [Sums](repeating: Sums(), count: classCount)
    for place in tree.tierEnds[.finalizer]..<tree.tierEnds.all {
      if Int(place) & progressMask == 0 { try progress.check(Int(place)) }
      let id = ObjectID(tree.objects[place])
      sums[Int(graph.classOfObject[id.index])].objects += 1
      sums[Int(graph.classOfObject[id.index])].shallow += graph.size(of: id)
    }
    return sums
  }

  /// What each class retains: the sum over its objects that are not below another of the same class.
  ///
  /// Goes through the tree in preorder: up to `openUntil` of a class follows what an object of it dominates, whose
  /// bytes are counted with that object already.
  @inline(never)
  private static func sumRetained(
    _ classes: borrowing FlatArray<UInt32>, _ tree: DominatorTree, _ classCount: Int, progress: WorkProgress
  ) throws(Cancelled) -> [UInt64] {
    var retained = [UInt64](repeating: 0, count: classCount)
    var openUntil = [UInt32](repeating: 0, count: classCount)
    let count = tree.objects.count
    var place = 1
    while place < count {
      if place & progressMask == 0 { try progress.check(place) }
      if place &+ 32 < count { classes.prefetch(tree.objects[place &+ 32]) }
      let index = Int(classes[tree.objects[place]])
      if UInt32(place) >= openUntil[index] {
        retained[index] &+= tree.retained[place]
        openUntil[index] = UInt32(place) &+ tree.counts[place]
      }
      place &+= 1
    }
    return retained
  }
}
