import ReferenceGraph

/// What `runtime/debug.WriteHeapDump` writes.
enum GoHeapDumpFormat: DumpFormat {
  static let policies = [GoHeapDumpLoader.retaining, GoHeapDumpLoader.application]

  static func matches(_ header: UnsafeRawBufferPointer) -> Bool { header.starts(with: "go1.7 heap dump\n".utf8) }

  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap {
    try GoHeapDumpLoader(input: input, options: options, progress: progress).load()
  }

  static func redact(
    _ input: InputSource, options: LoadOptions, to output: RedactedFile, progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    try GoRedaction.redact(input, options, to: output, progress)
  }
}
