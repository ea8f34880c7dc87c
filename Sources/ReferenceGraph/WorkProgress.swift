import CMemoryGuard
import Synchronization

/// How far a long piece of work has come, and whether someone wants it to stop.
///
/// Shared between threads: workers call `advance` often (it is cheap) and stop when `isCancelled`; a watcher asks for a
/// `report` when it likes.
public final class WorkProgress: Sendable {
  /// A step of the work and how much of it is done.
  public struct Report: Sendable, Equatable {
    /// Index of the step in `steps`, `steps.count` when all are done.
    public let step: Int
    /// Units of the step that lie behind.
    public let done: UInt64
    /// Units that the step has in all (bytes, objects).
    public let total: UInt64

    /// Step `step`, of which `done` of `total` units lie behind.
    public init(step: Int, done: UInt64, total: UInt64) {
      self.step = step
      self.done = done
      self.total = total
    }
  }

  /// The names of the steps, in order.
  public let steps: [String]
  private let step = Atomic<Int>(0)
  private let done = Atomic<UInt64>(0)
  private let total = Atomic<UInt64>(0)
  private let cancelled = Atomic<Bool>(false)
  /// The work this is a part of.
  private let whole: WorkProgress?

  /// Work of these steps, none of them begun.
  public init(steps: [String]) {
    self.steps = steps
    whole = nil
  }

  /// Of work that is a part of other work: it stops when that is to stop, and counts for itself.
  public init(partOf whole: WorkProgress) {
    steps = []
    self.whole = whole
  }

  /// A progress nobody looks at.
  public convenience init() { self.init(steps: []) }

  /// Begins step `index`, which takes `total` units of its own (bytes, objects).
  public func begin(_ index: Int, total: UInt64) {
    step.store(index, ordering: .relaxed)
    done.store(0, ordering: .relaxed)
    self.total.store(total, ordering: .relaxed)
  }

  /// `done` units of the current step lie behind.
  ///
  /// The process ends with a line when it has filled nearly all the memory that it may have.
  public func advance(to done: UInt64) {
    self.done.store(done, ordering: .relaxed)
    memory_guard_look()
  }

  /// Asks the work to stop: it throws `Cancelled` soon.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }
  /// Whether this work, or the whole that it is a part of, is to stop.
  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) || whole?.isCancelled == true }

  /// How far the work is now; the three figures may be of different moments.
  public var report: Report {
    Report(
      step: step.load(ordering: .relaxed), done: done.load(ordering: .relaxed), total: total.load(ordering: .relaxed))
  }
}

/// Thrown by work that was asked to stop.
public struct Cancelled: Error, Sendable {
  /// The error, which says nothing beyond that.
  public init() {}
}
