import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// All that the screen shows follows from this value; only `update` changes it.
public struct Model: Sendable {
  /// What is going on as a whole.
  public enum Phase: Sendable {
    case loading(LoadingState)
    case ready
  }

  /// How far loading has come.
  public struct LoadingState: Sendable {
    /// The step under way and how much of it is done.
    public var report = WorkProgress.Report(step: 0, done: 0, total: 0)
    /// Seconds since the beginning.
    public var seconds = 0.0
    /// When each step began, in seconds since the beginning.
    public var stepStarts: [Double] = [0]
    /// How much there was to do in each step.
    public var stepTotals: [UInt64] = []
    /// Whether the person has asked to stop and the work has not yet.
    public var isCancelling = false
    /// Resident memory of the process in bytes, mapped files not counted; 0 while it is not known.
    public var memory: UInt64 = 0
    /// What is known once the dump is read.
    public var outline: HeapOutline?
    /// Whether the classes are shown, and where one is in them.
    var showsClasses = false
    var selection = 0
    var top = 0
    /// The tab that opens as soon as it can.
    var awaitedTab: Tab?
  }

  /// An analysis under other policies, while it goes on.
  struct PolicyChange: Sendable {
    let retaining: String
    let cycles: String
    /// Which of the two is another, in words: `finding cycles by strong references`.
    let words: String
    var report = WorkProgress.Report(step: 0, done: 0, total: 0)
  }

  /// Work that puts the rows of a place into their order.
  struct Ordering: Sendable {
    let request: WorkRequest
    let place: Place
  }

  /// Which paths: through the references that count, or through all.
  struct PathKey: Hashable, Sendable {
    let goal: PathGoal
    let all: Bool
  }

  struct WorkReport: Sendable {
    let request: WorkRequest
    let report: WorkProgress.Report
  }

  /// A file that is being written.
  struct Export: Sendable {
    let path: String
    let choice: ExportChoice
    var report = WorkProgress.Report(step: 0, done: 0, total: 0)
  }

  /// A line for the person, shown until the next key.
  public struct Message: Sendable {
    /// The line; it may have text from a dump, which a `Frame` shows safely.
    public let text: String
    /// Whether it says that something failed, which is drawn as a warning.
    public let isError: Bool
    /// Whether it says what has to come first: it goes when the next part of the analysis comes.
    var isOfParts = false
  }

  /// How sizes are shown.
  public enum SizeColumns: Int, Sendable, CaseIterable { case bars, percent, bytes }

  /// Rows of the screen, at least 1.
  public internal(set) var rows: Int
  /// Columns of the screen, at least 1.
  public internal(set) var columns: Int
  /// The characters that lines are drawn with, `--ascii` or not.
  public var glyphs = GlyphSet.unicode
  /// Whether the dump is being loaded, or as much of it as is analysed is shown.
  public internal(set) var phase: Phase = .loading(LoadingState())
  /// The dump's path as it was given, `-` for standard input.
  public let path: String
  /// The names of the loading steps, in their order.
  public let steps: [String]
  /// How many of the steps, the first ones, are counted in bytes.
  public let byteSteps: Int
  /// The analysis, or as much as there is of it while it goes on: see `HeapAnalysis.readiness`.
  public internal(set) var analysis: HeapAnalysis?
  /// How long loading took, in seconds.
  public internal(set) var loadSeconds = 0.0
  /// The marks of this dump.
  public var marks = MarkSet()
  /// Where the marks are kept, as the marks view says it.
  public var marksPath = ""
  /// The walk that is being done, if one is.
  public var tutor: Tutor?
  /// The comparison with an earlier dump, if one is to be compared with.
  var comparison: Comparison?
  /// Whether there is a program here that draws pictures.
  public var canDrawPictures = false
  /// Which key asks for what.
  public let keyMap: KeyMap

  /// The first pane; the one that keys go to is `focused`.
  public internal(set) var pane = Pane(.overview)
  /// The pane beside the first one, derived from its selection; nil where there is no room or nothing to show.
  public internal(set) var second: Pane?
  /// Whether keys go to the second pane.
  public internal(set) var isSecondFocused = false
  /// Whether the pane that keys go to has the whole screen.
  public internal(set) var isZoomed = false
  /// The last pane of each tab.
  var tabPanes: [Tab: Pane] = [:]
  /// The panes that `BS` goes back to.
  public internal(set) var history = NavigationHistory()
  /// What is being asked, if anything is.
  public internal(set) var prompt: Prompt?
  /// The line at the foot of the screen, if there is one.
  public internal(set) var message: Message?
  /// The text that was last searched for in rows.
  public internal(set) var searchText = ""
  /// How lists show sizes now.
  public internal(set) var sizeColumns = SizeColumns.bars
  /// Whether the terminal reports clicks to refwalk.
  public internal(set) var isMouseOn = false

