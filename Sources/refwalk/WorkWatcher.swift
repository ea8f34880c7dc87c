import Glibc
import ReferenceGraph
import Synchronization

/// Watches long work from a thread of its own: draws progress on standard error when that is a terminal, and takes
/// the signals that end the program.
///
/// After `^C` the work is asked to stop and gets 80 ms to leave nothing behind, then the program ends either way.
final class WorkWatcher: Sendable {
  private struct Drawing {
    var line: ProgressLine
    /// Whether a line stands on the terminal now.
    var isDrawn = false
    /// Whether there is no work to be shown.
    var isResting = false
  }

  let progress: WorkProgress
  private let drawing: Mutex<Drawing>
  private let drawsProgress = isatty(2) == 1

  /// The watcher of this process; signals are its own from now on. `steps` as in `ProgressLine`.
  static func shared(steps: [String], byteSteps: Int) -> WorkWatcher {
    let watcher = WorkWatcher(steps: steps, byteSteps: byteSteps)
    watcher.start()
    return watcher
  }

  private init(steps: [String], byteSteps: Int) {
    progress = WorkProgress(steps: steps)
    drawing = Mutex(Drawing(line: ProgressLine(steps: steps, byteSteps: byteSteps)))
  }

  /// What stands before the name of a step: which of several pieces of work this is.
  var title: String {
    get { drawing.withLock { $0.line.title } }
    set { drawing.withLock { $0.line.title = newValue } }
  }

  /// The work is done: nothing is drawn any more. Signals still end the program.
  func rest() {
    drawing.withLock {
      clear(&$0)
      $0.isResting = true
    }
  }

  /// Runs `body`, which writes to standard error, while no progress is on the screen.
  func pause(_ body: () -> Void) {
    drawing.withLock {
      clear(&$0)
      body()
    }
  }

  private static let ending: [Int32] = [SIGINT, SIGTERM, SIGHUP]

  /// Signals blocked here are blocked in every thread made later, so only this one takes them.
  private func start() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in Self.ending where !Self.isIgnored(signal) { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let box = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { raw in
        Unmanaged<WorkWatcher>.fromOpaque(raw!).takeRetainedValue().watch()
        return nil
      }, box.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      // Without the thread: signals as usual, no progress.
      box.release()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
  }

  /// `nohup` and shells that start background jobs ask for signals to be ignored.
  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func watch() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in Self.ending { sigaddset(&signals, signal) }
    while true {
      var pause = timespec(tv_sec: 0, tv_nsec: 100_000_000)
      let signal = sigtimedwait(&signals, nil, &pause)
      if signal > 0 { end(signal) }
      if drawsProgress { draw() }
    }
  }

  private func end(_ signal: Int32) -> Never {
    let isWorking = drawing.withLock { !$0.isResting }
    progress.cancel()
    if isWorking { usleep(80_000) }
    drawing.withLock {
      clear(&$0)
      $0.isResting = true
    }
    if isWorking { Diagnostics.error(CommandFailure.cancelled.description) }
    _exit(128 + signal)
  }

  private func draw() {
    drawing.withLock {
      guard !$0.isResting else { return }
      var size = winsize()
      let columns = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
      let text = $0.line.text(progress.report, time: Self.now, columns: columns - 1)
      // In one write, so that it does not flicker.
      Diagnostics.write("\r" + text + "\u{1b}[K")
      $0.isDrawn = true
    }
  }

  private func clear(_ drawing: inout Drawing) {
    if drawing.isDrawn { Diagnostics.write("\r\u{1b}[K") }
    drawing.isDrawn = false
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
