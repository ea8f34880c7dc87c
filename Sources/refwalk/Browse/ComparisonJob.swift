import Browser
import Dispatch
import DumpLoading
import GraphAnalysis
import ReferenceGraph
import Terminal

/// Reads an earlier dump on a thread of its own and compares.
final class ComparisonJob: Sendable {
  let progress = WorkProgress(steps: DumpRequest.steps)

  /// Begins at once; `mailbox` is told how it ended, unless it was cancelled.
  init(_ earlier: DumpRequest, with analysis: HeapAnalysis, mailbox: EventMailbox<LoopEvent>) {
    DispatchQueue.global(qos: .userInitiated).async { [progress] in
      let event = Self.compare(earlier, with: analysis, progress: progress)
      if !progress.isCancelled { mailbox.post(.model(event)) }
    }
  }

  /// What came of it, for the browser.
  static func compare(
    _ earlier: DumpRequest, with analysis: HeapAnalysis, progress: WorkProgress
  ) -> Browser.Event {
    do throws(CommandFailure) {
      var warning: String?
      let digest = try digest(of: earlier, for: analysis, progress: progress, &warning)
      let diff = HeapDiff(before: digest, after: analysis)
      if !diff.isTypedAlike { warning = warning ?? "types are known in one of the two only: little is found again" }
      return .compared(diff, warning: warning)
    } catch {
      return .notCompared("\(error)")
    }
  }

  /// The sizes of the earlier dump, analysed under the policies of the other one.
  ///
  /// Its graph is gone when this returns. `warning` becomes what makes them less than they should be.
  private static func digest(
    of earlier: DumpRequest, for analysis: HeapAnalysis, progress: WorkProgress, _ warning: inout String?
  ) throws(CommandFailure) -> HeapDigest {
    let heap = try earlier.openEarlier { request throws(CommandFailure) in
      try request.read(progress: progress)
    } whenRefused: {
      warning = $0
    }
    if let truncation = heap.facts.truncation { warning = "the earlier dump is cut short: \(truncation)" }
    let (facts, other) = (heap.facts, analysis.heap.facts)
    guard facts.format == other.format else {
      throw .differentFormats(path: facts.path, facts.format, otherPath: other.path, other.format)
    }
    func policy(_ name: String) throws(CommandFailure) -> ReferencePolicy {
      guard let policy = facts.policies.first(where: { $0.name == name }) else {
        throw .unknownPolicy(name, path: facts.path, known: facts.policies.map(\.name))
      }
      return policy
    }
    var options = analysis.options
    options.retaining = try policy(analysis.retaining.name)
    options.cycles = try policy(analysis.cyclePolicy.name)
    do {
      return HeapDigest(
        try HeapAnalysis(heap: heap, options: options, progress: progress, firstStep: DumpRequest.byteSteps))
    } catch {
      throw .cancelled
    }
  }
}