  // Results of work, kept for the time the analysis lives.
  var reports: [ComponentID: CycleReport] = [:]
  var cutGroups: [ComponentID: CutGroups] = [:]
  /// The cuts of cycles whose report is there: see `refreshChoices`.
  var choices: [ComponentID: [CutChoice]] = [:]
  /// Cycles whose cuts were not to be weighed any longer.
  var unweighed: Set<ComponentID> = []
  var pathTrees: [PathKey: PathTree] = [:]
  var links: [ClassLinks: (places: [ReferencePlace], total: Int)] = [:]
  var strings: [ObjectID: HeldStrings] = [:]
  var arrangements: [ObjectID: ChildArrangement] = [:]
  var instances: [Int: (objects: [ObjectID], total: Int)] = [:]
  /// What each mark is in this dump.
  var marked = MarkMatches()
  var found: [HeapQuery: HeapMatches] = [:]
  /// A list that is sorted or filtered off the screen's thread, until that is done.
  var ordering: Ordering?
  /// What the rows of the retention tree are searched for, beyond those that are seen.
  var treeQuery: HeapQuery?
  /// The match that was shown last; where it is a part of a collection that one is selected in its place.
  var shownMatch: ObjectID?
  /// Which of its matches is shown as soon as they are known: 1 the next, -1 the one before, 0 the first.
  var awaitedMatch: Int?
  /// References that are cut in thought, in the order they were cut.
  public internal(set) var cuts: [ReferencePlace] = [] {
    didSet { cutSet = Set(cuts) }
  }
  /// The same, to look one up.
  private(set) var cutSet: Set<ReferencePlace> = []
  /// What was worked out last of cuts; holds when its references are `cuts`.
  var whatIf: WhatIf?
  /// Whether working it out was stopped: it begins again with the next cut.
  var isCountingStopped = false
  /// How far the work that is under way has come.
  var workReport: WorkReport?
  /// An object whose children are being arranged, to be opened in the tree when they are.
  var opening: ObjectID?
  /// Cycles that are marked and whose rings are written down as soon as they are known.
  var marking: [ComponentID] = []
  /// A search that has more rows to look at.
  var searching: RowSearch?
  /// Keys typed for rows that are not there yet, oldest first: see `keepAhead`.
  var keysAhead: [Key] = []
  /// The policies that the heap is being analysed under anew.
  var changing: PolicyChange?
  /// The file that is being written.
  var exporting: Export?
  /// The work that was last asked for.
  var wanted: [WorkRequest] = []

  /// A browser before its dump is read, with a screen of `rows` and `columns`; the first `byteSteps` of `steps` count
  /// bytes.
  public init(
    path: String, steps: [String], byteSteps: Int = 0, rows: Int, columns: Int, keyMap: KeyMap = .standard
  ) {
    self.byteSteps = byteSteps
    self.path = path
    self.steps = steps
    self.rows = rows
    self.columns = columns
    self.keyMap = keyMap
  }

  /// The dump's name without its folders.
  public var fileName: String { Self.fileName(of: path) }

  /// A dump's name without its folders, as screens show it.
  static func fileName(of path: String) -> String {
    path == "-" ? "standard input" : String(path.split(separator: "/").last ?? "-")
  }

  /// Whether the overview lists the suspects that retain little, too.
  var showsSmallSuspects = false

  /// Whether there is room for two panes.
  public var hasTwoPanes: Bool { columns >= 120 && !isZoomed && second != nil }

  /// The smallest screen that is drawn on.
  static let minimumRows = 10
  static let minimumColumns = 60

  /// The rows between breadcrumb and status line.
  public var bodyHeight: Int { max(1, rows - 4 - tutorHeight) }

  /// The pane that keys go to.
  public var focused: Pane {
    get { isSecondFocused && hasTwoPanes ? second! : pane }
    set {
      if isSecondFocused && hasTwoPanes { second = newValue } else { pane = newValue }
    }
  }

  /// The chain of dominators from the virtual root to an object, both with it; not more than the last
  /// `revealDepth` of them, since chains of millions occur.
  static func chain(to id: ObjectID, analysis: HeapAnalysis) -> [ObjectID] {
    var chain = [id]
    while chain.count < revealDepth, let dominator = analysis.dominators.dominator(of: chain[chain.count - 1]) {
      chain.append(dominator)
    }
    return chain.reversed()
  }
  static let revealDepth = 24
}

extension Model {
  /// Whether the dump is still being read or analysed.
  public var isLoading: Bool { if case .loading = phase { true } else { false } }

  /// Whether work is wanted that is done off the screen's thread.
  public var isWorking: Bool { !wanted.isEmpty }

  /// Whether the heap is being analysed under other policies.
  public var isChanging: Bool { changing != nil }

  /// Whether a file is being written.
  public var isExporting: Bool { exporting != nil }
}
