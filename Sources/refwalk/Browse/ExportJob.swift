import Browser
import CycleMarks
import Dispatch
import GraphAnalysis
import ReferenceGraph
import Terminal

/// Writes an export on a thread of its own; large cycles and pictures take a while.
final class ExportJob: Sendable {
  /// Gathering what is written, then drawing it.
  let progress = WorkProgress(steps: ExportStep.names)

  /// Begins at once; `mailbox` is told how it ended.
  init(
    _ choice: ExportChoice, path: String, analysis: HeapAnalysis, marks: MarkSet, cuts: [ReferencePlace],
    diff: HeapDiff?, dumps: [String], mailbox: EventMailbox<LoopEvent>
  ) {
    DispatchQueue.global().async { [progress] in
      mailbox.post(
        .model(
          Self.write(
            choice, path: path, analysis: analysis, marks: marks, cuts: cuts, diff: diff, dumps: dumps,
            progress: progress)))
    }
  }

  private static func write(
    _ choice: ExportChoice, path: String, analysis: HeapAnalysis, marks: MarkSet, cuts: [ReferencePlace],
    diff: HeapDiff?, dumps: [String], progress: WorkProgress
  ) -> Browser.Event {
    do {
      let text = try choice.text(analysis, marks: marks, cuts: cuts, diff: diff, progress: progress)
      if choice.format.isPicture {
        progress.begin(ExportStep.draw, total: 0)
        try Graphviz.draw(text, format: choice.format.rawValue, to: path, readableAs: dumps, progress: progress)
      } else {
        try OutputFile.write(text, to: path, readableAs: dumps)
      }
      let ofCuts = cuts.isEmpty ? "" : ", \(Count.text(cuts.count, "cut")) in thought"
      let what =
        switch choice.subject {
        case .marks: Count.text(marks.count, "mark") + ofCuts
        case .subtree: "subtree"
        case .diff: "diff"
        }
      return .exported("\(what) exported to \(path)", isError: false)
    } catch is Cancelled {
      return .exported("export stopped", isError: false)
    } catch CommandFailure.cancelled {
      return .exported("export stopped", isError: false)
    } catch {
      return .exported("not exported: \(error)", isError: true)
    }
  }
}

/// The steps of an export; the first is the report's own.
private enum ExportStep: Int, WorkStep {
  case gather, draw

  var name: String {
    switch self {
    case .gather: "Gathering"
    case .draw: "Drawing"
    }
  }
}
