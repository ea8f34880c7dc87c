import ReferenceGraph

extension WorkProgress {
  /// Notes that `done` units lie behind and stops when asked to.
  ///
  /// Loops call it every 65,536 rounds or so.
  package func check(_ done: Int) throws(Cancelled) {
    advance(to: UInt64(done))
    if isCancelled { throw Cancelled() }
  }
}

/// Runs work with a progress that nobody looks at and nobody cancels.
package func uncancelled<Result>(_ work: (WorkProgress) throws(Cancelled) -> Result) -> Result {
  do throws(Cancelled) {
    return try work(WorkProgress())
  } catch {
    preconditionFailure("cancelled by nobody")
  }
}

/// Loops look at the progress whenever the number of rounds has none of these bits.
@usableFromInline let progressMask = 0xffff
