import ReferenceGraph

/// A candidate before it is ranked: a suspect with what it takes to compare it with others.
struct SuspectFinding {
  /// How much a candidate says of the program, by whose code it belongs to.
  enum Worth: Int, Comparable {
    /// The runtime's, or its library's.
    case runtime
    /// Nobody's in particular, or the dump does not say.
    case unknown
    case library
    case program

    static func < (left: Worth, right: Worth) -> Bool { left.rawValue < right.rawValue }

    /// Whether it belongs to what was written for the program.
    var isOwn: Bool { self >= .library }
  }

  var kind: Suspect.Kind
  var title = ""
  /// What a collection is full of: `10,000 × shop.Session`; whether that is the program's.
  var content = ""
  var contentIsOwn = false
  /// Whether that is the runtime's; and whether its type is known.
  var contentIsOfRuntime = false
  var contentIsTyped = false
  /// The cycle that it is part of: ` in a cycle of 405 objects`.
  var cycle = ""
  /// Of a collection; 0 for all else.
  var entries = 0
  /// What is to be said behind the title: `40 of 57,344 in use`.
  var note: String?
  var holder = ""
  var worth: Worth
  /// Whether something of the program's stands on the way to it.
  var isHeldByProgram = false
  var component: ComponentID?
  var shape: Int?
  var object: ObjectID
  var count = 1
  var retained: UInt64
  var isExact = true
  var outsideBytes: UInt64 = 0
  /// The subtrees of the retention tree that it stands for: places, ascending, none below another.
  var tops: [UInt32]
  var onItsWay: [Suspect.Way] = []
  var reasons: [String] = []
  /// Only references lead to it that the collector does not count.
  var isWeaklyHeld = false
  /// An index into `RootGroups.groups`.
  var group: Int?
  /// The index of the finding above it in the retention tree.
  var above: Int?
  /// Left out: another says the same better.
  var isDropped = false

  var weight: UInt64 { retained + outsideBytes }

  /// Whether the object at `place` is one of those it stands for, or below one.
  func covers(_ place: UInt32, _ tree: DominatorTree) -> Bool { tree.isBelow(place, tops) }

  /// Whether another lies below the objects it stands for, or below the one that it names.
  func encloses(_ other: SuspectFinding, _ tree: DominatorTree) -> Bool {
    let place = other.tops.first ?? tree.places[other.object.index]
    return covers(place, tree) || tree.contains(tree.places[object.index], place)
  }

  /// Whether it is the runtime's own, or full of what is, and nothing of the program's is known to hold it.
  var isOfRuntime: Bool {
    switch kind {
    case .classLoaders, .detachedTree, .outsideMemory: false
    default:
      (worth == .runtime || worth == .unknown && contentIsOfRuntime) && !isHeldByProgram && !contentIsOwn
    }
  }

  var wholeTitle: String { title + (content.isEmpty ? "" : " of " + content) + cycle + (note.map { ", " + $0 } ?? "") }

  var suspect: Suspect {
    Suspect(
      kind: kind, title: wholeTitle, holder: holder, component: component, shape: shape, object: object, count: count,
      retained: retained, retainedIsExact: isExact, outsideBytes: outsideBytes, onItsWay: onItsWay, reasons: reasons)
  }
}

extension DominatorTree {
  /// Whether the object at `place` is one of those at `tops`, or below one.
  ///
  /// `tops` ascend, none below another.
  func isBelow(_ place: UInt32, _ tops: [UInt32]) -> Bool {
    let next = tops.indices.bisection(where: { tops[$0] > place })
    return next > 0 && contains(tops[next - 1], place)
  }

  /// Adds those of `places` that are one of `tops`, or below one.
  ///
  /// Both ascend, and no place of either lies below another of it.
  func appendBelow(_ tops: [UInt32], of places: [UInt32], to result: inout [UInt32]) {
    for top in tops {
      let end = top + counts[top]
      var next = places.indices.bisection(where: { places[$0] >= top })
      while next < places.count, places[next] < end {
        result.append(places[next])
        next += 1
      }
    }
  }

  /// Those of some places that lie below no other of them, ascending.
  func outermost(_ some: some Sequence<UInt32>) -> [UInt32] {
    var result: [UInt32] = []
    for place in some.sorted() where result.last.map({ !contains($0, place) }) ?? true { result.append(place) }
    return result
  }
}
