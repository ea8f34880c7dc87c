import ArgumentParser
import CMemoryGuard
import CycleMarks
import DumpLoading
import FoundationEssentials
import Glibc
import ReferenceGraph
import Terminal
import TextSafety

/// `refwalk redact DUMP --to FILE`: the same dump without what its objects hold.
struct RedactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact",
    abstract: "Write a dump again with texts and numbers zeroed, for those who may not send the original.",
    discussion: """
      The redacted dump has the same objects, references, roots, classes and sizes, so that refwalk shows equal figures \
      on both. Names of classes, fields, functions and files stay in it, and so do addresses and lengths; the section \
      REDACTED DUMPS of the manual page says of each format exactly what stays. HPROF dumps of the JVM and Android, heap \
      snapshots of V8 and Go heap dumps are redacted.
      """)

  @Argument(
    help: ArgumentHelp("The heap dump, plain or compressed with gzip; - for standard input.", valueName: "dump"),
    completion: .file())
  var dump: String

  @Option(
    help: ArgumentHelp(
      "Where to write to, packed with gzip when the name ends in .gz; - for standard output.", valueName: "file"),
    completion: .file())
  var to: String

  @Option(
    help: ArgumentHelp(
      "The Go program that wrote the dump: tells which words are lengths. One beside the dump that matches is found.",
      valueName: "file"),
    completion: .file())
  var executable: String?

  @Option(help: ArgumentHelp("Which heap of a file that has several, from 1.", valueName: "n"))
  var heap: Int?

  func validate() throws {
    if let heap, heap < 1 { throw ValidationError("--heap counts from 1.") }
    if to == "-", isatty(1) == 1 { throw ValidationError("a dump is not for a terminal: --to names a file.") }
  }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let places = MarksFile(dump: dump, environment: environment).places
    func protected(_ others: [String]) -> ProtectedFiles {
      ProtectedFiles(dump: dump, marks: places, others: others)
    }
    // That it cannot be is better said before the dump is read.
    try protected(executable.map { [$0] } ?? []).check(to)
    let known = executable == nil ? KnownExecutables(environment: environment).paths : []
    let options = LoadOptions(executable: executable, knownExecutables: known, heap: heap)
    let steps = DumpLoading.redactionSteps
    let watcher = WorkWatcher.shared(steps: steps, byteSteps: steps.count)
    defer { watcher.rest() }
    Terminal.watchMappedFiles()
    memory_guard_set_about("refwalk: \(SafeText.line(dump))")
    var report: RedactionReport?
    try OutputFile.write(to: to, readableAs: [dump]) { (descriptor) throws(CommandFailure) in
      guard let output = RedactedFile(descriptor: descriptor, isPacked: to.hasSuffix(".gz")) else {
        throw .badArgument("\(to): zlib does not start")
      }
      let done = try redact(options, to: output, watcher.progress)
      try protected(done.otherFiles).check(to)
      report = done
    }
    guard let report else { return }
    watcher.pause {
      if let truncation = report.truncation {
        Diagnostics.warning("CUT SHORT, only what is whole is written: \(truncation)", path: dump)
      }
      for warning in report.warnings { Diagnostics.warning(warning, path: dump) }
    }
  }

  private func redact(
    _ options: LoadOptions, to output: RedactedFile, _ progress: WorkProgress
  ) throws(CommandFailure) -> RedactionReport {
    let result: Result<RedactionReport, LoadError>
    do throws(LoadError) {
      result = .success(try DumpLoading.redact(path: dump, options: options, to: output, progress: progress))
    } catch {
      result = .failure(error)
    }
    // Who cannot write any more has stopped for that.
    if output.failure != 0 { throw .cannotWrite(to == "-" ? "standard output" : to, output.failure) }
    switch result {
    case .success(let report): return report
    case .failure(let error):
      switch error {
      case .executableUnreadable, .executableMismatch: throw .executable(path: executable ?? dump, dump: dump, error)
      default: throw .dump(path: dump, error)
      }
    }
  }
}
