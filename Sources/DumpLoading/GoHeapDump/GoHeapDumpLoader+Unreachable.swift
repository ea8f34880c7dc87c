import ReferenceGraph

extension GoHeapDumpLoader {
  /// What can be said of objects that no root reaches: the dump has all roots but the cleanups of `runtime.AddCleanup` and
  /// the variables of other modules than the first.
  /// - Parameter otherModules: how the dump shows that there are some.
  func unreachable(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, otherModules: String?
  ) -> UnreachableKnowledge {
    var knowledge = UnreachableKnowledge(holders: rows.cleanups?.holders ?? [])
    if let otherModules {
      knowledge.rest = .notKnown(
        "variables of plugins or shared libraries may hold them, which the dump does not have: \(otherModules) shows that"
          + " there are some")
    } else if let reason = reasonForDoubt(scan, rows) {
      knowledge.rest = .notKnown(reason)
    }
    return knowledge
  }

  private func reasonForDoubt(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) -> String? {
    if scan.truncation != nil { return "the file is cut off: what held them may have stood behind its end" }
    if scan.catalog.data.isEmpty || scan.catalog.bss.isEmpty { return "the dump has no variables of the program" }
    if let undecided = rows.cleanups?.undecided, undecided > 0 {
      return "among them are closures that may be functions of cleanups: an executable with debug information tells"
    }
    // Without names nobody knows what the runtime's closures are.
    if rows.typed == nil, mayHaveCleanups(scan) {
      return "this program uses cleanups (runtime.AddCleanup), whose arguments only its executable tells from garbage"
    }
    return nil
  }

  /// Whether the process has a goroutine for cleanups: the first one starts it. In Go 1.24 it is that for finalizers.
  private func mayHaveCleanups(_ scan: borrowing GoFirstPass) -> Bool {
    guard scan.version.minor >= 24 else { return false }
    let reason = scan.version.minor == 24 ? "finalizer wait" : "cleanup wait"
    let reader = GoHeapDumpReader(bytes: bytes)
    return scan.catalog.goroutines.contains { offset in
      guard var cursor = try? reader.cursor(at: offset) else { return false }
      return (try? GoHeapDumpReader.goroutine(&cursor))?.waitReason == reason
    }
  }
}
