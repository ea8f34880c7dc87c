import Layout
import ReferenceGraph

/// A place with where one is in it: selection, what is unfolded, how it is sorted.
public struct Pane: Sendable {
  /// What is shown.
  public var place: Place
  /// The selected row, 0 the first.
  public var selection = 0
  /// The first row that is seen.
  public var top = 0
  /// The column that rows are sorted by; nil for the order that the place comes in.
  public var sort: SortColumn?
  /// Whether rows stand the other way round.
  public var reversed = false
  /// The text that rows must have; empty for all rows.
  public var filter = ""
  /// The rows in their order when they are sorted or filtered: indexes or object numbers, as the place has it.
  public var order: [UInt32]?
  /// The tab of an object that is open.
  public var tab = ObjectTab.fields
  /// How a cycle is drawn.
  public var drawing = CycleDrawing.ring
  /// Whether paths through references that the policy leaves out are shown too.
  public var showsAll = false
  /// The column of the selected cell of a matrix; nil when a whole row is selected.
  public var matrixColumn: Int?
  /// Which of the cuts is chosen: 0 none, 1 the first of `Model.cutChoices`.
  public var cut = 0
  /// The rows of the retention tree as far as it is unfolded; nil before it is first shown.
  public var retention: FoldedTree<RetentionNode>?
  /// The rows of the tree of paths as far as it is unfolded; nil until the paths are found.
  public var paths: FoldedTree<Int>?
  /// The columns it is drawn in.
  public internal(set) var width = 0
  /// Whether it stands beside the pane it follows, and shows what there would be further views for.
  public internal(set) var isCompanion = false
  /// An object that is to be selected in the tree as soon as the tree can be unfolded that far.
  public var reveal: ObjectID?

  /// A pane on `place`, with nothing selected, sorted or filtered yet.
  public init(_ place: Place) { self.place = place }
}

extension Pane {
  /// Forgets the trees, and which rows of an object pass the filter: they are found anew.
  mutating func forgetRows() {
    (paths, retention) = (nil, nil)
    // Groups are numbered anew.
    if case .treemap(let node, _) = place { (place, selection) = (.treemap(.object(node.arranged), from: 0), 0) }
    if case .object = place { (filter, order) = ("", nil) }
  }
}

/// The places one came from, and those one went back from.
public struct NavigationHistory: Sendable {
  private var past: [Pane] = []
  private var future: [Pane] = []
  /// Older places than this many are forgotten.
  static let limit = 200

  /// A history in which nothing has been left.
  public init() {}

  /// Whether there is a pane to go back to.
  public var canGoBack: Bool { !past.isEmpty }
  /// Whether one went back, and there is a pane to go forward to.
  public var canGoForward: Bool { !future.isEmpty }
  /// The places that lead to the current one, oldest first.
  public var trail: [Place] { past.map(\.place) }

  /// Leaves `pane` for a new place.
  public mutating func push(_ pane: Pane) {
    past.append(pane)
    if past.count > Self.limit { past.removeFirst() }
    future = []
  }

  /// Changes all places that are kept.
  mutating func change(_ change: (inout Pane) -> Void) {
    for index in past.indices { change(&past[index]) }
    for index in future.indices { change(&future[index]) }
  }

  /// Forgets what rows there are: see `Pane.forgetRows`.
  mutating func forgetRows() { change { $0.forgetRows() } }

  /// The pane before `current`, if there is one.
  public mutating func back(from current: Pane) -> Pane? {
    guard let pane = past.popLast() else { return nil }
    future.append(current)
    return pane
  }

  /// The pane that was left by going back.
  public mutating func forward(from current: Pane) -> Pane? {
    guard let pane = future.popLast() else { return nil }
    past.append(current)
    return pane
  }
}
