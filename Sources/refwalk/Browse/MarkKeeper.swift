import Browser
import CycleMarks
import FoundationEssentials
import ReferenceGraph

/// Keeps the marks of the browser and of their file the same.
struct MarkKeeper {
  private var file: MarksFile

  init(request: DumpRequest, earlier: DumpRequest?, marks: String?) {
    file = MarksFile(
      dump: request.path, earlier: earlier?.path, explicit: marks, environment: ProcessInfo.processInfo.environment)
  }

  var path: String { file.path }
  /// All files that marks may lie in.
  var places: [String] { file.places }

  /// Reads the marks and joins them with those held already; says what could not be read.
  ///
  /// Marks of the earlier dump are written for this one at once.
  mutating func load(ours: [Mark] = []) -> [Browser.Event] {
    do {
      file.clearLeftovers()
      let marks = try file.load(ours: ours)
      let (source, unreadable, takenIn) = (file.source, file.unreadable, file.takenInCount)
      var events: [Browser.Event] = [.marksMerged(marks)]
      if file.areOfEarlier, !marks.isEmpty {
        events.append(.notice("\(Count.text(marks.count, "mark")) taken over from \(source)", isError: false))
        events += save(marks)
      } else if file.hasTakenIn {
        events += save(marks)
        if takenIn > 0 {
          let count = Count.text(takenIn, "mark")
          events.append(.notice("\(count) taken in from when \(path) could not be written", isError: false))
        }
      }
      if let line = unreadable.first {
        let more = unreadable.count > 1 ? " and \(unreadable.count - 1) more" : ""
        events.append(
          .notice("marks: line \(line.line) passed over, and kept\(more): \(line.reason); in \(source)", isError: true))
      } else if let notice = file.notice {
        events.append(.notice(notice, isError: true))
      }
      return events
    } catch {
      return [.notice("\(error)", isError: true)]
    }
  }

  /// Writes the marks, joined with what another refwalk has written meanwhile.
  mutating func save(_ marks: [Mark]) -> [Browser.Event] {
    do {
      let before = file.notice
      let merged = try file.save(marks)
      var events: [Browser.Event] = []
      if merged != marks { events.append(.marksMerged(merged)) }
      if let notice = file.notice, notice != before { events.append(.notice(notice, isError: true)) }
      return events
    } catch {
      return [.notice("marks not written: \(error)", isError: true)]
    }
  }

  /// Takes over what another refwalk has written, if it has.
  mutating func refresh(_ marks: [Mark]) -> [Browser.Event] { file.changedOnDisk ? load(ours: marks) : [] }

  /// Writes the marks to another file too.
  func saveCopy(_ marks: [Mark], path: String) -> Browser.Event {
    var copy = MarksFile(dump: path, explicit: path, environment: [:])
    do {
      try copy.save(marks)
      return .notice("\(Count.text(marks.count, "mark")) copied to \(copy.path)", isError: false)
    } catch {
      return .notice("not copied: \(error)", isError: true)
    }
  }
}
