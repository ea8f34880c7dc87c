import GraphAnalysis
import ReferenceGraph

/// The comparison with an earlier dump of the same program: it is read when the one that is open is analysed, and only
/// its sizes by name are kept.
struct Comparison: Sendable {
  enum State: Sendable {
    /// The dump that is open comes first.
    case waiting
    /// The earlier one is being read and analysed.
    case reading(WorkProgress.Report)
    /// Why there is none.
    case failed(String)
    case done(HeapDiff)
  }

  /// The earlier dump.
  let path: String
  var state = State.waiting
  /// What makes the comparison less sure.
  var warning: String?

  var fileName: String { Model.fileName(of: path) }
}

extension Model {
  /// What the open dump is compared with, and what has changed; nil while that is not known.
  public var diff: HeapDiff? { if case .done(let diff) = comparison?.state { diff } else { nil } }

  /// Whether the earlier dump is being read.
  public var isComparing: Bool { if case .reading = comparison?.state { true } else { false } }

  /// The earlier dump is to be compared with, as soon as this one is analysed.
  public mutating func compare(with path: String) { comparison = Comparison(path: path) }

  /// Begins to read the earlier dump, if there is one.
  mutating func beginComparing() -> [Effect] {
    guard comparison != nil, let analysis else { return [] }
    comparison!.state = .reading(WorkProgress.Report(step: 0, done: 0, total: 0))
    return [.compare(retaining: analysis.retaining.name, cycles: analysis.cyclePolicy.name)]
  }

  /// Takes over what has changed.
  mutating func finishComparing(_ diff: HeapDiff, _ warning: String?) {
    // The policies may have changed while it was worked out: then it is being worked out anew.
    guard isComparing, let analysis, diff.after.retaining == analysis.retaining.name,
      diff.after.cycles == analysis.cyclePolicy.name
    else { return }
    comparison!.state = .done(diff)
    comparison!.warning = warning
    // What was sorted before there was anything is put into order now; elsewhere it is as if seen for the first time.
    for view in viewPanes.keys where viewPanes[view]!.place == .diff { viewPanes[view] = nil }
    history.change { if $0.place == .diff { $0 = Pane(.diff) } }
    var own = pane
    if own.place == .diff { reorder(&own) }
    pane = own
    guard pane.place != .diff, message == nil, prompt == nil else { return }
    message = Message(
      text: "6 Diff: \(comparison!.fileName) is compared, \(HeapDiff.words(of: diff.rows))", isError: false)
  }

  /// There is nothing to compare with, and why.
  mutating func failComparing(_ reason: String) {
    guard isComparing else { return }
    comparison!.state = .failed(reason)
    if pane.place != .diff, prompt == nil { message = Message(text: "not compared: \(reason)", isError: true) }
  }

  /// The row of what has changed that a row of the pane stands for.
  func diffRow(_ row: Int, _ pane: Pane) -> HeapDiff.Row? {
    guard let diff, row < rowCount(pane) else { return nil }
    return diff.rows[index(ofRow: row, pane)]
  }

  /// The shape, an index into `HeapAnalysis.shapes`, that a row of what has changed is about, if it is there.
  func diffShape(_ row: Int, _ pane: Pane) -> Int? {
    guard let row = diffRow(row, pane), case .shape = row.subject else { return nil }
    return row.index
  }

  /// Where a row of what has changed leads.
  func place(of row: HeapDiff.Row) -> Place? {
    switch row.subject {
    case .shape: row.index.map { place(ofShape: $0) }
    case .type: row.index.map { .instances($0) }
    }
  }

  /// The rows of what has changed by a column.
  func orderedDiff(_ pane: Pane, _ column: SortColumn) -> [UInt32] {
    guard let rows = diff?.rows else { return [] }
    let kept = rows.indices.filter {
      matches(rows[$0].title, pane.filter) || pane.filter.lowercased() == rows[$0].state.rawValue
    }
    let states = HeapDiff.State.allCases
    // Growth is the larger the more there is: losses come last.
    func signed(_ number: Int64) -> UInt64 { UInt64(bitPattern: number) ^ 1 << 63 }
    return ordered(
      kept, pane.reversed, column, name: { rows[$0].title },
      number: { index in
        switch column {
        case .objects: signed(Int64(rows[index].objectGrowth))
        case .state: UInt64(states.count - states.firstIndex(of: rows[index].state)!)
        default: signed(rows[index].retainedGrowth)
        }
      })
  }
}
