import ArgumentParser
import CycleMarks
import FoundationEssentials
import ReferenceGraph

/// Where the marks are.
struct MarksOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The file of marks; without it <dump>.marks beside the dump.", valueName: "file"),
    completion: .file())
  var marks: String?

  /// All files that the marks may lie in.
  func places(dump: String, earlier: String? = nil) -> [String] {
    MarksFile(dump: dump, earlier: earlier, explicit: marks, environment: ProcessInfo.processInfo.environment).places
  }

  /// The marks of a dump or, when it has no file, of the earlier one that it is compared with.
  ///
  /// Says on standard error what could not be read.
  func load(dump: String, earlier: String? = nil) throws(CommandFailure) -> [Mark] {
    var file = MarksFile(
      dump: dump, earlier: earlier, explicit: marks, environment: ProcessInfo.processInfo.environment)
    let marks: [Mark]
    do { marks = try file.load() } catch { throw .marks(error) }
    if file.takenInCount > 0 {
      Diagnostics.warning(
        "\(Count.text(file.takenInCount, "mark")) from when it could not be written are taken in", path: file.path)
    }
    for line in file.unreadable {
      Diagnostics.warning("line \(line.line) passed over: \(line.reason)", path: file.source)
    }
    return marks
  }
}
