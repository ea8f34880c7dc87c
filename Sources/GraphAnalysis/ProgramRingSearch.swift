import ReferenceGraph

/// Finds a short ring of a component that goes through objects of the program: through one of the class with the most
/// of them, by as few objects of the runtime as there can be.
///
/// From a few objects of each of the program's classes a breadth-first search leads back to itself; of the ways of one
/// length the one through most of the program's objects is taken.
struct ProgramRingSearch {
  /// The most references looked at.
  private let referenceLimit: Int
  /// How many classes are tried, and of each how many objects, those nearest to a root.
  private static let classLimit = 6
  private static let startLimit = 24

  let graph: ComponentGraph
  /// Distance from a root by object number; `Int.max` where no root reaches it.
  let distances: [Int]
  /// By object number whether it is the program's.
  private let isProgram: [Bool]
  /// Of each class to try the objects to begin with.
  private let starts: [[Int]]

  init(
    _ graph: ComponentGraph, distances: [Int], _ context: RetentionContext, details: any ObjectDetails,
    mostReferences: Int = .max
  ) {
    referenceLimit = min(8_000_000, mostReferences)
    self.graph = graph
    self.distances = distances
    struct ClassOfMembers {
      var isProgram: Bool
      var count = 0
    }
    let heap = context.graph
    var classes: [UInt32: ClassOfMembers] = [:]
    isProgram = graph.objects.map { object in
      let number = heap.classOfObject[object.rawValue]
      if classes[number] == nil { classes[number] = ClassOfMembers(isProgram: details.owner(of: object) == .program) }
      classes[number]!.count += 1
      return classes[number]!.isProgram
    }
    let ranked = classes.filter(\.value.isProgram).map {
      (number: $0.key, count: $0.value.count, isTelling: CycleShape.isTelling(heap.classes[Int($0.key)].name))
    }.sorted { left, right in
      if left.isTelling != right.isTelling { return left.isTelling }
      return left.count != right.count ? left.count > right.count : left.number < right.number
    }.prefix(Self.classLimit)
    starts = ranked.map { entry in
      var nearest: [Int] = []
      for number in graph.objects.indices where heap.classOfObject[graph.objects[number].rawValue] == entry.number {
        // Ascending by distance; the lowest number of several comes first.
        let place = nearest.firstIndex { distances[$0] > distances[number] } ?? nearest.count
        if place < Self.startLimit { nearest.insert(number, at: place) }
        if nearest.count > Self.startLimit { nearest.removeLast() }
      }
      return nearest
    }
  }

  /// The ring, as the numbers of its objects with the reference of each; nil where none of the component's objects is
  /// known to be the program's.
  func run(progress: WorkProgress) throws(Cancelled) -> [(number: Int, reference: Int)]? {
    if graph.count == 1 || starts.isEmpty { return nil }
    var search = Search(graph: graph, isProgram: isProgram)
    var best: (ring: [(number: Int, reference: Int)], cost: Int)?
    for (rank, numbers) in starts.enumerated() {
      for start in numbers {
        if search.looked > referenceLimit { return best?.ring }
        try progress.check(graph.count / Self.classLimit * rank)
        // A longer ring costs more, whatever is on it.
        let limit = best.map { $0.cost - rank } ?? .max
        guard let ring = try search.ring(from: start, limit: limit, progress) else { continue }
        let cost = ring.reduce(rank) { $0 + (isProgram[$1.number] ? 1 : 2) }
        if cost < best?.cost ?? .max { best = (ring, cost) }
      }
    }
    return best?.ring
  }

  private struct Search {
    let graph: ComponentGraph
    let isProgram: [Bool]
    var looked = 0
    private struct Arrival {
      var source: Int32 = 0
      var reference = 0
      var level: Int32 = 0
      /// Objects of the program on the way.
      var program: Int32 = 0
    }
    private var stamps: [Int32]
    private var stamp: Int32 = 0
    private var arrivals: [Arrival]
    private var queue: [Int32] = []

    init(graph: ComponentGraph, isProgram: [Bool]) {
      self.graph = graph
      self.isProgram = isProgram
      stamps = [Int32](repeating: 0, count: graph.count)
      arrivals = [Arrival](repeating: Arrival(), count: graph.count)
    }

    /// A shortest ring through `start` of less than `limit` steps.
    mutating func ring(
      from start: Int, limit: Int, _ progress: WorkProgress
    ) throws(Cancelled) -> [(number: Int, reference: Int)]? {
      stamp += 1
      queue.removeAll(keepingCapacity: true)
      queue.append(Int32(start))
      stamps[start] = stamp
      arrivals[start] = Arrival()
      // The object that closes the ring, and how many of the program's are on it.
      var closing: (source: Int, reference: Int, program: Int32)?
      var closingLevel = Int32.max
      var next = 0
      while next < queue.count {
        let source = Int(queue[next])
        next += 1
        let own = arrivals[source]
        if own.level > closingLevel || Int(own.level) + 1 >= limit { break }
        if next & progressMask == 0, progress.isCancelled { throw Cancelled() }
        for k in graph.range(of: source) {
          looked += 1
          let target = Int(graph.targets[k])
          if target == source { continue }
          if target == start {
            if closing == nil || own.program > closing!.program { closing = (source, k, own.program) }
            closingLevel = own.level
            continue
          }
          if closing != nil { continue }
          let program = own.program + (isProgram[target] ? 1 : 0)
          if stamps[target] != stamp {
            stamps[target] = stamp
            queue.append(Int32(target))
          } else if arrivals[target].level != own.level + 1 || arrivals[target].program >= program {
            continue
          }
          arrivals[target] = Arrival(source: Int32(source), reference: k, level: own.level + 1, program: program)
        }
      }
      guard let closing else { return nil }
      var ring = [(number: closing.source, reference: closing.reference)]
      while ring[ring.count - 1].number != start {
        let arrival = arrivals[ring[ring.count - 1].number]
        ring.append((Int(arrival.source), arrival.reference))
      }
      return ring.reversed()
    }
  }
}
