import ReferenceGraph

/// How Node.js and browsers keep objects, by names.
extension V8HeapSnapshotDetails {
  var idioms: HoldingIdioms { Self.scriptIdioms }

  private static let scriptIdioms: HoldingIdioms = {
    var idioms = HoldingIdioms()
    // Node's emitters have a table by event, targets of events in browsers a list that Blink names.
    idioms.emitters.lists.formUnion(["._events", "[[event_listeners]]"])
    idioms.emitters.tables = ["._events"]
    idioms.emitters.noEvents = [".__proto__"]
    idioms.moduleVariables = [
      "Buffer", "process", "primordials", "internalBinding", "require", "module", "exports", "globalThis",
    ]
    idioms.ownPlaces = ["node:"]
    return idioms
  }()
}
