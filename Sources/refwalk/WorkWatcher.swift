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
    var progress: WorkProgress
  }

  private let drawing: Mutex<Drawing>
  private let drawsProgress = isatty(2) == 1

  /// There is one: of several, any might take a signal.
  private static let known = Mutex<WorkWatcher?>(nil)
  /// The signal that ends the program, once one has come.
  private static let received = Atomic<Int32>(0)

  /// The exit code of work that was asked to stop: 128 and the number of the signal.
  static var status: Int32 {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? ExitStatus.cancelled.rawValue : 128 + signal
  }

  /// The watcher of this process, for work that begins now; signals are its own from now on.
  ///
  /// `steps` as in `ProgressLine`.
  static func shared(steps: [String], byteSteps: Int) -> WorkWatcher {
    let line = ProgressLine(steps: steps, byteSteps: byteSteps)
    let progress = WorkProgress(steps: steps)
    return known.withLock { known in
      if let watcher = known {
        watcher.drawing.withLock { $0 = Drawing(line: line, progress: progress) }
        return watcher
      }
      let watcher = WorkWatcher(Drawing(line: line, progress: progress))
      watcher.start()
      known = watcher
      return watcher
    }
  }

  private init(_ drawing: Drawing) { self.drawing = Mutex(drawing) }

  /// How far the work is.
  var progress: WorkProgress { drawing.withLock { $0.progress } }

  /// What stands before the name of a step: which of several pieces of work this is.
  var title: String {
    get { drawing.withLock { $0.line.title } }
    set { drawing.withLock { $0.line.title = newValue } }
  }

  /// The work is done: nothing is drawn any more.
  ///
  /// Signals still end the program.
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
    Self.received.store(signal, ordering: .relaxed)
    // Who writes to a terminal that nobody reads from holds the lock, and for ever.
    let isWorking =
      drawing.withLockIfAvailable { drawing in
        drawing.progress.cancel()
        return !drawing.isResting
      } ?? true
    if isWorking { usleep(80_000) }
    if Self.takesText {
      _ = drawing.withLockIfAvailable {
        clear(&$0)
        $0.isResting = true
      }
      if isWorking { Diagnostics.error(CommandFailure.cancelled.description) }
    }
    _exit(128 + signal)
  }

  /// Whether standard error takes a line at once.
  private static var takesText: Bool {
    var file = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
    return poll(&file, 1, 0) == 1 && Int32(file.revents) & POLLOUT != 0
  }

  private func draw() {
    drawing.withLock {
      // A terminal that is not read must not keep signals waiting.
      guard !$0.isResting, Self.takesText else { return }
      var size = winsize()
      let columns = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
      let text = $0.line.text($0.progress.report, time: Self.now, columns: columns - 1)
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
