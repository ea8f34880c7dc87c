import ReferenceGraph

/// How Go's runtime keeps objects, by names.
extension GoHeapDumpDetails {
  var idioms: HoldingIdioms { Self.goIdioms }

  private static let goIdioms: HoldingIdioms = {
    var idioms = HoldingIdioms()
    idioms.blockedStates = ["[chan ", "[select", "[sync"]
    idioms.blocked = "a blocked goroutine"
    return idioms
  }()
}
