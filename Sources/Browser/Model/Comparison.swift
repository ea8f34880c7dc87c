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
    tabPanes[.diff] = nil
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

  /// How far reading the earlier dump has come: `Linking objects 40 %`.
  var comparingStep: String {
    guard case .reading(let report) = comparison?.state else { return "" }
    return stepWords(report, of: steps)
  }
}
