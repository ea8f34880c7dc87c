import CycleMarks
import DumpLoading
import Glibc
import GraphAnalysis
import ReferenceGraph

/// Opens two dumps of a program one after the other and compares them: never both are in memory.
struct ComparedDumps {
  private let before: DumpOptions
  private let after: DumpOptions

  /// The dump at `path`, read as the other one is, and that one, the later.
  init(before path: String, _ after: DumpOptions) {
    var before = after
    before.dump = path
    (self.before, self.after) = (before, after)
  }

  /// The analysis of the later dump, and what has changed.
  func compare() throws(CommandFailure) -> (analysis: HeapAnalysis, diff: HeapDiff) {
    // That it is not there is better said before the other one is read.
    if after.dump != "-", access(after.dump.systemPath, R_OK) != 0 {
      throw .dump(path: after.dump, .cannotRead(String(cString: strerror(errno))))
    }
    let watcher = WorkWatcher.shared(steps: DumpRequest.steps, byteSteps: DumpRequest.byteSteps)
    defer { watcher.rest() }
    watcher.title = "before: "
    let earlier = try digest(watcher)
    watcher.title = "after: "
    var otherFormat: String?
    let analysis: HeapAnalysis
    do throws(CommandFailure) {
      analysis = try DumpRequest(after).open(progress: watcher.progress) { heap, _ in
        if heap.facts.format != earlier.format {
          otherFormat = heap.facts.format
          watcher.progress.cancel()
        } else {
          watcher.pause { OpenedDump.warn(of: heap.facts) }
        }
      }
    } catch {
      guard let otherFormat else { throw error }
      throw .differentFormats(path: before.dump, earlier.format, otherPath: after.dump, otherFormat)
    }
    let diff = HeapDiff(before: earlier, after: analysis)
    if !diff.isTypedAlike {
      let isEarlier = diff.before.typedObjects < diff.after.typedObjects
      watcher.pause {
        Diagnostics.warning(
          "types are known in the other dump only, so little of this one is found again: --executable names them",
          path: isEarlier ? before.dump : after.dump)
      }
    }
    return (analysis, diff)
  }

  /// The sizes of the earlier dump; its graph is gone when this returns.
  private func digest(_ watcher: WorkWatcher) throws(CommandFailure) -> HeapDigest {
    try DumpRequest(before).openEarlier { request throws(CommandFailure) in
      HeapDigest(
        try request.open(progress: watcher.progress) { heap, _ in
          watcher.pause { OpenedDump.warn(of: heap.facts) }
        })
    } whenRefused: { reason in
      watcher.pause { Diagnostics.warning(reason, path: before.dump) }
    }
  }
}
