import ReferenceGraph

/// What kind of thing a root is, and why it lives, in words.
enum GoHolder {
  /// The words for a root of a kind; nil where no more is known than that.
  ///
  /// `name` is the root's name, `classes` those of the objects on the way from it, from the one it refers to, and
  /// `goroutine` the one whose stack it is on.
  static func words(_ kind: RootKind, name: String, classes: [String], goroutine: GoGoroutine?) -> String? {
    switch kind {
    case .data, .bss: return variable(name, classes: classes)
    case .frame, .frameMaybe:
      guard let goroutine else { return "a stack" }
      return stack(goroutine) + (kind == .frameMaybe ? "; a word that may be a reference" : "")
    case .deferred: return "a deferred call, until its function returns"
    case .panic: return "a panic under way"
    case .finalizer where name.hasPrefix("function of "): return "the function of a finalizer, until it has run"
    case .finalizer:
      return
        "a finalizer: what its object refers to lives until it has run, for ever when that leads back to the object"
    case .finalizerQueue: return "a finalizer that waits to run"
    case .goroutine: return "a goroutine's own record, until it ends"
    default: return nil
    }
  }

  private static func variable(_ name: String, classes: [String]) -> String {
    if name.contains("sync.allPools") || name.contains("sync.oldPools")
      || classes.contains(where: { $0 == "[]sync.poolLocal" || $0 == "sync.poolLocal" })
    {
      return "a sync.Pool: objects that nobody takes out are dropped by the second collection"
    }
    let isTimer = classes.contains { timers.contains($0) || $0.hasPrefix("runtime.timer ") }
    if name.hasPrefix("global runtime.allp") {
      return isTimer
        ? "a timer that has not fired, until it is stopped or fires"
        : "the runtime's processors, with the timers that have not fired, until those are stopped or fire"
    }
    if classes.contains(where: { $0.hasPrefix("context.") }) {
      return "a context that was not cancelled, in a global variable: its children live until it is or they are"
    }
    if isTimer { return "a timer in a global variable, until it is stopped or fires" }
    if name.hasPrefix("global runtime.") { return "a variable of the runtime" }
    return "a global variable, alive as long as the program"
  }

  private static let timers: Set<String> = ["time.Timer", "time.Ticker", "runtime.timer", "runtime.timeTimer"]

  private static func stack(_ goroutine: GoGoroutine) -> String {
    if goroutine.isSystem { return "the stack of a goroutine of the runtime" }
    let reason = GoGoroutineNames.status(of: goroutine)
    if reason.hasPrefix("chan receive") || reason.hasPrefix("chan send") {
      let end =
        reason.hasSuffix("(nil chan)")
        ? "for ever: there is none"
        : reason.hasPrefix("chan send") ? "until someone receives from it" : "until someone sends to it or closes it"
      return "a goroutine blocked on a channel (\(reason)), \(end)"
    }
    if reason.hasPrefix("select (no cases)") { return "a goroutine blocked for ever (\(reason))" }
    if reason.hasPrefix("select") {
      return "a goroutine blocked on channels (\(reason)), until one of them is ready"
    }
    if reason.hasPrefix("sync.") || reason.hasPrefix("semacquire") {
      return "a goroutine blocked on a lock or wait group (\(reason))"
    }
    if reason == "sleep" { return "a goroutine that sleeps" }
    if reason == "IO wait" { return "a goroutine that waits for input or output" }
    if reason == "running" || reason == "runnable" || reason == "syscall" || reason == "dumping heap" {
      return "the stack of a goroutine at work (\(reason))"
    }
    return "the stack of a goroutine (\(reason))"
  }
}
