import ArgumentParser
import CMemoryGuard
import CTerminalGuard
import Glibc
import ReferenceGraph
import TextSafety

/// The program: its commands, and what becomes of what they throw.
@main
struct Refwalk: ParsableCommand {
  /// As `--version` prints it.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "refwalk",
    abstract: "Find the reference cycles that keep memory alive in a heap dump.",
    usage: """
      refwalk <dump> [<options>]
      refwalk <command> <dump> [<options>]
      """,
    discussion: """
      With a dump alone, refwalk opens it in the terminal: who keeps what alive, which cycles roots hold, and the way \
      from a root to each. The other commands print the same to standard output. Heap dumps of Go \
      (runtime/debug.WriteHeapDump) and of the JVM (HPROF), heap snapshots of V8, and graphs in the DOT language of \
      Graphviz are read, plain or compressed with gzip.
      """,
    version: version,
    subcommands: [
      BrowseCommand.self, SummaryCommand.self, CyclesCommand.self, ClassesCommand.self, ObjectsCommand.self,
      RootsCommand.self, PathsCommand.self, DiffCommand.self, BaselineCommand.self, ExportCommand.self,
      RedactCommand.self,
      TutorCommand.self,
      ManualCommand.self, CompleteCommand.self,
    ],
    defaultSubcommand: BrowseCommand.self)

  static func main() {
    // Output into a closed pipe ends the program quietly, also where the caller ignores the signal.
    signal(SIGPIPE, SIG_DFL)
    memory_guard_install("refwalk", terminal_guard_give_back, memoryLimit())
    let arguments = Self.arguments
    do {
      if arguments.first == "--generate-completion-script" {
        try CompletionScript.print(for: arguments.dropFirst().first)
        return
      }
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let failure as CommandFailure {
      var text = failure.description
      if case .dump(let path, .cannotRead) = failure, path == arguments.first,
        let meant = UsageError.commandMeant(by: path)
      {
        text += "; did you mean refwalk \(meant)?"
      }
      Diagnostics.error(text)
      Glibc.exit(failure.status == .cancelled ? WorkWatcher.status : failure.status.rawValue)
    } catch {
      let text = fullMessage(for: error)
      if exitCode(for: error) == .success {
        var output = OutputBuffer()
        output.write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n")
        output.flush()
        Glibc.exit(ExitStatus.done.rawValue)
      }
      // The parser's words quote what it was given: it is asked once more about words that are safe.
      let safe = arguments.map(SafeText.line)
      var shown = error
      if safe != arguments {
        do { _ = try parseAsRoot(safe) } catch let other { shown = other }
      }
      Diagnostics.error(UsageError.line(message(for: shown), arguments: safe))
      Glibc.exit(ExitStatus.failed.rawValue)
    }
  }

  /// The bytes that the environment allows the process, `UInt64.max` when it says nothing.
  private static func memoryLimit() -> UInt64 {
    let name = "REFWALK_MEMORY_LIMIT"
    guard let value = getenv(name), value.pointee != 0 else { return .max }
    let text = String(cString: value)
    if let limit = ByteSize(argument: text) { return limit.bytes }
    Diagnostics.error("\(name) is not a number of bytes, as 512MiB is: \(SafeText.line(text))")
    Glibc.exit(ExitStatus.failed.rawValue)
  }

  /// The arguments of the process: names of files need not be UTF-8.
  private static var arguments: [String] {
    CommandLine.unsafeArgv.withMemoryRebound(to: UnsafeMutablePointer<CChar>?.self, capacity: Int(CommandLine.argc)) {
      words in
      (1..<max(1, Int(CommandLine.argc))).compactMap { index in words[index].map { String(systemPath: $0) } }
    }
  }
}
