import ReferenceGraph

/// What roots refer to, in the order in which they explain objects: tier after tier, and in each stage after stage.
///
/// An object belongs to the first tier with a root that reaches it: see `RootTier`. A search that goes to its end from
/// the roots of one tier before it begins with the next numbers the objects of a tier in a row, and never follows a
/// reference from a later tier into an earlier one.
package struct RootTiers {
  /// Roots that searches begin with at the same time.
  package struct Stage {
    package var targets: [UInt32]
    package var tier: RootTier
    /// How many steps the search of shortest paths takes before it begins with these: it does so sooner when there is
    /// nothing left to search from.
    package var delay: Int
  }

  /// A variable that lasts explains more than a local variable of a function that is under way, unless the way from it is
  /// so many steps longer.
  package static let localDelay = 8

  /// In the order of their tiers; none is empty.
  package private(set) var stages: [Stage] = []

  /// All that row 0 refers to, as one tier.
  package init(_ rows: ReferenceRows) {
    let targets = rows.targets.copy(rows.range(of: .root))
    if !targets.isEmpty { stages = [Stage(targets: targets, tier: .certain, delay: 0)] }
  }

  /// The roots that count under a policy.
  ///
  /// Of those that are certain, locals come after the others, and those that refer weakly come last: they hold as well,
  /// but explain less.
  init(_ filter: PolicyFilter, _ graph: ReferenceGraph) {
    // By tier; the certain ones that are left out here by standing.
    var later = [[UInt32]](repeating: [], count: RootTier.allCases.count)
    var certain = [[UInt32]](repeating: [], count: 3)
    for (index, root) in graph.roots.enumerated() where filter.keeps(reference: index, from: 0) {
      let tier = filter.tier(ofRoot: index)
      if tier == .certain {
        certain[max(0, root.standing - 1)].append(root.target.rawValue)
      } else {
        later[Int(tier.rawValue)].append(root.target.rawValue)
      }
    }
    let delays = [0, certain[0].isEmpty ? 0 : Self.localDelay, .max]
    for (targets, delay) in zip(certain, delays) where !targets.isEmpty {
      stages.append(Stage(targets: targets, tier: .certain, delay: delay))
    }
    for tier in RootTier.allCases where !later[Int(tier.rawValue)].isEmpty {
      stages.append(Stage(targets: later[Int(tier.rawValue)], tier: tier, delay: .max))
    }
  }

  /// Whether all roots are of the first tier.
  var isOne: Bool { stages.allSatisfy { $0.tier == .certain } }
}

/// Where the objects of each tier end, in an order that has those of one tier in a row: the virtual root is the first,
/// and objects that no root reaches come last.
package struct TierEnds: Sendable, Equatable, BitwiseCopyable {
  private var certain: UInt32
  private var maybe: UInt32
  private var finalizer: UInt32
  /// Where the last tier ends: how many objects there are in all.
  package private(set) var all: UInt32

  /// All of the first tier.
  init(all count: Int) {
    all = UInt32(count)
    (certain, maybe, finalizer) = (all, all, all)
  }

  /// Where a tier ends.
  @inline(__always) subscript(tier: RootTier) -> UInt32 {
    get {
      switch tier {
      case .certain: certain
      case .maybe: maybe
      case .finalizer: finalizer
      case .unrecorded: all
      }
    }
    set {
      switch tier {
      case .certain: certain = newValue
      case .maybe: maybe = newValue
      case .finalizer: finalizer = newValue
      case .unrecorded: all = newValue
      }
    }
  }

  /// The tier of the object at a place; nil behind the last.
  func tier(at place: UInt32) -> RootTier? {
    if place < certain { return .certain }
    if place < maybe { return .maybe }
    if place < finalizer { return .finalizer }
    return place < all ? .unrecorded : nil
  }

  /// Whether `place` is of a later tier than `other`.
  ///
  /// Objects that no root reaches are of none.
  @inline(__always) func isLater(_ place: UInt32, than other: UInt32) -> Bool {
    (other < certain && place >= certain || other < maybe && place >= maybe || other < finalizer && place >= finalizer)
      && place < all
  }
}
