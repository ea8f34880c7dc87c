import ReferenceGraph

/// A format of heap dumps: how its files are told from others, and how they are read.
///
/// Each lies in a folder of its own, beside what it knows of its runtime; `DumpFormats.all` lists them.
protocol DumpFormat: SendableMetatype {
  /// Whether content that begins with these bytes, at least `DumpFormats.detectionLength` of them where there are as
  /// many, is of this format; never told by a file's name.
  static func matches(_ header: UnsafeRawBufferPointer) -> Bool
  /// Whether content of which no more than these first bytes are known may be of this format: then more are waited for.
  static func mayMatch(_ start: UnsafeRawBufferPointer) -> Bool
  /// Whether the content is text, so that nothing is lost where line ends were changed on the way.
  static var isText: Bool { get }
  /// The policies of its dumps: first those for what is kept alive, then those for cycles. A name may come twice.
  static var policies: [ReferencePolicy] { get }
  /// Reads a dump.
  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap
  /// Writes a dump again without texts and numbers: see `DumpLoading.redact`.
  static func redact(
    _ input: InputSource, options: LoadOptions, to output: RedactedFile, progress: WorkProgress
  ) throws(LoadError) -> RedactionReport
}

extension DumpFormat {
  /// Not by default.
  static var isText: Bool { false }

  /// A few bytes tell, by default.
  static func mayMatch(_ start: UnsafeRawBufferPointer) -> Bool { false }

  /// Dumps of a format that says nothing else are not redacted.
  static func redact(
    _ input: InputSource, options: LoadOptions, to output: RedactedFile, progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    throw .unsupported("dumps of this format are not redacted; those of Go, the JVM (HPROF) and V8 are")
  }
}
