import Browser
import CMemoryGuard
import Dispatch
import DumpLoading
import FoundationEssentials
import GraphAnalysis
import ReferenceGraph
import Synchronization
import Terminal
import TextSafety

/// What is opened, and how it is to be read and analysed: by the browser and by the commands.
struct DumpRequest: Sendable {
  var path: String
  var options = LoadOptions()
  var policy: String?

  init(_ options: DumpOptions) {
    (path, policy) = (options.dump, options.policy)
    self.options = options.loadOptions
    if self.options.executable == nil { self.options.knownExecutables = Self.known.paths }
  }

  /// Executables that were given before.
  private static var known: KnownExecutables { KnownExecutables(environment: ProcessInfo.processInfo.environment) }

  /// The names of all steps: reading, then analysing.
  static let steps = DumpLoading.steps + HeapAnalysis.steps
  /// Those that are counted in bytes: the first ones.
  static let byteSteps = DumpLoading.steps.count

  /// Reads the dump.
  func read(progress: WorkProgress) throws(CommandFailure) -> Heap {
    let heap: Heap
    do {
      Terminal.watchMappedFiles()
      memory_guard_set_about("refwalk: \(SafeText.line(path))")
      heap = try DumpLoading.load(path: path, options: options, progress: progress)
    } catch {
      switch error {
      case .executableUnreadable, .executableMismatch:
        throw .executable(path: options.executable ?? path, dump: path, error)
      default: throw .dump(path: path, error)
      }
    }
    if let executable = options.executable, !heap.facts.otherFiles.isEmpty { Self.known.add(executable) }
    // A policy that the dump does not have is told of at once.
    _ = try OpenedDump.options(for: heap, policy: policy)
    return heap
  }

  /// Opens the earlier of two dumps.
  ///
  /// Where the executable is refused, `whenRefused` is told why and the dump is opened without: the program may have
  /// been built anew between the two, and this one has an executable of its own, or none.
  func openEarlier<Opened>(
    _ open: (DumpRequest) throws(CommandFailure) -> Opened, whenRefused: (String) -> Void
  ) throws(CommandFailure) -> Opened {
    do throws(CommandFailure) {
      return try open(self)
    } catch {
      guard case .executable(_, _, .executableMismatch(let reason)) = error, path != "-" else { throw error }
      whenRefused("\(options.executable ?? "") is not its executable: \(reason)")
      var alone = self
      alone.options.executable = nil
      return try open(alone)
    }
  }

  /// Reads and analyses the dump.
  ///
  /// `whenRead` is called between the two, `whenReady` given each part of the analysis that is there before the whole.
  func open(
    progress: WorkProgress, whenRead: (Heap, AnalysisOptions) -> Void, whenReady: (HeapAnalysis) -> Void = { _ in }
  ) throws(CommandFailure) -> HeapAnalysis {
    let heap = try read(progress: progress)
    let options = try OpenedDump.options(for: heap, policy: policy)
    whenRead(heap, options)
    do {
      return try HeapAnalysis(
        heap: heap, options: options, progress: progress, firstStep: Self.byteSteps, whenReady: whenReady)
    } catch {
      throw .cancelled
    }
  }
}

/// Reads and analyses a dump on a thread of its own.
final class DumpJob: Sendable {
  let progress = WorkProgress(steps: DumpRequest.steps)
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let outcome = Mutex<Result<HeapAnalysis, CommandFailure>?>(nil)

  /// Begins at once; `mailbox` is told when it is done.
  init(_ request: DumpRequest, mailbox: EventMailbox<LoopEvent>) {
    start = clock.now
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let result: Result<HeapAnalysis, CommandFailure>
      do throws(CommandFailure) {
        let analysis = try request.open(
          progress: progress,
          whenRead: { heap, options in
            // Beside the analyses: they are not to wait for it.
            DispatchQueue.global(qos: .userInitiated).async {
              mailbox.post(.model(.read(HeapOutline(heap, options: options))))
              heap.details.prepare()
            }
          }, whenReady: { mailbox.post(.analysed($0)) })
        result = .success(analysis)
      } catch {
        result = .failure(error)
      }
      outcome.withLock { $0 = result }
      mailbox.post(.opened)
    }
  }

  /// Seconds since the beginning.
  var seconds: Double { (clock.now - start) / .seconds(1) }

  /// How it ended; nil while it goes on.
  var result: Result<HeapAnalysis, CommandFailure>? { outcome.withLock { $0 } }
}

/// What other threads tell the one that has the terminal.
enum LoopEvent: Sendable {
  /// A part of the analysis is there.
  case analysed(HeapAnalysis)
  /// The dump is read and analysed, or that has failed.
  case opened
  /// Work is done, on the analysis that it was done on.
  case done(WorkRequest, WorkResult, HeapAnalysis)
  case model(Browser.Event)
}
