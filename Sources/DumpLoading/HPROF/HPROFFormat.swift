import ReferenceGraph

/// HPROF, as JVMs and Android write it.
enum HPROFFormat: DumpFormat {
  static let policies = HPROFPolicies.retaining + HPROFPolicies.cycles

  static func matches(_ header: UnsafeRawBufferPointer) -> Bool { header.starts(with: HPROFHeader.magic.utf8) }

  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap {
    try HPROFLoader(input: input, options: options, progress: progress).load()
  }

  static func redact(
    _ input: InputSource, options: LoadOptions, to output: RedactedFile, progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    try HPROFRedaction.redact(input, options, to: output, progress)
  }
}
