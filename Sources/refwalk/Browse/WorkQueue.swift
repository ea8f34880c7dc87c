import Browser
import Dispatch
import GraphAnalysis
import ReferenceGraph
import Synchronization
import Terminal

/// Does the work that the browser wants, one piece after another, off the terminal's thread.
final class WorkQueue: Sendable {
  private struct State {
    var wanted: [WorkRequest] = []
    /// The analysis that they are about; nil when nothing is to be done.
    var analysis: HeapAnalysis?
    var running: WorkRequest?
    var progress = WorkProgress()
    var isBusy = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "refwalk.work")
  private let mailbox: EventMailbox<LoopEvent>

  init(mailbox: EventMailbox<LoopEvent>) { self.mailbox = mailbox }

  /// From now on only `requests` are wanted: what else was waiting is dropped, what else is under way is cancelled.
  ///
  /// What is under way for an earlier part of the analysis goes on; under other policies it is done anew.
  func want(_ requests: [WorkRequest], analysis: HeapAnalysis) {
    let startsWorker = state.withLock { state in
      if let former = state.analysis, !former.isOfSameRun(as: analysis) { state.progress.cancel() }
      if let running = state.running, !requests.contains(running) { state.progress.cancel() }
      state.analysis = analysis
      // What was cancelled comes to nothing, also when it has not noticed yet: it is done anew.
      state.wanted = state.progress.isCancelled ? requests : requests.filter { $0 != state.running }
      guard !state.isBusy, !state.wanted.isEmpty else { return false }
      state.isBusy = true
      return true
    }
    if startsWorker { queue.async { [self] in work() } }
  }

  /// What is under way, and how far it has come; nil when nothing is.
  var report: (request: WorkRequest, report: WorkProgress.Report)? {
    state.withLock { state in state.running.map { ($0, state.progress.report) } }
  }

  private func work() {
    while true {
      let next = state.withLock { state -> (WorkRequest, HeapAnalysis, WorkProgress)? in
        guard let analysis = state.analysis, !state.wanted.isEmpty else {
          state.running = nil
          state.analysis = nil
          state.isBusy = false
          return nil
        }
        let request = state.wanted.removeFirst()
        state.running = request
        state.progress = WorkProgress()
        return (request, analysis, state.progress)
      }
      guard let (request, analysis, progress) = next else { return }
      if let result = try? perform(request, analysis: analysis, progress: progress), !progress.isCancelled {
        mailbox.post(.done(request, result, analysis))
      }
    }
  }
}
