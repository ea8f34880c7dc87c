import ReferenceGraph

/// What is to be said of a dump that was redacted.
public struct RedactionReport: Sendable {
  /// What is missing where the dump was cut short or damaged: none of that is in the redacted one.
  public var truncation: String?
  /// Remarks, a line each.
  public var warnings: [String] = []
  /// Paths of other files that were read for it: the executable of a Go program.
  public var otherFiles: [String] = []

  init() {}
}

extension DumpLoading {
  /// The names of the steps that `redact` reports through its progress, each counted in bytes.
  public static let redactionSteps = steps + ["Writing"]

  /// Writes the dump at `path` again with the texts and numbers of its objects zeroed.
  ///
  /// What refers to what, lengths, and the names of classes, fields, functions and files stay, so that the redacted
  /// dump shows the same objects, sizes, roots and cycles.
  ///
  /// What is written is made of the parts of the dump that were understood; nothing else is copied.
  /// Memory: as for loading the dump.
  ///
  /// - Parameters:
  ///   - path: the dump, `-` for standard input.
  ///   - options: as for loading it.
  ///   - output: left unfinished where this throws.
  ///   - progress: has the steps of `redactionSteps`.
  /// - Returns: what was done, in figures and words.
  /// - Throws: what loading the dump throws, and `unsupported` for formats that are not redacted.
  public static func redact(
    path: String, options: LoadOptions = LoadOptions(), to output: RedactedFile, progress: WorkProgress = WorkProgress()
  ) throws(LoadError) -> RedactionReport {
    let input = try InputSource.open(path: path, options: options, progress: progress)
    if !input.format.isText, let damage = TextMode.damage(input.file.bytes) { throw .unsupported(damage) }
    var report = try input.format.redact(input, options: options, to: output, progress: progress)
    if progress.isCancelled { throw .cancelled }
    report.warnings = input.warnings + report.warnings
    return report
  }
}
