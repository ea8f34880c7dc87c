import CycleMarks
import DumpLoading
import GraphAnalysis
import ReferenceGraph

/// Opens dumps for the commands: loads, warns, analyses, and shows how far it is.
enum OpenedDump {
  /// Reads the dump and warns of what is wrong with it.
  static func load(_ options: DumpOptions) throws(CommandFailure) -> Heap {
    let watcher = WorkWatcher.shared(steps: DumpRequest.steps, byteSteps: DumpRequest.byteSteps)
    defer { watcher.rest() }
    let heap = try DumpRequest(options).read(progress: watcher.progress)
    watcher.pause {
      warn(of: heap.facts)
      warnOfChange(of: heap.facts)
    }
    return heap
  }

  /// Reads the dump, warns of what is wrong with it, and runs all analyses.
  static func analyse(_ options: DumpOptions) throws(CommandFailure) -> HeapAnalysis {
    let watcher = WorkWatcher.shared(steps: DumpRequest.steps, byteSteps: DumpRequest.byteSteps)
    defer { watcher.rest() }
    let analysis = try DumpRequest(options).open(progress: watcher.progress) { heap, _ in
      watcher.pause { warn(of: heap.facts) }
    }
    watcher.pause { warnOfChange(of: analysis.heap.facts) }
    return analysis
  }

  /// The policies in force: those that the dump puts first, or for both the one that is asked for by name.
  static func options(for heap: Heap, policy name: String?) throws(CommandFailure) -> AnalysisOptions {
    let facts = heap.facts
    guard let name else { return AnalysisOptions(facts) }
    guard let policy = facts.policies.first(where: { $0.name == name }) else {
      throw .unknownPolicy(name, path: facts.path, known: facts.policies.map(\.name))
    }
    return AnalysisOptions(retaining: policy, cycles: policy)
  }

  /// Says on standard error that the file was written to while it was read, when it was.
  static func warnOfChange(of facts: DumpFacts) {
    if facts.hasChanged {
      Diagnostics.warning("it was written to while it was read: names may be wrong", path: facts.path)
    }
  }

  /// Says on standard error what the reader of any result has to know.
  static func warn(of facts: DumpFacts) {
    if let truncation = facts.truncation {
      Diagnostics.warning("CUT SHORT, results are of what is there: \(truncation)", path: facts.path)
    }
    for warning in facts.warnings { Diagnostics.warning(warning, path: facts.path) }
    for check in facts.checks where !check.holds {
      let expected = Count.text(check.expected)
      Diagnostics.warning("\(check.name) is \(expected), found \(Count.text(check.found))", path: facts.path)
    }
    for skipped in facts.skipped {
      let count = Count.text(skipped.count, "record")
      let offset = Count.text(skipped.firstOffset)
      Diagnostics.warning("\(count) skipped: \(skipped.what), first at byte \(offset)", path: facts.path)
    }
  }
}
