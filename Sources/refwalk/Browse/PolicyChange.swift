import Browser
import Dispatch
import GraphAnalysis
import ReferenceGraph
import Terminal

/// Analyses a heap again under other policies.
enum PolicyChange {
  /// The analysis under policies by name; nil when the heap has none of that name.
  static func analyse(
    _ analysis: HeapAnalysis, _ retaining: String, _ cycles: String,
    progress: WorkProgress = WorkProgress(steps: HeapAnalysis.steps)
  ) -> HeapAnalysis? {
    let policies = analysis.heap.facts.policies
    guard let first = policies.first(where: { $0.name == retaining }),
      let second = policies.first(where: { $0.name == cycles })
    else { return nil }
    var options = analysis.options
    options.retaining = first
    options.cycles = second
    return try? HeapAnalysis(heap: analysis.heap, options: options, progress: progress)
  }

  /// The same on another thread; the mailbox gets the result.
  static func start(
    _ analysis: HeapAnalysis, _ retaining: String, _ cycles: String, progress: WorkProgress,
    mailbox: EventMailbox<LoopEvent>
  ) {
    DispatchQueue.global().async {
      if let new = analyse(analysis, retaining, cycles, progress: progress) {
        mailbox.post(.model(.analysisChanged(new)))
      }
    }
  }
}
