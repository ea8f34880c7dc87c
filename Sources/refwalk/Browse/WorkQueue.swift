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
    var running: WorkRequest?
    var progress = WorkProgress()
    var isBusy = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "refwalk.work")
  private let mailbox: EventMailbox<LoopEvent>

  init(mailbox: EventMailbox<LoopEvent>) { self.mailbox = mailbox }

  /// From now on only `requests` are wanted: what else was waiting is dropped, what else is under way is cancelled.
  func want(_ requests: [WorkRequest], analysis: HeapAnalysis) {
    let startsWorker = state.withLock { state in
      state.wanted = requests.filter { $0 != state.running }
      if let running = state.running, !requests.contains(running) { state.progress.cancel() }
      guard !state.isBusy, !state.wanted.isEmpty else { return false }
      state.isBusy = true
      return true
    }
    if startsWorker { queue.async { [self] in work(analysis) } }
  }

  /// What is under way, and how far it has come; nil when nothing is.
  var report: (request: WorkRequest, report: WorkProgress.Report)? {
    state.withLock { state in state.running.map { ($0, state.progress.report) } }
  }

  private func work(_ analysis: HeapAnalysis) {
    while true {
      let next = state.withLock { state -> (WorkRequest, WorkProgress)? in
        guard !state.wanted.isEmpty else {
          state.running = nil
          state.isBusy = false
          return nil
        }
        let request = state.wanted.removeFirst()
        state.running = request
        state.progress = WorkProgress()
        return (request, state.progress)
      }
      guard let (request, progress) = next else { return }
      if let result = try? perform(request, analysis: analysis, progress: progress), !progress.isCancelled {
        mailbox.post(.model(.done(request, result)))
      }
    }
  }
}
